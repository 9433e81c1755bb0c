"""How moments, counts and states are said in the languages of letters. Written out: no machine's locale changes one."""

from dataclasses import dataclass
from datetime import datetime

from hotwash.reports import phrases


@dataclass(frozen=True, slots=True)
class Tongue:
    """The few phrases that a filled text needs in one language."""

    months: tuple[str, ...]
    moment: str
    thousands: str
    people: tuple[str, str]
    about: str
    between: str
    at_least: str
    at_most: str
    estimate: str
    going_on: str
    owed: str
    states: dict[str, str]
    for_everyone: str
    for_part: str
    since: str
    and_: str
    belief: str


_EN = Tongue(
    phrases.MONTHS, "{day} {month} {year}, {time} {zone}", ",", ("person", "people"), "about {n}",
    "between {low} and {high}", "at least {low}", "at most {high}", "an estimate", "People may still be affected.",
    "{what}: {people}, {left} still wait",
    {
        "serve": "it decides again",
        "fallback": "a simpler rule decides instead",
        "human": "a person decides instead",
        "off": "it is switched off",
    },
    "for everyone", "for part of the people", "since {when} {state}, {reach}", "and", "we believe",
)  # fmt: skip
_DE = Tongue(
    ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
     "Dezember"),
    "{day}. {month} {year}, {time} Uhr {zone}", ".", ("Mensch", "Menschen"), "etwa {n}",
    "zwischen {low} und {high}", "mindestens {low}", "höchstens {high}", "geschätzt",
    "Es kann sein, dass noch Menschen betroffen sind.", "{what}: {people}, {left} warten noch",
    {
        "serve": "entscheidet es wieder",
        "fallback": "entscheidet eine einfachere Regel",
        "human": "entscheidet ein Mensch",
        "off": "ist es abgeschaltet",
    },
    "für alle", "für einen Teil der Menschen", "seit {when} {state}, {reach}", "und", "wie wir glauben",
)  # fmt: skip
_ES = Tongue(
    ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
     "diciembre"),
    "{day} de {month} de {year}, {time} {zone}", ".", ("persona", "personas"), "unas {n}",
    "entre {low} y {high}", "al menos {low}", "como mucho {high}", "una estimación",
    "Puede que todavía haya personas afectadas.", "{what}: {people}, {left} todavía esperan",
    {
        "serve": "decide de nuevo",
        "fallback": "decide en su lugar una regla más simple",
        "human": "decide en su lugar una persona",
        "off": "está apagado",
    },
    "para todos", "para una parte de las personas", "desde el {when} {state}, {reach}", "y", "según creemos",
)  # fmt: skip

TONGUES: dict[str, Tongue] = {"en": _EN, "de": _DE, "es": _ES}


def tongue(language: str) -> Tongue:
    """The phrases of a language; those of English where there are none."""
    return TONGUES.get(language, _EN)


def when(moment: datetime, language: str) -> str:
    """A moment in words, in the zone in which it was told."""
    known = tongue(language)
    return known.moment.format(
        day=moment.day,
        month=known.months[moment.month - 1],
        year=moment.year,
        time=f"{moment:%H:%M}",
        zone=phrases.zone(moment),
    )


def number(value: float, language: str) -> str:
    """A number with the thousands apart."""
    return phrases.amount(value).replace(",", tongue(language).thousands)


def people(value: float, language: str) -> str:
    """So many people."""
    one, many = tongue(language).people
    return f"{number(value, language)} {one if value == 1 else many}"


def between(low: float | None, high: float | None, language: str) -> str:
    """A range in words, or nothing."""
    known = tongue(language)
    if low is not None and high is not None:
        return known.between.format(low=number(low, language), high=number(high, language))
    if low is not None:
        return known.at_least.format(low=number(low, language))
    return known.at_most.format(high=number(high, language)) if high is not None else ""


def listed(parts: list[str], language: str) -> str:
    """``a, b and c``."""
    return phrases.several(parts, tongue(language).and_)
