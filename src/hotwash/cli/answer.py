"""What commands print: one JSON document or plain text on standard output; progress and refusals on standard error."""

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class Refused(Exception):
    """Hotwash says no, in a sentence. The command ends with exit code 1."""

    def __init__(self, sentence: str, document: dict[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.document = document or {"status": 1, "detail": sentence}

    def show(self) -> None:
        """The sentence on standard error; for programs that read JSON, the document as well."""
        context = click.get_current_context(silent=True)
        if context is not None and context.find_root().meta.get("hotwash.format") == "json":
            emit(self.document)
        click.echo(self.sentence, err=True)


def emit(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def say(text: str) -> None:
    """Progress and warnings, on standard error."""
    click.echo(text, err=True)


def answer(form: str, document: Any, text: str | Callable[[], str]) -> None:
    """The answer of a command in the form that was asked for."""
    if form == "json":
        emit(document)
    else:
        click.echo(clean(text() if callable(text) else text))


def clean(text: str) -> str:
    """Text of people without what would steer a terminal."""
    return "".join(letter if letter in "\n\t" or letter.isprintable() else "�" for letter in text)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Columns, as wide as they need; the last one runs on."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]) - 1)] if rows else []
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    )


def with_format(command: F) -> F:
    """``--format text|json`` for a command, as the argument ``form``."""

    def remember(context: click.Context, _: click.Parameter, value: str) -> str:
        context.find_root().meta["hotwash.format"] = value
        return value

    return click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        is_eager=True,
        callback=remember,
        help="Plain text, or one JSON document.",
    )(command)
