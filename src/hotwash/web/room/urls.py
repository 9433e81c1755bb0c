"""Addresses below `/incidents/<id>/`."""

from django.urls import path

from hotwash.web.room import (
    acts,
    answering,
    asking,
    evidence,
    findings,
    messages,
    pages,
    record,
    recovery,
    severity,
    switches,
)

urlpatterns = [
    path("", pages.tab_page, name="room"),
    path("news/", pages.news, name="room-news"),
    path("entries/<int:entry>/", pages.entry_page, name="room-entry"),
    path("do/<slug:verb>/", acts.do, name="room-do"),
    path("severity/", severity.severity_page, name="room-severity"),
    path("severity/questions/", severity.questions, name="room-questions"),
    path("severity/record/", severity.record, name="room-assess"),
    path("findings/<int:entry>/", findings.finding_page, name="room-finding"),
    path("findings/<int:entry>/card/", findings.card_part, name="room-card"),
    path("findings/<int:entry>/chart/", findings.chart, name="room-chart"),
    path("questions/", asking.questions_page, name="room-asking"),
    path("questions/form/<slug:question>/", asking.form_part, name="room-form"),
    path("questions/ask/<slug:question>/", asking.ask, name="room-ask"),
    path("questions/<int:inquiry>/", asking.progress, name="room-inquiry"),
    path("questions/<int:inquiry>/cancel/", asking.cancel, name="room-cancel"),
    path("evidence/<int:entry>/", evidence.item_page, name="room-evidence"),
    path("evidence/<int:entry>/<int:item>/", evidence.item_page, name="room-held-item"),
    path("evidence/progress/<int:inquiry>/", evidence.held_progress, name="room-held-progress"),
    path("switches/", switches.live, name="room-switches"),
    path("switches/settle/", switches.settle, name="room-settle"),
    path("recovery/live/", recovery.live, name="room-recovery-live"),
    path("messages/<int:message>/", messages.message_page, name="room-message"),
    path("messages/<int:message>/letters/", messages.letters, name="room-letters"),
    path("messages/check/", messages.check_text, name="room-message-check"),
    path("record/", record.record_page, name="room-record"),
    path("clocks/answers/", answering.answer, name="room-answers"),
    path("<slug:tab>/", pages.tab_page, name="room-tab"),
]
