"""Which account may do which verb: one table (`data/access.toml`). What is not granted there is refused."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from hotwash.knowledge.shelf import take

AccountRole = Literal["administrator", "commander", "responder", "reviewer", "observer", "reporter", "service"]
Realm = Literal["incident", "system", "installation"]


@dataclass(frozen=True, slots=True)
class AccessRole:
    """What kind of account there is."""

    id: AccountRole
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class AccessVerb:
    """A verb and who may do it: ``may`` on every record the account can see, ``own`` only on what is its own."""

    id: str
    on: Realm
    sentence: str
    may: tuple[AccountRole, ...]
    own: tuple[AccountRole, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """The whole table."""

    version: str
    roles: tuple[AccessRole, ...]
    verbs: tuple[AccessVerb, ...]


@cache
def access() -> Access:
    """The table in force."""
    return take("access.toml", Access)


@cache
def _grants() -> dict[str, AccessVerb]:
    return {verb.id: verb for verb in access().verbs}


def may(role: str, verb: str) -> bool:
    """Whether accounts of this role may do this verb on every record that they can see. An unknown role may nothing.

    :raises KeyError: if there is no such verb
    """
    return role in _grants()[verb].may


def may_own(role: str, verb: str) -> bool:
    """Whether accounts of this role may do this verb at least on what they declared or made themselves.

    :raises KeyError: if there is no such verb
    """
    return may(role, verb) or role in _grants()[verb].own
