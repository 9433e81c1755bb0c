"""Figures of many incidents, on histories whose answers are known."""

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from tests.incident.history import history

from hotwash.incident.state import Incident, replay
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.reports.measuring.figures import Figures, Line, Timed, figures, plain, read
from hotwash.reports.measuring.metrics import caveats, kinds, metrics
from hotwash.reports.measuring.repeated import costs, effects, recurrence
from hotwash.reports.measuring.risk import catalogue, risks
from hotwash.reports.measuring.summing import summed
from hotwash.reports.measuring.written import as_values, to_csv, to_prometheus
from hotwash.response.desk import Desk, Person
from hotwash.systems.governance import ControlAdded, Governance, Limit, MeasureDefined

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
HOUR = 3600.0


def line_of(incident: Incident, **more: Any) -> Line:
    assert incident.declared is not None
    known: dict[str, Any] = {
        "id": incident.id,
        "title": incident.title,
        "kind": incident.kind,
        "state": incident.standing,
        "severity": incident.severity.severity if incident.severity else "",
        "harms": incident.harms,
        "system": incident.system or "",
        "declared_at": incident.declared.at,
        "figures": figures(incident),
    }
    return Line(**{**known, **more})


def timed(*hours: float, kind: str = "normal", measure: str = "mttc", **more: Any) -> list[Line]:
    """Incidents with nothing but one measure, a day apart."""
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Line(
            f"INC-2026-{number:04d}",
            "x",
            kind,
            more.get("state", "closed"),
            "Major",
            ("fairness",),
            "loans",
            begun + timedelta(days=number),
            figures=Figures(measures={measure: Timed("recorded", one * HOUR, 0.0)}),
        )
        for number, one in enumerate(hours, 1)
    ]


def measured(lines: Iterable[Line], measure: str = "mttc", **more: Any) -> Any:
    known = metrics(list(lines), NOW, **more)
    return {one.kind.id: one for one in known.measures}[measure]


def test_the_150_timed_post_mortems_have_the_median_that_is_known(shared: Path) -> None:
    """Detected to remediated of public outages: 8.1 h in the middle, 39 s to 14,232 h, and a mean that none had."""
    records = json.loads((shared / "postmortems_icco" / "postmortems.json").read_text(encoding="utf-8"))
    both = [one for one in records if all(one.get(name, "").strip('"') for name in ("start_time", "end_time"))]
    desk = Desk(MemoryStore(), MemoryVault(), clock=lambda: datetime(2030, 1, 1, tzinfo=UTC))
    bo, lines = Person("bo", "commander"), []
    for one in both:
        since, until = (datetime.fromisoformat(one[name]) for name in ("start_time", "end_time"))
        begun = desk.declare(by=bo, at=since, title=one["title"] or "Outage", kind="backdated")
        desk.record(begun.id, "detect", by=bo, at=since, source="its post-mortem", detector="inside")
        desk.record(begun.id, "remediate", by=bo, at=until, how="mended", source="its post-mortem")
        lines.append(line_of(desk.incident(begun.id)))
    assert len(lines) == 150
    found = measured(lines, "mttr").summary
    hours = [
        (datetime.fromisoformat(one["end_time"]) - datetime.fromisoformat(one["start_time"])).total_seconds() / 3600
        for one in both
    ]
    assert found.n == 150
    assert found.median == median(hours) * 3600
    assert round(found.median / HOUR, 1) == 8.1
    assert (found.least, round(found.most / HOUR)) == (39, 14_232)
    assert found.mean > 10 * found.median
    assert found.median_low < found.median < found.median_high


def test_drills_and_tests_never_leak_into_the_figures() -> None:
    real = timed(1, 2, 3, 4, 5, 6, 7)
    rehearsed = [replace(line, id=line.id.replace("INC", "DRL")) for line in timed(900, 901, kind="drill")]
    tests = timed(5000, kind="test")
    unconfirmed = timed(7000, state="not-confirmed")
    alone = metrics(real, NOW, by=("severity", "harm", "quarter", "system"))
    mixed = metrics([*real, *rehearsed, *tests, *unconfirmed], NOW, by=("severity", "harm", "quarter", "system"))
    assert mixed.measures == alone.measures
    assert mixed.groups == alone.groups
    assert (mixed.incidents, mixed.drills, mixed.left_out) == (7, 2, 2)
    drilled = {one.kind.id: one for one in mixed.drilled}["mttc"]
    assert drilled.summary.median == 900.5 * HOUR
    assert recurrence([*rehearsed, *tests]) == []
    assert not alone.drilled


def test_with_three_incidents_it_says_what_it_cannot_say() -> None:
    known = metrics(timed(1, 2, 90), NOW)
    one = {each.kind.id: each for each in known.measures}["mttc"].summary
    assert (one.median, one.median_low, one.p90, one.mean_low) == (2 * HOUR, None, None, None)
    assert any("at least 6" in sentence for sentence in one.cannot)
    assert any("too few for a trend" in sentence for sentence in caveats(known))
    assert "nothing to measure" in caveats(metrics([], NOW))[0]


def test_those_that_still_run_are_counted_as_at_least_so_long() -> None:
    lines = timed(1, 2, 3)
    running = [
        Line("INC-2026-0009", "x", "normal", "open", "", (), "", NOW, figures=Figures(
            measures={"mttc": Timed("pending", None, (NOW - timedelta(hours=50)).timestamp())}
        ))
    ]  # fmt: skip
    one = measured([*lines, *running]).summary
    assert (one.n, one.pending, one.running, one.running_most) == (3, 1, 1, 50 * HOUR)
    assert (one.median, one.with_running) == (2 * HOUR, 2 * HOUR)
    assert any("can only get longer" in sentence for sentence in one.cannot)


def test_an_end_before_its_beginning_is_left_out_and_named() -> None:
    found = measured(timed(1, 2, -3))
    assert (found.summary.n, found.odd) == (2, ("INC-2026-0003",))


def test_an_incident_with_two_types_of_harm_stands_in_both_groups() -> None:
    lines = [replace(line, harms=("fairness", "privacy")) for line in timed(4)]
    groups = metrics(lines, NOW, by=("harm",)).groups["harm"]
    assert [(group.key, group.incidents) for group in groups] == [("fairness", 1), ("privacy", 1)]


def test_a_period_is_half_open() -> None:
    lines = timed(1, 2, 3)
    known = metrics(lines, NOW, since=lines[1].declared_at, until=lines[2].declared_at)
    assert known.incidents == 1


def test_a_measurement_of_ones_own_lies_between_any_two_points() -> None:
    own = {"own:told": MeasureDefined("own:told", "Time to the first note", "detected", "first:noted")}
    record = """
        09:00 ana declared title=x
        09:00 ana detected source=x
        09:20 bo noted text=one
        09:50 bo noted text=two
    """
    told = replay("INC-2026-0001", history(record))
    silent = replay("INC-2026-0002", history("\n".join(record.splitlines()[:3])))
    closed = line_of(silent, state="closed", id="INC-2026-0003")
    found = {one.kind.id: one for one in metrics([line_of(told), line_of(silent), closed], NOW, own=own).measures}[
        "own:told"
    ].summary
    assert (found.median, found.n, found.pending, found.not_applicable) == (20 * 60, 1, 1, 1)


def test_figures_come_back_as_they_were_kept() -> None:
    known = figures(replay("INC-2026-0001", history(STORY)))
    assert read(json.dumps(plain(known), default=str)) == known


STORY = """
    09:00 ana declared title='Loans refused' harms=fairness system=loans
    09:01 ana detected source=complaints detector=outside
    09:30 bo factor-added text='nobody watched' tag=monitoring
    09:40 bo cost-recorded amount=500 currency=EUR purpose=redress basis=estimate what=vouchers
    09:41 bo cost-recorded amount=90 currency=USD purpose=advice basis=booked what=lawyer evidence=L1
    09:50 bo control-judged control=nist:measure-2.4 verdict=failed reason='no alarm' shown_by=3
    09:55 bo policy-change-proposed policy=Watching change='an alarm for each group' because='none rang'
"""


def test_costs_of_different_currencies_are_never_added_up() -> None:
    lines = [line_of(replay("INC-2026-0001", history(STORY)))]
    assert [(one.currency, one.booked, one.estimated) for one in costs(lines)] == [("EUR", 0, 500), ("USD", 90, 0)]
    assert costs([replace(line, kind="drill") for line in lines]) == []


def test_a_factor_that_comes_back_after_its_action_was_closed_is_named() -> None:
    done = (
        "10:00 bo action-added title=Alarm kind=detect owner=bo tag=monitoring\n"
        "11:00 bo action-closed action=8 result=done\n"
    )
    first = line_of(replay("INC-2026-0001", history(STORY + done)))
    bare = replace(first.figures, actions=())
    again = replace(first, id="INC-2026-0002", declared_at=first.declared_at + timedelta(days=9), figures=bare)
    [found] = recurrence([again, first])
    assert (found.tag, found.again, found.after_action) == ("monitoring", 1, ("INC-2026-0002",))
    assert found.between.median is not None
    assert round(found.between.median) == 9
    known = effects([first, again], NOW.date())
    assert (known.total, known.closed, known.unproven, known.came_back) == (1, 1, 1, 1)


def test_a_control_failed_until_something_tests_it() -> None:
    first = line_of(replay("INC-2026-0001", history(STORY)))
    states = {one.control: one for one in catalogue([first], Governance())}
    assert states["nist:measure-2.4"].state == "failed"
    assert states["nist:manage-4.1"].suggested == ("INC-2026-0001",)
    assert states["nist:map-1.1"].state == "never"
    held = """
        09:00 ana declared title=rehearsal kind=drill
        +5d 09:00 bo control-judged control=nist:measure-2.4 verdict=held reason=rang
    """
    drill = line_of(replay("INC-2026-0002", history(held)))
    assert {one.control: one.state for one in catalogue([first, drill], Governance())}["nist:measure-2.4"] == "mended"


def test_an_own_control_stands_in_the_catalogue() -> None:
    own = Governance(
        controls={"own:stop": ControlAdded("own:stop", "Stop rule", "Two may stop it", tags=("monitoring",))}
    )
    last = catalogue([line_of(replay("INC-2026-0001", history(STORY)))], own)[-1]
    assert (last.control, last.own, last.suggested) == ("own:stop", True, ("INC-2026-0001",))


def test_an_indicator_is_breached_above_its_limit_and_own_limits_go_first() -> None:
    lines = [line_of(replay("INC-2026-0001", history(STORY)), harm_going_on=True)]
    by_id = {one.indicator: one for one in risks(lines, Governance(), NOW)}
    assert by_id["harm-going-on"].breached
    assert by_id["harm-going-on"].incidents == ("INC-2026-0001",)
    assert (by_id["found-outside"].value, by_id["found-outside"].breached) == (None, False)
    assert by_id["drill-age"].breached
    assert by_id["failed-untested"].value == 1
    own = Governance(
        limits={
            "harm-going-on": Limit("bo", NOW, 3, "we are many"),
            "drill-age": Limit("bo", NOW, None, "another tool"),
        }
    )
    by_id = {one.indicator: one for one in risks(lines, own, NOW)}
    assert not by_id["harm-going-on"].breached
    assert "drill-age" not in by_id


def test_csv_defuses_formulas_and_prometheus_escapes_labels() -> None:
    lines = [replace(timed(1)[0], title="=cmd|' /C calc'!A0", severity='Ma"jor\n')]
    text = to_csv(lines, kinds({}))
    assert ",'=cmd" in text
    assert len(list(csv.reader(io.StringIO(text)))) == 2
    scraped = to_prometheus(
        lines, kinds({}), NOW, actions=effects(lines, NOW.date()), spent=[], standings=risks(lines, Governance(), NOW)
    )
    assert 'severity="Ma\\"jor\\n"' in scraped
    assert 'hotwash_measure_seconds{measure="mttc",quantile="0.5"} 3600' in scraped
    sample = re.compile(r'[a-z_]+(\{([a-z_]+="([^"\\\n]|\\.)*",?)+\})? -?[0-9.e+-]+')
    assert all(row.startswith("# ") or sample.fullmatch(row) for row in scraped.splitlines())
    names = [row.split()[2] for row in scraped.splitlines() if row.startswith("# TYPE")]
    assert len(names) == len(set(names))


def test_values_for_programs_hold_what_cannot_be_said() -> None:
    told = as_values(metrics(timed(1, 2, 3), NOW, by=("severity",)))
    assert told["cannot"]
    assert told["groups"]["severity"][0]["key"] == "Major"


def test_a_mean_has_limits_only_where_there_are_enough() -> None:
    assert summed([1, 2, 3], mean_limits=True).mean_low is None
    assert summed([1, 2, 3, 4, 50, 60, 70], mean_limits=True).mean_low is not None
