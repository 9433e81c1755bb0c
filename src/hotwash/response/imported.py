"""Results of another tool, taken into an incident: the file is kept by its digest, and what it says is a finding.

Such a finding is marked as another's in its sentence, and says which of its numbers are our own numbers too.
"""

from collections.abc import Iterator
from datetime import datetime
from math import log
from typing import Any

from hotwash.incident.state import Incident
from hotwash.investigate import Finding
from hotwash.investigate.finding import Data, Recipe, Rows, this_version
from hotwash.response import inquiries
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.response.second_opinion import Number, Opinion, beside

QUESTION = "imported"
OWN_MAX = 5
"""How many of our own findings about fairness it is held against, the newest first."""
LISTED_MAX = 5_000


def take_result(
    desk: Desk,
    incident_id: str,
    opinion: Opinion,
    data: bytes,
    *,
    by: Person,
    name: str,
    media_type: str = "application/octet-stream",
    at: datetime | None = None,
    expected: int | None = None,
) -> Recorded:
    """Keep a result as evidence, and record what it says as a finding. Raises as `Desk.record` does.

    :param opinion: what the file says, as its connector read it
    """
    desk.permit(by, "record-finding")
    kept = desk.keep(
        incident_id, data, by=by, name=name, media_type=media_type, at=at, expected=expected, source=opinion.title,
        note=f"A result of {opinion.tool}, not computed by Hotwash.",
    )  # fmt: skip
    entry = kept.entries[-1]
    digest = str((entry.body or {}).get("digest", ""))
    checks = [held | {"entry": number} for number, held in _beside_ours(desk, desk.incident(incident_id), opinion)]
    finding = finding_of(opinion, name=name, digest=digest, entry=entry.number, checks=checks)
    return inquiries.record(desk, incident_id, finding, by=by, at=at)


def finding_of(opinion: Opinion, *, name: str, digest: str, entry: int, checks: list[dict[str, Any]]) -> Finding:
    """What another tool says, as a finding of its own question."""
    rows = [
        {"column": one.column, "group": one.group, "metric": one.said, "of": one.of, "value": one.value}
        for one in opinion.numbers[:LISTED_MAX]
    ]
    result = {
        "made_by": opinion.tool,
        "version": opinion.version,
        "reference": dict(opinion.references),
        "numbers": rows,
        "numbers_count": len(opinion.numbers),
        "evidence": entry,
        "checks": checks,
    }
    said = f"By {opinion.title}, imported and not computed here: {_widest(opinion)}"
    return Finding(
        QUESTION,
        f"{said} {checks[0]['sentence'] if checks else 'No finding of our own was there to hold it against.'}",
        Rows(opinion.rows),
        Data(name, digest),
        Recipe((), {"tool": opinion.tool, "version": opinion.version}, this_version(), opinion.title),
        result,
        _chart(opinion),
    )


def _beside_ours(desk: Desk, incident: Incident, opinion: Opinion) -> Iterator[tuple[int, dict[str, Any]]]:
    own = [number for number, said in incident.findings.items() if said.event.question == "fairness"]
    for number in sorted(own, reverse=True)[:OWN_MAX]:
        try:
            held = beside(opinion, inquiries.read(desk, incident.findings[number].event.digest))
        except LookupError:  # its bytes were erased
            continue
        if held["compared"]:
            yield number, held


def _widest(opinion: Opinion) -> str:
    ratios = [one for one in opinion.numbers if one.of == "ratio" and one.value is not None and one.value > 0]
    ratios = [one for one in ratios if one.group != opinion.references.get(one.column)]
    if not ratios:
        groups = len({(one.column, one.group) for one in opinion.numbers})
        return f"{len(opinion.numbers):,} numbers about {groups:,} {'group' if groups == 1 else 'groups'}."
    # What decides who gets something comes first, then whatever lies farthest from 1.
    worst = max(ratios, key=lambda one: (one.metric == "selection_rate", abs(log(one.value or 1))))
    to = opinion.references.get(worst.column)
    group = f"{worst.column} {worst.group}".strip() or "the unprivileged group"
    rate = worst.metric.replace("_", " ") if worst.metric else worst.said
    return f"the {rate} of {group} is {worst.value:.3g} times that of {to or 'the others'} ({worst.said})."


def _chart(opinion: Opinion) -> dict[str, Any]:
    rates = [one for one in opinion.numbers if one.metric == "selection_rate" and one.of in ("rate", "ratio")]
    kinds = [one.of for one in rates]
    shown = [one for one in rates if one.of == ("rate" if "rate" in kinds else "ratio")][:40] or [
        one for one in opinion.numbers if one.value is not None
    ][:20]
    title = "Selection rate" if rates and "rate" in kinds else "Ratio of selection rates" if rates else "Number"
    values = [{"group": _name(one, rates=bool(rates)), "value": one.value} for one in shown]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": f"By {opinion.title}",
        "data": {"values": values},
        "width": "container",
        "mark": "bar",
        "encoding": {
            "y": {"field": "group", "type": "nominal", "title": None, "sort": None},
            "x": {"field": "value", "type": "quantitative", "title": title},
        },
    }


def _name(one: Number, *, rates: bool) -> str:
    group = f"{one.column} {one.group}".strip()
    return group if rates and group else f"{group} {one.said}".strip()
