"""CSET's human labels beside the severity table: how its fields are read as answers, and how the results are scored.

Three principles, taken from the definitions of the fields before the table was scored (one repair later, of the names
of places, changed no result):

1. A field that says what the question asks is the answer.
2. A field that says more loosely what the question asks (a sector was touched, content was detrimental) is *unknown*:
   it neither grants nor excludes the answer.
3. What no field speaks of is *no*, except how many people and how long, which are *unknown*.

CSETv0 leads. CSETv1, which rates the same incidents again, is asked where CSETv0 has no field or is unclear.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hotwash.incident.severity import Answer, Assessment, assess
from hotwash.knowledge.severity import Level

LEVELS: tuple[Level, ...] = ("Minor", "Major", "Critical")
COLLAPSED: Mapping[str, Level] = {
    "Negligible": "Minor",
    "Minor": "Minor",
    "Moderate": "Major",
    "Severe": "Critical",
    "Critical": "Critical",
}
BODY = "Harm to physical health/safety"
RIGHTS = "Harm to civil liberties"
MONEY = "Financial harm"
LOSSES = (RIGHTS, MONEY, "Harm to physical property", "Harm to intangible property")
NOWHERE = ("", "Unknown")
COUNTRIES = frozenset(
    [
        "Australia",
        "France",
        "Ireland",
        "Italy",
        "Netherlands",
        "New Zealand",
        "Scotland",
        "Soviet Union",
        "Switzerland",
        "UK/USA",
        "USA",
        "United Kingdom",
        "United States",
        "United States of America",
        "Vietnam",
    ]
)


@dataclass(frozen=True, slots=True)
class Case:
    """One incident with the human label, and its fields in both editions of the taxonomy."""

    id: int
    label: Level
    v0: Mapping[str, str]
    v1: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """``matrix[human][rule]`` counts, in the order Minor, Major, Critical."""

    matrix: tuple[tuple[int, ...], ...]
    accuracy: float
    kappa: float

    @property
    def critical_recall(self) -> tuple[int, int]:
        return self.matrix[2][2], sum(self.matrix[2])


def cases(folder: Path) -> list[Case]:
    """The incidents with a usable label, by id."""
    v0, v1 = (_rows(folder / f"classifications_CSET{edition}.csv") for edition in ("v0", "v1"))
    usable = [
        Case(incident, COLLAPSED[row["Severity"]], row, v1.get(incident, {}))
        for incident, row in v0.items()
        if row["Severity"] in COLLAPSED
    ]
    return sorted(usable, key=lambda case: case.id)


def _rows(file: Path) -> dict[int, dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return {int(row["Incident ID"]): row for row in csv.DictReader(lines)}


def plain(case: Case) -> Level:
    """The short rule over CSETv0's own fields."""
    if case.v0["Lives Lost"] == "True":
        return "Critical"
    harmed = case.v0["Near Miss"] == "Harm caused"
    return "Major" if harmed and any(kind in case.v0["Harm Type"] for kind in (RIGHTS, BODY, MONEY)) else "Minor"


def answers(case: Case) -> dict[str, Answer]:
    """The fields read as answers to the rubric's questions."""
    v0, v1 = case.v0, case.v1
    harmed = _harmed(v0, v1)
    types = v0["Harm Type"]
    near_miss = v0["Near Miss"] == "Near miss" or v1.get("Tangible Harm", "").startswith("imminent risk")
    dead, hurt = int(v1.get("Lives Lost") or 0), int(v1.get("Injuries") or 0)
    lives = v0["Lives Lost"] == "True" or dead > 0
    return {
        "death_or_grave_injury": "yes" if lives else _loosely(hurt > 0 or (near_miss and BODY in types)),
        "essentials_taken": _essentials(v1, harmed),
        "infrastructure_disrupted": _loosely(bool(v0["Infrastructure Sectors"]) and harmed != "no"),
        "harmful_content_to_minor_or_crisis": _loosely(
            _said(v1, "Detrimental Content") != "no" and _said(v1, "Involving Minor") != "no"
        ),
        "material_harm": _graver(
            harmed if any(kind in types for kind in LOSSES) else "no", _said(v1, "Rights Violation")
        ),
        "people": dead + hurt or "unknown",
        "national_scale": _national(v0, v1),
        "injury_needing_care": "yes"
        if hurt
        else _graver(harmed if BODY in types else "no", _loosely("Psychological" in types and harmed != "no")),
        "disparity_confirmed": _loosely(
            bool(v0["Harm Distribution Basis"]) or _said(v1, "Protected Characteristic") != "no"
        ),
        "near_miss_unbarred": _loosely(near_miss),
        "sensitive_data_exposed": harmed if "rivacy" in types else "no",
        "continuing": "no" if v0["Ending Date"] else "unknown",
    }


def _harmed(v0: Mapping[str, str], v1: Mapping[str, str]) -> str:
    """Whether harm was done: as CSETv0 says; where it is unclear, as CSETv1 says of tangible harm."""
    if v0["Near Miss"] != "Unclear/unknown":
        return "yes" if v0["Near Miss"] == "Harm caused" else "no"
    tangible = v1.get("Tangible Harm", "")
    if tangible in ("", "unclear"):
        return "unknown"
    return "yes" if tangible == "tangible harm definitively occurred" else "no"


def _essentials(v1: Mapping[str, str], harmed: str) -> str:
    """A critical service was touched *and* a right violated: taken wrongly. One without the other says it loosely."""
    service, right = _said(v1, "Impact on Critical Services"), _said(v1, "Rights Violation")
    if service == "no":
        return "no"
    return "yes" if service == right == harmed == "yes" else "unknown"


def _national(v0: Mapping[str, str], v1: Mapping[str, str]) -> str:
    """A public body deciding in a whole country has national scale; a product sold there may or may not."""
    place = v0["Location"].strip()
    if place in COUNTRIES:
        public = v0["Public Sector Deployment"] == "True" or _said(v1, "Public Sector Deployment") == "yes"
        return "yes" if public else "unknown"
    return "unknown" if place == "Global" or place in NOWHERE else "no"


def _said(row: Mapping[str, str], field: str) -> str:
    return {"yes": "yes", "maybe": "unknown"}.get(row.get(field, ""), "no")


def _loosely(said: bool) -> str:
    return "unknown" if said else "no"


def _graver(one: str, other: str) -> str:
    return max(one, other, key=["no", "unknown", "yes"].index)


def full(case: Case) -> Assessment:
    """The whole table over the fields read as answers."""
    return assess(answers(case))


def certain(case: Case) -> Assessment:
    """The same with every *unknown* taken for a *no*: what the fields say for certain."""
    return assess({name: _nothing(name) if given == "unknown" else given for name, given in answers(case).items()})


def _nothing(question: str) -> Answer:
    return 0 if question == "people" else "no"


def score(pairs: Iterable[tuple[Level, Level]]) -> Score:
    """Accuracy and quadratic weighted kappa of (human, rule) pairs: Cohen 1968, weights (i - j) squared."""
    counts = [[0] * len(LEVELS) for _ in LEVELS]
    for human, rule in pairs:
        counts[LEVELS.index(human)][LEVELS.index(rule)] += 1
    n = sum(map(sum, counts))
    humans, rules = [sum(row) for row in counts], [sum(column) for column in zip(*counts, strict=True)]
    seen = sum((i - j) ** 2 * count for i, row in enumerate(counts) for j, count in enumerate(row))
    by_chance = sum((i - j) ** 2 * h * r / n for i, h in enumerate(humans) for j, r in enumerate(rules))
    return Score(_frozen(counts), sum(counts[i][i] for i in range(len(LEVELS))) / n, 1 - seen / by_chance)


def _frozen(counts: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in counts)
