"""What is written to the log: what went wrong and where, not what people wrote."""

import logging
import re
import traceback
from types import TracebackType

_SECRET = re.compile(r"(/sign-in/link/|/in/[\w-]+/|/chat/[\w-]+/|/say/[\w-]+/)\S+")

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Plain(logging.Formatter):
    """One line a record, with the request's reference if there is one; never query strings, names or addresses.

    :param detail: whether the text of an error is written too. It can hold what people wrote, so it is off by default.
    """

    def __init__(self, *, detail: bool = False) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")
        self._detail = detail

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the reference that the error page shows."""
        line = _SECRET.sub(r"\1…", super().format(record))
        reference = getattr(getattr(record, "request", None), "reference", None)
        return f"{line} [reference {reference}]" if reference else line

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802
        """Where it happened and what kind of error it was."""
        if self._detail:
            return super().formatException(ei)
        kind, _, trace = ei
        lines = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace)]
        return "\n".join([*lines, f"  {kind.__name__ if kind else 'unknown'} (HOTWASH_LOG_DETAIL=on shows its text)"])
