"""The addresses of what people say without a name, and of post-mortems that everybody may read."""

from django.urls import path

from hotwash.web.unnamed import public, published

urlpatterns = [
    path("say/<str:incident_id>/pulse/<str:ticket>/", public.pulse, name="unnamed-pulse"),
    path("say/<str:incident_id>/<str:word>/", public.contribute, name="unnamed"),
    path("published/<str:incident_id>/<str:slug>/", published.page, name="published"),
]
