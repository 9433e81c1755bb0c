"""Which cohorts are harmed most? A complete search over values and ranges of the features, and what stands out."""

from collections.abc import Sequence
from math import ceil
from typing import Literal

from hotwash.investigate.asking import WHERE_UNKNOWN, Asking, Progress, Stop, asked
from hotwash.investigate.engine import Ask
from hotwash.investigate.errors import AskedWrongly, Cancelled, EmptyLog
from hotwash.investigate.expression import All, Comparison, Expression, Not, Number, Text, Truth
from hotwash.investigate.expression import Any as Either
from hotwash.investigate.features import Feature, codes, feature, needs_numpy
from hotwash.investigate.finding import Finding
from hotwash.investigate.kinds import names
from hotwash.investigate.predictions import Log, Predictions, described
from hotwash.investigate.questions.slices_parts import Told, chart, sentence, shown
from hotwash.investigate.sides import Sides

HARM_UNKNOWN = "it cannot be told whether the harm holds (a value is missing or not a number)"
DEPTH_MAX = 3
FEATURES_MAX = 250
BINS_MAX = 20


def slices(
    log: Log,
    *,
    harm: str | None = None,
    score: str | None = None,
    label: str | None = None,
    threshold: float = 0.5,
    features: str | Sequence[str] | None = None,
    depth: int = 3,
    support: float = 0.01,
    top: int = 10,
    rank: Literal["excess", "rate"] = "excess",
    bins: int = 5,
    where: str | None = None,
    alarm: float = 0.05,
    level: float = 0.95,
    smallest_cell: int = 0,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """The cohorts that are harmed more than the rest, out of all conjunctions of up to ``depth`` features.

    The search is complete: every conjunction with enough support is counted and tested. The test is Fisher's exact one
    of a cohort against all other rows, one-sided; it is corrected for all conjunctions that were tested (Bonferroni),
    so that a log without any pattern gives even one cohort with a probability of at most ``alarm``. Of cohorts that
    overlap, the one that fits best is told in its shortest form, and the others are folded into it.

    :param harm: a condition: which decisions are harmful
    :param score: instead of a harm, with ``label``: harm is then a wrong decision, where the decision is yes from
        ``threshold`` on
    :param label: the column with what turned out to be true
    :param threshold: the score from which the decision is yes
    :param features: the columns to search. By itself: all but those of the harm, times, the person and the score;
        columns of text with too many values are left out and listed
    :param depth: how many features one cohort may name, from 1 to 3
    :param support: the least share of the rows that a cohort has
    :param top: at most so many cohorts
    :param rank: by how many more are harmed than at the overall rate, or by the rate itself
    :param bins: into how many ranges of equal size numbers with many different values are cut
    :param where: a condition that rows must meet
    :param alarm: the probability of a false alarm
    :param level: of the intervals. They hold together for all conjunctions that were tested, so that the best of many
        is not flattered
    :param smallest_cell: leave out cohorts with fewer harmed or spared rows (but more than none), and those of which
        so few would be left over by subtraction from all rows or from another cohort
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    _check(depth=depth, support=support, top=top, rank=rank, bins=bins, alarm=alarm, level=level, cell=smallest_cell)
    needs_numpy()
    told = described(log)
    if harm is None:
        score, label = score or told.score, label or told.label
    wanted = [part.strip() for part in features.split(",")] if isinstance(features, str) else features
    arguments = {
        "harm": harm,
        "score": None if harm else score,
        "label": None if harm else label,
        "threshold": None if harm else threshold,
        "features": list(wanted) if wanted is not None else None,
        "depth": depth,
        "support": support,
        "top": top,
        "rank": rank,
        "bins": bins,
        "where": where,
        "alarm": alarm,
        "level": level,
        "smallest_cell": smallest_cell or None,
    }
    tell = _Rising(on_progress)
    reading = None if on_progress is None else tell.reading
    steps = 6 + len(wanted if wanted is not None else range(20))
    with asked("slices", told, arguments, steps=steps, on_progress=reading, cancelled=cancelled) as asking:
        condition = _harm(asking, harm=harm, score=score, label=label, threshold=threshold)
        scope = asking.condition(where, "where") if where else None
        chosen = _features(asking, wanted, told, condition)
        if hasattr(asking.engine, "hold"):
            asking.engine.hold([*chosen, *names(condition), *(names(scope) if scope is not None else ())])
        found, left_out = _described(asking, chosen, bins=bins, scope=scope)

        def watch(share: float) -> None:
            if cancelled is not None and cancelled():
                raise Cancelled("The question was stopped before it was answered.")
            tell.whole(0.5 + share / 2)

        words = Told(found, left_out, depth=depth, top=top, rank=rank, alarm=alarm, level=level, cell=smallest_cell)
        return _answer(asking, words, condition, scope, support=support, watch=watch)


class _Rising:
    """Progress of two halves, reading and searching. Never goes back."""

    def __init__(self, told: Progress | None) -> None:
        self._told, self._shown = told, 0.0

    def reading(self, share: float) -> None:
        """So much of the first half is done."""
        self.whole(min(share, 1.0) / 2)

    def whole(self, share: float) -> None:
        """So much of the whole is done."""
        if self._told is not None and share > self._shown:
            self._shown = share
            self._told(share)


def _check(
    *, depth: int, support: float, top: int, rank: str, bins: int, alarm: float, level: float, cell: int
) -> None:
    for right, what in (
        (1 <= depth <= DEPTH_MAX, f"The depth is 1 to {DEPTH_MAX} features; {depth} is not."),
        (0 < support < 1, f"The support is a share of the rows between 0 and 1, such as 0.01; {support} is not."),
        (1 <= top <= 1_000, f"At least 1 and at most 1,000 cohorts can be shown (top); {top} cannot."),
        (rank in ("excess", "rate"), f'Cohorts are ranked by "excess" or by "rate", not by "{rank}".'),
        (2 <= bins <= BINS_MAX, f"Numbers are cut into 2 to {BINS_MAX} ranges (bins), not {bins}."),
        (0 < alarm <= 0.5, f"The probability of a false alarm lies between 0 and 0.5, such as 0.05; {alarm} does not."),
        (0.5 <= level < 1, f"The level of an interval lies between 0.5 and 1, such as 0.95; {level} does not."),
        (cell >= 0, "The smallest cell is at least 0."),
    ):
        if not right:
            raise AskedWrongly(what)


def _harm(asking: Asking, *, harm: str | None, score: str | None, label: str | None, threshold: float) -> Expression:
    """The harm as a condition: as it was given, or a decision from a score that its label proves wrong."""
    if harm:
        return asking.condition(harm, "harm")
    if not score or not label:
        raise AskedWrongly(
            "Say what the harm is: a condition (harm), or a column with a score and one with a label; harm is then "
            "a wrong decision."
        )
    number, truth = asking.name(score, "the score"), asking.name(label, "the label")
    if number.column is not None and number.column.kind == "boolean":
        yes: Expression = number
    elif number.column is not None and number.column.kind == "number":
        yes = Comparison(">=", number, Number(repr(float(threshold))))
    else:
        raise AskedWrongly(f'Column "{score}" holds no numbers and cannot serve as the score. Give the harm instead.')
    values = [cell.values[0] for cell in asking.engine.counts(Ask((truth,), ((0,),)))]
    sides = Sides(label, "label", values)
    positive = [v for v in values if v is not None and sides.side(v)]
    right: Expression = Truth(value=False)
    for value in positive[:1]:
        right = truth if isinstance(value, bool) else Comparison("=", truth, _literal(value))
    return Either((All((yes, Not(right))), All((Not(yes), right))))


def _literal(value: object) -> Expression:
    return Number(repr(value)) if isinstance(value, int | float) else Text(str(value))


def _features(asking: Asking, wanted: Sequence[str] | None, told: Predictions, harm: Expression) -> list[str]:
    if wanted is not None:
        for name in wanted:
            asking.column(name, "a feature")
        if said := names(harm) & set(wanted):
            raise AskedWrongly(
                f'The harm itself speaks of "{min(said)}", so that a cohort by it would explain nothing. Leave that '
                "feature out."
            )
        chosen = list(dict.fromkeys(wanted))
    else:
        taken = names(harm) | {told.subject, told.time, told.score}
        chosen = [name for name in asking.columns if name not in taken]
    if not chosen:
        raise AskedWrongly("There is no column left to search. Name the features.")
    if len(chosen) > FEATURES_MAX:
        raise AskedWrongly(
            f"{len(chosen):,} columns are too many to search to this depth; {FEATURES_MAX} are the most. Name features."
        )
    return chosen


def _described(
    asking: Asking, chosen: Sequence[str], *, bins: int, scope: Expression | None
) -> tuple[list[Feature], dict[str, str]]:
    found, left_out = [], {}
    for name in chosen:
        one = feature(asking, name, bins=bins, where=scope)
        if isinstance(one, str):
            left_out[name] = one
        else:
            found.append(one)
    if not found:
        why = "; ".join(f'"{name}": {reason}' for name, reason in left_out.items())
        raise AskedWrongly(f"No column can be searched ({why}). Name columns with values that people can share.")
    return found, left_out


def _answer(
    asking: Asking,
    words: "Told",
    harm: Expression,
    scope: Expression | None,
    *,
    support: float,
    watch: Progress,
) -> Finding:
    import numpy as np

    from hotwash.investigate.cohorts import Picker
    from hotwash.investigate.slicing import Found, coded, search

    facts = [harm] if scope is None else [harm, scope]
    columns, (harmed, *inside) = codes(asking.engine, words.features, facts, scope)
    known = harmed < 2
    if inside:
        asking.skip(WHERE_UNKNOWN, int(np.count_nonzero(inside[0] == 2)))
        known &= inside[0] == 1
        asking.skip(HARM_UNKNOWN, int(np.count_nonzero((harmed == 2) & (inside[0] == 1))))
    else:
        asking.skip(HARM_UNKNOWN, int(np.count_nonzero(harmed == 2)))
    if not known.all():
        columns, harmed = [column[known] for column in columns], harmed[known]
    if not len(harmed):
        raise EmptyLog("There is not a single row to answer from: no row meets where, or the harm can be told of none.")
    least = max(1, ceil(support * len(harmed) - 1e-9))
    data, live = coded(columns, [len(f.shown) + 1 for f in words.features], harmed, support=least)
    del columns
    found, taken = Found([0] * words.depth, [0] * words.depth), []
    if 0 < data.harmed < data.rows:
        found = search(data, depth=words.depth, support=least, watch=watch)
        if tested := sum(found.tested):
            picker = Picker(data, depth=words.depth, tested=tested, alarm=words.alarm, top=words.top)
            taken = picker.take(found)
    result = shown(words, live, taken, found, rows=data.rows, harmed=data.harmed, least=least)
    return asking.finding(used=data.rows, sentence=sentence(result), result=result, chart=chart(result))
