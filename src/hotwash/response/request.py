"""What a verb asks for, read off its rule: so that pages, API and CLI all check the same words in the same way."""

import inspect
import re
import threading
from collections.abc import Callable, Mapping
from functools import cache
from math import isfinite
from typing import Any, get_type_hints

import msgspec

TEXT_LENGTH_MAX = 20_000
"""Characters in one field of a record. Longer material is evidence: it belongs into the vault."""
LIST_LENGTH_MAX = 1_000

_one_at_a_time = threading.Lock()


class BadRequest(Exception):
    """What was asked does not fit the verb. ``field`` names what is wrong, ``why`` says what would be right."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}" if field else why)
        self.field, self.why = field, why


@cache
def shape(rule: Callable[..., Any]) -> type[msgspec.Struct]:
    """The fields of a verb as a struct: the keyword parameters of its rule."""
    hints = get_type_hints(rule)
    fields: list[Any] = []
    for name, parameter in inspect.signature(rule).parameters.items():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            continue
        if parameter.default is inspect.Parameter.empty:
            fields.append((name, hints[name]))
        else:
            fields.append((name, hints[name], parameter.default))
    made = msgspec.defstruct(
        rule.__name__, fields, kw_only=True, forbid_unknown_fields=True, namespace={"__doc__": rule.__doc__}
    )
    # Two threads that need the same type for the first time at once crash msgspec 0.22: it is made known here.
    with _one_at_a_time:
        msgspec.json.Decoder(made)
    return made


def schema(rule: Callable[..., Any]) -> dict[str, Any]:
    """The JSON schema of what a verb asks for, with the definitions that it needs under ``$defs``."""
    return msgspec.json.schema(shape(rule))


def fit(rule: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments for a rule, converted from text where that is what came.

    :raises BadRequest: naming the field that is missing, unknown, mistyped or too long
    """
    for name, value in given.items():
        _within_limits(name, value)
    try:
        asked = msgspec.convert(dict(given), type=shape(rule), strict=False)
    except msgspec.ValidationError as bad:
        raise _named(bad) from bad
    except UnicodeEncodeError as half:
        raise BadRequest("", "A name holds a character that is no text (half of a pair).") from half
    return {name: getattr(asked, name) for name in asked.__struct_fields__}


def _within_limits(name: str, value: Any) -> None:
    if isinstance(value, str):
        if len(value) > TEXT_LENGTH_MAX:
            raise BadRequest(
                name, f"has {len(value):,} characters; {TEXT_LENGTH_MAX:,} fit. Add longer material as evidence."
            )
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise BadRequest(name, "holds a character that is no text (a null, or half of a pair).")
    elif isinstance(value, Mapping):
        if len(value) > LIST_LENGTH_MAX:
            raise BadRequest(name, f"has {len(value):,} parts; {LIST_LENGTH_MAX:,} fit.")
        for key, one in value.items():
            _within_limits(name, key)
            _within_limits(name, one)
    elif isinstance(value, list | tuple):
        if len(value) > LIST_LENGTH_MAX:
            raise BadRequest(name, f"has {len(value):,} parts; {LIST_LENGTH_MAX:,} fit.")
        for one in value:
            _within_limits(name, one)
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 - 1:
        raise BadRequest(name, "is too large a number; 2**53 - 1 is the largest.")
    elif isinstance(value, float) and not isfinite(value):
        raise BadRequest(name, "is not a number that can be recorded.")


def _named(bad: msgspec.ValidationError) -> BadRequest:
    text = str(bad)
    missing = re.match(r"Object missing required field `(\w+)`", text)
    if missing:
        return BadRequest(missing[1], "is missing.")
    unknown = re.match(r"Object contains unknown field `(.+?)`", text)
    if unknown:
        return BadRequest(unknown[1], "is not a word of this verb.")
    where = re.search(r" - at `\$\.?([^`]*)`$", text)
    why = text[: where.start()] if where else text
    return BadRequest(where[1] if where else "", why[0].lower() + why[1:] + ".")
