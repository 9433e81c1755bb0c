"""Actions read: SMART letter by letter, how each stands and stood, when it is due, and how strong they are together.

Pure readings. What others count (effectiveness, recurrence, a board's report) comes from `readings`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from hotwash.incident.actions import Action, ActionState
from hotwash.incident.state import Incident
from hotwash.knowledge.actions import ActionWords, LetterId, action_words
from hotwash.reports.phrases import count, day, several

Met = Literal["yes", "partly", "no"]

CHECK_WITHIN = timedelta(days=7)
"""How long a done action without a measurable effect may wait for a second person."""
FAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of SMART: whether the action keeps it, and a sentence that says what does, or what would."""

    letter: LetterId
    title: str
    met: Met
    sentence: str


@dataclass(frozen=True, slots=True)
class EffectReading:
    """One measurement of an effect."""

    entry: int
    at: datetime
    outcome: str
    sentence: str
    source: str
    fingerprint: str
    rows: int
    finding: int | None


@dataclass(frozen=True, slots=True)
class ActionReading:
    """How one action stands, with its history in figures.

    :param how: how it was closed (``measured``, ``checked``, ``said``); empty while it is not
    :param tags: where its factors lie
    :param due: when something is due for it, whatever that is now; None if nothing has a date
    :param age_days: from when it was agreed until it was closed or dropped, or until now
    :param slips: how often its effect was measured and did not hold after it had been done
    :param not_smart: the letters that are not kept
    """

    incident: str
    entry: int
    title: str
    kind: str
    strength: str
    owner: str
    state: ActionState
    how: str
    added_at: datetime
    done_at: datetime | None
    closed_at: datetime | None
    due: date | None
    overdue: bool
    ask_on: date | None
    age_days: int
    factors: tuple[int, ...]
    tags: tuple[str, ...]
    effects: tuple[EffectReading, ...]
    slips: int
    not_smart: str
    tracker: str = ""
    issue: str = ""
    url: str = ""

    @property
    def measurable(self) -> bool:
        """Whether it ever had an effect to measure."""
        return bool(self.effects) or self.ask_on is not None or self.how == "measured"


@dataclass(frozen=True, slots=True)
class Mix:
    """How strong some actions are together. ``by_strength`` has ``""`` for those whose strength nobody said."""

    by_strength: dict[str, int]
    strong: int
    known: int
    sentence: str
    warning: str = ""


def readings(incident: Incident, today: date) -> tuple[ActionReading, ...]:
    """Every action of an incident, in the order in which they were agreed."""
    return tuple(_reading(incident, action, today) for action in incident.actions.values())


def action_due(action: Action) -> date | None:
    """When something is due for an action: the work, the measurement, or the look of a second person."""
    if not action.open:
        return None
    if action.to_do:
        return action.wanted.due
    if action.planned is not None:
        return action.ask_on
    assert action.done is not None
    late = action.done.at.date() + CHECK_WITHIN
    return max(action.wanted.due, late) if action.wanted.due else late


def waits_for(action: Action) -> str:
    """What an action that is done waits for, or what comes next for one that is closed; empty if nothing does."""
    if action.state == "done":
        if action.planned is None:
            return "Waits for a second person who checks it."
        if action.ask_on is None:
            return "Its effect could not be shown in time: plan it anew, or withdraw it with a reason."
        return f"Waits for the measurement on {day(action.ask_on)}."
    if action.state == "effective" and action.ask_on is not None:
        return f"Asked again on {day(action.ask_on)}; it opens again if the effect slips."
    return ""


def smart(incident: Incident, action: Action) -> tuple[Letter, ...]:
    """SMART, letter by letter (Doran 1981), and what each rests on."""
    words = action_words()
    titles = {one.id: one.title for one in words.letters}
    said = (
        ("S", *_specific(incident, action, words)),
        ("M", *_measurable(action)),
        ("A", *_assignable(action, words)),
        ("R", *_realistic(action, words)),
        ("T", *_timed(action)),
    )
    return tuple(Letter(letter, titles[letter], met, sentence) for letter, met, sentence in said)  # type: ignore[index,arg-type]


def mix(actions: Iterable[Action]) -> Mix:
    """How strong the actions are together, those that were dropped left out."""
    return mix_of(one.wanted.strength or "" for one in actions if one.dropped is None)


def mix_of(strengths: Iterable[str]) -> Mix:
    """How strong actions with these strengths are together."""
    words = action_words()
    counted = dict.fromkeys([*(one.id for one in words.strengths), ""], 0)
    for strength in strengths:
        counted[strength] = counted.get(strength, 0) + 1
    total = sum(counted.values())
    strong = sum(counted[one.id] for one in words.strengths if one.rca2 != "weaker")
    known = total - counted[""]
    if not total:
        return Mix(counted, 0, 0, "There is no action yet.")
    parts = [f"{counted[one.id]} {one.title.lower()}" for one in words.strengths if counted[one.id]]
    parts += [f"{counted['']} of unknown strength"] if counted[""] else []
    sentence = f"{count(total, 'action', 'actions')}: {several(parts)}."
    warning = ""
    if known and not strong:
        warning = (
            "All of them ask people to take care. RCA2 asks for at least one that is stronger or intermediate: a "
            "barrier, or a machine that sees it."
        )
    return Mix(counted, strong, known, sentence, warning)


def _reading(incident: Incident, action: Action, today: date) -> ActionReading:
    due, wanted = action_due(action), action.wanted
    end = action.closed or action.dropped
    issue = action.issue.event if action.issue else None
    return ActionReading(
        incident=incident.id,
        entry=action.number,
        title=wanted.title,
        kind=wanted.kind,
        strength=wanted.strength or "",
        owner=wanted.owner,
        state=action.state,
        how=action.closed.event.how if action.closed else "",
        added_at=action.added.at,
        done_at=action.done.at if action.done else None,
        closed_at=action.closed.at if action.closed else None,
        due=due,
        overdue=due is not None and due < today,
        ask_on=action.ask_on,
        age_days=max(0, ((end.at.date() if end else today) - action.added.at.date()).days),
        factors=action.factors,
        tags=tuple(dict.fromkeys(tags_of(incident, action))),
        effects=tuple(
            EffectReading(
                said.entry,
                said.at,
                said.event.outcome,
                said.event.sentence or said.event.why,
                said.event.source,
                said.event.fingerprint,
                said.event.rows,
                said.event.finding,
            )
            for said in action.measured
        ),
        slips=sum(said.event.measured is not None for said in action.reopened),
        not_smart="".join(one.letter for one in smart(incident, action) if one.met == "no"),
        tracker=issue.tracker if issue else "",
        issue=issue.issue if issue else "",
        url=issue.url if issue else "",
    )


def tags_of(incident: Incident, action: Action) -> Iterator[str]:
    """Where the factors of an action lie."""
    for entry in action.factors:
        if entry in incident.factors:
            yield incident.factors[entry].event.tag
    if action.wanted.tag:
        yield action.wanted.tag


_WORDS = re.compile(r"[^\W\d_][\w’'-]*")


def _specific(incident: Incident, action: Action, words: ActionWords) -> tuple[Met, str]:
    title = action.wanted.title
    found = _WORDS.findall(title.casefold())
    low = " ".join(found)
    vague = next((one for one in words.vague if low == one or low.startswith(f"{one} ")), "")
    if len(found) < 3:
        return "no", "Two or three words leave it open: say what will be different, and where."
    if vague and len(found) < 8:
        return "no", f"“{vague}” can mean anything: say what will be different, and where."
    against = [one for one in action.factors if one in incident.factors]
    if not against:
        return "partly", "It says what; link the contributing factor that it is against, so that one sees why."
    return "yes", f"It says what, and against which factor ({', '.join(f'entry {one}' for one in against)})."


def _measurable(action: Action) -> tuple[Met, str]:
    plan = action.planned.event if action.planned else None
    if plan is not None:
        held = several([f"{one}" for one in plan.thresholds])
        return "yes", f"“{plan.question}” is asked on {day(plan.ask_on)} and must answer: {held}."
    if action.wanted.measure:
        return "partly", "It says in words how one will see that it worked, so a second person must look and judge."
    return "no", "Nothing says how one will see that it worked: plan a question with a threshold, or write it in words."


def _assignable(action: Action, words: ActionWords) -> tuple[Met, str]:
    owner = action.wanted.owner
    parts = {one.casefold() for one in _WORDS.findall(owner)}
    if parts & set(words.many):
        return "no", f"“{owner}” is not one person: what everybody sees to, nobody does."
    if re.search(r",|;|/|&|\band\b", owner):
        return "partly", f"“{owner}” is more than one person: name the one who answers for it."
    return "yes", f"{owner} sees to it."


def _realistic(action: Action, words: ActionWords) -> tuple[Met, str]:
    wanted = action.wanted
    takes = f" It takes {wanted.effort}." if wanted.effort else " Nobody has said how much it takes."
    if wanted.strength is None:
        return "no", "Nobody has said how strong it is: a barrier, automation, a procedure or a reminder." + takes
    row = words.strength(wanted.strength)
    said = f"{row.title} ({row.rca2} by RCA2)."
    if row.rca2 == "weaker" and wanted.kind in ("prevent", "detect"):
        said += " On its own it seldom holds: is there a barrier, or a machine that sees it?"
        return "partly", said + takes
    return ("yes" if wanted.effort else "partly"), said + takes


def _timed(action: Action) -> tuple[Met, str]:
    due, agreed = action.wanted.due, action.added.at.date()
    if due is None:
        return "no", "No day is named on which it is done."
    if due - agreed > FAR:
        return "partly", f"{day(due)} is more than a year after it was agreed: what can be done sooner?"
    return "yes", f"To be done by {day(due)}."
