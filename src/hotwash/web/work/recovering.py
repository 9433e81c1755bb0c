"""The way back in this installation: its desk, its switches, its accounts, its worker."""

from pathlib import Path

from hotwash.response.desk import Desk, Person
from hotwash.response.jobs import Arguments, Outcome
from hotwash.response.recovery import Recovering, ask_gate, watch
from hotwash.web import inquiries
from hotwash.web.door import desk
from hotwash.web.switches.setting import switching
from hotwash.web.tables.models import Account, JobRow, JobState
from hotwash.web.work.queue import JobQueue


def recovering(*, local: bool = False) -> Recovering:
    """What leads traffic back.

    :param local: asked by the operator of this machine, who may name any log on it
    """
    folders: tuple[Path, ...] = inquiries.folders(local=local)
    return Recovering(desk(), switching(), folders, person, JobQueue())


def person(name: str) -> Person | None:
    """An account that may be used, by its name."""
    account = Account.objects.filter(name=name, is_active=True).first()
    return Person(account.name, account.role) if account is not None else None


def asking(incident_id: str) -> bool:
    """Whether the worker is about to ask the gate of an incident, or does."""
    return JobRow.objects.filter(about=f"incident/{incident_id}", kind="gate", state=JobState.WAITING).exists()


def lead_on(desk: Desk, arguments: Arguments) -> Outcome:  # noqa: ARG001 - every job takes the same two
    """Lead one recovery on."""
    return watch(recovering(), arguments)


def ask_for(desk: Desk, arguments: Arguments) -> None:  # noqa: ARG001
    """Ask a gate for a person."""
    ask_gate(recovering(), arguments)
