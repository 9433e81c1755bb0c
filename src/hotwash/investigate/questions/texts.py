"""What sets harmful exchanges apart: terms, texts that are nearly the same, and masked samples."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from hotwash.investigate import charts, intervals
from hotwash.investigate.asking import WHERE_UNKNOWN, Asking, Progress, Stop, asked, check_level
from hotwash.investigate.engine import Ask
from hotwash.investigate.errors import AskedWrongly, ColumnMistyped, EmptyLog, TooMany
from hotwash.investigate.expression import Expression
from hotwash.investigate.finding import Finding
from hotwash.investigate.kinds import HOLDS
from hotwash.investigate.lexicon import TEXTS_LEAST, Term, apart, terms, without_parts
from hotwash.investigate.masking import KINDS, mask
from hotwash.investigate.neighbours import clusters
from hotwash.investigate.predictions import Log, described
from hotwash.investigate.proportions import holm, two_sided
from hotwash.investigate.rates import Json, rate, shown_rate
from hotwash.investigate.words import number, percent

SAMPLE_LENGTH = 400
CLUSTERS_MAX = 20
LENGTH_MAX = 20_000
"""Characters of one text that are looked at."""
WARNING = (
    "Samples may be upsetting. They stay blurred until somebody opens them; personal data is masked as far as its form "
    "tells."
)

_MASKED = re.compile(rf"\[({'|'.join(KINDS)})\]")

Held = list[tuple[str, int, int]]
"""Each different text, masked, with the rows that are harmful and those that are not."""


def texts(
    log: Log,
    *,
    text: str,
    harm: str,
    where: str | None = None,
    top: int = 20,
    samples: int = 5,
    level: float = 0.95,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """The terms that lean towards harmful texts, clusters of near copies, and a few masked samples.

    Formulas and sources stand in `lexicon` (terms) and `neighbours` (clusters). Texts are read in this process; what
    leaves it are terms that occur in several texts, counts, and the masked samples.

    :param text: the column with the text: a prompt, an answer, a complaint
    :param harm: a condition: which rows are harmful
    :param where: a condition that rows must meet
    :param top: how many terms of each side are listed
    :param samples: how many samples are shown; 0 for none
    :raises LogError: if the log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    check_level(level)
    if not 1 <= top <= 200 or not 0 <= samples <= 50:
        raise AskedWrongly("List 1 to 200 terms (top), and 0 to 50 samples.")
    told = described(log)
    arguments = {"text": text, "harm": harm, "where": where, "top": top, "samples": samples, "level": level}
    with asked("texts", told, arguments, steps=2, on_progress=on_progress, cancelled=cancelled) as asking:
        held = _held(asking, text, harm, where)
        harmful, other = sum(h for _, h, _ in held), sum(o for _, _, o in held)
        if not harmful or not other:
            lacking = "harmful" if not harmful else "without harm"
            raise EmptyLog(f"No row is {lacking}, so there is nothing to compare. Look at the condition of the harm.")
        copies = clusters([t for t, _, _ in held])
        here, there = _once(held, copies)
        leaning = apart(((t, 1) for t in here), ((t, 1) for t in there))
        found = _clusters(held, copies, harmful, other, level=level)
        result: Json = {
            "harmful": harmful,
            "other": other,
            "different": len(held),
            "terms": [_told(t, len(here), len(there)) for t in without_parts([t for t in leaning if t.z > 0], top)],
            "terms_of_others": [
                _told(t, len(here), len(there)) for t in without_parts([t for t in reversed(leaning) if t.z < 0], top)
            ],
            "clusters": found[:CLUSTERS_MAX],
            "clusters_count": len(found),
            "samples": _samples(held, leaning, samples),
            "content_warning": WARNING,
        }
        drawn = charts.leaning(
            [{"term": t["term"], "z": t["z"], "lean": lean} for key, lean in _SIDES for t in result[key][:12]],
            title="What harmful texts say more often, and less often",
        )
        return asking.finding(used=harmful + other, sentence=_sentence(result, level), result=result, chart=drawn)


_SIDES = (("terms", "harmful"), ("terms_of_others", "others"))


def _held(asking: Asking, text: str, harm: str, where: str | None) -> Held:
    column = asking.column(text, "the text")
    if column.kind != "text":
        raise ColumnMistyped(f'Column "{text}" holds {HOLDS[column.kind]}, and this question reads text.')
    scope = asking.condition(where, "where") if where else None
    keys: list[Expression] = [asking.name(text, "the text"), asking.condition(harm, "harm")]
    keys += [scope] if scope is not None else []
    try:
        cells = asking.engine.counts(Ask(tuple(keys), (tuple(range(len(keys))),), scope))
    except TooMany:
        raise TooMany(
            "There are more than 250,000 different texts. Ask about a shorter time or one version (where)."
        ) from None
    counted: dict[str, list[int]] = {}
    for cell in cells:
        if scope is not None and cell.values[-1] is None:
            asking.skip(WHERE_UNKNOWN, cell.rows)
        elif not str(cell.values[0] or "").strip():
            asking.skip("no text", cell.rows)
        elif cell.values[1] is None:
            asking.skip("it cannot be told whether the harm holds (a value is missing)", cell.rows)
        else:
            masked, _ = mask(str(cell.values[0])[:LENGTH_MAX])
            into = counted.setdefault(masked, [0, 0])
            into[0 if cell.values[1] else 1] += cell.rows
    # An engine gives its counts in no order.
    return [(t, h, o) for t, (h, o) in sorted(counted.items())]


def _once(held: Held, copies: Sequence[Sequence[int]]) -> tuple[list[str], list[str]]:
    """The texts of both sides, near copies once: a thousand copies are one piece of evidence about words."""
    together = {place for places in copies for place in places}
    sides: tuple[list[str], list[str]] = ([], [])
    alone = ([i] for i in range(len(held)) if i not in together)
    for places in (*copies, *alone):
        bare = _MASKED.sub(" ; ", held[places[0]][0])
        for side, texts_ in enumerate(sides, 1):
            if any(held[i][side] for i in places):
                texts_.append(bare)
    return sides


def _told(term: Term, harmful: int, other: int) -> Json:
    return {
        "term": term.term,
        "log_odds": term.log_odds,
        "z": term.z,
        "p_holm": term.p_holm,
        "harmful": term.here,
        "other": term.there,
        "share_of_harmful": term.here / harmful,
        "share_of_other": term.there / other,
    }


def _clusters(held: Held, copies: Sequence[Sequence[int]], harmful: int, other: int, *, level: float) -> list[Json]:
    """Near copies, those first that hold more harm than the log at large."""
    z = intervals.critical(level)
    found: list[Json] = []
    for places in copies:
        inside = sum(held[i][1] for i in places)
        rows = sum(held[i][1] + held[i][2] for i in places)
        if rows < TEXTS_LEAST:
            continue
        p, _ = two_sided(inside, rows, harmful - inside, harmful + other - rows)
        common = max(places, key=lambda i: (held[i][1] + held[i][2], -i))
        found.append(
            {
                "rows": rows,
                "different": len(places),
                "harmful": inside,
                "share": shown_rate(rate(inside, rows, z, ""), level),
                "excess": inside - rows * harmful / (harmful + other),
                "p": p,
                "sample": _shown(held[common][0]),
            }
        )
    for entry, strict in zip(found, holm([entry["p"] for entry in found]), strict=True):
        entry["p_holm"] = strict
    return sorted(found, key=lambda c: (-c["excess"], -c["rows"], c["sample"]["text"]))


def _samples(held: Held, leaning: Sequence[Term], most: int) -> list[Json]:
    """Harmful texts that hold much of what sets harm apart, each bringing terms that those before it did not."""
    weight = {t.term: t.z for t in leaning if t.z > 2}
    pool = [(i, {t for t in terms(held[i][0]) if t in weight}) for i in range(len(held)) if held[i][1]]
    pool = sorted(pool, key=lambda one: (-sum(weight[t] for t in one[1]), one[0]))[:2_000]
    chosen: list[Json] = []
    seen: set[str] = set()
    while pool and len(chosen) < most:
        best = max(pool, key=lambda one: (sum(weight[t] for t in one[1] - seen), -one[0]))
        pool.remove(best)
        seen |= best[1]
        text, rows, _ = held[best[0]]
        chosen.append({**_shown(text), "rows": rows})
    return chosen


def _shown(masked: str) -> Json:
    kinds = dict(sorted(Counter(_MASKED.findall(masked)).items()))
    cut = masked if len(masked) <= SAMPLE_LENGTH else masked[:SAMPLE_LENGTH].rstrip() + " …"
    return {"text": cut, "masked": kinds}


def _sentence(result: Json, level: float) -> str:
    rows = result["harmful"] + result["other"]
    said = f"{result['harmful']:,} of {number(rows, 'text')} are harmful"
    clear = [t for t in result["terms"] if t["p_holm"] <= 1 - level][:3]
    if clear:
        first = clear[0]
        words = ", ".join(f'"{t["term"]}"' for t in clear)
        said += (
            f"; they stand out by {words} ({percent(first['share_of_harmful'])} of harmful texts hold "
            f'"{first["term"]}", {percent(first["share_of_other"])} of the others)'
        )
    else:
        said += "; no term sets them apart beyond chance"
    copies: list[Any] = [c for c in result["clusters"] if c["p_holm"] <= 1 - level and c["excess"] > 0]
    if copies:
        said += f"; {copies[0]['rows']:,} near copies of one text are {percent(copies[0]['share']['value'])} harmful"
    return f"{said}."
