"""Every address."""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("api/v1/", include("hotwash.web.api.urls")),
    path("", RedirectView.as_view(pattern_name="own"), name="start"),
    path("", include("hotwash.web.accounts.urls")),
]

handler400 = "hotwash.web.faults.bad_request"
handler403 = "hotwash.web.faults.forbidden"
handler404 = "hotwash.web.faults.not_found"
handler500 = "hotwash.web.faults.broken"
