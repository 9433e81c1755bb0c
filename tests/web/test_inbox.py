"""The inbox: what is counted once, what is counted together, and what begins a new line."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotwash.response.signals import Signal
from hotwash.web.inbox.taking import take
from hotwash.web.tables.models import KeptBody, SignalGroup, SignalRow, Triage

pytestmark = pytest.mark.usefixtures("database")

T = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def signal(key: str = "k", **words: Any) -> Signal:
    told: dict[str, Any] = {"title": f"Trouble {key}", "group": "drift", "alert_at": T} | words
    return Signal(source="alertmanager", key=key, **told)


def into(*signals: Signal, at: datetime = T, **words: Any) -> list[int]:
    return take("alertmanager", signals, received_at=at, **words)


def line(pk: int) -> SignalGroup:
    return SignalGroup.objects.get(pk=pk)


def test_a_retry_of_the_sender_counts_once() -> None:
    [first], [again] = into(signal()), into(signal(), at=T + MINUTE)
    assert first == again
    assert line(first).count == 1
    assert SignalRow.objects.get().seen == 2


def test_twice_in_one_delivery_counts_once() -> None:
    [pk] = into(signal(), signal())
    assert (line(pk).count, SignalRow.objects.get().seen) == (1, 2)


def test_different_keys_of_one_group_are_one_line_with_a_count() -> None:
    [pk] = into(*(signal(str(number)) for number in range(7)))
    assert (line(pk).count, line(pk).firing) == (7, 7)


def test_a_key_that_fires_again_is_a_repetition() -> None:
    [pk] = into(signal(), signal(alert_at=T + MINUTE))
    assert (line(pk).count, line(pk).firing) == (2, 1)


def test_the_end_of_every_key_ends_the_line() -> None:
    [pk] = into(signal("a"), signal("b"))
    into(signal("a", state="resolved", alert_at=T + MINUTE))
    assert (line(pk).firing, line(pk).state) == (1, Triage.WAITING)
    into(signal("b", state="resolved", alert_at=T + MINUTE))
    assert (line(pk).firing, line(pk).state, line(pk).count) == (0, Triage.RESOLVED, 4)


def test_an_end_that_names_only_its_key_finds_its_line() -> None:
    [pk] = into(signal("a"))
    assert into(signal("a", group="", state="resolved", alert_at=T + MINUTE)) == [pk]
    assert line(pk).state == Triage.RESOLVED


def test_an_end_that_overtook_its_beginning_stays_the_end() -> None:
    [pk] = into(signal(state="resolved", alert_at=T + MINUTE))
    into(signal(alert_at=T))
    assert (line(pk).firing, line(pk).state) == (0, Triage.RESOLVED)


def test_an_old_end_does_not_end_what_began_after_it() -> None:
    [pk] = into(signal(alert_at=T + 2 * MINUTE))
    into(signal(state="resolved", alert_at=T + MINUTE))
    assert line(pk).firing == 1


def test_a_line_that_is_over_wakes_within_the_hour_and_not_later() -> None:
    [pk] = into(signal())
    into(signal(state="resolved", alert_at=T + MINUTE), at=T + MINUTE)
    assert into(signal(alert_at=T + 5 * MINUTE), at=T + 5 * MINUTE) == [pk]
    assert line(pk).state == Triage.WAITING
    into(signal(state="resolved", alert_at=T + 6 * MINUTE), at=T + 6 * MINUTE)
    assert into(signal(alert_at=T + 99 * MINUTE), at=T + 99 * MINUTE) != [pk]
    assert not line(pk).live


def test_two_ai_systems_are_two_lines() -> None:
    assert into(signal(), system="loans") != into(signal(), system="hiring")


def test_the_gravest_and_the_earliest_stand_in_the_line() -> None:
    data_at = T - timedelta(days=2)
    [pk] = into(signal("a", grade="low", data_at=T), signal("b", grade="critical", data_at=data_at))
    into(signal("c", grade="high", alert_at=T - MINUTE))
    found = line(pk)
    assert (found.grade, found.title) == ("critical", "Trouble b")
    assert (found.first_data_at, found.first_alert_at, found.last_alert_at) == (data_at, T - MINUTE, T)


def test_a_dismissed_line_stays_quiet_for_an_hour_unless_it_gets_worse() -> None:
    [pk] = into(signal("a", grade="high"))
    SignalGroup.objects.filter(pk=pk).update(state=Triage.DISMISSED, decided_at=T, decided_rank=line(pk).rank)
    assert into(signal("b", grade="high"), at=T + MINUTE) == [pk]
    assert line(pk).state == Triage.DISMISSED
    [worse] = into(signal("c", grade="critical"), at=T + 2 * MINUTE)
    assert worse != pk
    assert (line(worse).state, line(pk).live) == (Triage.WAITING, False)


def test_without_a_time_the_same_words_count_once_within_the_hour() -> None:
    [pk] = into(signal(alert_at=None), at=T)
    into(signal(alert_at=None), at=T + MINUTE)
    into(signal(alert_at=None, detail="other words"), at=T + MINUTE)
    into(signal(alert_at=None), at=T + timedelta(hours=1))
    assert line(pk).count == 3


def test_nulls_and_halves_of_letters_are_kept_as_marks() -> None:
    [pk] = into(signal(title="a\x00b\ud800", detail="\x00", labels={"\x00": "\ud800"}, links=("javascript:x",)))
    assert line(pk).title == "a\ufffdb?"
    assert SignalRow.objects.get().links == []


def test_the_bytes_are_kept_with_their_digest() -> None:
    into(signal(), raw=b'{"a": 1}', media_type="application/json")
    kept = KeptBody.objects.get()
    assert (bytes(kept.content), kept.size, kept.refused) == (b'{"a": 1}', 8, "")
    assert SignalRow.objects.get().body_id == kept.pk
