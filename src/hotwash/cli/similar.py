"""Similar incidents on the command line."""

from typing import Any

import click

from hotwash.cli.answer import answer
from hotwash.cli.place import Place, read_file, with_place


@click.command()
@click.argument("text", metavar="TEXT|INCIDENT|-")
@click.option("--top", type=click.IntRange(1, 100), default=10, show_default=True, help="How many at most.")
@click.option("--corpus", default="", help="Only `own`, or only one collection, such as aiid.")
@with_place
def similar(*, place: Place, form: str, text: str, top: int, corpus: str) -> None:
    """Find incidents like a text: our own, and cases of others that were brought in with `hotwash import`.

    - reads the text from standard input. The number of an incident asks by its title and its summary.
    """
    if text.startswith("INC-") and " " not in text:
        found = place.get(f"/incidents/{text}/similar")
        found["similar"] = [one for one in found["similar"] if corpus in ("", one["corpus"])][:top]
    else:
        said = read_file("-").decode(errors="replace") if text == "-" else text
        found = place.post("/similar", {"text": said, "top": top, "corpus": corpus})
    answer(form, found["similar"], lambda: _told(found))


def _told(found: dict[str, Any]) -> str:
    lines = [_line(one) for one in found["similar"]] or ["Nothing like it is known here."]
    return "\n".join([*lines, *found["seen"], *(f"Source: {one}" for one in found["attributions"])])


def _line(one: dict[str, Any]) -> str:
    failed = "; ".join(one["failures"] or one["suspected"])
    known = [str(one["at"] or ""), *(f"{lag['name']}: {lag['words']}" for lag in one["lags"]), failed]
    return f"{one['score']:.2f}  {one['id']}  {one['title']}\n      {' · '.join(said for said in known if said)}"
