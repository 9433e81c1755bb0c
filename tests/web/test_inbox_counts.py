"""Whatever comes, in whatever order and however it is bundled: what lines say of themselves is what their rows say."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotwash.response.signals import Grade, Signal, State
from hotwash.web.inbox.delivery import Taken
from hotwash.web.inbox.taking import write
from hotwash.web.options import Options
from hotwash.web.tables.models import SignalGroup, SignalRow, Triage

T = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)

signals = st.builds(
    lambda key, group, state, grade, at: Signal(
        "grafana", key, f"Trouble {key}", group, state, grade, None if at is None else T + timedelta(minutes=at)
    ),
    st.sampled_from("abc"),
    st.sampled_from(["rule", "other", ""]),
    st.sampled_from(get_args(State)),
    st.sampled_from(get_args(Grade)),
    st.none() | st.integers(0, 5),
)
steps = st.lists(
    st.tuples(
        st.lists(signals, min_size=1, max_size=4), st.integers(0, 90), st.sampled_from(["", "dismiss", "snooze"])
    ),
    min_size=1,
    max_size=8,
)


def clear() -> None:
    SignalGroup.objects.all().delete()


def played(told: list[Any], *, together: int, acts: bool) -> list[tuple[Any, ...]]:
    """What the lines are after all this, with so many deliveries in a transaction."""
    clear()
    at, waiting = T, []
    for some, minutes, act in told:
        at += timedelta(minutes=minutes)
        waiting.append(Taken("grafana", tuple(some), received_at=at))
        if len(waiting) >= together or (acts and act):
            write(waiting)
            waiting = []
        if acts and act:
            line = SignalGroup.objects.filter(live=True, state=Triage.WAITING).order_by("pk").first()
            if line is not None:
                state = Triage.DISMISSED if act == "dismiss" else Triage.SNOOZED
                SignalGroup.objects.filter(pk=line.pk).update(state=state, decided_at=at, decided_rank=line.rank)
    if waiting:
        write(waiting)
    return list(
        SignalGroup.objects.order_by("pk").values_list(
            "place", "live", "title", "grade", "count", "firing", "state", "first_alert_at", "last_alert_at"
        )
    )


@pytest.mark.usefixtures("sqlite")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=steps)
def test_lines_agree_with_their_rows(sqlite: Options, told: list[Any]) -> None:
    played(told, together=1, acts=True)
    rows = list(SignalRow.objects.values("group", "thing", "once", "open", "seen"))
    lines = list(SignalGroup.objects.all())
    assert {line.pk: line.count for line in lines} == Counter(row["group"] for row in rows)
    firing = Counter(row["group"] for row in rows if row["open"])
    assert {line.pk: line.firing for line in lines} == {line.pk: firing[line.pk] for line in lines}
    assert max(Counter(row["thing"] for row in rows if row["open"]).values(), default=0) <= 1
    assert sum(row["seen"] for row in rows) == sum(len(some) for some, _, _ in told)
    assert all(not line.firing for line in lines if line.state == Triage.RESOLVED)


@pytest.mark.usefixtures("sqlite")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=steps)
def test_how_deliveries_are_bundled_changes_nothing(sqlite: Options, told: list[Any]) -> None:
    assert played(told, together=1, acts=False) == played(told, together=100, acts=False)
