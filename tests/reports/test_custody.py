"""The chain of custody: every item with all that was done with it, in order, and the alarm where bytes differ."""

from datetime import timedelta

from tests.incident.history import DAY
from tests.reports import case

from hotwash.incident.events.evidence import VIEWS, EvidenceViewed, ViewFact
from hotwash.ledger.entry import EMPTY, Draft, link
from hotwash.reports.custody import items, trails
from hotwash.reports.custody_report import custody
from hotwash.reports.render import to_html, to_markdown

ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64
STORY = f"""
    09:02 ana declared title='Loans refused' system=loans
    09:10 bo  evidence-held items='[{{"what":"log","name":"log.json","source":"loans.csv","taken_at":"2026-03-03T09:10:00Z","digest":"{ONE}","size":9,"kept":true}},{{"what":"registry","name":"the registry","source":"","taken_at":"2026-03-03T09:10:00Z","failed":"Nobody answers."}}]'
    09:20 ana evidence-added name='<b>letter</b>.txt' digest={TWO} size=12 source=mail
    09:30 cy  evidence-verified checked='[{{"entry":2,"item":1,"digest":"{ONE}","outcome":"same"}},{{"entry":3,"item":0,"digest":"{TWO}","outcome":"changed"}}]'
    09:40 cy  evidence-handed-over entry=2 to='the authority' reason='it asked'
    09:50 bo  record-sealed digest={ONE} key=k records='{{"incident/INC-2026-0007":5}}'
    10:00 bo  case-file-exported as_of=6 digest={TWO} files=9 size=99 to='the court'
"""  # noqa: E501


def look(entry: int, item: int) -> ViewFact:
    at = DAY + timedelta(hours=9, minutes=35)
    view = EvidenceViewed(entry, item, ONE, 4, "page")
    body = VIEWS.draft(view, by="dee", occurred_at=at, recorded_at=at).body
    return VIEWS.fact(link("custody/x", EMPTY, Draft("evidence-viewed", "dee", at, at, body), salt="00" * 16))


def test_every_item_has_its_acts_in_order() -> None:
    _, incident = case.written(STORY)
    log, registry, letter = trails(incident, [look(2, 1)])
    assert [(act.did, act.by) for act in log.acts] == [
        ("collected", "bo"), ("verified", "cy"), ("viewed", "dee"), ("handed over", "cy"), ("sealed", "bo"),
        ("exported", "bo"),
    ]  # fmt: skip
    assert log.alarm is None
    assert registry.acts[:1] != log.acts[:1]
    assert registry.item.failed == "Nobody answers."
    assert letter.alarm is not None
    assert [one.ref for one in items(incident)] == ["2.1", "2.2", "3"]


def test_a_later_check_that_finds_the_bytes_as_kept_ends_the_alarm() -> None:
    again = f"""    10:10 cy  evidence-verified checked='[{{"entry":3,"item":0,"digest":"{TWO}","outcome":"same"}}]'"""
    _, incident = case.written(STORY + again)
    assert trails(incident, [])[2].alarm is None


def test_the_report_says_it_in_words_and_escapes_what_people_wrote() -> None:
    facts, incident = case.written(STORY)
    document = custody(facts, incident, trails(incident, [look(2, 1)]))
    page = to_html(document)
    assert "<b>letter" not in page
    assert "NOT AS KEPT" in page
    assert "Not taken, or not whole. Nobody answers." in page
    assert "to the authority; it asked" in to_markdown(document)
    assert to_html(custody(facts, incident, trails(incident, [look(2, 1)]))) == page


def test_an_incident_without_evidence_says_so() -> None:
    facts, incident = case.written("09:02 ana declared title='Loans refused'")
    assert "No evidence was kept." in to_markdown(custody(facts, incident, []))
