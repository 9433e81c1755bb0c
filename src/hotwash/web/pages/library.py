"""The library: what the field knows, as Hotwash uses it, readable, with version and source."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hotwash.knowledge.access import AccessVerb, access
from hotwash.knowledge.duties import NOT_ADVICE, duties
from hotwash.knowledge.harms import harms
from hotwash.knowledge.life import life
from hotwash.knowledge.measures import measures
from hotwash.knowledge.messages import rules
from hotwash.knowledge.playbooks import LEVELS, PHASES, Step, lasting, shelf
from hotwash.knowledge.roles import roles
from hotwash.knowledge.severity import Condition, rubric
from hotwash.web.door import desk
from hotwash.web.pages.message_book import message_book
from hotwash.web.pages.sight import asking


@dataclass(frozen=True, slots=True)
class Book:
    """One part of the library: its data, where the data comes from, and what it answers."""

    name: str
    title: str
    sentence: str
    source: str
    read: Callable[[], Any]

    @property
    def version(self) -> str:
        """The version of the data."""
        return str(self.read().version)


OWN = "Hotwash’s own table"

BOOKS = (
    Book(
        "severity", "Severity", "How grave is it? A table of questions; the first row that holds decides.", "", rubric
    ),
    Book("harms", "Types of harm", "What kind of harm is it, and what do others call it?", "", harms),
    Book("playbooks", "Playbooks", "What to do, by whom and until when, for a kind of harm.", OWN, shelf),
    Book("duties", "Duties", "Whom the law wants told about what, until when, and how sure that is.", "", duties),
    Book("messages", "Messages", "Who is told what, whose word it needs, and when the next word is due.", "", rules),
    Book("roles", "Roles", "Who does what in an incident, in the first 15 minutes and the first hour.", "", roles),
    Book("life", "Life of an incident", "From which state does which verb lead where?", OWN, life),
    Book("measures", "Measures", "Which facts begin and end which measure of time.", OWN, measures),
    Book("access", "Who may do what", "Which role of an account may say which verb.", OWN, access),
)


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """All parts."""
    return render(request, "pages/library.html", {"books": BOOKS})


@require_safe
def book(request: HttpRequest, name: str) -> HttpResponse:
    """One part."""
    for known in BOOKS:
        if known.name == name:
            held = known.read()
            context = {
                "book": known,
                "held": held,
                "books": BOOKS,
                "source": known.source or getattr(held, "source", ""),
                "may_keep": asking(request).may("keep-playbook"),
            }
            return render(request, f"pages/library/{name}.html", {**context, **_MORE.get(name, dict)()})
    raise Http404


@require_safe
def playbook(request: HttpRequest, name: str) -> HttpResponse:
    """One playbook, with every step and the tiers that ask for it."""
    edition = desk().organisation().playbooks.newest(name)
    try:
        book = edition.playbook if edition else shelf().playbook(name)
    except KeyError:
        raise Http404 from None
    phases = [
        (title, [(step, _dues(step)) for step in book.steps_at("Critical") if step.phase("Critical") == phase])
        for phase, (title, _) in PHASES.items()
    ]
    context = {"playbook": book, "phases": phases, "book": BOOKS[2], "held": shelf(), "source": ""}
    context |= {"edition": edition, "may_keep": asking(request).may("keep-playbook")}
    return render(request, "pages/library/playbook.html", context)


def _dues(step: Step) -> list[tuple[str, str]]:
    return [(tier, lasting(step.due_within(tier))) for tier in LEVELS if step.asked_at(tier)]


def _severity() -> dict[str, Any]:
    table = rubric()
    rows = [{"row": row, "reason": table.reason_of(row), "when": _worded(row.when)} for row in table.rows]
    return {"rows": rows, "questions": table.questions}


def _worded(when: Condition) -> str:
    """A condition in words."""
    table = rubric()
    if when.question is not None:
        question = table.question(when.question)
        if when.at_least is None:
            return question.clause
        return f"{question.clause} (at least {table.thresholds[when.at_least]:,})"
    if when.any is not None:
        return " or ".join(_worded(part) for part in when.any)
    parts = [_worded(part) if part.any is None else f"({_worded(part)})" for part in when.all or ()]
    return " and ".join(parts) if parts else "always"


def _access() -> dict[str, Any]:
    table = access()
    realms = (("incident", "On incidents"), ("system", "On AI systems"), ("installation", "On the installation"))

    def cells(verb: AccessVerb) -> list[tuple[str, str]]:
        return [
            (role.title, "yes" if role.id in verb.may else "own" if role.id in verb.own else "") for role in table.roles
        ]

    return {
        "realms": [
            (title, [(verb, cells(verb)) for verb in table.verbs if verb.on == realm]) for realm, title in realms
        ]
    }


def _playbooks() -> dict[str, Any]:
    own = desk().organisation().playbooks
    return {"own": own.standing, "withdrawn": [own.editions[name][-1] for name in own.withdrawn]}


def _duties() -> dict[str, Any]:
    return {"not_advice": NOT_ADVICE, "unverified": sum(duty.unverified for duty in duties().duties.values())}


_MORE: dict[str, Callable[[], dict[str, Any]]] = {
    "severity": _severity,
    "access": _access,
    "duties": _duties,
    "playbooks": _playbooks,
    "messages": message_book,
}
