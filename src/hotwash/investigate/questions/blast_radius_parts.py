"""The arithmetic of a blast radius after the counting, and how its finding speaks and is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hotwash.investigate import charts, intervals
from hotwash.investigate.engine import Value
from hotwash.investigate.errors import TooMany
from hotwash.investigate.rates import NO_ROWS, SUPPRESSED, Counts, Json, rate, shown, shown_rate
from hotwash.investigate.suppression import Group, hidden
from hotwash.investigate.words import number, percent, short, span

PERIODS_MAX = 20_000
OFTEN = 10
"""How often one person was met is told one by one up to here, and summed up above."""

_NONE: Json = {"value": None, "why": SUPPRESSED}


@dataclass(slots=True)
class Tally:
    """Rows of one cell: those asked about, those outside the baseline, and the baseline, inside where and at all."""

    n: int = 0
    harmed: int = 0
    exposed_n: int = 0
    exposed_harmed: int = 0
    inner_n: int = 0
    inner_harmed: int = 0
    usual_n: int = 0
    usual_harmed: int = 0
    subjects: int | None = None

    def add(self, rows: int, *, harmed: bool, inside: bool, usual: bool | None) -> None:
        """Count some rows. ``usual`` is None where it cannot be told whether they belong to the baseline."""
        hit = rows if harmed else 0
        if inside:
            self.n += rows
            self.harmed += hit
            if usual is False:
                self.exposed_n += rows
                self.exposed_harmed += hit
        if usual:
            self.usual_n += rows
            self.usual_harmed += hit
            if inside:
                self.inner_n += rows
                self.inner_harmed += hit

    def baseline(self, *, inner: bool) -> tuple[int, int]:
        """How many rows the baseline has, and how many of them are harmed."""
        return (self.inner_n, self.inner_harmed) if inner else (self.usual_n, self.usual_harmed)


def share(tally: Tally, level: float, why: str = NO_ROWS) -> Json:
    """The share of decisions under the harm, by Wilson."""
    return shown_rate(rate(tally.harmed, tally.n, intervals.critical(level), why), level)


def excess(tally: Tally, *, inner: bool, level: float) -> Json:
    """How many more decisions are harmed outside the baseline than its rate would give there.

    ``n (p - q)``, with n times the limits of Newcombe's hybrid score interval for the difference of the two shares.
    """
    z = intervals.critical(level)
    usual_n, usual_harmed = tally.baseline(inner=inner)
    one = rate(tally.exposed_harmed, tally.exposed_n, z, "no rows outside the baseline")
    two = rate(usual_harmed, usual_n, z, "no rows in the baseline")
    if one.value is None or two.value is None:
        return {"value": None, "why": one.why or two.why}
    low, high = intervals.difference(one.value, one.limits, two.value, two.limits)
    n = tally.exposed_n
    return shown(n * (one.value - two.value), (n * low, n * high), level)


def sides(tally: Tally, *, inner: bool, subjects: int | None, level: float) -> Json:
    """What the excess compares: the rows outside the baseline with those in it."""
    usual_n, usual_harmed = tally.baseline(inner=inner)
    exposed: Json = {"n": tally.exposed_n, "decisions": tally.exposed_harmed}
    if subjects is not None:
        exposed["subjects"] = subjects
    exposed["share"] = share(Tally(tally.exposed_n, tally.exposed_harmed), level)
    usual = {"n": usual_n, "decisions": usual_harmed, "share": share(Tally(usual_n, usual_harmed), level)}
    return {"exposed": exposed, "baseline": usual | {"within_where": inner}}


def times(repeats: Mapping[int, int]) -> list[Json]:
    """How many people were met once, twice, …; from `OFTEN` on together."""
    found = [{"times": str(often), "subjects": count} for often, count in sorted(repeats.items()) if often < OFTEN]
    more = sum(count for often, count in repeats.items() if often >= OFTEN)
    return [*found, {"times": f"{OFTEN}+", "subjects": more}] if more else found


def course(periods: Mapping[tuple[Value, ...], Tally], every: str) -> list[tuple[date, date, Tally]]:
    """Every period from the first to the last, the empty ones too.

    :raises TooMany: if there are more than anybody can draw
    """
    there = {start: tally for (start,), tally in periods.items() if isinstance(start, date) and tally.n}
    if not there:
        return []
    found, since, last = [], min(there), max(there)
    while since <= last:
        until = _next(since, every)
        found.append((since, until, there.get(since, Tally(subjects=0))))
        if len(found) > PERIODS_MAX:
            raise TooMany(
                f"The log spans more than {PERIODS_MAX:,} periods of a {every}. Ask for longer ones, or narrow where."
            )
        since = until
    return found


def _next(since: date, every: str) -> date:
    if every == "hour" and isinstance(since, datetime):
        # An hour is an hour: across a change of the clock, wall-clock arithmetic would gain or lose one.
        return (since.astimezone(UTC) + timedelta(hours=1)).astimezone(since.tzinfo)
    if every == "month":
        return since.replace(year=since.year + since.month // 12, month=since.month % 12 + 1)
    return since + timedelta(days=7 if every == "week" else 1)


def instant(moment: date, zone: str | None = None) -> str:
    """RFC 3339 on the clock of a zone, or a bare date."""
    if zone and isinstance(moment, datetime):
        moment = moment.astimezone(ZoneInfo(zone))
    text = moment.isoformat()
    return text[:-6] + "Z" if isinstance(moment, datetime) and text.endswith("+00:00") else text


def small_hidden(result: Json, smallest: int) -> Json:
    """The result without its small cells, and without what they could be derived from."""
    parts = [*result["by"], *result["over_time"]]
    groups: list[Group] = [()]
    groups += [
        tuple(entry["attributes"].items()) if "attributes" in entry else (("", entry["since"]),) for entry in parts
    ]
    counts = [Counts(entry["n"], entry["decisions"], 0, 0, 0, 0) for entry in [result, *parts]]
    few = {i for i, entry in enumerate([result, *parts]) if _few(entry.get("subjects"), smallest)}
    gone = hidden(groups, counts, smallest, few)

    def without(entry: Json) -> Json:
        kept = {key: value if key in ("attributes", "since", "until") else _NONE for key, value in entry.items()}
        return kept | {"suppressed": True}

    width = len(result["by"])
    found = dict(result)
    found["by"] = [without(entry) if i + 1 in gone else entry for i, entry in enumerate(result["by"])]
    found["over_time"] = [
        without(entry) if i + 1 + width in gone else entry for i, entry in enumerate(result["over_time"])
    ]
    if any(_few(item["subjects"], smallest) for item in result.get("times", ())):
        found["times"] = []
    told = [result[side][cell] for side in ("exposed", "baseline") if side in result for cell in ("n", "decisions")]
    told += [result["exposed"].get("subjects")] if "exposed" in result else []
    if 0 in gone:
        found |= dict.fromkeys(("decisions", "n", "subjects", "share", "decisions_without_subject"), _NONE)
    if 0 in gone or any(_few(count, smallest) for count in told):
        found |= {key: _NONE for key in ("exposed", "baseline", "excess") if key in result}
    if _few(found.get("decisions_without_subject"), smallest):
        found["decisions_without_subject"] = _NONE
    left = found.get("over_time_left_out")
    if left and any(_few(count, smallest) for count in left.values()):
        found["over_time_left_out"] = _NONE
    return found


def _few(count: Any, smallest: int) -> bool:
    return isinstance(count, int) and 0 < count < smallest


def sentence(result: Json) -> str:
    """The finding in one plain sentence."""
    if not isinstance(result["decisions"], int):
        return "The harm met too few to say how many without pointing at them."
    of = f"{number(result['decisions'], 'decision')} of {result['n']:,}"
    of += f" ({percent(result['share']['value'])}, {span(result['share'])})"
    people = result["subjects"]
    what = (
        f"The harm met {number(people, 'person', 'people')} in {of}"
        if isinstance(people, int)
        else f"The harm met {of}"
    )
    if isinstance(people, int) and (nameless := result["decisions_without_subject"]) and isinstance(nameless, int):
        what += f", {nameless:,} of them without a known person"
    harmed = [p for p in result["over_time"] if isinstance(p["decisions"], int) and p["decisions"]]
    if harmed:
        first, last = (str(harmed[i]["since"])[: 10 if "T00:00:00" in str(harmed[i]["since"]) else 16] for i in (0, -1))
        what += f", from {first} to {last}" if first != last else f", on {first}"
    return what + _more(result["excess"], result.get("baseline", {})) + "."


def _more(number: Json, baseline: Json) -> str:
    """The excess, as the end of the sentence."""
    if number["value"] is None:
        return f"; there is no excess to tell: {number['why']}" if baseline else ""
    up = number["value"] >= 0
    low, high = (number["low"], number["high"]) if up else (-number["high"], -number["low"])
    return (
        f"; outside the baseline that is {abs(number['value']):,.0f} {'more' if up else 'fewer'} than its rate of "
        f"{percent(baseline['share']['value'])} would give "
        f"({100 * number['level']:g} % interval {low:,.0f} to {high:,.0f})"
    )


def chart(result: Json, by: Sequence[str], every: str) -> Json:
    """The share over time with its interval; without times, by cohort; without cohorts, one dot."""
    periods = [p for p in result["over_time"] if p["share"]["value"] is not None]
    if len(periods) > 1:
        rows = [
            {
                "since": p["since"] if len(p["since"]) == 10 else p["since"][:19] + "Z",
                "decisions": p["decisions"],
                "rate": p["share"]["value"],
                "low": p["share"]["low"],
                "high": p["share"]["high"],
            }
            for p in periods
        ]
        return charts.course(rows, title=f"Share of decisions under the harm, by {every}")
    cohorts = [c for c in result["by"] if c["share"]["value"] is not None][: charts.ROWS_MAX]
    shares = [(short(c["attributes"]), c["share"]) for c in cohorts]
    if not cohorts and result["share"]["value"] is not None:
        shares = [("all decisions", result["share"])]
    dots = [
        {
            "group": title,
            "metric": "share under the harm",
            "rate": one["value"],
            "low": one["low"],
            "high": one["high"],
            "enough": "enough",
        }
        for title, one in shares
    ]
    title = "Share of decisions under the harm"
    return charts.dots(dots, title=title + (f", by {by[0]}" if cohorts and len(by) == 1 else ""))
