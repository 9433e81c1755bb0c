"""A report is kept, clustered and in the inbox, or not at all; once, however often it is sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hotwash.response.complaints import Attached, Report
from hotwash.response.desk import Desk
from hotwash.response.request import BadRequest
from hotwash.web.complaints import clusters
from hotwash.web.complaints.receiving import by_receipt, contact_of, receive
from hotwash.web.tables.models import Complaint, ComplaintCluster, ComplaintContact, SignalGroup, SignalRow

WOMEN = [
    "I am a woman and my loan was rejected. My husband with the same income got the credit.",
    "My loan application was refused, my brother was approved at once. Is it because I am female?",
    "Als Frau wurde mein Kreditantrag abgelehnt, mein Mann hat ihn bekommen.",
]
OTHER = "The elevator in your branch smells of fish."


def test_a_report_is_in_the_inbox_with_people_masked_and_the_contact_apart(both: Desk) -> None:
    got = receive(
        Report("form", "My name is Maria Lopez, call 030 1234 5678. My loan was refused!", contact="maria@example.org")
    )
    row = by_receipt(got.receipt)
    assert row is not None
    assert row.pk == got.id
    assert contact_of(row) == "maria@example.org"
    assert "maria" not in ComplaintContact.objects.get().sealed
    line = SignalGroup.objects.get()
    assert (line.sender, line.count, line.group) == ("person", 1, f"reports {row.cluster_id}")
    assert line.title == "[name], call [phone]. My loan was refused!"
    told = str(SignalRow.objects.values().get()) + str(SignalGroup.objects.values().get())
    for secret in ("Maria", "Lopez", "1234", "example.org", got.receipt):
        assert secret not in told


def test_reports_that_say_the_same_are_one_line_of_the_inbox(both: Desk) -> None:
    for text in WOMEN:
        receive(Report("form", text))
    receive(Report("phone", OTHER, by="cy"))
    lines = {line.count for line in SignalGroup.objects.all()}
    assert lines == {3, 1}
    assert sorted(ComplaintCluster.objects.values_list("count", flat=True)) == [1, 3]


def test_the_same_form_sent_twice_is_one_report_with_the_same_receipt(both: Desk) -> None:
    first = receive(Report("form", WOMEN[0]), form="abc")
    second = receive(Report("form", WOMEN[0]), form="abc")
    assert (second.id, second.receipt, second.again) == (first.id, first.receipt, True)
    assert receive(Report("form", WOMEN[0]), form="abd").receipt != first.receipt
    assert Complaint.objects.count() == 2


def test_the_same_person_has_one_pseudonym_and_nobody_leads_back(house: Desk) -> None:
    for contact in ("Ana <ana@example.org>", "ANA@example.org", "+49 30 1234567", "030/1234567", ""):
        receive(Report("form", OTHER, contact=contact))
    names = list(Complaint.objects.order_by("pk").values_list("reporter", flat=True))
    assert names[0] == names[1]
    assert len({names[0], names[2], names[4]}) == 3
    assert all("ana" not in name.lower() for name in names)


@pytest.mark.parametrize(
    ("report", "field"),
    [
        (Report("form", "  \x00 "), "text"),
        (Report("form", "x" * 10_001), "text"),
        (Report("form", "x", about="y" * 1_001), "about"),
        (Report("form", "x", system="nothing"), "system"),
        (Report("form", "x", happened_on=timezone.localdate() + timedelta(days=2)), "happened_on"),
        (Report("form", "x", files=[Attached("a.html", b"<script>")]), "files"),
        (Report("form", "x", files=[Attached("a.svg", b"<svg onload=alert(1)>")]), "files"),
        (Report("form", "x", files=[Attached("a.png", b"<html>")]), "files"),
        (Report("form", "x", files=[Attached("a.txt", b"")]), "files"),
        (Report("form", "x", files=[Attached("a.txt", b"a")] * 6), "files"),
        (Report("form", "x", files=[Attached("a.txt", b"a" * (10 * 2**20 + 1))]), "files"),
    ],
)
def test_what_does_not_fit_names_its_field_and_keeps_nothing(house: Desk, report: Report, field: str) -> None:
    with pytest.raises(BadRequest) as no:
        receive(report)
    assert no.value.field == field
    assert not Complaint.objects.exists()
    assert not list(house.vault.digests())


def test_a_person_moves_a_report_and_it_stays_there(both: Desk) -> None:
    ids = [receive(Report("form", text)).id for text in WOMEN]
    cluster = clusters.move(ids[1], None, by="cy")
    assert (cluster.count, SignalGroup.objects.get(group=f"reports {cluster.pk}").count) == (1, 1)
    assert sorted(SignalGroup.objects.values_list("count", flat=True)) == [1, 2]
    clusters.sort_anew()
    assert Complaint.objects.get(pk=ids[1]).cluster_id == cluster.pk
    assert SignalRow.objects.count() == 3


def test_merged_clusters_are_one_and_the_emptied_one_points_on(both: Desk) -> None:
    one = receive(Report("form", WOMEN[0]))
    other = receive(Report("form", OTHER))
    here, there = (Complaint.objects.get(pk=got.id).cluster_id for got in (one, other))
    assert here is not None
    assert there is not None
    assert here != there
    merged = clusters.merge(there, here, by="cy")
    assert merged.count == 2
    assert clusters.standing(there).pk == here
    assert SignalGroup.objects.get().count == 2
    assert receive(Report("form", OTHER)).id
    assert ComplaintCluster.objects.get(pk=here).count == 3, "what says the same as either joins"


def test_sorting_anew_keeps_the_numbers_of_clusters(both: Desk) -> None:
    for text in [*WOMEN, OTHER, "The elevator in your branch smells terribly.", WOMEN[0]]:
        receive(Report("form", text))
    before = dict(Complaint.objects.values_list("pk", "cluster_id"))
    clusters.sort_anew()
    after = dict(Complaint.objects.values_list("pk", "cluster_id"))
    assert set(after.values()) <= set(before.values())
    assert after == before
    assert sum(SignalGroup.objects.values_list("count", flat=True)) == 6
