"""Whether the risk is under control, what keeps harm from coming back, and what the board is asked."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from hotwash.reports.board.notes import Notes
from hotwash.reports.document import (
    Block,
    Item,
    Items,
    Paragraph,
    Row,
    Table,
    quiet,
    strong,
    text,
)
from hotwash.reports.governance_words import control_title
from hotwash.reports.measuring.figures import Line
from hotwash.reports.measuring.repeated import Costs, costs, effects, recurrence
from hotwash.reports.measuring.risk import Standing, Tried, catalogue
from hotwash.reports.phrases import amount, brief, closed, count, measured, several
from hotwash.systems.governance import Governance

LISTED_MAX = 8


_ASKS = {
    "harm-going-on": "Ask until when the harm that goes on will be stopped, and who may switch the system off.",
    "people-waiting": "Ask until when those who have waited longest will be made whole, and what stands in the way.",
    "actions-overdue": "Ask the owners of overdue actions what they need, or agree on another day.",
    "failed-untested": "Have the safeguards that failed tested, by a drill or a check, before the next quarter.",
    "drill-age": "Have a drill held: nobody knows how well we would respond until it was tried.",
    "found-outside": "Ask why people outside notice before we do, and what watching would cost.",
    "factor-again": "Ask why the same kind of cause comes back.",
    "actions-slipped": "Ask what replaces the actions whose effect did not last.",
}


def control(standings: Sequence[Standing], notes: Notes) -> Iterator[Block]:
    """The limits that are not kept."""
    breached = [one for one in standings if one.breached]
    unknown = [one for one in standings if not one.breached and one.value is None]
    kept = len(standings) - len(breached) - len(unknown)
    if not breached:
        yield Paragraph(text(f"Every limit that we set ourselves is kept ({kept} of {len(standings)})."))
    else:
        yield Paragraph(
            text(
                f"{count(len(breached), 'limit', 'limits')} that we set ourselves "
                f"{'is' if len(breached) == 1 else 'are'} not kept, {kept} {'is' if kept == 1 else 'are'} kept."
            )
        )
        yield Table(
            ("Not kept", "Now", "Limit"),
            (60, 25, 15),
            tuple(
                Row(
                    (
                        text(one.title),
                        text(
                            strong(one.shown),
                            notes.of(one.sentence.rstrip("."), ((name, None) for name in one.incidents)),
                        ),
                        text(one.limit_shown),
                    )
                )
                for one in breached[:LISTED_MAX]
            ),
        )
    if unknown:
        yield Paragraph(text(quiet(f"Nothing can be said yet of: {several([_inside(one.title) for one in unknown])}.")))


def _inside(title: str) -> str:
    return title[:1].lower() + title[1:]


def prevents(known: Sequence[Line], own: Governance, now: datetime, notes: Notes) -> Iterator[Block]:
    """Actions, causes that come back, safeguards, checks, costs."""
    standing = effects(known, now.date())
    points: list[Item] = []
    if standing.total:
        proved = (
            f"of {count(standing.closed, 'that is closed', 'that are closed')}, "
            f"{standing.measured} {'was' if standing.measured == 1 else 'were'} shown by measurement to work"
            if standing.closed
            else "none is finished yet"
        )
        late = f" {standing.overdue} {'is' if standing.overdue == 1 else 'are'} overdue." if standing.overdue else ""
        weak = standing.by_strength.get("reminder", 0) + standing.by_strength.get("procedure", 0)
        strong_ones = standing.by_strength.get("barrier", 0) + standing.by_strength.get("automation", 0)
        points.append(
            Item(
                text(
                    f"{count(standing.total, 'action was', 'actions were')} agreed; {proved}.{late} {strong_ones} "
                    f"{'changes' if strong_ones == 1 else 'change'} the system itself, {weak} "
                    f"{'asks' if weak == 1 else 'ask'} people to be careful.",
                    notes.of(
                        "Actions of all incidents",
                        ((line.id, action.entry) for line in known for action in line.figures.actions),
                    ),
                )
            )
        )
    else:
        points.append(Item(text("No action has been agreed yet.")))
    for one in recurrence(known)[:3]:
        if one.again:
            points.append(
                Item(
                    text(
                        f"The same kind of cause, {one.title}, stands behind {len(one.incidents)} incidents"
                        + (f", {len(one.after_action)} of them after we thought it mended" if one.after_action else "")
                        + ".",
                        notes.of(f"Contributing factors of the kind {one.title}", _factors(known, one.tag)),
                    )
                )
            )
    controls = catalogue(known, own)
    failed = [one for one in controls if one.state == "failed"]
    if failed:
        named = several(
            [
                brief(control_title(one.control, {c.control: c.title for c in own.controls.values()}), 90)
                for one in failed[:3]
            ]
        )
        points.append(
            Item(
                text(
                    f"{count(len(failed), 'safeguard', 'safeguards')} failed or "
                    f"{'was' if len(failed) == 1 else 'were'} missing and {'has' if len(failed) == 1 else 'have'} not "
                    f"been tested since: {named}{' and others' if len(failed) > 3 else ''}.",
                    notes.of(
                        "Controls judged as failed or missing", _tried(tried for one in failed for tried in one.failed)
                    ),
                )
            )
        )
    gates = sum(line.figures.gates for line in known)
    points.append(
        Item(
            text(
                f"{count(gates, 'automatic check keeps', 'automatic checks keep')} old harm from coming back "
                "with a new version."
                if gates
                else "No automatic check keeps old harm from coming back with a new version.",
                notes.of("Gates that incidents left behind", ((line.id, None) for line in known if line.figures.gates)),
            )
        )
    )
    yield Items(tuple(points))
    spent = costs(known)
    if spent:
        yield Paragraph(
            text(
                f"What incidents have cost us so far: {several([_cost(one) for one in spent])}.",
                notes.of(
                    "Costs that were recorded",
                    ((line.id, cost.entry) for line in known for cost in line.figures.costs),
                ),
            )
        )
    else:
        yield Paragraph(text("What it cost us has not been recorded."))


def _factors(lines: Iterable[Line], tag: str) -> Iterator[tuple[str, int | None]]:
    for line in lines:
        yield from ((line.id, factor.entry) for factor in line.figures.factors if factor.tag == tag)


def _tried(all_of_them: Iterable[Tried]) -> Iterator[tuple[str, int | None]]:
    yield from ((one.incident, one.entry) for one in all_of_them)


def _cost(one: Costs) -> str:
    total = measured(one.total, "money", one.currency)
    if not one.estimated:
        return f"{total}, all of it booked"
    return f"{total}, {'all of it' if not one.booked else 'of which ' + amount(one.estimated)} estimated"


def asked(known: Sequence[Line], standings: Sequence[Standing], notes: Notes) -> Iterator[Block]:
    """What waits for a decision."""
    points: list[Item] = []
    for line in known:
        points += [
            Item(
                text(
                    "Decide: ",
                    strong(f"{closed(brief(proposal.policy, 80))} "),
                    closed(brief(proposal.change, 200)),
                    notes.of("A change of a rule, proposed after an incident", [(line.id, proposal.entry)]),
                )
            )
            for proposal in line.figures.proposals
            if proposal.state == "open"
        ]
    for one in standings:
        if one.breached and one.indicator in _ASKS:
            points.append(Item(text(_ASKS[one.indicator])))
    if not points:
        yield Paragraph(text("Nothing is waiting for a decision of the board. It is asked to take note."))
        return
    yield Items(tuple(points[:LISTED_MAX]))
