"""Duties on the command line: the rows of the law, the organisation's own record, drafts of notices."""

from pathlib import Path
from typing import Any

import click

from hotwash.cli.answer import answer, say, table
from hotwash.cli.documents import FORMATS, write_file
from hotwash.cli.place import AT, EXPECTED, Place, with_place
from hotwash.cli.verbs import Verbs, read_words


@click.command("duties")
@click.option("--questions", is_flag=True, help="The questions on which they depend, instead of the rows.")
@with_place
def list_duties(place: Place, form: str, questions: bool) -> None:  # noqa: FBT001
    """List the duties of the law with provision and confidence, or the questions on which they depend."""
    found = place.get("/duties")
    say(found["not_advice"])
    answer(form, found, lambda: _questions(found) if questions else _rows(found))


def _rows(found: dict[str, Any]) -> str:
    return table(
        [
            (row["id"], row["confidence"] + (", unverified" if row["unverified"] else ""), row["title"])
            for row in found["duties"]
        ]
    )


def _questions(found: dict[str, Any]) -> str:
    return table([(one["id"], one["scope"], one["text"]) for one in found["questions"]])


class _OrganisationVerbs(Verbs):
    def verbs(self) -> dict[str, Any]:
        """The verbs of the organisation."""
        from hotwash.systems.rules_organisation import VERBS

        return VERBS


@click.command(cls=_OrganisationVerbs)
@click.argument("verb", required=False)
@click.argument("words", nargs=-1, metavar="[FIELD=VALUE]...")
@AT
@EXPECTED
@with_place
def organisation(
    *, place: Place, form: str, verb: str | None, words: tuple[str, ...], at: str | None, expected: int | None
) -> None:
    """Show what holds for every incident, or say a verb of the organisation.

    A list is written by repeating its field.
    """
    from hotwash.systems.rules_organisation import VERBS

    if verb is None:
        found = place.get("/organisation")
        answer(form, found, lambda: _shown(found))
        return
    if verb not in VERBS:
        raise click.UsageError(f"There is no verb {verb!r} here. There are {', '.join(VERBS)}.")
    said = place.post(f"/organisation/{verb}", {**read_words(VERBS[verb], words), "at": at, "expected": expected})
    kinds = ", ".join(f"{entry['kind']} ({entry['number']})" for entry in said["entries"])
    answer(form, said, f"Recorded: {kinds or 'nothing new'}.")


def _shown(found: dict[str, Any]) -> str:
    known = found["described"]
    lines = [known["name"] if known else "Nobody has said who the organisation is: describe-organisation name=…"]
    lines.append(f"Days count in {', '.join(found['places']) or 'each duty’s own place'}.")
    lines += [f"{one['question']}: {one['answer']}  ({one['by']})" for one in found["answers"]]
    lines += [f"{one['duty']}: {one['n']} {one['unit']} to {one['recipient']}" for one in found["duties"]]
    return "\n".join(lines)


@click.command()
@click.argument("incident")
@click.argument("form_id", metavar="[FORM]", required=False)
@click.option("--to", "file", metavar="FILE", help="Where the draft is written; ends in .html, .md, .json or .pdf.")
@with_place
def notice(*, place: Place, form: str, incident: str, form_id: str | None, file: str | None) -> None:
    """List the drafts of notices with what is missing, or write one of them. Nothing is sent."""
    if form_id is None:
        found = place.get(f"/incidents/{incident}/notices")
        answer(form, found, lambda: _drafts(found))
        return
    if file is None:
        raise click.UsageError("Say where the draft goes: --to FILE.(html|md|json|pdf).")
    path = Path(file)
    kind = path.suffix.lstrip(".").lower()
    if kind not in FORMATS:
        raise click.UsageError(f"--to must end in one of {', '.join('.' + known for known in FORMATS)}.")
    response = place.call("GET", f"/incidents/{incident}/notices/{form_id}", params={"format": kind})
    write_file(path, response.content)
    document = {"incident": incident, "form": form_id, "file": str(path), "bytes": len(response.content)}
    answer(form, document, f"Wrote {path}. It is a draft: nothing was sent.")


def _drafts(found: dict[str, Any]) -> str:
    return table(
        [
            (one["form"], f"{one['answered']} of {one['of']}", f"{len(one['missing'])} missing", one["title"])
            for one in found["notices"]
        ]
    )
