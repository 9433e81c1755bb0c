"""What a hold asks in this installation: files and logs of this machine, and the outside systems that are connected."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from hotwash.response.desk import Desk, NotFound
from hotwash.response.holders import CallsOf, DataOf, LogOf, NamedFiles, RegistryOf, Window
from hotwash.response.holding import Held, Holder
from hotwash.response.inquiries import within
from hotwash.response.request import BadRequest
from hotwash.systems.state import System
from hotwash.web.tables.models import Pull


def holders_for(
    desk: Desk,
    incident_id: str,
    window: Window,
    *,
    folders: Sequence[Path],
    on_progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[Holder]:
    """Whatever can be asked about the AI system of an incident; none where it names none that is known."""
    slug = desk.incident(incident_id).system
    try:
        system = desk.system(slug) if slug else None
    except NotFound:
        system = None
    if system is None:
        return []
    found: list[Holder] = [*_registries(system), *_repositories(system, folders), *_traces(system, window, cancelled)]
    if any(one.event.source for one in system.running.values()):
        found.append(NamedFiles(folders))
    if system.log is not None:
        found.append(LogOf(folders, window, on_progress, cancelled))
    return found


def _registries(system: System) -> Iterator[Holder]:
    for name, words in registries_of(system):
        yield _Mlflow(words, f"the model registry {name}")


def _repositories(system: System, folders: Sequence[Path]) -> Iterator[Holder]:
    for part, place, version in repositories_of(system, folders):
        yield _Repository(place, version, f"the repository of the {part}")


def _traces(system: System, window: Window, cancelled: Callable[[], bool] | None) -> Iterator[Holder]:
    for pull in Pull.objects.filter(system=system.slug, kind="phoenix").order_by("name"):
        yield _Traces(pull, window, cancelled, f"the traces of {pull.name}")


def registries_of(system: System) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The model registries on whose aliases switches of the system are set: name and words of each board."""
    for name in dict.fromkeys(switch.described.board for switch in system.switches.values()):
        words = settings.HOTWASH.boards.get(name, {})
        if words.get("kind") == "mlflow":
            yield name, words


def repositories_of(system: System, folders: Sequence[Path]) -> Iterator[tuple[str, Path, str]]:
    """The repositories on this machine that the versions in use name for code or data: part, place, version."""
    for part in ("code", "data"):
        deployed = system.running.get(part)
        if deployed is None or not deployed.event.source:
            continue
        try:
            place = Path(within(deployed.event.source, folders=folders))
        except (BadRequest, ValueError):
            continue
        if (place / ".git").exists() or (place / "HEAD").is_file():
            yield part, place, deployed.event.version


@dataclass(frozen=True, slots=True)
class _Mlflow:
    """A registry as the operator set it up; opened when it is asked. What is asked of it is never its password."""

    words: Mapping[str, str]
    title: str

    def snapshot(self, system: System) -> Iterator[Held]:
        from hotwash.connect.mlflow import Mlflow

        access: dict[str, Any] = {
            name: self.words[name] for name in ("token", "user", "password") if name in self.words
        }
        named: dict[str, Any] = {"alias": self.words["alias"]} if "alias" in self.words else {}
        with Mlflow(self.words["url"], **access) as registry:
            yield from RegistryOf(registry, self.words["model"], **named).snapshot(system)


@dataclass(frozen=True, slots=True)
class _Traces:
    """A source of calls as it is set up, opened when it is asked."""

    pull: Pull
    window: Window
    cancelled: Callable[[], bool] | None
    title: str

    def snapshot(self, system: System) -> Iterator[Held]:
        from hotwash.web.pulls import keeping, sources
        from hotwash.web.pulls.kinds import Phoenix

        found = keeping.settings(self.pull)
        assert isinstance(found, Phoenix)
        with sources.phoenix(found, keeping.secret_of(self.pull)) as source:
            yield from CallsOf(source, self.pull.name, self.window, found.which, self.cancelled).snapshot(system)


@dataclass(frozen=True, slots=True)
class _Repository:
    """A repository, opened when it is asked."""

    place: Path
    revision: str
    title: str

    def snapshot(self, system: System) -> Iterator[Held]:
        from hotwash.connect.dvc import Dvc

        yield from DataOf(Dvc(self.place), self.revision).snapshot(system)
