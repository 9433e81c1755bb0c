"""Legal clocks over the API: an incident's deadlines, drafts, the organisation's record, and the calendar feed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from tests.api.speaking import Speaker, declared, speaker, whole
from tests.web.people import enter, person

from hotwash.web.accounts import tokens
from hotwash.web.tables.models import Account

AWARE = "2026-03-03T09:30:00+00:00"
APPLIES = ("in_eu", "controller", "personal_data_breach", "breach_risk")


@pytest.fixture
def incident(bo: Speaker) -> str:
    made = declared(bo, "Answers showed the data of others; see, \\ here")
    bo.say(f"/incidents/{made}/record-awareness", {"fact": "aware", "person": "Bo", "at": AWARE})
    for question in APPLIES:
        bo.say(f"/incidents/{made}/answer-applicability", {"question": question, "answer": "yes"})
    return made


def clock(by: Speaker, incident: str, duty: str = "eu-gdpr-33") -> dict[str, Any]:
    return next(one for one in by.get(f"/incidents/{incident}/clocks")["clocks"] if one["duty"] == duty)


def feed_of(name: str, *, scopes: tuple[str, ...] = ("calendar",)) -> str:
    return tokens.make(Account.objects.get(name=name), name="feed", scopes=scopes)[1]


def feed(token: str, query: str = "") -> Any:
    return Client().get(f"/calendar/{token}.ics{query}")


def test_a_clock_tells_its_deadline_the_outer_limit_and_why(bo: Speaker, incident: str) -> None:
    one = clock(bo, incident)
    assert (one["applies"], one["due"], one["state"]) == ("yes", True, "running")
    assert one["deadline"] == "2026-03-06T10:30:00+01:00"
    assert one["legal_outer"] == "2026-03-06T11:00:00+01:00"
    assert one["started_by"] == 3
    assert "72 hours" in one["why"]
    said = bo.get(f"/incidents/{incident}/clocks")
    assert "not legal advice" in said["not_advice"]
    assert said["questions"][0]["text"].endswith("?")


def test_a_filing_is_recorded_with_digest_and_receipt_and_ends_the_clock(bo: Speaker, incident: str) -> None:
    kept = bo.send(f"/incidents/{incident}/evidence", b"%PDF notice", name="notice.pdf").json()["number"]
    words = {"duty": "eu-gdpr-33", "evidence": kept, "receipt": "2026-17", "at": "2026-03-04T09:00:00Z"}
    written = bo.say(f"/incidents/{incident}/submit-filing", words)["entries"][0]
    assert written["body"]["digest"].startswith("sha256:")
    assert written["body"]["receipt"] == "2026-17"
    one = clock(bo, incident)
    assert (one["state"], one["late"], one["due"]) == ("submitted", False, False)
    room = bo.get(f"/incidents/{incident}")
    assert room["filings"][0]["receipt"] == "2026-17"
    bo.say(f"/incidents/{incident}/withdraw-filing", {"filing": written["number"], "reason": "Bounced."})
    assert clock(bo, incident)["due"]
    assert bo.get(f"/incidents/{incident}")["filings"][0]["withdrawn"]["reason"] == "Bounced."


def test_the_organisation_is_told_once_and_changes_every_incident(bo: Speaker, cy: Speaker, incident: str) -> None:
    assert bo.get("/organisation")["number"] == 0
    bo.say("/organisation/choose-places", {"places": ["FI"]})
    assert clock(bo, incident)["deadline"] == "2026-03-06T11:30:00+02:00"
    bo.say("/organisation/answer-for-organisation", {"question": "in_china", "answer": "no", "reason": "Not there."})
    assert clock(bo, incident, "cn-cac-2025")["applies"] == "no"
    assert bo.get("/organisation")["answers"][0]["reason"] == "Not there."
    bo.refused("POST", "/organisation/choose-places", {"places": ["XX"]})
    bo.refused("POST", "/organisation/choose-places", {"places": ["FI"], "more": "words"})
    assert cy.ask("POST", "/organisation/choose-places", {"places": ["DE"]}).status_code == 403


@pytest.mark.parametrize("form", ["html", "md", "json", "pdf"])
def test_a_draft_is_saved_never_shown_and_the_same_each_time(bo: Speaker, incident: str, form: str) -> None:
    path = f"/incidents/{incident}/notices/eu-gdpr-33?format={form}"
    once, again = bo.ask("GET", path), bo.ask("GET", path)
    assert once["Content-Disposition"].startswith("attachment")
    assert whole(once) == whole(again)


def test_an_unknown_form_is_named_as_such(bo: Speaker, incident: str) -> None:
    assert "There is no form" in bo.refused("GET", f"/incidents/{incident}/notices/eu-nothing")["detail"]
    listed = bo.get(f"/incidents/{incident}/notices")["notices"]
    assert {"eu-aiact-73", "eu-gdpr-33", "us-ca-sb53", "oecd-29"} <= {one["form"] for one in listed}


def test_the_calendar_holds_what_applies_and_the_nearest_that_may(bo: Speaker, incident: str) -> None:
    text = whole(feed(feed_of("bo"))).decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 2
    assert "DTSTART:20260306T093000Z" in text
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:GDPR: breach to the supervisory authority\\, notify" in unfolded
    assert "SUMMARY:May apply: " in unfolded
    assert "see\\, \\\\ here" in unfolded
    assert "not legal advice" in unfolded
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    everything = whole(feed(feed_of("bo"), "?all=1")).decode()
    assert everything.count("BEGIN:VEVENT") > 20
    assert everything == whole(feed(feed_of("bo"), "?all=1")).decode()


def test_only_a_token_for_the_calendar_alone_opens_the_feed(bo: Speaker, dee: Speaker, incident: str) -> None:
    feeding = feed_of("bo")
    assert feed(feeding).status_code == 200
    for other in (bo.token, feed_of("bo", scopes=("calendar", "note")), feed_of("dee"), "hotwash_nothing"):
        assert feed(other).status_code == 404
    assert Client().get("/api/v1/incidents", headers={"Authorization": f"Bearer {feeding}"}).status_code == 403
    account = Account.objects.get(name="bo")
    account.is_active = False
    account.save()
    assert feed(feeding).status_code == 404


def test_an_address_is_made_on_the_page_and_shown_once(house: Any) -> None:
    person("ola", role="observer")
    browser = enter("ola")
    page = browser.post("/calendar/").content.decode()
    address = page.split("http://testserver", 1)[1].split("<", 1)[0]
    assert Client().get(address).status_code == 200
    assert address not in browser.get("/organisation/").content.decode()
    person("rae", role="reporter")
    assert enter("rae").post("/calendar/").status_code == 302


def test_a_calendar_of_dates_and_drills_says_so(bo: Speaker) -> None:
    made = declared(bo, "Drill", kind="drill")
    bo.say(f"/incidents/{made}/record-awareness", {"fact": "determined", "person": "Bo", "at": "2026-03-03T15:00:00Z"})
    for question in ("in_us", "sec_registrant", "cyber_incident"):
        bo.say(f"/incidents/{made}/answer-applicability", {"question": question, "answer": "yes"})
    text = whole(feed(feed_of("bo"))).decode().replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20260309" in text
    assert "SUMMARY:[drill] SEC" in text


def test_records_with_an_organisation_travel_and_count_again(ana: Speaker, incident: str) -> None:
    rows = ana.get("/duties")
    assert len(rows["duties"]) == 33
    assert rows["duties"][0]["checked_on"] == datetime(2026, 11, 23, tzinfo=UTC).date().isoformat()
    assert {one["scope"] for one in rows["questions"]} == {"organisation", "incident"}
    assert speaker("ola", "observer").get("/duties")["version"]
