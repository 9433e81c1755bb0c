"""The address where senders deliver, and the pages where people triage."""

from django.urls import path

from hotwash.web.inbox import address_pages, endpoint, pages

urlpatterns = [
    path("in/<slug:sender>/<str:secret>", endpoint.take_in, name="take-in"),
    path("inbox/", pages.inbox, name="inbox"),
    path("inbox/together/", pages.together, name="inbox-together"),
    path("inbox/<int:pk>/", pages.line, name="inbox-line"),
    path("inbox/<int:pk>/<slug:verb>/", pages.act, name="inbox-act"),
    path("inbox/refused/", pages.refused, name="inbox-refused"),
    path("inbox/deliveries/<int:pk>/", pages.body, name="inbox-body"),
    path("inbox/deliveries/<int:pk>/bytes/", pages.body_bytes, name="inbox-bytes"),
    path("inbox/addresses/", address_pages.listed, name="inbox-addresses"),
    path("inbox/addresses/<slug:name>/", address_pages.one, name="inbox-address"),
    path("inbox/addresses/<slug:name>/rotate/", address_pages.rotate, name="inbox-rotate"),
    path("inbox/addresses/<slug:name>/<slug:verb>/", address_pages.say, name="inbox-say"),
]
