"""The API of reports from people: a clerk types, a mail server hands over, a responder sorts and answers."""

import json

from django.test import Client
from tests.api.speaking import API, Speaker, declared, speaker, whole

from hotwash.response.complaints import Attached, Report
from hotwash.response.desk import Desk
from hotwash.web.complaints.receiving import receive
from hotwash.web.tables.models import Complaint, ComplaintFile, ComplaintLook, Role

WORDS = {"text": "My name is Ana Lopez. My loan was refused.", "contact": "ana@example.org", "channel": "phone"}


def test_a_clerk_types_in_what_somebody_told(house: Desk, cy: Speaker) -> None:
    got = cy.say("/complaints", {**WORDS, "at": "2026-03-03T09:02:00+01:00", "happened_on": "2026-03-01"})
    assert len(got["receipt"]) == 24
    told = cy.get(f"/complaints/{got['complaint']}")
    assert (told["text"], told["by"], told["channel"]) == (WORDS["text"], "cy", "phone")
    assert told["received_at"] == "2026-03-03T08:02:00Z"
    assert "contact" not in told
    assert "ana@example.org" not in json.dumps(told)
    listed = cy.get("/complaints")["complaints"]
    assert listed[0]["headline"] == "[name]. My loan was refused."
    assert cy.get(f"/complaints/{got['complaint']}/contact")["contact"] == "ana@example.org"
    looks = list(ComplaintLook.objects.order_by("pk").values_list("by", "what"))
    assert looks == [("cy", "read the report"), ("cy", "looked at how to reach the person")]


def test_what_does_not_fit_is_refused_by_its_field(house: Desk, cy: Speaker) -> None:
    for words, field in (
        ({}, "text"),
        ({"text": "x", "by": "bo"}, "by"),
        ({"text": "x", "channel": "form"}, "channel"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": "x", "system": "nothing"}, "system"),
        ({"text": "x", "happened_on": "yesterday"}, "happened_on"),
    ):
        said = cy.refused("POST", "/complaints", words)
        assert (said["status"], said["field"]) == (422, field)
    assert not Complaint.objects.exists()


def test_a_letter_is_handed_in_as_it_is(house: Desk, cy: Speaker) -> None:
    raw = b"From: ana@example.org\r\nSubject: Refused\r\nMessage-ID: <1@x>\r\n\r\nMy loan was refused.\r\n"
    for what in ("report", "known"):
        answer = Client().generic(
            "POST",
            f"{API}/complaints/mail",
            raw,
            content_type="message/rfc822",
            headers={"Authorization": f"Bearer {cy.token}"},
        )
        assert (answer.status_code, answer.json()["letter"]) == (201, what)
    assert cy.refused("POST", "/complaints/mail", {"no": "letter"})["status"] == 422


def test_clusters_are_listed_sorted_and_told_to_an_incident(house: Desk, bo: Speaker) -> None:
    ids = [bo.say("/complaints", WORDS)["complaint"] for _ in range(3)]
    other = bo.say("/complaints", {"text": "The elevator smells of fish."})["complaint"]
    listed = bo.get("/complaint-clusters")["clusters"]
    assert [one["count"] for one in listed] == [1, 3]
    big, small = listed[1]["cluster"], listed[0]["cluster"]
    assert bo.get(f"/complaint-clusters/{big}")["people"] == 1
    apart = bo.say(f"/complaints/{ids[0]}/move", {"cluster": None})
    assert apart["count"] == 1
    assert bo.say(f"/complaint-clusters/{apart['cluster']}/merge", {"into": big})["count"] == 3
    assert bo.get(f"/complaint-clusters/{apart['cluster']}")["cluster"] == big, "the emptied one points on"
    assert bo.say(f"/complaint-clusters/{big}/rename", {"title": "Loans refused"})["title"] == "Loans refused"
    incident = declared(bo)
    assert bo.say(f"/complaint-clusters/{big}/link", {"incident": incident})["counted"] == 3
    assert bo.refused("POST", f"/complaint-clusters/{big}/link", {"incident": incident})["status"] == 409
    assert bo.say(f"/complaint-clusters/{big}/answer", {"text": "We look at it."})["told"] == 3
    assert bo.get(f"/complaints/{ids[0]}")["progress"] == "answered"
    assert [one["cluster"] for one in bo.get("/complaint-clusters")["clusters"]] == [small]
    assert bo.say(f"/complaints/{other}/close", {"reason": "Not about us."})["closed_at"]
    assert bo.get(f"/complaints/{other}")["messages"][0]["text"] == "Not about us."
    assert bo.say("/complaint-clusters/sort-anew")["moved"] == 0


def test_lists_come_in_pages(house: Desk, bo: Speaker) -> None:
    for number in range(5):
        receive(Report("form", f"Quokka{'abcde'[number]} zebra{'vwxyz'[number]} something"))
    for path, key in (("/complaints", "complaints"), ("/complaint-clusters", "clusters")):
        seen, cursor = [], ""
        while True:
            page = bo.get(f"{path}?limit=2&cursor={cursor}")
            seen += [one[key.removesuffix("s")] for one in page[key]]
            cursor = page["next"]
            if not cursor:
                break
        assert len(seen) == len(set(seen)) == 5, path
    assert bo.refused("GET", "/complaints?cursor=x")["field"] == "cursor"


def test_a_file_is_reached_only_through_its_own_report_and_never_shown(house: Desk, bo: Speaker) -> None:
    mine = receive(Report("form", "One", files=[Attached("a.txt", b"<script>alert(1)</script>")])).id
    other = receive(Report("form", "Two")).id
    file = ComplaintFile.objects.get().pk
    answer = bo.ask("GET", f"/complaints/{mine}/files/{file}")
    assert whole(answer) == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert bo.ask("GET", f"/complaints/{other}/files/{file}").status_code == 404


def test_who_only_observes_reads_no_report(house: Desk) -> None:
    number = receive(Report("form", "My loan", contact="ana@example.org")).id
    eve, dee = speaker("eve", Role.OBSERVER), speaker("dee", Role.REPORTER)
    for someone in (eve, dee):
        for path in ("/complaints", f"/complaints/{number}", f"/complaints/{number}/contact", "/complaint-clusters"):
            assert someone.refused("GET", path)["status"] == 403
    assert dee.say("/complaints", {"text": "Somebody rang: her loan was refused."})["complaint"]
    reviewer = speaker("rev", Role.REVIEWER)
    assert reviewer.get(f"/complaints/{number}")["text"] == "My loan"
    assert reviewer.refused("GET", f"/complaints/{number}/contact")["status"] == 403
