"""Evaluates the severity rubric: from answers to a severity, and to the questions that are still worth asking.

The table is data (`knowledge/data/severity.toml`). Invariants, each held by a test:

- A graver answer (no -> unknown -> yes, or more people) never lowers the severity.
- What was not answered is treated as not known. A hole in the answers cannot make an incident look small.
- If `next_questions` is empty, no answer to any other question changes severity, provisional or urgency.

Every answer becomes a number (no is 0, yes is 1), and a condition asks for "at least so much". As there is no negation,
the table is a monotone function, and its minimal terms tell exactly which questions can still turn it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from hotwash.knowledge.severity import Condition, Level, Question, Row, rubric

Answer = str | int
"""``yes``, ``no`` or ``unknown``; for a number, a whole number (as a number or in digits) or ``unknown``."""

UNKNOWN = "unknown"
URGENCY = "continuing"
NUMBER_MAX = 10**10

_Term = Mapping[str, int]
"""How much of each question it takes, together, to reach a level."""


class BadAnswer(ValueError):
    """An answer that the rubric does not know. Its text names the question and says what is allowed."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the table makes of some answers.

    :param provisional: a question that reaches Critical has no known answer, and its answer could raise the level
    :param rule: the id of the row that decided
    :param because: the reason of that row, then what would change it and what to do now
    :param urgent: the harm goes on: page now
    :param unanswered: the questions without an answer (an answer ``unknown`` is one)
    :param rubric: the version of the table
    """

    severity: Level
    provisional: bool
    rule: str
    because: tuple[str, ...]
    urgent: bool
    unanswered: tuple[str, ...]
    rubric: str


def assess(answers: Mapping[str, Answer]) -> Assessment:
    """The severity that follows from some answers: the first row that holds decides.

    :raises BadAnswer: if a question is not known or its answer not allowed
    """
    table, values = rubric(), _values(answers)
    row, worst = _first(values, unknown=False), _first(values, unknown=True)
    top = table.levels[-1]
    open_to = {question.id for question in table.questions if values.get(question.id) is None}
    doubts = _turning(worst.level, values, open_to) if worst.level != row.level else ()
    provisional = any(table.question(name).reaches == top for name in doubts)
    severity, rule, because = row.level, row.id, [table.reason_of(row)]
    if provisional and _rank(row.level) < _rank(table.provisional.level):
        severity, rule, because = table.provisional.level, table.provisional.id, [table.provisional.reason]
    if doubts:
        sentences = table.sentences
        sentence = sentences.unknown_critical if worst.level == top else sentences.unknown_major
        because.append(sentence.format(questions=_clauses(doubts)))
    urgent = values.get(URGENCY) == 1
    if urgent:
        because.append(table.sentences.urgent)
    elif URGENCY in open_to and URGENCY not in doubts and severity != table.levels[0]:
        because.append(table.sentences.urgency_unknown)
    if severity == top:
        because.append(table.sentences.lawyer)
    unanswered = tuple(question.id for question in table.questions if question.id not in values)
    return Assessment(severity, provisional, rule, tuple(because), urgent, unanswered, table.version)


def next_questions(answers: Mapping[str, Answer]) -> tuple[Question, ...]:
    """The questions without an answer that can still change severity, provisional or urgency, in the order of asking.

    :raises BadAnswer: if a question is not known or its answer not allowed
    """
    table, values = rubric(), _values(answers)
    unanswered = {question.id for question in table.questions if question.id not in values}
    certain = _open_terms(table.levels[-1], values, unanswered, unknown=False)
    possible = _open_terms(table.levels[-1], values, unanswered, unknown=True)
    matter = {URGENCY} & unanswered
    for term in (*certain, *possible):
        matter.update(term)
    # A Major row only turns the outcome where no Critical one is possible: that outranks it.
    for level in table.levels[1:-1]:
        for term in _open_terms(level, values, unanswered, unknown=False):
            if not any(_within(graver, term) for graver in possible):
                matter.update(term)
    return tuple(question for question in table.questions if question.id in matter)


def _values(answers: Mapping[str, Answer]) -> dict[str, int | None]:
    """Every answer as a number; None where it is given as unknown."""
    questions = {question.id: question for question in rubric().questions}
    values: dict[str, int | None] = {}
    for name, answer in answers.items():
        question = questions.get(name)
        if question is None:
            raise BadAnswer(f"There is no severity question “{name}”. The questions are: {', '.join(questions)}.")
        values[name] = _value(question, answer)
    return values


def _value(question: Question, answer: object) -> int | None:
    word = answer.strip().lower() if isinstance(answer, str) else answer
    if word == UNKNOWN:
        return None
    if question.kind == "yes_no":
        if isinstance(word, str) and word in ("yes", "no"):
            return int(word == "yes")
        raise BadAnswer(f"{question.id} ({question.text}) takes yes, no or unknown, not {answer!r}.")
    if isinstance(word, str) and word.isascii() and word.isdecimal() and len(word) <= len(str(NUMBER_MAX)):
        word = int(word)
    if isinstance(word, int) and not isinstance(word, bool) and 0 <= word <= NUMBER_MAX:
        return word
    raise BadAnswer(
        f"{question.id} ({question.text}) takes a whole number from 0 to {NUMBER_MAX:,} or unknown, not {answer!r}."
    )


def _rank(level: Level) -> int:
    return rubric().levels.index(level)


def _first(values: Mapping[str, int | None], *, unknown: bool) -> Row:
    """The row that decides if everything unknown were at its gravest (``unknown``) or were nothing."""
    for row in rubric().rows:
        for term in _terms(row.id):
            if all(_reaches(values.get(name), much, unknown=unknown) for name, much in term.items()):
                return row
    raise AssertionError("the last row of the rubric holds always")


def _reaches(value: int | None, much: int, *, unknown: bool) -> bool:
    return unknown if value is None else value >= much


@cache
def _terms(row_id: str) -> tuple[_Term, ...]:
    return tuple(_minimal(_expanded(next(row.when for row in rubric().rows if row.id == row_id))))


def _expanded(condition: Condition) -> list[_Term]:
    if condition.question is not None:
        return [{condition.question: rubric().thresholds[condition.at_least] if condition.at_least else 1}]
    if condition.any is not None:
        return [term for part in condition.any for term in _expanded(part)]
    terms: list[_Term] = [{}]
    for part in condition.all or ():
        terms = [_joined(term, more) for term in terms for more in _expanded(part)]
    return terms


def _joined(one: _Term, other: _Term) -> _Term:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in {**one, **other}}


def _within(one: _Term, other: _Term) -> bool:
    """Whether whatever satisfies ``other`` satisfies ``one`` too."""
    return all(other.get(name, 0) >= much for name, much in one.items())


def _minimal(terms: Iterable[_Term]) -> list[_Term]:
    kept: list[_Term] = []
    for term in terms:
        if not any(_within(known, term) for known in kept):
            kept = [known for known in kept if not _within(term, known)]
            kept.append(term)
    return kept


def _open_terms(level: Level, values: Mapping[str, int | None], free: set[str], *, unknown: bool) -> list[_Term]:
    """The least that the free questions must add for a row of this level to hold. An empty term: it holds anyway."""
    left: list[_Term] = []
    for row in rubric().rows:
        for term in _terms(row.id) if row.level == level else ():
            if all(name in free or _reaches(values.get(name), much, unknown=unknown) for name, much in term.items()):
                left.append({name: much for name, much in term.items() if name in free})
    return _minimal(left)


def _turning(level: Level, values: Mapping[str, int | None], free: set[str]) -> tuple[str, ...]:
    """The free questions that could bring the level about, in the order of asking."""
    names = {name for term in _open_terms(level, values, free, unknown=False) for name in term}
    return tuple(question.id for question in rubric().questions if question.id in names)


def _clauses(names: tuple[str, ...]) -> str:
    clauses = [rubric().question(name).clause for name in names]
    return clauses[0] if len(clauses) == 1 else f"{'; '.join(clauses[:-1])}; or {clauses[-1]}"
