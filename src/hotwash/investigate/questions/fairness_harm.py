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


def harm(item: Json, *, hoped_for: bool) -> Json | None:
    """Who is harmed by a gap, beside whom, and how many times as often. None if the metric tells no harm to people.

    :param item: a gap as the finding tells it
    :param hoped_for: whether yes is what people hope for
    """
    metric = item["metric"]
    if metric not in (("fnr", "selection_rate") if hoped_for else ("fpr", "selection_rate")):
        return None
    if not item["difference"]["value"]:
        return None
    more = item["difference"]["value"] > 0
    # A low selection rate is the harm of those who hope for yes; it is told as it is published: 0.44 times as often.
    low = hoped_for and metric == "selection_rate"
    turned = more if low else not more
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


def rank(item: Json, borne: float, *, yardstick: bool) -> tuple[int, bool, float, float]:
    """Where a gap stands among the disparities, worst first.

    Errors against people, a quarter more often or worse; gaps in who is selected; smaller errors against people; then
    whatever else lies further apart than chance explains; then the rest by its size, harm first. Within each by how
    much of the gap the data bears out.

    :param borne: the distance of the ratio's nearer limit from 1, as a logarithm
    :param yardstick: whether a person chose the reference: those worse off than it then come before those better off
    """
    size = abs(item["difference"]["value"])
    if borne <= 0:
        return (5 if item["harm"] is None else 4), False, -size, 0.0
    if item["harm"] is None:
        return 3, False, -borne, -size
    later = yardstick and item["harm"]["attributes"] == item["reference"]
    if item["metric"] == "selection_rate":
        return 1, later, -borne, -size
    times = item["harm"]["times"]["value"]
    return (0 if not times or abs(log(times)) >= log(MATERIAL) else 2), later, -borne, -size


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
