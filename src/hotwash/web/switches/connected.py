"""Boards outside of Hotwash that the operator has set up: flag files and flag servers.

Only the operator names files, addresses and tokens; a switch names a board. So nobody writes to another file of the
machine through a switch, and no token gets into a record.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from hotwash.response.switchboard import Switchboard


def board(name: str) -> Switchboard | None:
    """The board of a name; None where none is set up."""
    words = settings.HOTWASH.boards.get(name)
    return None if words is None else _made(tuple(sorted(words.items())))


@lru_cache(maxsize=64)
def _made(items: tuple[tuple[str, str], ...]) -> Switchboard:
    words: Mapping[str, Any] = dict(items)
    if words["kind"] == "flagd":
        from hotwash.connect.flagd import FlagdFile

        return FlagdFile(Path(words["path"]))
    from hotwash.connect.unleash import Unleash

    rest = {name: value for name, value in words.items() if name not in ("kind", "url")}
    return Unleash(words["url"], **rest)
