"""What the page of the clocks shows: what is due, what may be, the questions that settle it, what was sent, drafts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotwash.incident.state import Said
from hotwash.knowledge.duties import NOT_ADVICE, Question, duties
from hotwash.knowledge.notices import Form, notices
from hotwash.reports.deadlines import Standing
from hotwash.reports.deadlines.standing import answers_of
from hotwash.reports.duty_words import ANSWERS, question_text
from hotwash.reports.notices import fill
from hotwash.reports.phrases import span
from hotwash.reports.vocabulary import AWARENESS
from hotwash.web.door import desk
from hotwash.web.room.opened import Room

FIRST_QUESTIONS = 8
SOON_S = 24 * 3600
"""A clock with less than a day left presses."""


@dataclass(frozen=True, slots=True)
class Line:
    """A clock with how near it is. Only the early deadline says whether it presses, never the outer limit."""

    standing: Standing
    left: str
    presses: bool
    form: Form | None

    @property
    def open(self) -> list[str]:
        """The questions that would settle whether it applies, in words."""
        return [question_text(one) for one in self.standing.open]

    @property
    def because(self) -> list[str]:
        """The questions that ruled it out, in words."""
        return [question_text(one) for one in self.standing.because]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of applicability with the answer that holds."""

    question: Question
    answer: str
    settles: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A form, and how far the record fills it."""

    form: Form
    answered: int
    of: int
    missing: int
    due: bool


def context(room: Room) -> dict[str, Any]:
    """Everything on the page."""
    known = room.deadlines
    lines = [_line(one, room.now) for one in known.clocks]
    due = [one for one in lines if one.standing.due]
    asked = _asked(room)
    return {
        "not_advice": NOT_ADVICE,
        "sure": [one for one in due if one.standing.applies == "yes"],
        "perhaps": [one for one in due if one.standing.applies == "unknown"],
        "waiting": [
            one for one in lines if one.standing.clock.state == "waiting" and one.standing.applies in ("yes", "unknown")
        ],
        "ruled_out": _once(one for one in lines if one.standing.applies in ("no", "off")),
        "not_in_force": _once(
            one
            for one in lines
            if one.standing.clock.state == "not-in-force" and one.standing.applies in ("yes", "unknown")
        ),
        "sent": sorted(room.incident.filings.values(), key=lambda one: one.submitted.at),
        "late": {filing.submitted.entry for one in known.clocks if one.clock.late for filing in one.filings[:1]},
        "asked": asked[:FIRST_QUESTIONS],
        "asked_more": asked[FIRST_QUESTIONS:],
        "answered": _answered(room),
        "ledger": _ledger(room),
        "counted_from": {said.entry for said in known.facts.values()},
        "drafts": _drafts(room, due),
        "titles": {duty.id: duty.title for duty in duties().duties.values()}
        | {one.standing.duty.id: one.standing.duty.title for one in lines},
        "answers": [("yes", "yes"), ("no", "no"), ("unknown", "not known")],
        "words_awareness": AWARENESS,
    }


def _line(one: Standing, now: datetime) -> Line:
    form = notices().for_duty(one.duty.id, one.clock.stage)
    sure = one.applies == "yes"
    at_once = sure and one.clock.due_at_once_since is not None
    until = one.clock.deadline
    if until is None:
        return Line(one, "", at_once, form)
    seconds = (until - now).total_seconds()
    words = f"{span(seconds)} left" if seconds > 0 else f"{span(seconds)} late"
    # What may not apply presses only while there is still time to find out: a page full of red warns of nothing.
    return Line(one, words, at_once or (seconds < SOON_S if sure else 0 < seconds < SOON_S), form)


def _once(lines: Iterable[Line]) -> list[Line]:
    """One line a duty."""
    return list({one.standing.duty.id: one for one in lines}.values())


def _asked(room: Room) -> list[Asked]:
    """The open questions, those that settle most first."""
    known = {question.id: question for question in duties().questions}
    asked = room.deadlines.asked()
    return [Asked(known[one], "unknown", settles) for one, settles in asked if one in known]


def _answered(room: Room) -> list[dict[str, Any]]:
    own = {one.event.question: one for one in room.incident.applicability}
    organisation = desk().organisation()
    found = []
    for question, answer in answers_of(room.incident, organisation).items():
        said: Any = own.get(question) or organisation.answers[question]
        found.append(
            {
                "id": question,
                "text": question_text(question),
                "answer": ANSWERS[answer],
                "said": said,
                "here": question in own,
            }
        )
    return sorted(found, key=lambda one: (not one["here"], one["id"]))


def _ledger(room: Room) -> list[tuple[Said[Any], Said[Any] | None]]:
    """Who knew what, in the order in which it happened, with what was taken back."""
    gone = room.incident.withdrawn_awareness
    return [
        (said, gone.get(said.entry)) for said in sorted(room.incident.awareness, key=lambda one: (one.at, one.entry))
    ]


def _drafts(room: Room, due: list[Line]) -> list[Draft]:
    wanted = {one.form.id for one in due if one.form is not None and one.standing.applies == "yes"}
    organisation = desk().organisation()
    found = []
    for form in notices().forms.values():
        notice = fill(form.id, room.incident, organisation=organisation, system=room.system)
        found.append(Draft(form, notice.answered, len(notice.fields), len(notice.missing), form.id in wanted))
    return sorted(found, key=lambda one: not one.due)
