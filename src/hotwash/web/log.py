"""What is written to the log: what went wrong and where, not what people wrote.

Two forms: `Plain` lines for people, and `Lines` of JSON for machines. Both repeat the reference of the request. Neither
holds a query, a name, an address of the network, or what somebody put into the address of a page.
"""

import json
import logging
import re
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

_SECRET = re.compile(r"(/sign-in/link/|/in/[\w-]+/|/chat/[\w-]+/|/say/[\w-]+/)\S+")
_REFERENCE = re.compile(r"[A-Za-z0-9._-]{8,64}")

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_reference: ContextVar[str] = ContextVar("reference", default="")


@contextmanager
def in_request(reference: str) -> Iterator[None]:
    """While this lasts, whatever is logged carries a reference."""
    token = _reference.set(reference)
    try:
        yield
    finally:
        _reference.reset(token)


def request_reference(request: Any) -> str:
    """What a request is known by: what our own proxy calls it, if there is one, else a word of our own."""
    from django.conf import settings

    given = request.headers.get("X-Request-Id", "") if settings.HOTWASH.proxies else ""
    return given if _REFERENCE.fullmatch(given) else secrets.token_hex(4)


def said(record: logging.LogRecord) -> str:
    """The message of a record, without what somebody sent.

    Django and gunicorn put addresses, hosts and headers into theirs: of those only what is ours to say is kept.
    """
    request = getattr(record, "request", None)
    status = getattr(record, "status_code", None)
    if record.name == "django.request" and request is not None and status is not None:
        match = getattr(request, "resolver_match", None)
        return f"Answered {status} at /{match.route}" if match else f"Answered {status}"
    if record.name.startswith("django.security."):
        return f"Refused: {record.name.removeprefix('django.security.')}"
    if record.name.startswith("gunicorn") and isinstance(record.msg, str):
        for start in ("Invalid request", "Error handling request", "Invalid HTTP"):
            if record.msg.startswith(start):
                return start
    return _SECRET.sub(r"\1…", record.getMessage())


def where(ei: _ExcInfo) -> list[str]:
    """The places that an error went through, the outermost first."""
    return [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(ei[2])]


def reference_of(record: logging.LogRecord) -> str:
    """The reference of the request that a record belongs to; empty if it belongs to none."""
    return getattr(getattr(record, "request", None), "reference", None) or _reference.get()


class Plain(logging.Formatter):
    """One line a record, with the request's reference if there is one.

    :param detail: whether the text of an error is written too. It can hold what people wrote, so it is off by default.
    """

    def __init__(self, *, detail: bool = False) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")
        self._detail = detail

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """The line itself."""
        record.message = said(record)
        line = super().formatMessage(record)
        reference = reference_of(record)
        return f"{line} [reference {reference}]" if reference else line

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802
        """Where it happened and what kind of error it was."""
        if self._detail:
            return _SECRET.sub(r"\1…", super().formatException(ei))
        kind = ei[0].__name__ if ei[0] else "unknown"
        return "\n".join([*(f"  {place}" for place in where(ei)), f"  {kind} (HOTWASH_LOG_DETAIL=on shows its text)"])


class Lines(logging.Formatter):
    """A JSON object a line: ``at``, ``level``, ``from``, ``message``; ``request``, ``fault`` and ``where`` if known.

    :param detail: as of `Plain`
    """

    def __init__(self, *, detail: bool = False) -> None:
        super().__init__()
        self._detail = detail

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": said(record),
        }
        if reference := reference_of(record):
            line["request"] = reference
        line |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
            line["where"] = where(record.exc_info)
            if self._detail:
                line["detail"] = str(record.exc_info[1])[:2000]
        return json.dumps(line, ensure_ascii=False)
