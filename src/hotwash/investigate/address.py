"""Logs that are tables: their addresses (``postgresql://host/base#table``), and these without their passwords.

What a person typed as a password goes to the driver and nowhere else: every text that is kept, shown or logged names
the log as `masked` writes it, and every message of a driver passes through `scrubbed`.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from hotwash.investigate.errors import Unreadable

HIDDEN = "***"

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*)://")
_SECRET = re.compile(r"([?&;][^=&#;]*(?:pass|pwd|token|secret|key|credential|auth)[^=&#;]*=)([^&#;]*)", re.IGNORECASE)
_TABLE = re.compile(r'"((?:[^"]|"")+)"|([^".]+)')


@dataclass(frozen=True, slots=True)
class Address:
    """Where a table lies.

    :param url: everything before the table's name; for a driver only
    :param table: the parts of the table's name, outermost first
    :param shown: how the log may be named
    """

    scheme: str
    url: str
    table: tuple[str, ...]
    shown: str

    @property
    def path(self) -> str:
        """The file of a database that is one: four slashes begin an absolute path, three a relative one or an absolute
        one, whichever is there."""
        return unquote(self.url.split("://", 1)[1].split("?", 1)[0]).removeprefix("/")


def is_address(source: object) -> bool:
    """Whether a source is an address rather than a file."""
    return isinstance(source, str) and _SCHEME.match(source) is not None


def address(source: str, *, table: bool = True) -> Address:
    """An address, taken apart.

    :param table: whether the name of a table must follow after ``#``
    :raises Unreadable: if it must and does not
    """
    scheme = _SCHEME.match(source)
    shown = masked(source)
    if scheme is None:
        raise Unreadable(f'"{shown}" is no address of a table. Write it as scheme://place#table.')
    url, _, name = source.rpartition("#") if "#" in source else (source, "", "")
    if table and not name:
        raise Unreadable(f'"{shown}" names no table. Write the name of the table behind a #, as in {shown}#decisions.')
    return Address(scheme[1].lower(), _without_mask(url), _parts(unquote(name), shown), shown)


def _parts(name: str, shown: str) -> tuple[str, ...]:
    parts, at = [], 0
    while at < len(name):
        found = _TABLE.match(name, at)
        if found is None or (found.end() < len(name) and name[found.end()] != "."):
            raise Unreadable(
                f'The name of the table in "{shown}" cannot be read. '
                'Write it as table or schema.table, and names with a dot in quotation marks: "my.table".'
            )
        parts.append(found[1].replace('""', '"') if found[1] is not None else found[2])
        at = found.end() + 1
    return tuple(parts)


def masked(source: str) -> str:
    """A source as it may be shown: a password in an address, or anything in it called a secret, becomes ``***``."""
    scheme = _SCHEME.match(source)
    if scheme is None:
        return source
    url, sign, table = source.rpartition("#") if "#" in source else (source, "", "")
    _, marked = _secrets(url)
    return marked + sign + table


def scrubbed(text: str, source: str) -> str:
    """A driver's message, without the secrets of the address it was given."""
    if _SCHEME.match(source) is None:
        return text
    url = source.rpartition("#")[0] if "#" in source else source
    secrets, _ = _secrets(url)
    for secret in sorted({form for s in secrets for form in (s, unquote(s))}, key=len, reverse=True):
        if len(secret) < 4 and secret in text:
            return "the server refused"  # too short to be told from other words
        text = text.replace(secret, HIDDEN)
    return text


def _secrets(url: str) -> tuple[list[str], str]:
    """The secrets in an address, and the address without them. Rather too much is hidden than too little."""
    start = url.index("://") + 3
    found = []
    end = url.rfind("@", start)
    colon = url.find(":", start, end) if end > start else -1
    if colon >= 0:
        found.append(url[colon + 1 : end])
        url = url[: colon + 1] + HIDDEN + url[end:]

    def hide(match: re.Match[str]) -> str:
        found.append(match[2])
        return match[1] + HIDDEN

    url = _SECRET.sub(hide, url)
    return [secret for secret in found if secret and secret != HIDDEN], url


def _without_mask(url: str) -> str:
    """An address whose password was masked has none: the driver then looks where it always does (PGPASSWORD, …)."""
    url = url.replace(f":{HIDDEN}@", "@")
    return re.sub(rf"([?&])[^=&#]+={re.escape(HIDDEN)}(&|$)", lambda m: m[1] if m[2] else "", url)


def named(source: object) -> str:
    """A source as findings, messages and logs may name it: without a password; a table in memory by its kind."""
    if isinstance(source, str):
        return masked(source)
    kind = type(source)
    if kind.__module__.split(".")[0] in ("ibis", "pyspark"):
        return f"a table of {kind.__module__.split('.')[0]}, handed in"
    return f"{kind.__module__.split('.')[0].lstrip('_')}.{kind.__name__} in memory"
