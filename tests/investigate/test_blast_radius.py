"""Whom it hit: exact counts, the excess, cohorts, time, repeated exposure and the work list."""

import io
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.investigate.logs import write_csv

from hotwash.investigate import Predictions, affected, blast_radius
from hotwash.investigate.questions.affected import harmless

START = datetime(2026, 3, 1, tzinfo=UTC)


def world(path: Path, *, days: int = 20, a_day: int = 50, seed: int = 1) -> Predictions:
    """Version 1 refuses 10 % of the qualified, version 2 (from day 10 on) 30 %."""
    rng = random.Random(seed)
    rows = []
    for day in range(days):
        for i in range(a_day):
            version = "v1" if day < 10 else "v2"
            refused = rng.random() < (0.1 if version == "v1" else 0.3)
            at = (START + timedelta(days=day, minutes=i)).isoformat()
            rows.append((at, version, f"p{rng.randrange(400)}", rng.choice("fm"), 0 if refused else 1, 1))
    log = write_csv(path, ["at", "version", "person", "sex", "decision", "label"], rows)
    return Predictions(log, time="at", version="version", subject="person", attributes=("sex",))


HARM = "decision = 0 and label = 1"


def test_the_sentence_names_people_decisions_share_dates_and_excess(tmp_path: Path) -> None:
    found = blast_radius(world(tmp_path / "log.csv"), harm=HARM, baseline="version = 'v1'")
    r = found.result
    assert found.sentence.startswith(
        f"The harm met {r['subjects']:,} people in {r['decisions']:,} decisions of 1,000 ("
    )
    assert "from 2026-03-01 to 2026-03-20; outside the baseline that is " in found.sentence
    assert " more than its rate of " in found.sentence
    assert r["excess"]["low"] < 100 < r["excess"]["high"]  # 500 decisions, 20 points more


def test_the_excess_is_n_times_newcombes_difference(tmp_path: Path) -> None:
    rows = [("v1", 0)] * 48 + [("v1", 1)] * 32 + [("v2", 0)] * 56 + [("v2", 1)] * 14
    log = write_csv(tmp_path / "log.csv", ["version", "decision"], rows)
    excess = blast_radius(log, harm="decision = 0", baseline="version = 'v1'").result["excess"]
    assert excess["value"] == pytest.approx(70 * (0.8 - 0.6))
    assert (excess["low"], excess["high"]) == pytest.approx((70 * 0.0524, 70 * 0.3339), abs=0.01)


def test_a_baseline_outside_of_where_is_taken_whole(tmp_path: Path) -> None:
    rows = [("v1", 0)] * 10 + [("v1", 1)] * 90 + [("v2", 0)] * 30 + [("v2", 1)] * 70
    log = write_csv(tmp_path / "log.csv", ["version", "decision"], rows)
    found = blast_radius(log, harm="decision = 0", where="version = 'v2'", baseline="version = 'v1'")
    assert (found.result["decisions"], found.result["n"], found.rows.used) == (30, 100, 100)
    assert found.result["excess"]["value"] == pytest.approx(20)
    assert found.result["baseline"] == found.result["baseline"] | {"n": 100, "decisions": 10, "within_where": False}


def test_a_baseline_keeps_to_where_if_where_leaves_some_of_it(tmp_path: Path) -> None:
    rows = [("v1", "eu", 0)] * 10 + [("v1", "eu", 1)] * 90 + [("v1", "us", 0)] * 100
    rows += [("v2", "eu", 0)] * 30 + [("v2", "eu", 1)] * 70
    log = write_csv(tmp_path / "log.csv", ["version", "region", "decision"], rows)
    found = blast_radius(log, harm="decision = 0", where="region = 'eu'", baseline="version = 'v1'")
    assert (found.result["decisions"], found.result["n"]) == (40, 200)
    assert found.result["exposed"]["n"] == 100
    assert found.result["excess"]["value"] == pytest.approx(20)
    assert found.result["baseline"]["within_where"]


def test_a_baseline_without_a_row_gives_a_reason_instead_of_an_excess(tmp_path: Path) -> None:
    found = blast_radius(world(tmp_path / "log.csv"), harm=HARM, baseline="version = 'v0'")
    assert found.result["excess"] == {"value": None, "why": "no rows in the baseline"}
    assert "there is no excess to tell: no rows in the baseline" in found.sentence


def test_cohorts_and_periods_add_up_to_the_whole(tmp_path: Path) -> None:
    r = blast_radius(world(tmp_path / "log.csv"), harm=HARM).result
    for column in ("sex", "version"):
        parts = [c for c in r["by"] if column in c["attributes"]]
        assert sum(c["n"] for c in parts) == r["n"]
        assert sum(c["decisions"] for c in parts) == r["decisions"]
    assert len(r["over_time"]) == 20
    assert sum(p["decisions"] for p in r["over_time"]) == r["decisions"]
    assert sum(item["subjects"] for item in r["times"]) == r["subjects"]


def test_without_subject_time_or_baseline_their_places_say_so(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", ["decision"], [(0,), (1,), (None,)])
    found = blast_radius(log, harm="decision = 0")
    assert found.result["subjects"] == {"value": None, "why": "no column with the person was named"}
    assert found.result["excess"] == {"value": None, "why": "no baseline was named"}
    assert found.result["over_time"] == []
    assert found.rows.reasons == {"it cannot be told whether the harm holds (a value is missing or not a number)": 1}
    assert found.result["share"]["value"] == 0.5


def test_days_without_decisions_stand_in_the_course_with_a_reason(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", ["day", "decision"], [("2026-02-27", 0), ("2026-03-01", 1), (None, 0)])
    r = blast_radius(log, harm="decision = 0", time="day").result
    assert [p["since"] for p in r["over_time"]] == ["2026-02-27", "2026-02-28", "2026-03-01"]
    assert r["over_time"][1]["share"] == {"value": None, "why": "no decisions"}
    assert r["over_time_left_out"] == {"n": 1, "decisions": 1}


@pytest.mark.parametrize(
    ("every", "starts"),
    [
        ("hour", ["2026-02-28T23:00:00Z", "2026-03-01T00:00:00Z"]),
        ("day", ["2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"]),
        ("week", ["2026-02-23T00:00:00Z"]),
        ("month", ["2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"]),
    ],
)
def test_periods_begin_where_the_calendar_says(tmp_path: Path, every: Any, starts: list[str]) -> None:
    log = write_csv(tmp_path / "log.csv", ["at", "d"], [("2026-02-28T23:59:59.999Z", 0), ("2026-03-01T00:30:00Z", 0)])
    found = blast_radius(log, harm="d = 0", time="at", every=every)
    assert [p["since"] for p in found.result["over_time"]] == starts


@pytest.mark.parametrize("every", ["hour", "day", "week", "month"])
def test_times_before_1970_fall_into_their_own_period(tmp_path: Path, every: Any) -> None:
    log = write_csv(tmp_path / "log.csv", ["at", "d"], [("1969-12-31T23:30:00Z", 0)])
    (period,) = blast_radius(log, harm="d = 0", time="at", every=every).result["over_time"]
    assert period["since"] <= "1969-12-31T23:30:00Z" < period["until"]


def test_the_clock_change_makes_a_day_of_23_hours_and_no_hour_is_lost(tmp_path: Path) -> None:
    rows = [((datetime(2026, 3, 28, 23, tzinfo=UTC) + timedelta(hours=h)).isoformat(), 0) for h in range(23)]
    log = Predictions(write_csv(tmp_path / "log.csv", ["at", "d"], rows), zone="Europe/Berlin")
    (day,) = blast_radius(log, harm="d = 0", time="at").result["over_time"]
    assert (day["since"], day["n"]) == ("2026-03-29T00:00:00+01:00", 23)
    hours = blast_radius(log, harm="d = 0", time="at", every="hour").result["over_time"]
    assert [p["n"] for p in hours] == [1] * 23
    assert hours[2]["since"] == "2026-03-29T03:00:00+02:00"


def test_unix_seconds_are_no_times(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", ["at", "d"], [(1701404761, 0)])
    with pytest.raises(Exception, match='Column "at" holds numbers, not times'):
        blast_radius(log, harm="d = 0", time="at")


def test_the_work_list_is_as_long_as_the_finding_says(tmp_path: Path) -> None:
    log = world(tmp_path / "log.csv")
    found, listed = blast_radius(log, harm=HARM, where="sex = 'f'"), affected(log, harm=HARM, where="sex = 'f'")
    people = list(listed)
    assert listed.subjects == found.result["subjects"] == len(people) == len({p.id for p in people})
    assert listed.fingerprint == found.data.fingerprint
    assert sum(p.times for p in people) == found.result["decisions"]
    assert [p.times for p in people] == sorted((p.times for p in people), reverse=True)
    assert people == list(listed)
    times = Counter(min(p.times, 10) for p in people)
    assert {item["times"]: item["subjects"] for item in found.result["times"]} == {str(k): v for k, v in times.items()}


def test_the_work_list_says_when_somebody_was_first_and_last_met(tmp_path: Path) -> None:
    rows = [
        ("2026-03-02T10:00:00Z", "ana", 0),
        ("2026-03-01T09:00:00+01:00", "ana", 0),
        ("2026-03-03T10:00:00Z", "bo", 1),
    ]
    log = write_csv(tmp_path / "log.csv", ["at", "id", "decision"], rows)
    (ana,) = affected(log, harm="decision = 0", subject="id", time="at")
    assert (ana.id, ana.times) == ("ana", 2)
    assert (ana.first, ana.last) == (datetime(2026, 3, 1, 8, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=UTC))


def test_decisions_without_a_person_are_counted_and_listed_nowhere(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", ["id", "decision"], [("ana", 0), (None, 0), ("bo", 1)])
    found = blast_radius(log, harm="decision = 0", subject="id")
    assert (found.result["decisions"], found.result["subjects"], found.result["decisions_without_subject"]) == (2, 1, 1)
    assert "1 of them without a known person" in found.sentence
    assert [p.id for p in affected(log, harm="decision = 0", subject="id")] == ["ana"]


def test_no_cell_of_the_list_is_a_formula(tmp_path: Path) -> None:
    ids = ["=cmd()", "+1", "-1", "@x", "\tx", "plain", 'with "quotes", and a comma']
    pq.write_table(pa.table({"id": ids, "decision": [0] * len(ids)}), tmp_path / "log.parquet")
    listed = affected(tmp_path / "log.parquet", harm="decision = 0", subject="id")
    buffer = io.StringIO()
    assert listed.write_csv(buffer) == len(ids)
    assert listed.write_csv(tmp_path / "list.csv") == len(ids)
    lines = buffer.getvalue().splitlines()
    assert lines[0] == "subject,first,last,times"
    for dangerous in ids[:5]:
        assert f"'{dangerous}" in buffer.getvalue()
    assert not [line for line in lines if line[:1] in "=+-@\t"]
    assert (tmp_path / "list.csv").read_text(encoding="utf-8").splitlines() == lines


@given(st.text())
def test_a_harmless_cell_never_begins_like_a_formula(cell: str) -> None:
    assert harmless(cell)[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n")
    assert harmless(cell).endswith(cell)


def test_ids_stay_inside_unless_the_list_is_asked_for(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "log.csv", ["id", "decision"], [(f"secret-{i}", i % 2) for i in range(50)])
    assert "secret-" not in blast_radius(log, harm="decision = 0", subject="id").to_json()


def test_small_cohorts_are_hidden_with_what_would_give_them_away(tmp_path: Path) -> None:
    rows = [("a", f"a{i}", 0 if i < 50 else 1) for i in range(100)]
    rows += [("b", f"b{i}", 0 if i < 30 else 1) for i in range(100)]
    rows += [("c", f"c{i}", 0 if i < 2 else 1) for i in range(40)]
    log = write_csv(tmp_path / "log.csv", ["team", "id", "decision"], rows)
    r = blast_radius(log, harm="decision = 0", subject="id", by="team", smallest_cell=5).result
    by = {c["attributes"]["team"]: c for c in r["by"]}
    assert by["c"]["suppressed"]
    assert by["c"]["decisions"]["value"] is None
    assert ("suppressed" in by["a"]) != ("suppressed" in by["b"])  # else c = all - a - b
    assert r["decisions"] == 82


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["v1", "v2", None]),
            st.sampled_from(["a", "b", "c", None]),
            st.sampled_from([0, 1, None]),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=60,
    )
)
def test_every_count_equals_counting_by_hand(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    path = tmp_path_factory.mktemp("log") / "log.parquet"
    version, person, decision, day = zip(*rows, strict=True)
    dates = [(START + timedelta(days=d)).date() for d in day]
    pq.write_table(
        pa.table(
            {
                "version": pa.array(version, pa.string()),
                "person": pa.array(person, pa.string()),
                "decision": pa.array(decision, pa.int8()),
                "day": dates,
            }
        ),
        path,
    )
    told = [r for r in rows if r[2] is not None]
    if not told:
        return
    found = blast_radius(
        path, harm="decision = 0", subject="person", time="day", by="version", baseline="version = 'v1'"
    )
    r, hit = found.result, [x for x in told if x[2] == 0]
    assert (found.rows.used, found.rows.skipped) == (len(told), len(rows) - len(told))
    assert r["decisions"] == len(hit)
    assert r["subjects"] == len({x[1] for x in hit} - {None})
    for cohort in r["by"]:
        mine = [x for x in told if x[0] == cohort["attributes"]["version"]]
        assert cohort["n"] == len(mine)
        assert cohort["decisions"] == sum(x[2] == 0 for x in mine)
        assert cohort["subjects"] == len({x[1] for x in mine if x[2] == 0} - {None})
    for period in r["over_time"]:
        mine = [x for x in told if (START + timedelta(days=x[3])).date().isoformat() == period["since"]]
        assert (period["n"], period["decisions"]) == (len(mine), sum(x[2] == 0 for x in mine))
        assert period["subjects"] == len({x[1] for x in mine if x[2] == 0} - {None})
    exposed = [x for x in told if x[0] not in ("v1", None)]
    assert (r["exposed"]["n"], r["exposed"]["decisions"]) == (len(exposed), sum(x[2] == 0 for x in exposed))
    assert r["exposed"]["subjects"] == len({x[1] for x in exposed if x[2] == 0} - {None})
