"""Taking stock: AI systems that another inventory knows, shown before anything is recorded, and recorded once.

What is known already is never written over: a system that is here gets the versions that it has not, and a purpose
where it has none. So the same inventory can be brought in again and again.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hotwash.response.desk import SYSTEM, Desk, Person
from hotwash.systems.events import Part
from hotwash.systems.state import System

TEXT_MAX = 2_000
LINE_MAX = 200
SYSTEMS_MAX = 1_000
PARTS_MAX = 60


@dataclass(frozen=True, slots=True)
class ProposedPart:
    """A version of a part, as an inventory names it."""

    part: Part
    version: str
    digest: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Proposed:
    """An AI system, as an inventory knows it.

    :param source: the inventory, such as the serial number of a bill of materials
    """

    name: str
    source: str
    purpose: str = ""
    owner: str = ""
    parts: tuple[ProposedPart, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The short name that it has here; empty if its name gives none."""
        plain = unicodedata.normalize("NFKD", self.name.casefold()).encode("ascii", "ignore").decode()
        return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


@dataclass(frozen=True, slots=True)
class Act:
    """Something that would be recorded: a verb with its words, and the sentence for people."""

    verb: str
    words: dict[str, Any]
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What bringing in one system comes to. Without acts there is nothing new."""

    slug: str
    name: str
    new: bool
    acts: tuple[Act, ...] = ()
    remarks: tuple[str, ...] = field(default=())


def line(text: object) -> str:
    """A text of an inventory in one line, without what is no text."""
    plain = "".join(one if one.isprintable() else " " for one in _words(text))
    return " ".join(plain.split())[:LINE_MAX]


def passage(text: object) -> str:
    """Some lines of an inventory, without what is no text."""
    plain = "".join(one for one in _words(text) if one.isprintable() or one == "\n")
    return plain.strip()[:TEXT_MAX]


def _words(text: object) -> str:
    # Lists and mappings are no text; written out, ones that hold themselves many times over would fill the memory.
    return str(text)[: 2 * TEXT_MAX] if isinstance(text, str | int | float | date) and text else ""


def plans(desk: Desk, proposed: Iterable[Proposed]) -> list[Plan]:
    """What would be recorded of each, in the order of the inventory. Nothing is written."""
    together: dict[str, Proposed] = {}
    nameless: list[Plan] = []
    for one in list(proposed)[:SYSTEMS_MAX]:
        if not one.slug:
            why = "Its name gives no short name: register it by hand."
            nameless.append(Plan("", one.name, new=True, remarks=(why,)))
            continue
        same = together.get(one.slug)
        together[one.slug] = one if same is None else _joined(same, one)
    return [_plan(desk, slug, one) for slug, one in together.items()] + nameless


def record(desk: Desk, proposed: Iterable[Proposed], *, by: Person) -> list[Plan]:
    """Record what is not known yet, and tell what was.

    :raises NotPermitted: if the person may not register systems or record versions; nothing is recorded then
    """
    for verb in ("register", "deploy", "set-purpose"):
        desk.permit(by, verb)
    planned = plans(desk, proposed)
    with desk.together():
        for plan in planned:
            for act in plan.acts:
                if act.verb == "register":
                    desk.register(by=by, slug=plan.slug, **act.words)
                else:
                    desk.record_system(plan.slug, act.verb, by=by, **act.words)
    return planned


def _plan(desk: Desk, slug: str, one: Proposed) -> Plan:
    here = desk.store.head(SYSTEM + slug).number > 0
    known = desk.system(slug) if here else System(slug)
    if known.retired is not None:
        return Plan(slug, known.name, new=False, remarks=("It is retired here: nothing is recorded of it.",))
    acts = []
    if not here:
        words = {"name": one.name, "purpose": one.purpose, "owner": one.owner}
        acts.append(Act("register", words, f"Register {one.name}{f', owned by {one.owner}' if one.owner else ''}."))
    elif one.purpose and not known.purpose:
        acts.append(Act("set-purpose", {"purpose": one.purpose}, "Say what it is for."))
    there = {(said.event.part, said.event.version, said.event.digest) for said in known.deployments}
    for part in dict.fromkeys(one.parts[:PARTS_MAX]):
        if (part.part, part.version, part.digest) in there:
            continue
        words = {"part": part.part, "version": part.version, "digest": part.digest, "source": one.source}
        acts.append(Act("deploy", words | {"note": part.note}, f"Record {part.part} {part.version}."))
    remarks = list(one.remarks)
    if here and one.owner and known.owner and one.owner != known.owner:
        remarks.append(
            f"The inventory names {one.owner} as its owner; here it is {known.owner}. That is left as it is."
        )
    return Plan(slug, known.name if here else one.name, not here, tuple(acts), tuple(remarks))


def _joined(first: Proposed, other: Proposed) -> Proposed:
    return Proposed(
        first.name,
        first.source,
        first.purpose or other.purpose,
        first.owner or other.owner,
        (*first.parts, *other.parts),
        tuple(dict.fromkeys((*first.remarks, *other.remarks))),
    )
