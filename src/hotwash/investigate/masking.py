"""Masks personal data in a sample of text before a person sees it: by patterns with check digits, without a model.

What has a form is found: addresses of mail and web, numbers of phones, cards, accounts and authorities, streets, and
names that are introduced as such. A bare name without a title or an introduction is not found: see
docs/decisions/0014-masking-by-recognisers.md for why, and for what this cannot do.
"""

import re
from collections.abc import Callable

Check = Callable[[str], bool]


def _luhn(text: str) -> bool:
    digits = [int(c) for c in text if c.isdigit()]
    doubled = (sum(divmod(2 * d, 10)) if i % 2 else d for i, d in enumerate(reversed(digits)))
    return 13 <= len(digits) <= 19 and sum(doubled) % 10 == 0


def _iban(text: str) -> bool:
    """ISO 13616: the rest of the number, read as base 36, is 1 modulo 97."""
    plain = re.sub(r"\s", "", text).upper()
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _phone(text: str) -> bool:
    if _dated(text):
        return False
    digits = sum(c.isdigit() for c in text)
    written = text.lstrip().startswith(("+", "(", "0")) or len(re.findall(r"[\s().-]+", text.strip())) >= 2
    return 8 <= digits <= 15 and written


def _dated(text: str) -> bool:
    return re.fullmatch(r"\d{4}[-.]\d{2}[-.]\d{2}(\s\d{1,2})?", text.strip()) is not None


def _undated(text: str) -> bool:
    return not _dated(text)


def _always(_: str) -> bool:
    return True


_NAME = r"[A-ZÀ-ÖØ-Þ][\w’'-]+"
_STREETS = "street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|way|court|ct|square|place|pl"
_RECOGNISERS: tuple[tuple[str, re.Pattern[str], Check], ...] = (
    ("birth", re.compile(r"\b(?i:born(?:\s+on)?|dob|date of birth)\W{1,3}\d{1,4}[./ -]\d{1,2}[./ -]\d{1,4}"), _always),
    ("mail", re.compile(r"\b[\w.+%-]+@[\w-]+(?:\.[\w-]+)+\b"), _always),
    ("link", re.compile(r"\b(?:https?://|www\.)[^\s<>\"')]+", re.IGNORECASE), _always),
    ("account", re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}\b"), _iban),
    ("card", re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])"), _luhn),
    ("number", re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"), _always),
    (
        "address",
        re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.])"),
        _always,
    ),
    ("address", re.compile(r"(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}(?![\w:])", re.IGNORECASE), _always),
    ("phone", re.compile(r"(?<![\w.])\+?\(?\d[\d\s().-]{6,18}\d(?![\w])"), _phone),
    ("street", re.compile(rf"\b\d{{1,5}}[a-z]?\s+(?:{_NAME}\s+){{1,3}}(?i:{_STREETS})\b\.?"), _always),
    ("street", re.compile(rf"\b{_NAME}(?:stra(?:ß|ss)e|str\.|weg|platz|gasse|allee)\s+\d{{1,4}}[a-z]?\b"), _always),
    (
        "name",
        re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herr|Frau|Mme|Sr|Sra)\.?\s+{_NAME}(?:\s+{_NAME}){{0,2}}"),
        _always,
    ),
    (
        "name",
        re.compile(
            rf"(?<=\b)(?i:my name is|name's|i am called|call me|signed,?|regards,?)\s+{_NAME}(?:\s+{_NAME}){{0,2}}"
        ),
        _always,
    ),
    ("handle", re.compile(r"(?<![\w@.])@[A-Za-z_]\w{2,30}\b"), _always),
    ("number", re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){6,}(?![\w.,-]*\w)"), _undated),
)
KINDS = tuple(dict.fromkeys(kind for kind, _, _ in _RECOGNISERS))


def mask(text: str) -> tuple[str, dict[str, int]]:
    """The text with every recognised piece as ``[mail]``, ``[phone]`` and so on, and how many there were of each."""
    found: dict[str, int] = {}
    for kind, pattern, check in _RECOGNISERS:

        def masked(piece: re.Match[str], kind: str = kind, check: Check = check) -> str:
            if not check(piece.group()):
                return piece.group()
            found[kind] = found.get(kind, 0) + 1
            return f"[{kind}]"

        text = pattern.sub(masked, text)
    return text, found
