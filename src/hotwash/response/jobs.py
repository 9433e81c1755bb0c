"""Work that is done later, or again and again: what a job is, and what doing it comes to.

A job is a word, JSON arguments and a time. Rooms below `web` say what is to be done; who does it, and that it is done
although processes die, is the worker's business (`hotwash worker`).

Promises that whoever runs jobs keeps:

- A job is done at least once. What its function does outside may happen twice: it is given the job's ``key``, which
  stays the same, to tell the outside.
- The effect that it returns is written exactly once, in one transaction with the note that the job is done, and so are
  the jobs that follow.
- Of two jobs with the same key there is only one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from hotwash.response.desk import Desk, Person

Arguments = Mapping[str, Any]

HOTWASH = Person("hotwash", "service")
"""Who acts where a job does: the program itself, which decides nothing that a person did not decide before."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done.

    :param key: says what it is, so that it is not put twice: ``recovery-watch:INC-2026-0001:12:3``
    :param due: not before
    :param about: the record that it is for, such as ``incident/INC-2026-0001``
    """

    key: str
    kind: str
    arguments: Arguments
    due: datetime
    about: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What doing a job came to.

    :param effect: writes what is recorded of it; what it records through the desk stands or falls with the job
    :param then: what is to be done next
    """

    effect: Callable[[], None] | None = None
    then: tuple[Job, ...] = ()


Run = Callable[[Desk, Arguments], Outcome | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    :param sentence: what it does, for the person who sees it wait
    :param run: does it: from the desk and the arguments, among which ``key`` is the job's
    :param every: done again at every such interval, from the first worker on
    :param attempts: how often it is begun before it is left for a person to look at
    :param back_off_max: the longest wait between two attempts
    :param limit: how long one may take before another worker may begin it too
    """

    name: str
    sentence: str
    run: Run
    every: timedelta | None = None
    attempts: int = 8
    back_off_max: timedelta = timedelta(hours=1)
    limit: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of jobs that a worker knows, by name."""

    by_name: Mapping[str, Kind] = field(default_factory=dict)

    @classmethod
    def of(cls, *kinds: Kind) -> "Kinds":
        """A table of kinds."""
        assert len({kind.name for kind in kinds}) == len(kinds), "one kind for each name"
        return cls({kind.name: kind for kind in kinds})


class Queue(Protocol):
    """Where jobs wait."""

    def put(self, *jobs: Job) -> None:
        """Let jobs wait. One whose key is known already is passed over."""
        ...

    def cancel(self, key: str) -> bool:
        """Take back a job that nobody has done yet; whether there was one."""
        ...
