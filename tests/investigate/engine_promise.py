"""What every engine must pass: it counts what a loop over the rows counts.

An engine's own test class gives the fixture ``source`` (its log, written from `one_log.rows`) and is done:

    class TestSqlite(EnginePromise):
        @pytest.fixture
        def source(self, made, places): return one_log.sqlite(made, places)
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from math import isnan
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.investigate.one_log import ZONE, rows

from hotwash.investigate import Cancelled, Predictions, TooMany
from hotwash.investigate import engine as engines
from hotwash.investigate.engine import Ask, Engine, PeopleAsk, SumsAsk, Watch
from hotwash.investigate.expression import Expression, Name, Start, Step
from hotwash.investigate.kinds import condition

Row = dict[str, Any]
BERLIN = ZoneInfo(ZONE)


def number(row: Row, name: str) -> float | None:
    held = row[name]
    return None if held is None or (isinstance(held, float) and isnan(held)) else held


def both(one: Any, two: Any, does: Callable[[Any, Any], Any]) -> Any:
    return None if one is None or two is None else does(one, two)


CONDITIONS: dict[str, Callable[[Row], bool | None]] = {
    "decision = true": lambda r: r["decision"],
    "decision": lambda r: r["decision"],
    "not decision": lambda r: None if r["decision"] is None else not r["decision"],
    "score >= 0.5": lambda r: both(number(r, "score"), 0.5, lambda a, b: a >= b),
    "score is null": lambda r: number(r, "score") is None,
    "site / label > 1": lambda r: both(r["site"], r["label"] or None, lambda a, b: a / b > 1),
    "abs(site) * 2 = 8": lambda r: both(r["site"], 1, lambda a, _: abs(a) * 2 == 8),
    "-site + 1.5 < 0": lambda r: both(r["site"], 1, lambda a, _: -a + 1.5 < 0),
    "race = 'blue'": lambda r: both(r["race"], 1, lambda a, _: a == "blue"),
    "race < 'a'": lambda r: both(r["race"], 1, lambda a, _: a < "a"),
    "lower(race) = 'ärzte'": lambda r: both(r["race"], 1, lambda a, _: a.lower() == "ärzte"),
    "upper(race) = 'ÄRZTE'": lambda r: both(r["race"], 1, lambda a, _: a.upper() == "ÄRZTE"),
    "trim(race) = 'padded'": lambda r: both(r["race"], 1, lambda a, _: a.strip() == "padded"),
    "length(note) = 2": lambda r: both(r["note"], 1, lambda a, _: len(a) == 2),
    "race in ('Blue', 'Zoë ''Z''')": lambda r: both(r["race"], 1, lambda a, _: a in ("Blue", "Zoë 'Z'")),
    "note like 'a_b'": lambda r: both(r["note"], 1, lambda a, _: len(a) == 3 and a[0] == "a" and a[2] == "b"),
    "note like '%\\%'": lambda r: both(r["note"], 1, lambda a, _: "\\" in a),
    "note like 'a%'": lambda r: both(r["note"], 1, lambda a, _: a.startswith("a")),
    "site between 1 and 2": lambda r: both(r["site"], 1, lambda a, _: 1 <= a <= 2),
    "at >= '2026-10-25T01:30:00Z'": lambda r: both(
        r["at"], datetime(2026, 10, 25, 1, 30, tzinfo=UTC), lambda a, b: a >= b
    ),
    "day = '2026-03-29'": lambda r: both(r["day"], date(2026, 3, 29), lambda a, b: a == b),
}


def instant(moment: Any) -> datetime | None:
    """Two times of one zone compare by their clocks, so that the hour that comes twice would be one."""
    return moment.astimezone(UTC) if moment else None


def begun(moment: datetime | None, every: str, zone: Any = UTC) -> datetime | None:
    if moment is None:
        return None
    here = moment.astimezone(zone)
    if every == "hour":
        return (moment - timedelta(minutes=here.minute, seconds=here.second, microseconds=here.microsecond)).astimezone(
            zone
        )
    day = datetime(here.year, here.month, 1 if every == "month" else here.day, tzinfo=zone)
    return day - timedelta(days=day.weekday()) if every == "week" else day


class EnginePromise:
    """The tests that every engine passes."""

    @pytest.fixture
    def made(self) -> list[Row]:
        return rows()

    @pytest.fixture
    def log(self, source: Any) -> Predictions:
        return Predictions(source)

    def tree(self, engine: Engine, text: str) -> Expression:
        return condition(text, {c.name: c for c in engine.columns()})

    def name(self, engine: Engine, name: str) -> Name:
        return Name(name, column=next(c for c in engine.columns() if c.name == name))

    def test_columns_say_what_they_hold(self, log: Predictions) -> None:
        kinds = {c.name: (c.kind, c.zoned) for c in log.columns() if c.name != "a"}
        assert kinds == {
            "person": ("text", False),
            "at": ("time", True),
            "clock": ("time", False),
            "day": ("day", False),
            "race": ("text", False),
            "note": ("text", False),
            "site": ("number", False),
            "score": ("number", False),
            "decision": ("boolean", False),
            "label": ("number", False),
        }

    def test_conditions_hold_where_they_should(self, log: Predictions, made: list[Row]) -> None:
        with log.opened() as engine:
            for text, by_hand in CONDITIONS.items():
                cells = engine.counts(Ask((self.tree(engine, text),), ((0,),)))
                found = Counter({cell.values[0]: cell.rows for cell in cells})
                assert found == Counter(map(by_hand, made)), text
                assert {type(cell.values[0]) for cell in cells} <= {bool, type(None)}, text

    def test_keys_keep_their_values(self, log: Predictions, made: list[Row]) -> None:
        with log.opened() as engine:
            for name in ("race", "note", "site", "label", "decision", "day"):
                cells = engine.counts(Ask((self.name(engine, name),), ((0,),)))
                assert {c.values[0]: c.rows for c in cells} == Counter(r[name] for r in made), name

    def test_margins_add_up_and_where_keeps_what_it_cannot_tell(self, log: Predictions, made: list[Row]) -> None:
        with log.opened() as engine:
            where = self.tree(engine, "site > 0")
            keys = (self.name(engine, "race"), self.name(engine, "decision"), where)
            cells = engine.counts(Ask(keys, ((), (0,), (1, 2), (0, 1, 2)), where))
        kept = [(r["race"], r["decision"], both(r["site"], 0, lambda a, b: a > b)) for r in made]
        kept = [row for row in kept if row[2] is not False]
        for number_, margin in enumerate(((), (0,), (1, 2), (0, 1, 2))):
            found = {c.values: c.rows for c in cells if c.margin == number_}
            assert found == Counter(tuple(row[i] for i in margin) for row in kept)

    @pytest.mark.parametrize("every", ["hour", "day", "week", "month"])
    def test_periods_begin_where_the_clock_says(self, source: Any, made: list[Row], every: str) -> None:
        for zone in (None, ZONE):
            with Predictions(source, zone=zone).opened() as engine:
                start = Start(self.name(engine, "at"), every)
                found = Counter({instant(c.values[0]): c.rows for c in engine.counts(Ask((start,), ((0,),)))})
            assert found == Counter(instant(begun(r["at"], every, BERLIN if zone else UTC)) for r in made)

    def test_a_wall_clock_is_read_in_the_zone_of_the_log(self, source: Any, made: list[Row]) -> None:
        """Without the hour that comes twice: there nobody can know."""
        with Predictions(source, zone=ZONE).opened() as engine:
            calm = condition("clock < '2026-10-24T23:00'", {c.name: c for c in engine.columns()}, zone=ZONE)
            start = Start(self.name(engine, "clock"), "hour")
            cells = engine.counts(Ask((start, calm), ((0, 1),), calm))
        found = {instant(c.values[0]): c.rows for c in cells if c.values[1]}
        early = [r["clock"] for r in made if r["clock"] and r["clock"].isoformat() < "2026-10-24T23"]
        # The hour that is skipped is shown as the one after it.
        assert found == Counter(instant(begun(c.replace(tzinfo=BERLIN).astimezone(UTC), "hour", BERLIN)) for c in early)

    def test_dates_fall_into_weeks_and_months(self, log: Predictions, made: list[Row]) -> None:
        with log.opened() as engine:
            for every in ("day", "week", "month"):
                cells = engine.counts(Ask((Start(self.name(engine, "day"), every),), ((0,),)))
                wanted: Counter[date | None] = Counter()
                for row in made:
                    day = row["day"]
                    if day and every != "day":
                        day -= timedelta(days=day.weekday() if every == "week" else day.day - 1)
                    wanted[day] += 1
                assert {c.values[0]: c.rows for c in cells} == wanted

    def test_numbers_fall_between_edges(self, log: Predictions, made: list[Row]) -> None:
        edges = (0.1, 0.25, 0.5, 0.9)
        with log.opened() as engine:
            cells = engine.counts(Ask((Step(self.name(engine, "score"), edges),), ((0,),)))
        scores = [number(row, "score") for row in made]
        assert {c.values[0]: c.rows for c in cells} == Counter(
            None if s is None else sum(s >= edge for edge in edges) for s in scores
        )

    def test_numbers_add_up_exactly(self, log: Predictions, made: list[Row]) -> None:
        with log.opened() as engine:
            sums = engine.sums(SumsAsk(self.name(engine, "score"), (self.name(engine, "decision"),)))
        low = min(s for r in made if (s := number(r, "score")) is not None)
        high = max(s for r in made if (s := number(r, "score")) is not None)
        centre, step = engines.grid(low, high)
        assert sums.centre == centre
        for cell in sums.cells:
            some = [number(r, "score") for r in made if r["decision"] is cell.values[0]]
            places = [round((s - centre) / step) for s in some if s is not None]
            assert (cell.rows, cell.valued) == (len(some), len(places))
            assert (cell.total, cell.squares) == (sum(places) * step, sum(p * p for p in places) * step * step)

    def test_people_are_counted_once(self, log: Predictions, made: list[Row]) -> None:
        with log.opened() as engine:
            keys = (self.name(engine, "race"), self.name(engine, "decision"))
            where = self.tree(engine, "label = 1")
            people = engine.people(PeopleAsk(self.name(engine, "person"), keys, ((), (0,), (0, 1)), where))
        met = [r for r in made if r["label"] == 1 and r["person"] is not None]
        assert people.repeats == Counter(Counter(r["person"] for r in met).values())
        for number_, names in enumerate(((), ("race",), ("race", "decision"))):
            different = {(tuple(r[n] for n in names), r["person"]) for r in met}
            found = {c.values: c.rows for c in people.cells if c.margin == number_}
            assert found == Counter(values for values, _ in different)

    def test_the_affected_come_most_often_met_first(self, log: Predictions, made: list[Row]) -> None:
        with log.opened() as engine:
            where = self.tree(engine, "decision = false")
            found = list(engine.affected(self.name(engine, "person"), where, self.name(engine, "at")))
        met: dict[str, list[datetime | None]] = {}
        for row in made:
            if row["decision"] is False and row["person"]:
                met.setdefault(row["person"], []).append(row["at"])
        wanted = sorted(met.items(), key=lambda item: (-len(item[1]), item[0]))
        assert [(p.id, p.times) for p in found] == [(who, len(times)) for who, times in wanted]
        for person in found:
            times = [t for t in met[person.id] if t]
            assert (person.first, person.last) == ((min(times), max(times)) if times else (None, None))

    def test_too_many_cells_are_refused(self, log: Predictions, monkeypatch: pytest.MonkeyPatch) -> None:
        import sys

        for module in [
            m for n, m in sys.modules.items() if n.startswith("hotwash.investigate") and hasattr(m, "CELLS_MAX")
        ]:
            monkeypatch.setattr(module, "CELLS_MAX", 5)
        with log.opened() as engine, pytest.raises(TooMany, match="more than 5 combinations"):
            engine.counts(Ask((self.name(engine, "race"),), ((0,),)))

    def test_a_question_stops_when_asked(self, log: Predictions) -> None:
        asked = [False]
        with log.opened(Watch(None, lambda: asked[0])) as engine:
            key = self.name(engine, "race")
            asked[0] = True
            with pytest.raises(Cancelled):
                engine.counts(Ask((key,), ((0,),)))

    def test_the_same_rows_have_the_same_fingerprint(self, log: Predictions) -> None:
        found = []
        for _ in range(2):
            with log.opened() as engine:
                found.append(engine.fingerprint())
        assert found[0] == found[1]
        assert found[0].startswith(("sha256:", "weak:400-rows-"))

    def test_what_was_run_is_told(self, log: Predictions) -> None:
        with log.opened() as engine:
            engine.counts(Ask((self.name(engine, "race"),), ((0,),)))
            assert "race" in engine.sql[-1]
            assert engine.name.split()[1][0].isdigit()
