"""Cells of work lists: how a text goes out so that no spreadsheet runs it, and how what comes in is read.

What goes out comes back as it was: an apostrophe is put before what looks like a formula, and is taken away again.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from hotwash.incident.redress import UNITS
from hotwash.ledger.rule import NotAllowed

TEXT_MAX = 500
"""Characters in a cell that the register keeps."""
KEY_MAX = 200
AMOUNT_MAX = Decimal(10) ** 11

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_DEFUSED = re.compile(r"'+[=+\-@\t\r\n]")
_CURRENCY = re.compile(r"[A-Z]{3}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def defused(text: str) -> str:
    """Text that no spreadsheet runs as a formula."""
    return "'" + text if _FORMULA.match(text) else text


def as_it_was(text: str) -> str:
    """Text as it stood before `defused`."""
    return text[1:] if _DEFUSED.match(text) else text


def text(value: str, name: str, *, length: int = TEXT_MAX) -> str:
    """A cell as text.

    :raises NotAllowed: if it is too long, or holds what is no text
    """
    value = value.strip()
    if len(value) > length:
        raise NotAllowed(f"{name} has {len(value):,} characters; {length} fit.")
    if _STEERING.search(value):
        raise NotAllowed(f"{name} holds a character that is no text.")
    return value


def key(value: str) -> str:
    """A person's key.

    :raises NotAllowed: if there is none, or it is no key
    """
    found = text(value, "person", length=KEY_MAX)
    if not found:
        raise NotAllowed("person is empty: a key is needed.")
    if "\n" in found or "\t" in found:
        raise NotAllowed("person holds a line break or a tab.")
    return found


def day(value: str, name: str) -> date | None:
    """A day, of a day or a time.

    :raises NotAllowed: if it is neither
    """
    value = value.strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value) if len(value) <= 10 else datetime.fromisoformat(value).date()
    except ValueError:
        raise NotAllowed(f"{name} is no day: write it as 2026-03-31.") from None


def moment(value: str, name: str) -> datetime | None:
    """A time with its zone; a day is its beginning, and a time without a zone is UTC.

    :raises NotAllowed: if it is none
    """
    value = value.strip()
    if not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise NotAllowed(f"{name} is no time: write it as 2026-03-31T09:00:00Z.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def amount(value: str) -> int | None:
    """An amount in ten-thousandths.

    :raises NotAllowed: if it is none that can be kept
    """
    value = value.strip()
    if not value:
        return None
    try:
        number = Decimal(value)
        units = number * UNITS
        if not number.is_finite() or number < 0 or number > AMOUNT_MAX or units != units.to_integral_value():
            raise InvalidOperation
    except InvalidOperation:
        raise NotAllowed("amount is no amount: write it as 1234.50, with at most four decimals.") from None
    return int(units)


def money(units: int) -> str:
    """An amount as it is written: ``1234.50``."""
    whole, part = divmod(units, UNITS)
    decimals = f"{part:04d}".rstrip("0").ljust(2, "0")
    return f"{whole}.{decimals}"


def currency(value: str) -> str:
    """Three capital letters.

    :raises NotAllowed: if it is something else
    """
    value = value.strip().upper()
    if value and not _CURRENCY.fullmatch(value):
        raise NotAllowed("currency is no currency: three letters, such as EUR.")
    return value


def language(value: str) -> str:
    """A language tag, such as ``de`` or ``pt-BR``.

    :raises NotAllowed: if it is none
    """
    value = value.strip()
    if value and not _LANGUAGE.fullmatch(value):
        raise NotAllowed("language is no language tag: such as en, de or pt-BR.")
    return value


def whole(value: str, name: str) -> int | None:
    """A whole number.

    :raises NotAllowed: if it is none
    """
    value = value.strip()
    if not value:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise NotAllowed(f"{name} is no whole number.")
    return int(value)
