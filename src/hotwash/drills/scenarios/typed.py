"""From a parsed TOML table to a dataclass, with every fault and its path, not only the first."""

import difflib
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file.

    :param path: the key, such as ``injects[2].at``
    :param wrong: what is wrong
    :param mend: what would mend it
    """

    path: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        return f"{self.path or 'the file'}: {self.wrong} {self.mend}".strip()


def convert(value: Any, kind: Any, path: str, faults: list[Fault]) -> Any:  # noqa: PLR0911 - one for each shape
    """The value as ``kind``; None where it cannot be, with the faults added to ``faults``."""
    origin = get_origin(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _table(value, kind, path, faults)
    if origin is Literal:
        return _one_of(value, get_args(kind), path, faults)
    if origin in (Union, types.UnionType):
        return _either(value, get_args(kind), path, faults)
    if origin is tuple:
        return _list(value, get_args(kind)[0], path, faults)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            return _not(value, "a table", path, faults)
        inner = get_args(kind)[1]
        return {name: convert(one, inner, _at(path, name), faults) for name, one in value.items()}
    if kind is Any:
        return value
    return _plain(value, kind, path, faults)


def _table(value: Any, kind: type, path: str, faults: list[Fault]) -> Any:
    if not isinstance(value, dict):
        return _not(value, "a table", path, faults)
    hints = get_type_hints(kind)
    known = {one.name: one for one in fields(kind)}
    for name in value:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            mend = f"Did you mean `{near[0]}`?" if near else f"Known keys: {', '.join(known)}."
            faults.append(Fault(_at(path, name), "is no key here.", mend))
    made: dict[str, Any] = {}
    before = len(faults)
    for name, one in known.items():
        if name in value:
            made[name] = convert(value[name], hints[name], _at(path, name), faults)
        elif one.default is MISSING and one.default_factory is MISSING:
            faults.append(Fault(_at(path, name), "is missing.", f"It is {_words(hints[name])}."))
    return kind(**made) if len(faults) == before and not set(value) - set(known) else None


def _one_of(value: Any, choices: tuple[Any, ...], path: str, faults: list[Fault]) -> Any:
    if value in choices:
        return value
    near = difflib.get_close_matches(str(value), [str(one) for one in choices], 1)
    mend = f"Did you mean `{near[0]}`?" if near else f"It is one of: {', '.join(str(one) for one in choices)}."
    faults.append(Fault(path, f"“{str(value)[:60]}” is not known.", mend))
    return None


def _either(value: Any, kinds: tuple[Any, ...], path: str, faults: list[Fault]) -> Any:
    tried: list[Fault] = []
    for kind in kinds:
        if kind is type(None):
            continue
        own: list[Fault] = []
        made = convert(value, kind, path, own)
        if not own:
            return made
        tried = tried or own
    faults.extend(tried)
    return None


def _list(value: Any, kind: Any, path: str, faults: list[Fault]) -> Any:
    if not isinstance(value, list):
        return _not(value, "a list", path, faults)
    return tuple(convert(one, kind, f"{path}[{place}]", faults) for place, one in enumerate(value))


def _plain(value: Any, kind: Any, path: str, faults: list[Fault]) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            return _not(str(value)[:20], "a number of this world", path, faults)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return _not(value, _words(kind), path, faults)
    if kind is str and not value.strip():
        faults.append(Fault(path, "is empty.", "Write it, or leave the key out where it may be left out."))
        return None
    return value


def _not(value: Any, what: str, path: str, faults: list[Fault]) -> None:
    shown = type(value).__name__ if isinstance(value, dict | list) else repr(value)[:60]
    faults.append(Fault(path, f"is {shown}, not {what}.", f"Write {what}."))


def _words(kind: Any) -> str:
    if is_dataclass(kind):
        return "a table"
    if get_origin(kind) is tuple:
        return "a list"
    if get_origin(kind) is Literal:
        return f"one of: {', '.join(str(one) for one in get_args(kind))}"
    return {str: "text", int: "a whole number", float: "a number", bool: "true or false"}.get(kind, "a table")


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
