"""Numbers of another tool about fairness, held against our own where both mean the same.

Where the other tool puts a number for what is not defined (Aequitas: 10 for a ratio over 0; AIF360: 0 or nan), ours has
no value but a reason; such a pair is counted apart, and is no difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from hotwash.investigate import Finding
from hotwash.investigate.sides import plain

EXACT = 1e-9
"""How far two numbers may lie apart and still be the same. Tools round to ten places."""
LISTED_MAX = 200

Of = Literal["rate", "ratio", "difference", "odds"]


@dataclass(frozen=True, slots=True)
class Number:
    """One number of another tool about one group.

    :param column: by which column people are grouped, and ``group`` which of its values
    :param metric: our word for it; empty where we have none
    :param said: the tool's own word
    """

    column: str
    group: str
    metric: str
    of: Of
    value: float | None
    said: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What another tool says.

    :param references: for each column the group that the others are compared with, where it is known
    :param rows: how many rows it says that it saw; 0 if it does not say
    """

    tool: str
    version: str
    numbers: tuple[Number, ...]
    references: Mapping[str, str] = field(default_factory=dict)
    rows: int = 0

    @property
    def title(self) -> str:
        """Its name and version, in words."""
        return f"{self.tool} {self.version}".strip()


def beside(opinion: Opinion, finding: Finding) -> dict[str, Any]:
    """What came of holding an opinion against our own finding, as JSON values."""
    groups = {
        (column, word): group
        for group in finding.result.get("groups", ())
        if len(group["attributes"]) == 1
        for column, value in group["attributes"].items()
        for word in (str(value), plain(value))
    }
    ours_by = {column: (str(value), plain(value)) for column, value in (finding.result.get("reference") or {}).items()}
    # Ours counts everybody who was decided about, theirs only those of whom the truth is known.
    partly = any(group.get("unlabelled") for group in groups.values())
    compared, undefined, largest = 0, 0, 0.0
    differences: list[dict[str, Any]] = []
    for number in opinion.numbers:
        group = groups.get((number.column, number.group))
        if group is None or not number.metric:
            continue
        if number.of != "rate" and opinion.references.get(number.column) not in ours_by.get(number.column, ()):
            continue
        if partly and number.metric == "selection_rate":
            continue
        ours = _ours(group, number)
        if ours is None or number.value is None:
            undefined += 1
            continue
        compared += 1
        apart = abs(ours - number.value)
        largest = max(largest, apart)
        if apart > EXACT * max(1.0, abs(ours)):
            differences.append(
                {
                    "column": number.column, "group": number.group, "metric": number.metric, "of": number.of,
                    "said": number.said, "theirs": number.value, "ours": ours,
                }
            )  # fmt: skip
    return {
        "tool": opinion.tool,
        "version": opinion.version,
        "compared": compared,
        "undefined": undefined,
        "largest": largest,
        "agrees": bool(compared) and not differences,
        "differences": differences[:LISTED_MAX],
        "differences_count": len(differences),
        "sentence": sentence_of(opinion.title, compared, differences, largest),
    }


def sentence_of(title: str, compared: int, differences: Sequence[Mapping[str, Any]], largest: float) -> str:
    """What came of it, for a person."""
    if not compared:
        return f"No number of {title} could be held against our own: groups, references or definitions are others."
    if not differences:
        return f"{title} agrees: {compared:,} numbers are the same as our own (largest difference {largest:.1e})."
    first = differences[0]
    return (
        f"{title} differs in {len(differences):,} of {compared:,} numbers, by up to {largest:.3g}; first in the "
        f"{first['metric']} ({first['of']}) of {first['column']} {first['group']}: theirs {first['theirs']:.6g}, ours "
        f"{first['ours']:.6g}."
    )


def checked(finding: Finding, opinion: Opinion) -> Finding:
    """The finding with what came of a second engine beside its result."""
    before = finding.result.get("checks", [])
    return replace(finding, result={**finding.result, "checks": [*before, beside(opinion, finding)]})


def _ours(group: Mapping[str, Any], number: Number) -> float | None:
    if number.of == "odds":
        held = (group.get("odds") or {}).get(number.metric)
    elif number.of == "rate":
        held = group.get(number.metric) or (group.get("more") or {}).get(number.metric)
    else:
        held = (group.get(number.of) or {}).get(number.metric)
    value = held.get("value") if isinstance(held, Mapping) else None
    return float(value) if isinstance(value, int | float) else None
