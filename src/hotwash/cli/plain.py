"""The check of plain language on the command line. It needs no server and no data folder."""

from typing import Any

import click

from hotwash.cli.answer import answer, with_format
from hotwash.cli.place import read_file

AUDIENCES = ("responders", "executives", "staff", "customers", "harmed", "regulator", "press", "public")
FLAG = ("kind", "line", "start", "end", "text", "say")
STAGES = ("first-word", "update", "resolved", "after")


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--language", default="en", show_default=True, metavar="CODE", help="en, de or es.")
@click.option("--audience", type=click.Choice(AUDIENCES), help="With --stage: also what the text has to say.")
@click.option("--stage", type=click.Choice(STAGES), help="When in an incident it is written.")
@with_format
def plain(*, form: str, files: tuple[str, ...], language: str, audience: str | None, stage: str | None) -> None:
    """Check that texts are plain: long sentences, jargon with plain words, what a message does not say.

    Points at the place, and never gives a figure alone. FILE may be - for standard input. Exits with 1 if there is
    something to look at.
    """
    from hotwash.reports.messages.plain import check

    if (audience is None) != (stage is None):
        raise click.UsageError("Give --audience and --stage together.")
    found = [
        (file, check(read_file(file).decode(errors="replace"), language, audience=audience or "", stage=stage or ""))
        for file in files
    ]
    documents = [_document(file, one) for file, one in found]
    answer(form, documents, lambda: "\n".join(_text(file, one) for file, one in found))
    if any(not one.clear for _, one in found):
        click.get_current_context().exit(1)


def _document(file: str, one: Any) -> dict[str, Any]:
    return {
        "file": file,
        "language": one.language,
        "formula": one.formula,
        "source": one.source,
        "words": one.words,
        "sentences": one.sentences,
        "words_in_sentence": one.words_in_sentence,
        "ease": one.ease,
        "grade": one.grade,
        "flags": [
            {name: getattr(note, name) for name in ("kind", "line", "start", "end", "text", "say")}
            for note in one.notes
        ],
        "parts": [{"part": part.id, "title": part.title, "found": part.found} for part in one.parts],
    }


def _text(file: str, one: Any) -> str:
    ease = f", reading ease {one.ease:.0f} ({one.formula})" if one.ease is not None else ""
    lines = [f"{file}: {one.words} words, {one.words_in_sentence} in a sentence{ease}"]
    for note in one.notes:
        place = f"{note.line}:{note.start + 1}" if note.line else "-"
        quoted = f"“{note.text[:60]}” " if note.text else ""
        lines.append(f"  {place}  {quoted}{note.say}")
    return "\n".join(lines)
