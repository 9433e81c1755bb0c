"""Every address."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("hotwash.web.api.urls")),
    path("incidents/<str:incident_id>/", include("hotwash.web.room.urls")),
    path("", include("hotwash.web.complaints.urls")),
    path("", include("hotwash.web.inbox.urls")),
    path("", include("hotwash.web.trackers.urls")),
    path("", include("hotwash.web.chat.urls")),
    path("", include("hotwash.web.switches.urls")),
    path("", include("hotwash.web.unnamed.urls")),
    path("", include("hotwash.web.accounts.urls")),
    path("", include("hotwash.web.pages.urls")),
]

handler400 = "hotwash.web.faults.bad_request"
handler403 = "hotwash.web.faults.forbidden"
handler404 = "hotwash.web.faults.not_found"
handler500 = "hotwash.web.faults.broken"
