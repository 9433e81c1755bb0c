"""Which gaps between groups harm people, which of them comes first, and how the worst is told in people's words.

Where yes is what people hope for (a job, a loan), they are harmed by being refused: all of them by a low selection
rate, the qualified by a high false negative rate. Where yes is an alarm, they are harmed by being flagged: wrongly by
a high false positive rate, all of them by a high selection rate. The other metrics tell the same errors from the side
of the decision-maker, and a sentence made from them can sound like a favour to those who were harmed.
"""

from collections.abc import Sequence
from math import log
from typing import Any

from hotwash.investigate.rates import Json
from hotwash.investigate.words import capital, number, people, percent, span

MATERIAL = 1.25
"""From here on an error that one group suffers more often comes before a gap in selection: four fifths, turned."""

_TITLES = {"fpr": "false positive rate", "fnr": "false negative rate", "selection_rate": "selection rate"}


def harms(metric: str, gap: float, *, hoped_for: bool) -> bool | None:
    """Whether a gap harms people: the reference's (True), the group's (False), or nobody that it tells of (None).

    :param gap: the group's rate less that of the reference
    :param hoped_for: whether yes is what people hope for
    """
    if not gap or metric not in (("fnr", "selection_rate") if hoped_for else ("fpr", "selection_rate")):
        return None
    # A low selection rate is the harm of those who hope for yes; it is told as it is published: 0.44 times as often.
    return (gap > 0) is (hoped_for and metric == "selection_rate")


def harm(item: Json, *, hoped_for: bool) -> Json | None:
    """Who is harmed by a gap, beside whom, and how many times as often. None if the metric tells no harm to people.

    :param item: a gap as the finding tells it
    :param hoped_for: whether yes is what people hope for
    """
    turned = harms(item["metric"], item["difference"]["value"], hoped_for=hoped_for)
    if turned is None:
        return None
    return {
        "attributes": item["reference"] if turned else item["attributes"],
        "compared_with": item["attributes"] if turned else item["reference"],
        "value": item["reference_value"] if turned else item["value"],
        "compared_value": item["value"] if turned else item["reference_value"],
        "times": _turned(item) if turned else item["ratio"],
    }


def _turned(item: Json) -> Json:
    """The ratio seen from the reference: 2 times for 0.5 times."""
    times = item["ratio"]
    if not item["value"]:
        return {"value": None, "why": "the rate of the other group is 0"}
    if times["value"] is None:
        return {"value": 0.0, "why": "the rate of the reference is 0"}
    high = 1 / times["low"] if times["low"] else None
    return {
        "value": 1 / times["value"],
        "low": 1 / times["high"] if times["high"] else 0.0,
        "high": high,
        "level": times["level"],
    }


def rank(
    metric: str,
    value: float,
    times: float | None,
    gap: float,
    borne: float,
    *,
    hoped_for: bool,
    yardstick: bool,
) -> tuple[int, bool, float, float]:
    """Where a gap stands among the disparities, worst first.

    Errors against people, a quarter more often or worse; gaps in who is selected; smaller errors against people; then
    whatever else lies further apart than chance explains; then the rest by its size, harm first. Within each by how
    much of the gap the data bears out.

    :param value: the group's rate
    :param times: its ratio to the reference's, where it has one
    :param gap: its difference to the reference's
    :param borne: the distance of the ratio's nearer limit from 1, as a logarithm
    :param yardstick: whether a person chose the reference: those worse off than it then come before those better off
    """
    turned, size = harms(metric, gap, hoped_for=hoped_for), abs(gap)
    if borne <= 0:
        return (5 if turned is None else 4), False, -size, 0.0
    if turned is None:
        return 3, False, -borne, -size
    later = yardstick and turned
    if metric == "selection_rate":
        return 1, later, -borne, -size
    # Where nobody of the one group suffers it there is no ratio, seen from one side or the other: it is large then.
    large = not times or not value or abs(log(1 / times if turned else times)) >= log(MATERIAL)
    return (0 if large else 2), later, -borne, -size


def sentence(result: Json, names: Sequence[str], *, hoped_for: bool) -> str:
    """The finding in one plain sentence, about whoever was harmed."""
    n = result["overall"]["n"]
    over = f"over {number(n, 'decision')}" if isinstance(n, int) else "over all decisions"
    by = ", ".join(names)
    first = next(iter(result["disparities"]), None)
    if first is None:
        return f"No two groups by {by} are large enough, with rates that are defined, to be compared, {over}."
    gap = first["difference"]
    if not first["distinct"]:
        return (
            f"No gap between groups by {by} is larger than chance may explain, {over}; the widest is in the "
            f"{title(first['metric'])} of {people(first['attributes'])} against {people(first['reference'])}: "
            f"{percent(first['value'])} against {percent(first['reference_value'])} ({span(gap, of='difference')})."
        )
    if first["harm"] is None:
        here = f"{percent(first['value'])} of {people(first['attributes'])}"
        there = f"{percent(first['reference_value'])} of {people(first['reference'])}"
        return (
            f"No group by {by} was {'refused' if hoped_for else 'flagged'} more often than chance may explain, {over}; "
            f"groups do differ in the {title(first['metric'])}: {here} against {there} ({span(gap, of='difference')})."
        )
    return _told(first["metric"], first["harm"], gap, hoped_for=hoped_for) + f", {over}."


def _told(metric: str, harmed: Json, gap: Json, *, hoped_for: bool) -> str:
    who, others = people(harmed["attributes"]), people(harmed["compared_with"])
    if metric == "fnr":
        who, others, what = f"qualified {who}", f"qualified {others}", "refused"
    elif metric == "fpr":
        what = "wrongly flagged"
    else:
        what = "selected" if hoped_for else "flagged"
    here, there, times = percent(harmed["value"]), percent(harmed["compared_value"]), harmed["times"]
    if not times["value"]:
        limits = span({**gap, **_sizes(gap)}, of="difference")
        return f"{capital(who)} were {what} in {here} of cases, against {there} of {others} ({limits})"
    limits = span(times, shares=False, of="ratio")
    return (
        f"{capital(who)} were {what} {times['value']:.2f} times as often as {others} ({here} against {there}; {limits})"
    )


def _sizes(gap: Json) -> dict[str, Any]:
    low, high = abs(gap["low"]), abs(gap["high"])
    return {"low": min(low, high), "high": max(low, high)}


def title(metric: str) -> str:
    """A metric as a chart and a sentence call it."""
    return _TITLES.get(metric, metric.upper())
