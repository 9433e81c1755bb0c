"""Takes a data file off the shelf and holds it against the type that its reader promises."""

import threading
import tomllib
from importlib.resources import files
from typing import TypeVar

import msgspec

T = TypeVar("T")

_one_at_a_time = threading.Lock()


def take(name: str, kind: type[T]) -> T:
    """One data file of ``knowledge/data`` as a value of ``kind``.

    :raises msgspec.ValidationError: if the file does not hold what the type says
    """
    text = files("hotwash.knowledge").joinpath("data", name).read_text(encoding="utf-8")
    # Two threads that need the same type for the first time at once crash msgspec 0.22.
    with _one_at_a_time:
        return msgspec.convert(tomllib.loads(text), kind, strict=True)
