"""Are people treated alike? Group metrics, their gaps to a reference and the four-fifths rule, from one scan."""

from collections.abc import Mapping, Sequence
from math import isnan

from hotwash.investigate.asking import Asking, Progress, Stop, asked, check_level
from hotwash.investigate.collecting import paused
from hotwash.investigate.engine import Ask
from hotwash.investigate.errors import AskedWrongly, ColumnMistyped
from hotwash.investigate.expression import Comparison, Expression, Number
from hotwash.investigate.finding import Finding
from hotwash.investigate.groups import cube_of, groups_of
from hotwash.investigate.kinds import HOLDS
from hotwash.investigate.predictions import Log, Scalar, described
from hotwash.investigate.questions.fairness_answer import Reference, Wanted, answered
from hotwash.investigate.questions.fairness_definitions import DEFINITIONS

RESAMPLES_LEAST, RESAMPLES_MAX = 100, 20_000
SMALLEST_CELL_PUBLISHED = 10
"""A usual threshold for tables that leave the house. Findings inside the house hide nothing unless asked."""


def fairness(
    log: Log,
    *,
    decision: str | None = None,
    label: str | None = None,
    score: str | None = None,
    threshold: float | None = None,
    group: str | Sequence[str] | None = None,
    intersections: int = 0,
    reference: Reference = "largest",
    favourable: Scalar = None,
    where: str | None = None,
    level: float = 0.95,
    smallest_group: int = 10,
    smallest_cell: int = 0,
    bootstrap: int = 0,
    seed: int = 1,
    definition: str | None = None,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """Rates by group and intersection, with intervals, and their ratios and differences to a reference group.

    Columns that are not named are taken from the log's description.

    :param decision: the column with what was decided
    :param label: the column with what turned out to be true; without it only selection rates are known
    :param score: instead of a decision: the column with a score, decided yes from ``threshold`` on
    :param group: the column or columns by which people are grouped
    :param intersections: also the groups of every combination of so many columns
    :param reference: a value for each column (``{"race": "Caucasian"}``), or ``"largest"``, or ``"best"``: the group
        with the highest selection rate; columns without a chosen value use their largest group
    :param favourable: the value of the decision (and of the label, where it holds that value) that counts as yes
    :param where: a condition that rows must meet
    :param smallest_group: groups with fewer rows are shown, flagged as too few, and never the worst nor the reference
    :param smallest_cell: hide groups with a count from 1 to one less than this, and what they could be derived from
    :param bootstrap: also intervals from so many resamples of the counts, of every number
    :param seed: of the resamples
    :param definition: which definition of fairness was chosen to judge by; recorded beside all of them
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    check_level(level)
    told = described(log)
    groups = tuple(dict.fromkeys([group] if isinstance(group, str) else group or told.attributes))
    decision = decision or (None if score else told.decision)
    score = score or (None if decision else told.score)
    label = label or told.label
    _check(
        groups=groups,
        decision=decision,
        score=score,
        threshold=threshold,
        intersections=intersections,
        reference=reference,
        smallest_group=smallest_group,
        smallest_cell=smallest_cell,
    )
    if bootstrap and not RESAMPLES_LEAST <= bootstrap <= RESAMPLES_MAX:
        raise AskedWrongly(f"A bootstrap takes {RESAMPLES_LEAST} to {RESAMPLES_MAX:,} resamples, such as 1000.")
    if definition is not None and definition not in DEFINITIONS:
        raise AskedWrongly(f'There is no definition "{definition}". There are {", ".join(DEFINITIONS)}.')
    arguments = {
        "decision": decision,
        "label": label,
        "score": None if decision else score,
        "threshold": threshold,
        "group": list(groups),
        "intersections": intersections or None,
        "reference": dict(reference) if isinstance(reference, Mapping) else reference,
        "favourable": favourable,
        "where": where,
        "level": level,
        "smallest_group": smallest_group,
        "smallest_cell": smallest_cell or None,
        "bootstrap": bootstrap or None,
        "seed": seed if bootstrap else None,
        "definition": definition,
    }
    with asked("fairness", told, arguments, steps=2, on_progress=on_progress, cancelled=cancelled) as asking:
        for name in groups:
            if asking.column(name, "a group").kind == "time":
                raise ColumnMistyped(
                    f'Column "{name}" holds times, so that nearly every row is a group. Group by a day or a category.'
                )
        decided, side = _decision(asking, decision, score, threshold)
        keys: list[Expression] = [asking.name(name, "a group") for name in groups]
        keys.append(decided)
        if label:
            keys.append(asking.name(label, "the label"))
        scope = asking.condition(where, "where") if where else None
        if scope is not None:
            keys.append(scope)
        cells = asking.engine.counts(Ask(tuple(keys), (tuple(range(len(keys))),), scope))
        cube = cube_of(
            asking,
            cells,
            width=len(groups),
            decision=side,
            label=label,
            favourable=favourable,
            scoped=scope is not None,
        )
        wanted = Wanted(
            names=groups,
            reference=reference,
            labels=bool(label),
            hoped_for=favourable is not None,
            level=level,
            few=smallest_group,
            cell=smallest_cell,
            bootstrap=bootstrap,
            seed=seed,
            definition=definition,
        )
        with paused():
            result, sentence, drawn = answered(cube, groups_of(cube, groups, intersections), wanted)
        used = sum(counts[0] for counts in cube.values())
        return asking.finding(used=used, sentence=sentence, result=result, chart=drawn)


def _check(
    *,
    groups: Sequence[str],
    decision: str | None,
    score: str | None,
    threshold: float | None,
    intersections: int,
    reference: Reference,
    smallest_group: int,
    smallest_cell: int,
) -> None:
    if not groups:
        raise AskedWrongly("Name at least one column by which people are grouped (group).")
    if not decision and not score:
        raise AskedWrongly("Name the column with the decision, or a score and its threshold.")
    if decision and threshold is not None:
        raise AskedWrongly("A threshold belongs to a score; here a decision is named. Leave one of them out.")
    if not decision and (threshold is None or isnan(threshold)):
        raise AskedWrongly(
            f'The score "{score}" needs a threshold: from which value on is the answer yes? (Without one, ask scores.)'
        )
    if decision in groups:
        raise AskedWrongly(f'The decision "{decision}" cannot also be a group.')
    if intersections and not 2 <= intersections <= len(groups):
        raise AskedWrongly(
            f"Intersections of {intersections} columns cannot be made from {len(groups)}. Name 2 or more, up to all."
        )
    if isinstance(reference, str) and reference not in ("largest", "best"):
        raise AskedWrongly(f'The reference is "largest", "best" or a value for each column, not "{reference}".')
    if isinstance(reference, Mapping) and (strange := [name for name in reference if name not in groups]):
        raise AskedWrongly(
            f'The reference names "{strange[0]}", by which nobody is grouped. Grouped by: {", ".join(groups)}.'
        )
    if smallest_group < 1 or smallest_cell < 0:
        raise AskedWrongly("The smallest group is at least 1 and the smallest cell at least 0.")


def _decision(
    asking: Asking, decision: str | None, score: str | None, threshold: float | None
) -> tuple[Expression, str]:
    """The key that says what was decided, and how to speak of it."""
    if decision:
        return asking.name(decision, "the decision"), decision
    column = asking.column(str(score), "the score")
    if column.kind != "number":
        raise ColumnMistyped(
            f'Column "{score}" holds {HOLDS[column.kind]}, and a score must be a number in every row. '
            "Correct the rows that are not, or leave them empty."
        )
    return Comparison(">=", asking.name(str(score), "the score"), Number(repr(float(str(threshold))))), ""
