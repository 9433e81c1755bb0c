"""What happened in a quarter, and how long people were exposed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from hotwash.knowledge.harms import harms
from hotwash.reports.board.notes import Notes
from hotwash.reports.document import (
    Block,
    Number,
    Numbers,
    Paragraph,
    Row,
    Table,
    Text,
    quiet,
    strong,
    text,
)
from hotwash.reports.measuring.figures import Line
from hotwash.reports.measuring.metrics import Kind, Measured, kinds, over
from hotwash.reports.measuring.summing import MEDIAN_NEEDS
from hotwash.reports.phrases import amount, brief, closed, count, day, people, several, span

TOLD_MAX = 4
"""So many incidents are told one by one; the others are counted."""


STORY_MAX = 420


BEFORE = timedelta(days=548)
"""How far back it is compared: the quarter and the year before it."""

HOW_LONG: dict[str, tuple[str, str]] = {
    "mttd": ("Until somebody saw it", "from the first person harmed until anyone noticed"),
    "mttc": ("Until it was stopped", "from when it was noticed until nobody more was harmed"),
    "mttr": ("Until it was mended", "from when it was noticed until the repair was proved in use"),
    "time_to_redress": ("Until people were made whole", "from when it was noticed until the last one was"),
}
"""The measures that a board reads, in words without abbreviations."""


_GRAVITY = {"Critical": 0, "Major": 1, "": 2, "Minor": 3}


def gravest(line: Line) -> tuple[int, float, datetime, str]:
    """By what incidents are put in order: the gravest first."""
    harmed = line.figures.harmed.value if line.figures.harmed else 0.0
    return _GRAVITY.get(line.severity, 2), -harmed, line.declared_at, line.id


def in_short(new: Sequence[Line], known: Sequence[Line], notes: Notes) -> Iterator[Block]:
    """Opening sentences and the four figures."""
    going_on = [line for line in known if line.state == "open" and line.harm_going_on]
    counted = [line for line in new if line.figures.harmed]
    harmed = sum(line.figures.harmed.value for line in counted if line.figures.harmed)
    waiting = [line for line in known if line.figures.owed]
    yield Paragraph(text(" ".join(_opening(new, going_on, waiting))))
    grave = [line for line in new if line.severity == "Critical"]
    yield Numbers(
        (
            Number(
                str(len(new)),
                "Incidents this quarter",
                text(
                    f"{len(grave) or 'none'} of the gravest kind" if new else "none was declared",
                    notes.of("Incidents declared in the quarter; drills, tests and false alarms are left out",
                             ((line.id, line.figures.assessed) for line in new)),
                ),
            ),
            Number(
                amount(harmed) if counted or not new else "not known",
                "People harmed",
                text(
                    _range(counted) if counted else "nobody has estimated it yet" if new else "no incident",
                    notes.of("The last estimate of people harmed, of each incident of the quarter",
                             ((line.id, line.figures.harmed.entry) for line in counted if line.figures.harmed)),
                ),
            ),
            Number(
                str(len(going_on)),
                "Still doing harm",
                text(
                    "of all incidents that are open" if going_on else "no open incident does",
                    notes.of("Open incidents not stopped for everyone", ((line.id, None) for line in going_on)),
                ),
            ),
            Number(
                amount(sum(line.figures.owed for line in waiting)),
                "People still waiting",
                text(
                    "to be told, re-decided or paid" if waiting else "everyone known was made whole",
                    notes.of("Remedies that are owed and not done", ((line.id, None) for line in waiting)),
                ),
            ),
        )
    )  # fmt: skip


def _opening(new: Sequence[Line], going_on: Sequence[Line], waiting: Sequence[Line]) -> Iterator[str]:
    if not new:
        yield "No harm from our AI systems was reported or found in this quarter."
    elif len(new) == 1:
        yield f"One incident was declared in this quarter, at {new[0].system_name or 'a system that nobody named'}."
    else:
        systems = list(dict.fromkeys(line.system_name for line in new if line.system_name))
        where = (
            f", at {several(systems[:3])}"
            if 0 < len(systems) <= 3
            else f", at {len(systems)} systems"
            if systems
            else ""
        )
        yield f"{len(new)} incidents were declared in this quarter{where}."
    outside = [line for line in new if line.figures.detector == "outside"]
    if new and len(outside) == len(new):
        yield "It was people outside who noticed, not our own monitoring."
    elif outside:
        yield f"People outside noticed {len(outside)} of them before we did."
    if going_on:
        named = several([line.id for line in going_on][:3])
        where = named if len(going_on) <= 3 else f"{len(going_on)} incidents, {named} among them,"
        yield f"In {where} people may still be harmed today."
    elif new:
        yield "It harms nobody any more." if len(new) == 1 else "None of them harms anyone any more."
    if waiting:
        owed = sum(line.figures.owed for line in waiting)
        yield f"{people(owed)} still {'waits' if owed == 1 else 'wait'} for what we owe them."


def _range(lines: Sequence[Line]) -> str:
    known = [line.figures.harmed for line in lines if line.figures.harmed]
    typed = sum(one.finding is None for one in known)
    low = sum(one.low if one.low is not None else one.value for one in known)
    high = sum(one.high if one.high is not None else one.value for one in known)
    between = f"between {amount(low)} and {amount(high)}, " if low != high else ""
    return f"{between}{'partly an estimate' if typed else 'counted in the decisions'}"


def happened(new: Sequence[Line], notes: Notes) -> Iterator[Block]:
    """Each of the gravest incidents in a paragraph."""
    if not new:
        yield Paragraph(
            text("Nothing to tell. Whether nothing happened or nothing was noticed, these figures do not say.")
        )
    for line in new[:TOLD_MAX]:
        sources: list[tuple[str, int | None]] = [(line.id, line.figures.assessed), (line.id, line.figures.detected)]
        kinds_of_harm = [_harm_titles().get(harm, harm).lower() for harm in line.harms]
        about = several([part for part in (line.severity or "not assessed yet", *kinds_of_harm) if part], last="·")
        yield Paragraph(
            text(
                strong(f"{closed(brief(line.title, 140))} "),
                quiet(f"{about.replace(' ·', ',')}. {day(line.declared_at)}. "),
                brief(closed(line.figures.summary), STORY_MAX) + " " if line.figures.summary else "",
                _course(line),
                notes.of(f"{line.id}: its severity, who noticed, and the times", [*sources, *_time_entries(line)]),
            )
        )
    left = new[TOLD_MAX:]
    if left:
        yield Paragraph(
            text(
                f"{count(len(left), 'further incident was', 'further incidents were')} less grave: "
                f"{several([brief(line.title, 60).rstrip('.') for line in left[:5]])}"
                f"{' and others' if len(left) > 5 else ''}.",
                notes.of("Further incidents of the quarter", ((line.id, None) for line in left)),
            )
        )


def _time_entries(line: Line) -> Iterator[tuple[str, int | None]]:
    for name in HOW_LONG:
        timed = line.figures.measures.get(name)
        yield from ((line.id, entry) for entry in (timed.entries if timed else ()))


def _course(line: Line) -> str:
    said = []
    detector = {"inside": "We noticed it ourselves", "outside": "People outside noticed it"}.get(line.figures.detector)
    known = {name: timed.seconds for name, timed in line.figures.measures.items() if timed.seconds is not None}
    if detector and known.get("mttd", -1) >= 0:
        said.append(f"{detector}, {span(known['mttd'])} after the first person was harmed.")
    elif detector:
        said.append(f"{detector}; since when people were harmed is not known yet.")
    if known.get("mttc", -1) >= 0:
        said.append(f"It was stopped {span(known['mttc'])} later.")
    elif line.harm_going_on:
        said.append("It is not stopped for everyone yet.")
    if known.get("mttr", -1) >= 0:
        said.append(f"The repair was proved after {span(known['mttr'])}.")
    elif line.state == "open":
        said.append("It is not mended yet.")
    if line.figures.owed:
        said.append(f"{people(line.figures.owed)} still {'waits' if line.figures.owed == 1 else 'wait'} for redress.")
    return " ".join(said)


def _harm_titles() -> dict[str, str]:
    return {harm.id: harm.title for harm in harms().harms}


def speed(new: Sequence[Line], known: Sequence[Line], now: datetime, notes: Notes) -> Iterator[Block]:
    """How long it took, against the year before."""
    by_id = {kind.id: kind for kind in kinds({})}
    before = [line for line in known if line not in new and line.declared_at > now - BEFORE]
    rows: list[tuple[Text, ...]] = []
    for name, (title, meaning) in HOW_LONG.items():
        now_found, then = over(new, by_id[name], now), over(before, by_id[name], now)
        if not (now_found.counted or then.counted or now_found.summary.pending):
            continue
        cells = [
            text(strong(title), f"\n{meaning}"),
            text(_usual(now_found), notes.of(f"{title}: this quarter", _entries(new, now_found, by_id[name]))),
        ]
        if before:
            cells.append(text(_usual(then), notes.of(f"{title}: before", _entries(before, then, by_id[name]))))
        rows.append(tuple(cells))
    if not rows:
        yield Paragraph(text("No times are recorded."))
        return
    heads = ("", "This quarter", "The year before it") if before else ("", "This quarter")
    yield Table(heads, (46, 27, 27) if before else (60, 40), tuple(Row(cells) for cells in rows))
    most = max((over(new, by_id[name], now).summary.n for name in HOW_LONG), default=0)
    if 0 < most < MEDIAN_NEEDS:
        few = count(most, "incident", "incidents")
        nothing = "" if before else " There is nothing earlier to compare with."
        yield Paragraph(
            text(quiet(f"With {few} these times tell what happened, not how fast we usually are.{nothing}"))
        )


_ENDED = {"mttc": "the repair ended it", "time_to_redress": "nothing is recorded as owed"}
"""What it means if a time is missing and nothing is still to come."""


def _usual(found: Measured) -> str:
    one = found.summary
    if one.median is None:
        return f"{one.running} still going on" if one.running else _ENDED.get(found.kind.id, "not known yet")
    if one.n == 1:
        return span(one.median)
    spread = f", from {span(one.least or 0)} to {span(one.most or 0)}"
    more = f"; {one.running} still going on" if one.running else ""
    return f"{span(one.median)} in the middle of {one.n}{spread}{more}"


def _entries(lines: Iterable[Line], found: Measured, kind: Kind) -> Iterator[tuple[str, int | None]]:
    for line in lines:
        timed = line.figures.measures.get(kind.id)
        if timed is not None and (line.id in found.counted or (timed.state == "pending" and timed.since is not None)):
            yield from ((line.id, entry) for entry in timed.entries)
