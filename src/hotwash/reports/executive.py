"""One page for those who lead and did not take part: what happened, who was affected, what it cost, what prevents it.

Every figure comes from the record and names its entry. Where the record does not know, the page says so. It is one
page: where there is more than fits, it says how much more the post-mortem holds.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from hotwash.incident.events import IncidentFact
from hotwash.incident.state import Action, Incident
from hotwash.knowledge.harms import harms
from hotwash.ledger.entry import NO_ENTRY
from hotwash.reports.document import (
    Block,
    Callout,
    Document,
    Item,
    Items,
    Number,
    Numbers,
    Paragraph,
    Section,
    Text,
    entry,
    quiet,
    strong,
    text,
)
from hotwash.reports.metrics import measures
from hotwash.reports.phrases import between, brief, closed, count, day, measured, people, several, span
from hotwash.reports.postmortem.front import people_harmed
from hotwash.reports.postmortem.process import STATES, process
from hotwash.reports.postmortem.source import estimate_basis, short_day
from hotwash.reports.redress import made_whole
from hotwash.reports.status import status
from hotwash.reports.told import lower
from hotwash.reports.vocabulary import KINDS
from hotwash.reports.words import role_title

STRONGEST = ("barrier", "automation", "procedure", "reminder")
TIGHTNESS = ((700, 5, 3), (520, 4, 2), (380, 3, 2), (240, 2, 1))
"""How many characters the story may have, how many actions and how many costs are named, from roomy to tight."""


def executive(
    facts: Sequence[IncidentFact], incident: Incident, *, system_name: str = "", tightness: int = 0
) -> Document:
    """The page. ``tightness`` shortens it where it would not fit: see `TIGHTNESS`."""
    last = facts[-1] if facts else None
    date = last.recorded_at if last else datetime.fromtimestamp(0, UTC)
    story, actions, costs = TIGHTNESS[tightness]
    return Document(
        id=incident.id,
        title=brief(incident.title or incident.id, 110),
        subtitle=f"On one page, from the record as of {day(date)}",
        marks=() if incident.kind == "normal" else (KINDS.get(incident.kind, incident.kind),),
        date=date,
        head=last.digest if last else NO_ENTRY,
        sections=(
            Section("glance", "At a glance", tuple(_glance(incident, date))),
            Section("happened", "What happened", tuple(_happened(incident, story, system_name))),
            Section("affected", "Who was affected", tuple(_affected(incident))),
            Section("cost", "What it cost", tuple(_cost(incident, costs))),
            Section("prevents", "What prevents it", tuple(_prevents(incident, actions))),
            Section("stands", "Where it stands", tuple(_stands(incident, date))),
        ),
    )


def one_page(facts: Sequence[IncidentFact], incident: Incident, *, system_name: str = "") -> bytes:
    """The page as a PDF of one page: the roomiest that fits."""
    from hotwash.reports.render.pdf import pages, to_pdf  # heavy, and only needed here

    for tightness in range(len(TIGHTNESS)):
        made = executive(facts, incident, system_name=system_name, tightness=tightness)
        if pages(made) == 1:
            break
    return to_pdf(made)


def _glance(incident: Incident, as_of: datetime) -> Iterator[Block]:
    now, spans = status(incident, as_of), measures(incident)
    if now.harm.going_on:
        yield Callout("warning", text(now.harm.sentence))
    said = people_harmed(incident)
    if said is None:
        harmed = Number("not known", "People harmed", text("nobody has counted them yet"))
    else:
        wide = between(said.event.low, said.event.high)
        typed = "" if said.event.finding else "typed, "
        harmed = Number(
            measured(said.event.value, "people").split()[0],
            "People harmed",
            text(f"{wide}, " if wide else "", typed, entry(said.event.finding or said.entry)),
        )
    since, until = now.harm.since, now.harm.until
    lasted = Number("not known", "Harm lasted", text("its beginning is not recorded"))
    if since is not None:
        words = _long(((until or as_of) - since).total_seconds())
        label = "Harm lasted" if until else "Harm has lasted"
        lasted = Number(words, label, text(f"since {short_day(since)}, ", entry(now.harm.entry or 1)))
    seen = spans["mttd"]
    noticed = Number("not known", "Until it was noticed", text("not recorded"))
    if seen.seconds is not None and seen.until is not None:
        noticed = Number(_long(seen.seconds), "Until it was noticed", text(entry(seen.until.entry)))
    owed = f"{incident.owed:,}" if incident.remedies or incident.register else "not known"
    waits = Number(owed, "Still wait for a remedy", text(_redress(incident)))
    yield Numbers((harmed, lasted, noticed, waits))


def _long(seconds: float) -> str:
    """A span in words short enough to stand large: from two days on without the hours."""
    words = span(max(0.0, seconds))
    return words.rpartition(" days ")[0] + " days" if " days " in words else words


def _redress(incident: Incident) -> str:
    if incident.register is not None:
        return made_whole(incident.register.counts)
    if incident.remedies:
        owed = sum(one.owed.event.people for one in incident.remedies.values())
        return f"of {people(owed)} to whom something is owed"
    return "nothing owed is recorded"


def _happened(incident: Incident, length: int, system_name: str) -> Iterator[Block]:
    plain = incident.postmortem.heads("in-plain-words")
    if plain:
        yield Paragraph(text(f"{brief(plain[-1].event.text, length)} ", entry(plain[-1].entry)))
    elif incident.summaries:
        said = incident.summaries[-1]
        yield Paragraph(text(f"{brief(said.event.text, length)} ", entry(said.entry)))
    else:
        yield Callout("missing", text("Nobody has written yet what happened, in plain words."))
    name = system_name or incident.system
    kinds = several([harms().harm(one).title.lower() for one in incident.harms])
    line = [f"AI system: {name}" if name else "", f"kind of harm: {kinds}" if kinds else ""]
    if known := "; ".join(one for one in line if one):
        yield Paragraph(text(quiet(f"{known[:1].upper()}{known[1:]}.")))


def _affected(incident: Incident) -> Iterator[Block]:
    said = people_harmed(incident)
    if said is None:
        yield Paragraph(text("How many people were affected is not known yet."))
        return
    amount = measured(said.event.value, said.event.unit)
    wide = between(said.event.low, said.event.high)
    lead = f"{brief(said.event.what, 140)}: {amount}" + (f" ({wide}). " if wide else ". ")
    yield Paragraph(text(f"{lead[:1].upper()}{lead[1:]}", *estimate_basis(said)[:3]))


def _cost(incident: Incident, most: int) -> Iterator[Block]:
    of_money = [said for said in incident.estimates if said.event.unit == "money"]
    last = {said.event.what: said for said in of_money}
    if not last:
        yield Paragraph(text("What it cost has not been recorded."))
        return
    shown = list(last.values())[:most]
    rows = []
    for said in shown:
        wide = between(said.event.low, said.event.high)
        money = measured(said.event.value, "money", said.event.currency)
        rows.append(
            Item(
                text(
                    f"{brief(said.event.what, 110)}: ",
                    strong(money),
                    f" ({wide})" if wide else "",
                    "" if said.event.finding else ", typed estimate",
                    " ",
                    entry(said.event.finding or said.entry),
                )
            )
        )
    if len(last) > len(shown):
        rows.append(Item(text(quiet(f"{count(len(last) - len(shown), 'more', 'more')} in the post-mortem."))))
    yield Items(tuple(rows))


def _rank(action: Action) -> tuple[int, int]:
    strength = action.wanted.strength
    return (STRONGEST.index(strength) if strength in STRONGEST else len(STRONGEST), action.number)


def _prevents(incident: Incident, most: int) -> Iterator[Block]:
    known = [one for one in incident.actions.values() if one.dropped is None and one.wanted.kind != "redress"]
    if not known:
        yield Paragraph(text("Nothing that prevents it has been agreed yet."))
        return
    shown = sorted(known, key=_rank)[:most]
    items = [Item(text(f"{brief(closed(one.wanted.title), 130)} ", *_how_far(one))) for one in shown]
    if len(known) > len(shown):
        items.append(Item(text(quiet(f"{count(len(known) - len(shown), 'more', 'more')} in the post-mortem."))))
    yield Items(tuple(items))


def _how_far(action: Action) -> Text:
    owner = action.wanted.owner
    number = entry(action.number)
    match action.state:
        case "effective":
            return text(strong("Works, as measured. "), f"{owner}, ", number)
        case "closed":
            return text("Done. ", f"{owner}, ", number)
        case "done":
            return text("Done; whether it works is not shown yet. ", f"{owner}, ", number)
    due = f" by {short_day(action.wanted.due)}" if action.wanted.due else ""
    again = "Did not hold; again " if action.state == "slipped" else ""
    return text(f"{again}{owner} sees to it{due}, ", number)


def _stands(incident: Incident, as_of: datetime) -> Iterator[Block]:
    now, how = status(incident, as_of), process(incident)
    left = [one for one in incident.actions.values() if one.open]
    parts = [
        now.harm.sentence,
        f"{count(len(left), 'action is', 'actions are')} still open." if left else "No action is open.",
        f"Post-mortem: {STATES[how.state]}.",
    ]
    signed = incident.postmortem.submission
    if signed is not None and how.state in ("signed", "published"):
        names = [f"{said.by} ({lower(role_title(role))})" for role, said in signed.by_role.items()]
        parts.append(f"Signed by {several(names)}.")
    yield Paragraph(text(" ".join(parts)))


__all__ = ["executive", "one_page"]
