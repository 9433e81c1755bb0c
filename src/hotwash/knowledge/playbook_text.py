"""Playbooks as text: TOML, JSON or CACAO 2.0 in, with the line that is wrong; TOML out."""

import json
import re
import tomllib
from typing import Any

from hotwash.knowledge import cacao
from hotwash.knowledge.playbooks import BadPlaybook, Playbook, plain, read

TEXT_MAX = 400_000

_FIELDS = frozenset(
    {
        "id", "title", "version", "harms", "when", "steps", "otherwise", "not_yet", "authority", "handovers", "sources",
    }
)  # fmt: skip
_STEP_FIELDS = frozenset(
    {
        "id", "title", "role", "due", "done", "kind", "since", "detail", "question", "state", "audience", "after",
    }
)  # fmt: skip


def read_text(text: str, *, name: str = "the playbook") -> Playbook:
    """A playbook from its text, whichever of the three forms it has.

    :raises BadPlaybook: with the first thing that is wrong, its line and its field
    """
    if len(text) > TEXT_MAX:
        raise BadPlaybook(f"{name}: it has {len(text):,} characters; {TEXT_MAX:,} fit. Split it.")
    told = _parsed(text, name)
    try:
        if "spec_version" in told:
            return cacao.taken(told, name=name)
        _only_known(told, name)
        return read(told, name=name)
    except BadPlaybook as bad:
        raise BadPlaybook(_placed(str(bad), text, name)) from bad


def written(book: Playbook) -> str:
    """A playbook as TOML, to be edited. `read_text` gives the same playbook back."""
    told = plain(book)
    lines = [f"{key} = {_value(told[key])}" for key in told if key not in ("steps", "authority", "handovers")]
    for table in ("authority", "handovers", "steps"):
        for one in told.get(table, ()):
            lines += ["", f"[[{table}]]", *(f"{key} = {_value(value)}" for key, value in one.items() if value != "")]
    return "\n".join(lines) + "\n"


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        told = json.loads(text) if text.lstrip()[:1] == "{" else tomllib.loads(text)
    except json.JSONDecodeError as bad:
        raise BadPlaybook(f"{name}, line {bad.lineno}: this is no JSON: {bad.msg}.") from bad
    except tomllib.TOMLDecodeError as bad:
        said = str(bad)
        line = re.search(r"at line (\d+)", said)
        # Without a number it is at the end of the document.
        where = line[1] if line else max(1, len(text.splitlines()))
        raise BadPlaybook(f"{name}, line {where}: this is no TOML: {re.sub(r' [(]at .*', '', said)}.") from bad
    except RecursionError as bad:
        raise BadPlaybook(f"{name}: it is nested too deeply.") from bad
    if not isinstance(told, dict):
        raise BadPlaybook(f"{name}: it is a list, and not a playbook.")
    return told


def _only_known(told: dict[str, Any], name: str) -> None:
    # A field with a wrong letter would be passed over, and the step would be without what it says.
    for field in told:
        if field not in _FIELDS:
            raise BadPlaybook(f"{name}: {field}: is no field of a playbook.")
    for place, step in enumerate(told["steps"] if isinstance(told.get("steps"), list) else (), 1):
        for field in step if isinstance(step, dict) else ():
            if field not in _STEP_FIELDS:
                raise BadPlaybook(f"{name}: step {place} ({step.get('id', '')}), {field}: is no field of a step.")


def _placed(said: str, text: str, name: str) -> str:
    """The sentence with the line to which it belongs, as near as can be found."""
    rest = said.removeprefix(f"{name}: ")
    lines = text.splitlines()
    begin, end = 0, len(lines)
    numbered = re.match(r"step (\d+)(?: \(([^)]*)\))?", rest)
    called = numbered[2] if numbered else _first(re.match(r"step ([A-Za-z0-9_-]+)", rest))
    if numbered or called:
        span = _step_lines(lines, int(numbered[1]) if numbered else 0, called or "")
        if span is None:
            return said
        begin, end = span
    elif first := next((place for place, line in enumerate(lines) if line.lstrip().startswith("[")), None):
        end = first
    field = _first(re.search(r"(?:^|, )([a-z_]+)(?:\[\d+\])?: ", rest)) or _first(re.search(r"field `([a-z_]+)`", rest))
    line = next((place for place in range(begin, end) if _names(lines[place], field)), begin)
    return f"{name}, line {line + 1}: {rest}"


def _step_lines(lines: list[str], number: int, called: str) -> tuple[int, int] | None:
    heads = [place for place, line in enumerate(lines) if line.strip() == "[[steps]]"]
    ends = [place for place, line in enumerate(lines) if line.lstrip().startswith("[")]
    if heads:
        for place, head in enumerate(heads, 1):
            end = next((one for one in ends if one > head), len(lines))
            own = any(_names(line, "id") and f'"{called}"' in line for line in lines[head:end])
            if place == number or (not number and called and own):
                return head, end
        return None
    # In JSON a step begins where its id stands.
    at = [place for place, line in enumerate(lines) if called and re.search(rf'"id"\s*:\s*"{re.escape(called)}"', line)]
    if not at:
        return None
    following = (place for place, line in enumerate(lines) if place > at[0] and '"id"' in line)
    return at[0], next(following, len(lines))


def _names(line: str, field: str) -> bool:
    return bool(field) and bool(re.search(rf'^\s*(?:{field}\s*=|.*"{field}"\s*:)', line))


def _first(found: re.Match[str] | None) -> str:
    return str(found[1]) if found else ""


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
