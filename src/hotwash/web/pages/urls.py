"""The addresses of the pages beside the incident room."""

from django.urls import path

from hotwash.web.pages import (
    calendar,
    declaring,
    incidents,
    installation,
    library,
    logs,
    manual,
    now,
    organisation,
    searching,
    services,
    systems,
    worker,
)

urlpatterns = [
    path("", now.now, name="now"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("declare/", declaring.declare, name="declare"),
    path("systems/", systems.systems, name="systems"),
    path("systems/<slug:slug>/", systems.system, name="system"),
    path("systems/<slug:slug>/log/", logs.log, name="system-log"),
    path("systems/<slug:slug>/log/upload/", logs.upload, name="system-upload"),
    path("systems/<slug:slug>/services/", services.add, name="service-add"),
    path("systems/<slug:slug>/services/<slug:name>/rotate/", services.rotate, name="service-rotate"),
    path("systems/<slug:slug>/services/<slug:name>/revoke/", services.revoke, name="service-revoke"),
    path("systems/<slug:slug>/<slug:verb>/", systems.say, name="system-say"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/<slug:verb>/", organisation.say, name="organisation-say"),
    path("calendar/", calendar.make, name="calendar-make"),
    path("calendar/<str:token>.ics", calendar.feed, name="calendar"),
    path("search/", searching.find, name="search"),
    path("library/", library.library, name="library"),
    path("library/questions/", manual.contents, name="manual-contents"),
    path("library/questions/<slug:name>/", manual.page, name="manual"),
    path("library/playbooks/<slug:name>/", library.playbook, name="playbook"),
    path("library/<slug:name>/", library.book, name="book"),
    path("installation/", installation.installation, name="installation"),
    path("installation/worker/", worker.worker, name="worker"),
    path("installation/worker/<int:job>/again/", worker.again, name="worker-again"),
    path("installation/seal/", installation.seal, name="seal"),
    path("installation/seal-key/", installation.seal_key, name="seal-key"),
    path("installation/hold/", installation.hold, name="hold-seal"),
]
