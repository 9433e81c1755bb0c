"""Figures for programs: JSON values, one line of CSV for each incident, and the text that Prometheus reads."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from hotwash.reports.measuring.figures import Line
from hotwash.reports.measuring.metrics import Kind, Measured, Metrics, caveats, over, time_of
from hotwash.reports.measuring.repeated import Costs, Effects, Recurrence
from hotwash.reports.measuring.risk import Standing
from hotwash.reports.measuring.summing import Summary

QUANTILES = (("0.5", "median"), ("0.9", "p90"))


def as_values(known: Metrics) -> dict[str, Any]:
    """Metrics as JSON values: seconds, and words for what they cannot say."""
    return {
        "since": known.since,
        "until": known.until,
        "incidents": known.incidents,
        "recorded_afterwards": known.afterwards,
        "drills": known.drills,
        "left_out": known.left_out,
        "measures": [_measured(one) for one in known.measures],
        "drill_measures": [_measured(one) for one in known.drilled],
        "groups": {
            name: [
                {
                    "key": group.key,
                    "title": group.title,
                    "incidents": group.incidents,
                    "measures": [_measured(one) for one in group.measures],
                }
                for group in groups
            ]
            for name, groups in known.groups.items()
        },
        "cannot": caveats(known),
    }


def _measured(one: Measured) -> dict[str, Any]:
    return {
        "measure": one.kind.id,
        "name": one.kind.name,
        "own": one.kind.own,
        "since": one.kind.since,
        "until": one.kind.until,
        **summary_values(one.summary),
        "counted": list(one.counted),
        "ends_before_it_begins": list(one.odd),
    }


def summary_values(one: Summary) -> dict[str, Any]:
    """A summary as JSON values; each figure with its limits."""

    def figure(name: str) -> dict[str, Any]:
        low, high = getattr(one, f"{name}_low"), getattr(one, f"{name}_high")
        return {"value": getattr(one, name), "low": low, "high": high, "level": 0.95}

    return {
        "recorded": one.n,
        "pending": one.pending,
        "not_applicable": one.not_applicable,
        "median": figure("median"),
        "p90": figure("p90"),
        "mean": figure("mean"),
        "least": one.least,
        "most": one.most,
        "still_running": one.running,
        "still_running_most": one.running_most,
        "median_with_running": one.with_running,
        "cannot": list(one.cannot),
    }


def also(repeated: Iterable[Recurrence], actions: Effects, spent: Iterable[Costs]) -> dict[str, Any]:
    """Recurrence, actions and costs as JSON values."""
    return {
        "recurrence": [{**msgspec.to_builtins(one), "again": one.again} for one in repeated],
        "actions": msgspec.to_builtins(actions),
        "costs": [{**msgspec.to_builtins(one), "total": one.total} for one in spent],
    }


def risk_values(standings: Iterable[Standing]) -> list[dict[str, Any]]:
    """Indicators as JSON values."""
    return [{**msgspec.to_builtins(one), "breached": one.breached} for one in standings]


def to_csv(lines: Iterable[Line], measured: Sequence[Kind]) -> str:
    """A line for each incident: what it is, and every measure in seconds with how it stands."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    heads = ["incident", "title", "kind", "counts", "state", "severity", "harms", "system", "team", "detector"]
    heads += ["declared_at", "ended_at"]
    for kind in measured:
        heads += [f"{kind.id}_seconds", f"{kind.id}_state"]
    writer.writerow(["" if head is None else safe(head) for head in heads])
    for line in lines:
        row = [line.id, line.title, line.kind, "yes" if line.real else "no", line.state, line.severity]
        row += [" ".join(line.harms), line.system, line.team, line.figures.detector]
        row += [line.declared_at.isoformat(), line.ended_at.isoformat() if line.ended_at else ""]
        for kind in measured:
            timed = time_of(line, kind)
            row += ["" if timed.seconds is None else f"{timed.seconds:.0f}", timed.state]
        writer.writerow([safe(cell) for cell in row])
    return out.getvalue()


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; negative numbers stay numbers."""
    if cell[:1] in ("=", "+", "@", "\t", "\r") or (cell[:1] == "-" and not cell[1:].replace(".", "", 1).isdigit()):
        return "'" + cell
    return cell


def to_prometheus(
    lines: Sequence[Line],
    measured: Sequence[Kind],
    now: datetime,
    *,
    actions: Effects,
    spent: Iterable[Costs],
    standings: Iterable[Standing],
) -> str:
    """What Prometheus scrapes: gauges only, for every figure can be computed anew from the records."""
    rows = [*_counts(lines), *_times(lines, measured, now), *_rest(actions, spent, standings)]
    out, last = [], ""
    for name, explained, labels, value in rows:
        if name != last:
            out += [f"# HELP {name} {_help(explained)}", f"# TYPE {name} gauge"]
            last = name
        written = ",".join(f'{label}="{_label(text)}"' for label, text in labels.items())
        out.append(f"{name}{{{written}}} {value:.17g}" if written else f"{name} {value:.17g}")
    return "\n".join(out) + "\n"


Gauge = tuple[str, str, dict[str, str], float]


def _counts(lines: Sequence[Line]) -> Iterator[Gauge]:
    counted: dict[tuple[str, str, str], int] = {}
    for line in lines:
        key = (line.kind, line.severity or "unassessed", line.state)
        counted[key] = counted.get(key, 0) + 1
    for (kind, severity, state), number in sorted(counted.items()):
        labels = {"kind": kind, "severity": severity, "state": state}
        yield "hotwash_incidents", "Incidents, by kind, severity and state.", labels, number
    going_on = sum(bool(line.harm_going_on) and line.state == "open" for line in lines if line.real)
    yield "hotwash_harm_going_on", "Open incidents in which people may still be harmed.", {}, going_on


def _times(lines: Sequence[Line], measured: Sequence[Kind], now: datetime) -> Iterator[Gauge]:
    real = [line for line in lines if line.real]
    sums = [(kind, over(real, kind, now).summary) for kind in measured]
    for kind, one in sums:
        for quantile, name in QUANTILES:
            value = getattr(one, name)
            if value is not None:
                labels = {"measure": kind.id, "quantile": quantile}
                yield "hotwash_measure_seconds", "Times of incidents that count, in seconds.", labels, value
    for kind, one in sums:
        for state, number in (("recorded", one.n), ("pending", one.pending), ("not-applicable", one.not_applicable)):
            labels = {"measure": kind.id, "state": state}
            yield "hotwash_measure_incidents", "Incidents by how a measure stands.", labels, number


def _rest(actions: Effects, spent: Iterable[Costs], standings: Iterable[Standing]) -> Iterator[Gauge]:
    for state, number in sorted(actions.by_state.items()):
        yield "hotwash_actions", "Actions, by how they stand.", {"state": state}, number
    yield "hotwash_actions_overdue", "Actions whose day has passed.", {}, actions.overdue
    for cost in spent:
        for basis, amount in (("booked", cost.booked), ("estimate", cost.estimated)):
            yield "hotwash_cost", "What incidents cost.", {"currency": cost.currency, "basis": basis}, amount
    known = list(standings)
    for one in known:
        if one.value is not None:
            yield "hotwash_indicator", "Value of a risk indicator.", {"indicator": one.indicator}, one.value
    for one in known:
        labels = {"indicator": one.indicator}
        yield "hotwash_indicator_breached", "1 if the indicator is above its limit.", labels, float(one.breached)


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _help(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def period(since: datetime | None, until: datetime | None) -> str:
    """A period in words."""
    if since is None and until is None:
        return "all time"
    if until is None:
        return f"since {_day(since)}"
    return f"{_day(since)} to {_day(until)}" if since is not None else f"until {_day(until)}"


def _day(at: datetime | None) -> str:
    assert at is not None
    return f"{at.astimezone(UTC):%Y-%m-%d}"
