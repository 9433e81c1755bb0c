"""Boards outside of Hotwash that the operator has set up: flag files, flag servers, and aliases of models.

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
    if words["kind"] == "mlflow":
        from hotwash.connect.mlflow import AliasBoard, Mlflow

        access = {name: words[name] for name in ("token", "user", "password") if name in words}
        named = {name: words[name] for name in ("model", "fallback", "alias") if name in words}
        return AliasBoard(Mlflow(words["url"], **access), **named)
    from hotwash.connect.unleash import Unleash

    rest = {name: value for name, value in words.items() if name not in ("kind", "url")}
    return Unleash(words["url"], **rest)
