"""Writes the reference page of the command line from every command's help: ``python -m hotwash.cli.page [FILE]``."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from hotwash.cli.main import cli

_FIRST = """<!-- Made from the help of the commands by `python -m hotwash.cli.page`. Edit the help. -->

# The command line

"""
_WIDTH = 96


def text() -> str:
    """The whole page."""
    return _FIRST + "\n".join(_sections(cli, _context(cli, "hotwash", None), level=2))


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    # With the settings of the command itself, as when it is run: what a command shows is kept by click from then on.
    settings = {**command.context_settings, "terminal_width": _WIDTH, "max_content_width": _WIDTH}
    return click.Context(command, info_name=name, parent=parent, **settings)


def _sections(command: click.Command, context: click.Context, *, level: int) -> Iterator[str]:
    helped = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    heading = "" if context.parent is None else f"{'#' * level} {context.command_path}\n\n"
    yield f"{heading}```text\n{helped}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            below = _context(inner, name, context)
            yield from _sections(inner, below, level=level if context.parent is None else level + 1)


def main(arguments: list[str]) -> None:
    """Write the page."""
    file = Path(arguments[0]) if arguments else Path("docs/reference/cli.md")
    file.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
