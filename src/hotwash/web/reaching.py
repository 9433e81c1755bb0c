"""Which addresses users may have called in this installation: the guard of `connect.reachable`, as it is set here."""

from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from hotwash.connect.reachable import Inside


def inside() -> "Inside":
    """The places inside that the operator wants to be called."""
    return _inside(settings.HOTWASH.inside)


@lru_cache(maxsize=8)
def _inside(words: tuple[str, ...]) -> "Inside":
    from hotwash.connect.reachable import Inside

    return Inside.of(words)
