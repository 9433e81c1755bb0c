"""Pages of whom to call and whom to tell: targets, rotas, one's own ways, and pages in the room."""

from typing import Any

import pytest
from django.test import Client
from tests.sinks import sink
from tests.web.people import enter, person

from hotwash.response.desk import Person
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.sending import methods, targets
from hotwash.web.tables.models import JobRow, MethodRow, TargetRow

ANA = Person("ana", "administrator")
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def ana(sqlite: Options, settings: Any) -> Client:
    settings.HOTWASH = Options(home=sqlite.home, inside=("127.0.0.1",))
    person("ana", role="administrator")
    return enter("ana")


@pytest.fixture
def dee(ana: Client) -> Client:
    person("dee", role="reporter")
    return enter("dee")


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_target_is_added_tested_and_removed_and_its_address_is_never_shown_again(ana: Client) -> None:
    with sink() as hook:
        url = hook.url + "?token=t0p-secret"
        made = ana.post("/targets/add/", {"name": "staff", "kind": "webhook", "address": url, "audience": "staff"})
        assert "hws_" in text(made), "the secret is shown once"
        page = text(ana.get("/targets/"))
        assert "staff" in page
        assert "t0p-secret" not in page
        assert "hws_" not in page
        row = TargetRow.objects.get()
        assert "t0p-secret" not in str(vars(row)), "what is kept is sealed"
        assert "staff: delivered." in text(ana.post("/targets/staff/test/"))
        assert hook.calls[0].said["kind"] == "test"
    assert ana.post("/targets/staff/remove/", follow=True).status_code == 200
    assert TargetRow.objects.get().sealed == ""
    assert ana.post("/targets/staff/test/").status_code == 404


@pytest.mark.parametrize(
    "words",
    [
        {"name": "Staff!", "kind": "mail", "address": "a@example.org"},
        {"name": "staff", "kind": "pigeon", "address": "a@example.org"},
        {"name": "staff", "kind": "mail", "address": "nobody"},
        {"name": "staff", "kind": "webhook", "address": "http://10.0.0.1/t0p-secret"},
        {"name": "staff", "kind": "webhook", "address": "javascript:alert(1)"},
        {"name": "status-page", "kind": "mail", "address": "a@example.org"},
        {"name": "staff", "kind": "mail", "address": "a@example.org", "audience": "martians"},
    ],
)
def test_what_can_be_no_target_is_refused_in_words(ana: Client, words: dict[str, str]) -> None:
    refused = ana.post("/targets/add/", words)
    assert refused.status_code == 409
    assert "t0p-secret" not in text(refused)
    assert not TargetRow.objects.exists()


def test_only_who_may_changes_targets_and_rotas(ana: Client, dee: Client) -> None:
    targets.add("staff", "mail", "a@example.org", by="ana")
    for path, words in (
        ("/targets/add/", {"name": "x", "kind": "mail", "address": "a@example.org"}),
        ("/targets/staff/test/", {}),
        ("/targets/staff/remove/", {}),
        ("/on-call/set-rota/", {"people": "dee"}),
        ("/on-call/feed/", {}),
    ):
        assert dee.post(path, words).status_code in (403, 409), path
    for path in ("/targets/", "/on-call/"):
        assert dee.get(path).status_code == 403
    assert TargetRow.objects.get().removed_at is None
    assert not desk().organisation().on_call.rotas
    assert Client().get("/targets/").status_code == 302


def test_a_rota_is_set_overridden_and_followed_by_a_calendar(ana: Client) -> None:
    ana.post(
        "/on-call/set-rota/", {"people": f"ana\n{HOSTILE}", "weekday": "monday", "handover": "09:00", "zone": "UTC"}
    )
    page = text(ana.get("/on-call/"))
    assert "until" in page
    assert HOSTILE not in page
    since, until = "2026-01-01T09:00", "2026-12-30T09:00"
    ana.post("/on-call/override-rota/", {"rota": "first", "person": "bo", "since": since, "until": until})
    known = desk().organisation().on_call.rotas["first"]
    assert known.overrides[0].person == "bo"
    bad = ana.post("/on-call/override-rota/", {"rota": "first", "person": "bo", "since": "x", "until": until})
    assert bad.status_code == 409
    shown = text(ana.post("/on-call/feed/"))
    path = shown.split('<code class="digest">http://testserver')[1].split("<")[0]
    feed = Client().get(path)
    assert feed["Content-Type"].startswith("text/calendar")
    assert b"SUMMARY:bo is on call (first)" in feed.content or b"SUMMARY:ana is on call (first)" in feed.content
    assert Client().get("/calendar/hotwash_nothing/on-call.ics").status_code == 404


def test_shifts_come_from_a_calendar_file(ana: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    event = (
        "BEGIN:VEVENT\r\nSUMMARY:On Call - ana\r\nDTSTART:20990312T080000Z\r\nDTEND:20990313T080000Z\r\nEND:VEVENT\r\n"
    )
    data = f"BEGIN:VCALENDAR\r\n{event}END:VCALENDAR\r\n".encode()
    taken = ana.post("/on-call/import/", {"file": SimpleUploadedFile("x.ics", data), "rota": "first"})
    assert "1 shift taken" in text(taken).replace("<strong>", "").replace("</strong>", "")
    [shift] = desk().organisation().on_call.rotas["first"].imported
    assert shift.person == "ana"
    assert ana.post("/on-call/import/", {"file": SimpleUploadedFile("x.ics", b"no")}).status_code == 409


def test_rules_are_set_and_dropped_with_a_reason(ana: Client) -> None:
    words = {"rule": "own-rule", "silence": "command", "steps": "5=commander\n15=group:executives", "severities": ""}
    assert ana.post("/on-call/set-escalation/", words).status_code == 302
    assert desk().organisation().on_call.rules["own-rule"].steps == ("5=commander", "15=group:executives")
    assert ana.post("/on-call/set-escalation/", words | {"steps": "never"}).status_code == 409
    ana.post("/on-call/drop-escalation/", {"rule": "no-commander", "reason": "We phone."})
    assert "no-commander" in desk().organisation().on_call.dropped
    assert ana.post("/on-call/describe-organisation/", {"name": "x"}).status_code == 404


def test_ones_own_ways_are_ordered_tested_and_forgotten_and_nobody_elses(ana: Client) -> None:
    with sink() as hook:
        for label in ("phone", HOSTILE):
            assert (
                ana.post("/account/reached/add/", {"label": label, "kind": "webhook", "address": hook.url}).status_code
                == 200
            )
        first, second = MethodRow.objects.order_by("place")
        ana.post(f"/account/reached/{second.pk}/first/")
        account = methods.account_of("ana")
        assert account
        assert [way.label for way in methods.ways(account)] == [HOSTILE, "phone"]
        page = text(ana.get("/account/reached/"))
        assert HOSTILE not in page
        assert hook.url not in page
        assert "Test: delivered" in text(ana.post(f"/account/reached/{first.pk}/test/"))
        person("eve")
        eve = enter("eve")
        for what in ("first", "test", "remove"):
            assert eve.post(f"/account/reached/{first.pk}/{what}/").status_code == 409
        assert len(hook.calls) == 1
    assert MethodRow.objects.count() == 2
    ana.post(f"/account/reached/{first.pk}/remove/")
    assert MethodRow.objects.count() == 1


def test_quiet_hours_are_kept_and_taken_back(ana: Client) -> None:
    assert ana.post("/account/reached/quiet/", {"since": "22:00", "until": "07:00"}).status_code == 302
    assert 'value="22:00"' in text(ana.get("/account/reached/"))
    assert ana.post("/account/reached/quiet/", {"since": "late", "until": "07:00"}).status_code == 409
    ana.post("/account/reached/quiet/", {"since": "", "until": ""})
    assert 'value="22:00"' not in text(ana.get("/account/reached/"))


def test_somebody_is_paged_from_the_room_and_answers_there(ana: Client) -> None:
    person("bo", role="commander", email="bo@example.org")
    incident = desk().declare(by=ANA, title="Loans refused").id
    ana.post(f"/incidents/{incident}/do/page/", {"person": "bo", "text": HOSTILE, "then": "cy"})
    page = text(ana.get(f"/incidents/{incident}/people/"))
    assert "waits for an answer" in page
    assert HOSTILE not in page
    assert JobRow.objects.filter(kind="page", about=f"incident/{incident}").count() == 1
    bo = enter("bo")
    called = text(bo.get("/account/reached/"))
    assert f'You are called to <a href="/incidents/{incident}/people/">' in called
    bo.post(f"/incidents/{incident}/do/acknowledge-page/", {})
    [known] = desk().incident(incident).paging.pages.values()
    assert known.acknowledged is not None
    assert known.acknowledged.event.person == "bo"
    assert "You are called" not in text(bo.get("/account/reached/"))
    assert "answered" in text(ana.get(f"/incidents/{incident}/people/"))


def test_planted_secrets_are_in_no_page_error_or_record(ana: Client, caplog: pytest.LogCaptureFixture) -> None:
    secret = "pl4nted-s3cret"
    with sink() as hook:
        hook.status = 500
        ana.post("/targets/add/", {"name": "staff", "kind": "webhook", "address": f"{hook.url}?{secret}"})
        ana.post(
            "/targets/add/",
            {"name": "chat", "kind": "apprise", "address": hook.url.replace("http", "json") + f"?-k={secret}"},
        )
        seen = [text(ana.post(f"/targets/{name}/test/")) for name in ("staff", "chat")]
        seen += [text(ana.post("/targets/add/", {"name": "bad", "kind": "apprise", "address": f"xyz://{secret}"}))]
    seen += [text(ana.get("/targets/")), text(ana.get("/installation/worker/")), caplog.text]
    assert TargetRow.objects.count() == 2
    assert not [page for page in seen if secret in page]
