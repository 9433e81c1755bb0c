"""The pages behind the inbox: who may read what people wrote, and what each page costs."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.complaints.conftest import BO
from tests.web.people import enter, person

from hotwash.response.complaints import Attached, Report
from hotwash.response.desk import Desk
from hotwash.web.complaints.receiving import by_receipt, receive
from hotwash.web.tables.models import (
    Complaint,
    ComplaintCluster,
    ComplaintFile,
    ComplaintLook,
    ComplaintMessage,
    IncidentRow,
    Role,
    SignalGroup,
)

HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(1)> My loan was refused."


@pytest.fixture
def people(house: Desk) -> Desk:
    person("bo", role=Role.COMMANDER)
    person("cy", role=Role.RESPONDER)
    person("dee", role=Role.REPORTER)
    person("eve", role=Role.OBSERVER)
    person("rev", role=Role.REVIEWER)
    return house


def reports(count: int, text: str = HOSTILE) -> list[int]:
    return [receive(Report("form", text, contact=f"p{number}@example.org")).id for number in range(count)]


def test_a_responder_reads_sorts_answers_and_counts_a_cluster(people: Desk) -> None:
    ids = reports(3)
    cluster = ComplaintCluster.objects.get()
    client = enter("cy")
    listed = client.get("/inbox/reports/").content.decode()
    assert "3 reports were not read yet" in listed
    page = client.get(f"/inbox/reports/clusters/{cluster.pk}/").content.decode()
    assert "3 people" in page
    one = client.get(f"/inbox/reports/{ids[0]}/").content.decode()
    for shown in (listed, page, one):
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
    assert Complaint.objects.get(pk=ids[0]).read_by == "cy"
    assert "p0@example.org" not in one
    shown = client.post(f"/inbox/reports/{ids[0]}/contact/").content.decode()
    assert "p0@example.org" in shown
    assert ComplaintLook.objects.filter(what__contains="reach", by="cy").count() == 1
    for _ in range(2):
        client.post(f"/inbox/reports/{ids[0]}/answer/", {"text": "We look at it.", "once": "abc"})
    assert ComplaintMessage.objects.count() == 1, "a double click writes once"
    incident = people.declare(by=BO, title="Loans refused").id
    answer = client.post(f"/inbox/reports/clusters/{cluster.pk}/link/", {"incident": incident})
    assert answer.status_code == 302
    assert SignalGroup.objects.get().incident == incident
    assert "All of them" in client.get(f"/inbox/reports/clusters/{cluster.pk}/").content.decode()
    line = SignalGroup.objects.get().pk
    assert client.get(f"/inbox/reports/line/{line}/").headers["Location"].endswith(f"/clusters/{cluster.pk}/")
    assert client.post(f"/inbox/reports/{ids[1]}/move/", {"to": ""}).status_code == 302
    assert ComplaintCluster.objects.count() == 2
    refused = client.post(f"/inbox/reports/clusters/{cluster.pk}/merge/", {"into": "999"})
    assert refused.status_code == 409
    assert client.post("/inbox/reports/sort/").status_code == 302
    room = client.get(f"/incidents/{incident}/").content.decode()
    assert "3 people" in room


def test_a_clerk_gets_a_number_for_the_person_even_without_reading_anything(people: Desk) -> None:
    client = enter("dee")
    page = client.get("/inbox/reports/new/").content.decode()
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once is not None
    words = {"text": "She says her loan was refused.", "channel": "phone", "once": once[1]}
    answers = [client.post("/inbox/reports/new/", words).content.decode() for _ in range(2)]
    found = {re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}", one)[0] for one in answers}
    assert len(found) == 1, "sent twice it is one report"
    row = by_receipt(found.pop())
    assert row is not None
    assert (row.by, row.channel) == ("dee", "phone")
    assert client.get(f"/inbox/reports/{row.pk}/").status_code == 403
    wrong = client.post("/inbox/reports/new/", {"text": "", "channel": "phone", "contact": "ana@example.org"})
    assert wrong.status_code == 422
    assert "ana@example.org" in wrong.content.decode()
    file = SimpleUploadedFile("a.html", b"<script>")
    bad = client.post("/inbox/reports/new/", {"text": "x", "channel": "phone", "files": [file]})
    assert bad.status_code == 422
    assert "kind that is not taken" in bad.content.decode()


def test_who_may_not_read_reports_sees_none(people: Desk) -> None:
    number = reports(1)[0]
    receive(Report("form", "With a file", files=[Attached("a.txt", b"x")]))
    file = ComplaintFile.objects.get()
    cluster = ComplaintCluster.objects.order_by("pk").first()
    assert cluster is not None
    paths = [
        "/inbox/reports/",
        f"/inbox/reports/{number}/",
        f"/inbox/reports/clusters/{cluster.pk}/",
        f"/inbox/reports/{file.complaint_id}/files/{file.pk}/",
    ]
    for name in ("dee", "eve"):
        client = enter(name)
        assert [client.get(path).status_code for path in paths] == [403] * 4
    assert all(Client().get(path).status_code == 302 for path in paths), "a stranger signs in first"
    reviewer = enter("rev")
    assert [reviewer.get(path).status_code for path in paths] == [200] * 4
    for path, status in ((f"{paths[1]}contact/", 403), (f"{paths[1]}answer/", 403), (f"{paths[2]}merge/", 403)):
        assert reviewer.post(path, {"text": "x", "into": "1"}).status_code == status
    assert reviewer.get(f"/inbox/reports/{number}/files/{file.pk}/").status_code == 404, "through another report"
    shown = reviewer.get(paths[3])
    assert shown.headers["Content-Disposition"].startswith("attachment")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_costs_the_same_for_one_report_and_for_many(people: Desk) -> None:
    client = enter("cy")
    number = reports(1)[0]
    cluster = ComplaintCluster.objects.get().pk
    paths = ["/inbox/reports/", f"/inbox/reports/clusters/{cluster}/", f"/inbox/reports/{number}/"]

    def costs() -> list[int]:
        found = []
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            found.append(len(queries))
        return found

    before = costs()
    reports(15)
    for number_ in range(15):
        receive(Report("form", f"Zebra{'abcdefghijklmno'[number_]} quokka{'abcdefghijklmno'[number_]} loan"))
    after = costs()
    assert all(late <= early + 2 for early, late in zip(before, after, strict=True)), (before, after)


def test_the_organisation_opens_the_form_on_its_page(people: Desk) -> None:
    people.register(by=BO, name="Loans")
    assert enter("cy").post("/organisation/open-reports/", {"days_kept": "90"}).status_code in (403, 409)
    client = enter("bo")
    assert "Open it to everybody" in client.get("/organisation/").content.decode()
    words = {"introduction": "Tell us.", "elsewhere": "", "days_kept": "90", "systems": ["loans"]}
    assert client.post("/organisation/open-reports/", words).status_code == 302
    opened = people.organisation().reports
    assert opened is not None
    assert (opened.days_kept, opened.systems) == (90, ("loans",))
    assert "/report/loans/" in client.get("/organisation/").content.decode()
    assert "30 to 3650" in client.post("/organisation/open-reports/", {"days_kept": "3"}).content.decode()
    assert client.post("/organisation/close-reports/", {"reason": "Moved."}).status_code == 302
    assert people.organisation().reports is None


def test_a_report_that_is_read_by_nobody_is_told_on_the_inbox(people: Desk) -> None:
    reports(2)
    page = enter("cy").get("/inbox/").content.decode()
    assert "/inbox/reports/" in page
    assert not IncidentRow.objects.exists()
