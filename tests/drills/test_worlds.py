"""Worlds: the same seed gives the same bytes, and who was harmed is what a second look at every row says."""

import copy
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotwash.drills import worlds
from hotwash.drills.play.reality import reality
from hotwash.drills.scenarios.shelf import named
from hotwash.drills.worlds import World, WorldWrong, read, span, truth, write
from hotwash.drills.worlds.deciding import Deciding
from hotwash.drills.worlds.draws import BLOCK
from hotwash.drills.worlds.harming import Stop
from hotwash.drills.worlds.predicates import Coded, meets

TABLE: dict[str, Any] = tomllib.loads("""
kind = "decisions"
rows = 6_000
before = "20 days"
after = "8 hours"
visits = 1.5
columns = { id = "application", subject = "applicant", label = "qualified", label_time = "labelled_at" }
decision = { above = "invite", below = "reject", adverse = "reject" }
season = { weekdays = [1, 1, 1, 1, 0.9, 0.4, 0.35], noise = 0.08, growth = 0.01 }
label = { base = 0.42, delay = "3 days", unknown = 0.1, noise = 0.02, by = [{ when = "age = 'old'", base = 0.6 }] }
[[attributes]]
name = "sex"
values = { female = 0.46, male = 0.54 }
missing = 0.05
[[attributes]]
name = "age"
values = { young = 0.7, old = 0.3 }
[[attributes]]
name = "school"
values = { public = 0.56, private = 0.30, "women's college" = 0.14 }
given = [{ when = "sex = 'male'", values = { public = 0.65, private = 0.35 } }]
[[numbers]]
name = "years"
middle = 5
spread = 0.6
merit = 0.5
missing = 0.03
[[versions]]
name = "v1"
[[versions]]
name = "v2"
at = "-8 days"
[[harms]]
name = "colleges"
how = "score"
since = "-8 days"
who = "school = 'women''s college'"
by = -1.2
""")


def world(**changes: Any) -> World:
    return read(copy.deepcopy(TABLE) | changes)


def harm(how: str, **more: Any) -> list[dict[str, Any]]:
    return [{"name": how, "how": how, "since": "-8 days", "by": 0.6} | more]


HARMS = {
    "score": harm("score", by=-1.0, who="sex = 'female'"),
    "threshold": harm("threshold", who="age = 'old' and years < 6"),
    "label-bias": harm("label-bias", who="school <> 'public'"),
    "dropped-feature": harm("dropped-feature", feature="years"),
    "drift": harm("drift", ramp="4 days"),
    "refusal": harm("refusal", who="not (sex = 'male' or age = 'old')", share=0.5, until="-2 days"),
    "price": harm("price", by=0.2, who="age = 'young'"),
    "two": [*harm("score", by=-1.0, who="sex = 'female'"), *harm("refusal", since="-3 days", by=0.3)],
}
PRICE = {"column": "offer", "truth": "worth", "middle": 300.0, "spread": 0.5, "noise": 0.05}


def harmful(how: str) -> World:
    more: dict[str, Any] = {"price": PRICE} if how == "price" else {}
    return world(harms=HARMS[how], **more)


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    return duckdb.connect().execute(f"SELECT COLUMNS(*)::VARCHAR FROM '{path}'").fetchall()


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_world(tmp_path: Path, suffix: str) -> None:
    files = [tmp_path / f"{name}.{suffix}" for name in ("one", "two", "other")]
    for file, seed in zip(files, (7, 7, 8), strict=True):
        assert write(world(), file, seed=seed) == 6_000
    one, two, other = (file.read_bytes() for file in files)
    assert one == two
    assert one != other
    assert len(set(rows_of(files[0])) & set(rows_of(files[2]))) == 0


def test_a_file_of_several_blocks_is_the_same_bytes_again(tmp_path: Path) -> None:
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    for file in (one, two):
        write(world(), file, rows=BLOCK * 5 + 17, seed=3)
    assert one.read_bytes() == two.read_bytes()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**40), block=st.integers(0, 3), how=st.sampled_from(sorted(HARMS)))
def test_a_block_does_not_depend_on_what_was_drawn_before(seed: int, block: int, how: str) -> None:
    rows = BLOCK * 3 + 501
    made = Deciding(harmful(how), rows=rows, seed=seed)
    for number in range(block):
        made.block(number)
    assert same(made.block(block), Deciding(harmful(how), rows=rows, seed=seed).block(block))


def same(one: Any, other: Any) -> bool:
    assert list(one.columns) == list(other.columns)
    pairs = [(bare(one.columns[name]), bare(other.columns[name])) for name in one.columns]
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs) and bool(
        np.array_equal(one.harmed, other.harmed)
    )


def bare(column: Any) -> Any:
    return column.codes if isinstance(column, Coded) else column


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**40), how=st.sampled_from(sorted(HARMS)), rows=st.integers(1, 4_000))
def test_the_truth_is_what_two_worlds_laid_side_by_side_say(seed: int, how: str, rows: int) -> None:
    """The world without its harms is drawn by itself, and each row compared in plain Python."""
    told = harmful(how)
    bad, good = (Deciding(one, rows=rows, seed=seed) for one in (told, told.harmless()))
    hurt: list[tuple[int, int]] = []
    for number in range(bad.blocks):
        one, other = bad.block(number), good.block(number)
        for place in range(len(one.at)):
            if against(told, one, other, place):
                hurt.append((int(one.at[place]), int(one.person[place])))
    known = truth(told, rows=rows, seed=seed)
    assert known.harmed.decisions == len(hurt)
    assert known.harmed.people == len({person for _, person in hurt}) == len(known.subjects)
    assert set(known.subjects) == {f"P{person + 1:07d}" for _, person in hurt}
    days: dict[str, set[int]] = {}
    for at, person in hurt:
        days.setdefault(datetime.fromtimestamp(at / 1e6, UTC).date().isoformat(), set()).add(person)
    assert {day: one.people for day, one in known.days.items()} == {day: len(who) for day, who in days.items()}
    for values in known.by.values():
        assert sum(one.decisions for one in values.values()) == len(hurt)
    if hurt:
        assert known.first is not None
        assert known.first.timestamp() == pytest.approx(min(hurt)[0] / 1e6)
        assert known.onset is not None
        assert known.onset <= known.first
    assert truth(told.harmless(), rows=rows, seed=seed).harmed == worlds_none()


def worlds_none() -> Any:
    from hotwash.drills.worlds.planted import Harmed

    return Harmed(0, 0)


def against(told: World, one: Any, other: Any, place: int) -> bool:
    """Whether a row was decided against the person with the harms, and not without them."""
    if told.price:
        bad, good = one.columns["offer"][place], other.columns["offer"][place]
        return bool(abs(bad - good) > told.price.tolerance * abs(good))
    if any(harm.how == "drift" for harm in told.harms):
        # Without drift the world is another one; what a model that saw it move would have decided stands in the block.
        return bool(one.columns["decision"].codes[place] == 0 and one.without[place] == 1)
    said = [made.columns["decision"].values[made.columns["decision"].codes[place]] for made in (one, other)]
    bad, good = map(str, said)
    return bad in ("reject", "refused") and good == "invite"


def test_harm_meets_only_those_for_whom_it_was_planted() -> None:
    known = truth(world(), seed=5)
    schools = {value: one.decisions for value, one in known.by["school"].items()}
    assert schools["women's college"] == known.harmed.decisions > 20
    assert schools["public"] == schools["private"] == 0
    assert known.by["sex"]["male"].decisions == 0
    assert min(known.days) >= "2026-04-26"


def test_what_is_logged_has_the_shares_that_were_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "log.parquet"
    write(world(harms=[]), file, rows=60_000, seed=1)
    sql = f"""SELECT avg((sex = 'female')::INT), avg((sex IS NULL)::INT), count(*) / count(DISTINCT applicant),
        avg((years IS NULL)::INT), avg((qualified = 'yes')::INT) FILTER (age = 'old'),
        avg((qualified = 'yes')::INT) FILTER (age = 'young'), count(*) FILTER (labelled_at < decided_at),
        count(*) FILTER (dayofweek(decided_at) = 2) / count(*) FILTER (dayofweek(decided_at) = 0),
        median(epoch(labelled_at - decided_at) / 86400) FILTER (decided_at < '2026-04-24')
        FROM '{file}'"""
    female, lost, visits, unknown, old, young, early, busy, delay = duckdb.connect().execute(sql).fetchone() or ()
    assert female == pytest.approx(0.46, abs=0.01)
    assert lost == pytest.approx(0.05, abs=0.005)
    assert visits == pytest.approx(1.5, abs=0.02)
    assert unknown == pytest.approx(0.03, abs=0.004)
    assert old == pytest.approx(0.6 * 0.98 + 0.4 * 0.02, abs=0.015)
    assert young == pytest.approx(0.42 * 0.98 + 0.58 * 0.02, abs=0.015)
    assert early == 0
    assert busy > 2
    assert delay == pytest.approx(3, abs=0.2)


def test_the_questions_read_a_world_and_find_its_onset(tmp_path: Path) -> None:
    from hotwash.investigate import Predictions, onset

    file = tmp_path / "log.csv"
    write(world(), file, rows=80_000, seed=2)
    log = Predictions.open(file, time="decided_at")
    where = "school = 'women''s college'"
    found = onset(log, time="decided_at", harm="decision = 'reject'", where=where, every="day")
    changes = found.result["changes"]
    assert [change["at"][:10] for change in changes] == ["2026-04-26"]


def test_a_log_as_it_stood_at_a_moment_is_the_beginning_of_the_whole_one(tmp_path: Path) -> None:
    part, whole = tmp_path / "part.parquet", tmp_path / "whole.parquet"
    moment = datetime(2026, 4, 30, 12, tzinfo=UTC)
    count = write(world(), part, seed=4, until=moment)
    write(world(), whole, seed=4)
    assert 0 < count < 6_000
    columns = "application, decided_at, model_version, applicant, sex, age, school, years, score, decision"
    sql = f"SELECT count(*) FROM (SELECT {columns} FROM '{part}' EXCEPT SELECT {columns} FROM '{whole}')"
    assert duckdb.connect().execute(sql).fetchone() == (0,)
    latest = f"SELECT max(decided_at) < '{moment}', max(labelled_at) <= '{moment}' FROM '{part}'"
    assert duckdb.connect().execute(latest).fetchone() == (True, True)


@settings(max_examples=15, deadline=None)
@given(minutes=st.integers(-9 * 1440, 480), state=st.sampled_from(["fallback", "human", "off"]))
def test_containment_leaves_exactly_the_harms_before_it(minutes: int, state: str) -> None:
    told = world()
    since = told.zero + timedelta(minutes=minutes)
    contained = truth(told, seed=9, stops=[Stop(since, state)])
    before = truth(told, seed=9, until=min(since, told.end))
    assert (contained.harmed, contained.subjects) == (before.harmed, before.subjects)


def test_containment_of_a_cohort_spares_nobody_else() -> None:
    told = world(harms=harm("score", by=-1.0))
    where = told.harms[0].who.__class__("sex = 'female'", read(TABLE | {"harms": HARMS["score"]}).harms[0].who.tree)
    stop = Stop(told.zero - timedelta(days=4), "human", until=told.zero - timedelta(days=1), where=where)
    free, contained = truth(told, seed=9), truth(told, seed=9, stops=[stop])
    assert contained.by["sex"]["male"] == free.by["sex"]["male"]
    assert 0 < contained.by["sex"]["female"].decisions < free.by["sex"]["female"].decisions


def test_what_people_decide_is_in_the_log_while_a_stop_holds(tmp_path: Path) -> None:
    told, file = world(), tmp_path / "log.csv"
    write(told, file, seed=9, stops=[Stop(told.zero - timedelta(days=2), "human")])
    sql = f"""SELECT count(*) FILTER (decision = 'referred' AND decided_at < '{told.zero - timedelta(days=2)}'),
        count(*) FILTER (decision <> 'referred' AND decided_at >= '{told.zero - timedelta(days=2)}'),
        count(*) FILTER (decision = 'referred') FROM '{file}'"""
    early, late, all_of_them = duckdb.connect().execute(sql).fetchone() or ()
    assert (early, late) == (0, 0)
    assert all_of_them > 100


def test_conditions_mean_in_a_world_what_they_mean_to_an_engine(tmp_path: Path) -> None:
    told = world(harms=[])
    file = tmp_path / "log.parquet"
    write(told, file, seed=6)
    made = Deciding(told, rows=6_000, seed=6).block(0)
    texts = [
        "sex = 'female' or sex is null", "not (sex = 'female' and years > 5)", "years between 3 and 6 and age <> 'old'",
        "school in ('public', 'private')", "school like 'p%' and abs(years - 5) * 2 >= 3", "upper(age) = 'OLD'",
        "not years > 4", "length(school) = 6",
    ]  # fmt: skip
    for text in texts:
        tree = read(TABLE | {"harms": harm("score", who=text)}).harms[0].who
        expected = f"SELECT count(*) FROM '{file}' WHERE {text}"
        assert (int(meets(tree, made.columns, 6_000).sum()),) == duckdb.connect().execute(expected).fetchone(), text


WRONG = [
    ({"kind": "magic"}, "world.kind"),
    ({"rowz": 5}, "world.rowz"),
    ({"rows": 0}, "world.rows"),
    ({"before": "soon"}, "world.before"),
    ({"visits": 0.5}, "world.visits"),
    ({"season": {"hours": [1, 2]}}, "world.season.hours"),
    ({"label": {"base": 1.5}}, "world.label.base"),
    ({"label": {"base": 0.5, "by": [{"when": "nobody = 1", "base": 0.2}]}}, "world.label.by[0].when"),
    ({"decision": {"above": "a", "below": "b", "adverse": "c"}}, "world.decision.adverse"),
    ({"versions": [{"name": "v1", "at": "-3 days"}]}, "world.versions[0].at"),
    ({"harms": harm("score", who="school = 'publik'")}, "world.harms[0].who"),
    ({"harms": harm("score", who="school =")}, "world.harms[0].who"),
    ({"harms": harm("score", since="3 weeks")}, "world.harms[0].since"),
    ({"harms": harm("dropped-feature", feature="sex")}, "world.harms[0].feature"),
    ({"harms": harm("price")}, "world.harms[0].how"),
    ({"harms": harm("answers")}, "world.harms[0].how"),
    ({"harms": harm("refusal", by=2.0)}, "world.harms[0].by"),
    ({"harms": [*harm("score"), *harm("score")]}, "world.harms[0].name"),
    ({"columns": {"id": "sex"}}, "world.columns"),
    ({"columns": {"id": 'x"; DROP'}}, "world.columns.id"),
    ({"attributes": [{"name": "sex", "values": {"f": 0.5, "m": 0.6}}], "harms": []}, "world.attributes[0].values"),
    ({"kind": "chat", "harms": []}, "world.chat"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "path"), WRONG, ids=[path for _, path in WRONG])
def test_a_fault_has_the_path_of_its_key(change: dict[str, Any], path: str) -> None:
    with pytest.raises(WorldWrong) as caught:
        world(**change)
    assert path in [fault.path for fault in caught.value.faults]


def test_all_faults_are_told_at_once_and_a_near_key_is_named() -> None:
    with pytest.raises(WorldWrong) as caught:
        world(verions=[], visits=0, season={"noise": 7})
    assert [fault.path for fault in caught.value.faults] == ["world.verions", "world.season.noise", "world.visits"]
    assert "`versions`" in str(caught.value)


@pytest.mark.parametrize("text", ["", "soon", "5", "3 fortnights", "days 3"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        span(text)


def test_lengths_of_time_are_read() -> None:
    assert span("-11 days 18 hours") == -timedelta(days=11, hours=18)
    assert span("1.5 hours") == timedelta(minutes=90)


SHIPPED = Path(worlds.__file__).parents[1] / "data"


@pytest.mark.parametrize(
    "file", sorted([*SHIPPED.glob("*.toml"), *SHIPPED.glob("worlds/*.toml")]), ids=lambda file: str(file.stem)
)
def test_every_shipped_world_harms_somebody_since_its_onset_and_not_before(file: Path) -> None:
    told = read(tomllib.loads(file.read_text(encoding="utf-8"))["world"])
    known = truth(told, seed=1)
    assert known.harmed.people >= 20
    assert known.onset is not None
    assert known.first is not None
    assert known.onset <= known.first
    assert truth(told, seed=1, until=known.onset).harmed.people == 0
    assert all(one.harmed.decisions for one in known.harms)
    assert truth(told, seed=2).subjects != known.subjects


@pytest.mark.parametrize("hour", ["2026-11-24T22:30:00Z", "2026-11-28T03:00:00Z", "2026-11-30T08:00:00Z"])
def test_a_world_that_says_when_it_begins_harms_alike_at_every_hour(hour: str) -> None:
    scenario = named("resume-screening").scenario
    morning = datetime(2026, 11, 23, 8, tzinfo=UTC)
    told, other = (reality(scenario, zero=zero, seed=7) for zero in (morning, datetime.fromisoformat(hour)))
    assert (told.harmed, told.later) == (other.harmed, other.later)
    assert len(told.later) > 10
    loose = replace(scenario, world={name: value for name, value in scenario.world.items() if name != "begins"})
    of_the_clock = reality(loose, zero=datetime.fromisoformat(hour), seed=7)
    assert (of_the_clock.later != told.later) == ("30T08" not in hour)


def test_an_hour_without_a_weekday_keeps_the_day_of_the_drill() -> None:
    world = read(TABLE | {"begins": "08:30"}).anchored(datetime(2026, 11, 28, 22, 10, tzinfo=UTC))
    assert world.own_start + world.before == datetime(2026, 11, 28, 8, 30, tzinfo=UTC)
    assert world.start + world.before == datetime(2026, 11, 28, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize("said", ["8 o'clock", "24:00", "Moonday 08:00", "Monday Tuesday 08:00"])
def test_an_hour_that_is_none_is_told_with_what_would_mend_it(said: str) -> None:
    with pytest.raises(WorldWrong, match="Monday 08:00"):
        read(TABLE | {"begins": said})
