"""Forms of notices: what a recipient wants to know, and which part of the record answers it (`data/notices.toml`).

Engineering help, not legal advice. A form is ours, made after the provision that it names; a recipient's own form goes
first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from hotwash.knowledge.shelf import take


@dataclass(frozen=True, slots=True)
class Field:
    """Something that the recipient wants to know.

    :param fill: which part of the record answers it; empty if only people can
    :param ask: how to put the answer on record, while it is missing
    :param needed: whether the provision itself asks for it
    """

    label: str
    fill: str = ""
    ask: str = ""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a form."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a notice.

    :param duties: the duties for which it is made; none for a voluntary report
    :param stage: the stage for which it is made; empty for every one
    """

    id: str
    title: str
    provision: str
    status: str
    source: str
    checked_on: date
    verified: bool
    parts: tuple[Part, ...]
    duties: tuple[str, ...] = ()
    stage: str = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, in order."""
        return tuple(field for part in self.parts for field in part.fields)


@dataclass(frozen=True, slots=True)
class _Forms:
    version: str
    source: str
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Forms:
    """Every form by its id."""

    version: str
    source: str
    forms: Mapping[str, Form]

    def for_duty(self, duty: str, stage: str) -> Form | None:
        """The form for a stage of a duty, if there is one."""
        fitting = [one for one in self.forms.values() if duty in one.duties]
        return next(
            (one for one in fitting if one.stage == stage), next((one for one in fitting if not one.stage), None)
        )


@cache
def notices() -> Forms:
    """The forms in force."""
    read = take("notices.toml", _Forms)
    return Forms(read.version, read.source, {form.id: form for form in read.forms})
