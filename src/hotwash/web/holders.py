"""What a hold asks in this installation: files and logs of this machine, and the outside systems that are connected."""

from collections.abc import Callable, Sequence
from pathlib import Path

from hotwash.response.desk import Desk, NotFound
from hotwash.response.holders import LogOf, NamedFiles, Window
from hotwash.response.holding import Holder


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
    found: list[Holder] = []
    if any(one.event.source for one in system.running.values()):
        found.append(NamedFiles(folders))
    if system.log is not None:
        found.append(LogOf(folders, window, on_progress, cancelled))
    return found
