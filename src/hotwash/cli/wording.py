"""The check of wording on the command line. It needs no server and no data folder."""

from typing import Any

import click

from hotwash.cli.answer import answer, with_format
from hotwash.cli.place import read_file


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@with_format
def wording(*, form: str, files: tuple[str, ...]) -> None:
    """Find blame in texts, and ask a question instead.

    FILE is plain text, Markdown or HTML, in English; - is standard input. Each place has the dimension of the LRRIT
    that it touches. Exits with 1 if there is one.
    """
    from hotwash.reports.wording import LENGTH_MAX, check

    found: list[dict[str, Any]] = []
    for file in files:
        text = read_file(file).decode(errors="replace")
        if len(text) > LENGTH_MAX:
            raise click.UsageError(f"{file} has {len(text):,} characters; {LENGTH_MAX:,} are the most that are read.")
        found += [
            {
                "file": file,
                "line": flag.line,
                "start": flag.start,
                "end": flag.end,
                "text": flag.text,
                "dimension": flag.dimension,
                "question": flag.question,
                "rewrite": flag.rewrite,
                "sentence": flag.sentence,
            }
            for flag in check(text)
        ]
    answer(form, {"flags": found}, lambda: "\n\n".join(map(_text, found)) or "Nothing that blames a person.")
    if found:
        click.get_current_context().exit(1)


def _text(flag: dict[str, Any]) -> str:
    return (
        f"{flag['file']}:{flag['line']}  “{flag['text']}” ({flag['dimension']})\n"
        f"  {flag['sentence'][:300]}\n"
        f"  Ask: {flag['question']}\n"
        f"  Perhaps: {flag['rewrite']}"
    )
