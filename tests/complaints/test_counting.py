"""A cluster that goes to an incident: its record counts the people, each once, and never holds their words."""

from typing import Any

import pytest
from tests.complaints.conftest import BO
from tests.web.people import enter, person

from hotwash.incident.complaints import reporters, reports
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.postmortem import postmortem
from hotwash.reports.render import to_markdown
from hotwash.response.complaints import Report
from hotwash.response.desk import Desk, NotPermitted, Person
from hotwash.web.complaints import clusters, telling
from hotwash.web.complaints.receiving import receive
from hotwash.web.inbox.triage import Triaging
from hotwash.web.tables.models import Complaint, ComplaintCluster, ComplaintMessage, Role, SignalGroup

TEXT = "My loan was refused although I am Zebra Zimmermann's wife."


def three() -> int:
    """Three reports by two people; the number of their cluster."""
    for contact in ("ana@example.org", "ana@example.org", ""):
        receive(Report("form", TEXT, contact=contact, language="de"))
    return ComplaintCluster.objects.get().pk


def test_a_cluster_that_is_promoted_in_the_inbox_counts_its_people_once(both: Desk) -> None:
    number = three()
    incident = Triaging(both, BO).promote(SignalGroup.objects.get().pk, title="Loans refused to women")
    state = both.incident(incident)
    [said] = state.complaints.values()
    assert (said.event.count, len(said.event.reporters), said.event.reachable) == (3, 2, 2)
    assert said.at == ComplaintCluster.objects.get().first_at
    assert not state.signals, "people are counted as people, not as signals"
    assert any(one.event.detector == "outside" for one in state.detections)
    receive(Report("form", TEXT, contact="cy@example.org"))
    telling.link(number, incident, by=BO)
    state = both.incident(incident)
    assert (reports(state), len(reporters(state))) == (4, 3)
    with pytest.raises(NotAllowed, match="counted already"):
        telling.link(number, incident, by=BO)
    told = str([entry.body for entry in both.store.read(f"incident/{incident}")])
    assert "example.org" not in told
    assert "wife" in told, "a sentence of one of them stands there"


def test_those_who_reported_are_known_by_pseudonym_and_can_be_told(both: Desk) -> None:
    number = three()
    incident = both.declare(by=BO, title="Loans refused").id
    assert telling.link(number, incident, by=BO) == 3
    people = list(telling.reporters_of(incident))
    assert [(one.reachable, one.language, len(one.complaints)) for one in people] == [(True, "de", 2), (False, "de", 1)]
    assert {one.pseudonym for one in people} == set(reporters(both.incident(incident)))
    assert telling.tell_reporters(incident, "We look at every case again.", by=BO, once="letter 1") == 3
    assert telling.tell_reporters(incident, "We look at every case again.", by=BO, once="letter 1") == 3
    assert ComplaintMessage.objects.count() == 3
    assert SignalGroup.objects.get().incident == incident


def test_a_cluster_belongs_to_one_incident(both: Desk) -> None:
    number = three()
    first, second = (both.declare(by=BO, title=title).id for title in ("Loans", "Other"))
    telling.link(number, first, by=BO)
    receive(Report("form", TEXT))
    with pytest.raises(NotAllowed, match=first):
        telling.carry(number, second, by=BO)
    other = receive(Report("form", "The elevator smells of fish."))
    there = Complaint.objects.get(pk=other.id).cluster_id
    assert there is not None
    telling.link(there, second, by=BO)
    with pytest.raises(NotAllowed, match="stay apart"):
        clusters.merge(there, number, by="bo")


def test_who_may_not_link_signals_counts_nobody(house: Desk) -> None:
    number = three()
    incident = house.declare(by=BO, title="Loans").id
    with pytest.raises(NotPermitted):
        telling.link(number, incident, by=Person("eve", "observer"))
    assert not house.incident(incident).complaints


def test_more_people_than_one_entry_holds_go_into_several(house: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "CARRIED_MAX", 2)
    number = three()
    incident = house.declare(by=BO, title="Loans").id
    telling.link(number, incident, by=BO)
    counted: list[Any] = list(house.incident(incident).complaints.values())
    assert [said.event.count for said in counted] == [2, 1]
    assert reports(house.incident(incident)) == 3


def test_what_was_counted_stays_counted_when_a_report_moves(house: Desk) -> None:
    number = three()
    incident = house.declare(by=BO, title="Loans").id
    telling.link(number, incident, by=BO)
    moved = Complaint.objects.order_by("pk").values_list("pk", flat=True)[0]
    apart = clusters.move(moved, None, by="bo")
    with pytest.raises(NotAllowed, match="counted already"):
        telling.carry(apart.pk, incident, by=BO)
    assert reports(house.incident(incident)) == 3


def test_the_post_mortem_and_the_room_tell_of_the_people_and_not_of_their_words(house: Desk) -> None:
    number = three()
    incident = house.declare(by=BO, title="Loans").id
    telling.link(number, incident, by=BO)
    told = to_markdown(postmortem(house.incident_facts(incident), house.incident(incident)))
    assert "2 people reported what happened" in told.replace("\u00a0", " ")
    assert "Zimmermann" in told, "a bare name is not masked: see docs/decisions/0014"
    person("bo", role=Role.COMMANDER)
    page = enter("bo").get(f"/incidents/{incident}/harm/").content.decode()
    assert "2 people, 3 reports" in page
    assert f"/inbox/reports/clusters/{number}/" in page
