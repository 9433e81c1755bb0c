"""flagd by its file: hosts that only read files get the switches there, beside whatever flags a team has in it.

A switch is a flag of text with the four states as variants. The file is replaced as a whole, so that no reader sees
half of one, and read back. flagd looks at its file about twice a second.

What a cohort means is the same as in a guard: a decision of which it cannot be known whether it belongs to a cohort
belongs to it. A share of traffic is drawn by flagd's own digest: as large, but other people than a guard would choose.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from hotwash.guard.conditions import compiled
from hotwash.guard.faults import NotUnderstood
from hotwash.response.outside import Disagreed, NotThere, Refused, Unreachable
from hotwash.response.switchboard import Position, Setting

STATES = ("serve", "fallback", "human", "off")
FILE_MAX = 5_000_000
WEIGHTS = 1_000_000
"""Into how many parts flagd divides traffic: a share is exact to a millionth."""
Logic = dict[str, Any]


class FlagdFile:
    """A file of flags: keeps the promise of `response.switchboard.Switchboard`.

    :param path: the file; it is made if it is not there, its folder is not
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self.system = f"The flag file {self._path.name}"

    def able(self, switch: str, settings: Sequence[Setting]) -> str:
        """Why it cannot hold these, as a sentence; empty if it can."""
        try:
            _flag(switch, settings)
        except Refused as no:
            return no.sentence
        return ""

    def set(self, switch: str, settings: Sequence[Setting]) -> Position:
        """Write a switch into the file and read it back; other flags stay as they are.

        :raises OutsideFault: `Refused` if the file cannot say this, is no flag file, or has a flag of this name that
            somebody else made; `Unreachable` if it cannot be written
        """
        try:
            flag = _flag(switch, settings)
            with self._alone():
                held = self._read()
                known = held["flags"].get(switch)
                if known is not None and not _ours(known):
                    raise Refused(self.system, f"{self.system} has a flag {switch} that Hotwash did not make.")
                held["flags"][switch] = flag
                self._write(msgspec.json.format(msgspec.json.encode(held), indent=2) + b"\n")
        except (Refused, Unreachable) as fault:
            raise fault.adding(f"{switch} was not set there.") from fault
        found = self._read()["flags"].get(switch)
        if found != flag:
            said = f"{self.system} does not say what was just written of {switch}: somebody else wrote it too."
            raise Disagreed(self.system, said, effect="other")
        return self.read(switch)

    def read(self, switch: str) -> Position:
        """How a switch stands in the file.

        :raises OutsideFault: `NotThere` if it is not in it
        """
        found = self._read()["flags"].get(switch)
        if not isinstance(found, Mapping):
            raise NotThere(self.system, f"{self.system} has no flag {switch}.")
        default, enabled = found.get("defaultVariant"), found.get("state") == "ENABLED"
        targeted = bool(found.get("targeting"))
        if not enabled:
            return Position(switch, False, f"{self.system} has {switch} disabled, so readers take their own default.")
        more = ", for a cohort or a share otherwise" if targeted else " for everyone"
        return Position(switch, default == "serve" and not targeted, f"{self.system} says {switch}: {default}{more}.")

    # ── the file ─────────────────────────────────────────────────────────────

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else of Hotwash writes this file meanwhile."""
        try:
            with self._path.with_name(f".{self._path.name}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as fault:
            said = f"{self.system} cannot be written: {fault.strerror}."
            raise Unreachable(self.system, said) from fault

    def _read(self) -> dict[str, Any]:
        try:
            with self._path.open("rb") as file:
                text = file.read(FILE_MAX + 1)
        except FileNotFoundError:
            return {"flags": {}}
        except OSError as fault:
            raise Unreachable(self.system, f"{self.system} cannot be read: {fault.strerror}.") from fault
        try:
            held = msgspec.json.decode(text) if len(text) <= FILE_MAX else None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            held = None
        if not isinstance(held, dict) or not isinstance(held.setdefault("flags", {}), dict):
            raise Refused(self.system, f"{self.system} is no flag file of flagd's (JSON with `flags`).")
        return held

    def _write(self, text: bytes) -> None:
        target = self._path.resolve()
        handle, part = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            # Whoever read it before must still be allowed to.
            Path(part).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
            Path(part).replace(target)
        finally:
            Path(part).unlink(missing_ok=True)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _ours(flag: object) -> bool:
    told = flag.get("metadata") if isinstance(flag, Mapping) else None
    return isinstance(told, Mapping) and told.get("by") == "hotwash"


def _flag(switch: str, settings: Sequence[Setting]) -> Logic:
    default, steps = "serve", []
    for setting in settings:
        if setting.for_everyone:
            default = setting.state
            break
        steps += [_holds(setting), setting.state]
    flag: Logic = {
        "state": "ENABLED",
        "variants": {state: state for state in STATES},
        "defaultVariant": default,
        "metadata": {"by": "hotwash", "switch": switch},
    }
    return flag | ({"targeting": {"if": [*steps, default]}} if steps else {})


def _holds(setting: Setting) -> Logic:
    """Whether an order holds for a decision, or cannot be known not to."""
    parts = []
    if setting.when is not None:
        try:
            compiled(setting.when)
        except NotUnderstood as no:
            raise Refused("flagd", f"The cohort is not understood: {no}") from no
        parts.append(_bounds(setting.when)[1])
    if setting.share is not None:
        if not setting.share_of:
            raise Refused("flagd", "A flag file shares traffic by an attribute: say by which.")
        name = _var(setting.share_of)
        inside = round(setting.share * WEIGHTS)
        drawn = {"fractional": [{"cat": [f"{setting.salt}\n", name]}, ["in", inside], ["out", WEIGHTS - inside]]}
        parts.append({"or": [{"===": [name, None]}, {"===": [drawn, "in"]}]})
    return parts[0] if len(parts) == 1 else {"and": parts}


def _bounds(rule: Mapping[str, Any]) -> tuple[Logic, Logic]:
    """Whether a rule is surely true, and whether it may be true, where an attribute is missing or of another kind."""
    match rule:
        case {"all": several}:
            both = [_bounds(one) for one in several]
            return {"and": [one for one, _ in both]}, {"and": [one for _, one in both]}
        case {"any": several}:
            both = [_bounds(one) for one in several]
            return {"or": [one for one, _ in both]}, {"or": [one for _, one in both]}
        case {"not": inner}:
            sure, may = _bounds(inner)
            return {"!": [may]}, {"!": [sure]}
        case {"attribute": name, "is": "null"}:
            missing = {"===": [_var(name), None]}
            return missing, missing
        case {"attribute": name, "is": "in", "values": values}:
            return _among(_var(name), values)
        case {"attribute": name, "is": sign, "value": value}:
            return _known(_is_text(_var(name)) if isinstance(value, str) else _is_number(_var(name)),
                          {_SIGNS[sign]: [_var(name), value]})  # fmt: skip
    raise Refused("flagd", f"A rule has a part that a flag file cannot say: {str(rule)[:120]}")


_SIGNS = {"=": "==", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def _among(name: Logic, values: Sequence[Any]) -> tuple[Logic, Logic]:
    texts = [one for one in values if isinstance(one, str)]
    numbers = [one for one in values if not isinstance(one, str)]
    sure, known = [], []
    for kind, several in ((_is_text(name), texts), (_is_number(name), numbers)):
        if several:
            sure.append({"and": [kind, {"or": [{"==": [name, one]} for one in several]}]})
            known.append(kind)
    return {"or": sure}, {"or": [*sure, {"!": [{"or": known}]}]}


def _known(kind: Logic, compared: Logic) -> tuple[Logic, Logic]:
    """A comparison is made only with a value of the right kind: an error would give readers their own default."""
    return {"and": [kind, compared]}, {"or": [{"!": [kind]}, compared]}


def _is_text(name: Logic) -> Logic:
    return {"===": [{"cat": [name]}, name]}


def _is_number(name: Logic) -> Logic:
    # Text that looks like a number would pass a comparison, and so would nothing at all, as 0.
    ordered = {"or": [{"<=": [name, 0]}, {">": [name, 0]}]}
    return {"and": [{"!==": [name, None]}, {"!": [_is_text(name)]}, ordered]}


def _var(name: str) -> Logic:
    if "." in name or not name:
        raise Refused("flagd", f"A flag file cannot look at an attribute whose name has a dot: {name}.")
    return {"var": name}
