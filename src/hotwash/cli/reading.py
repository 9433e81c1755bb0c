"""Questions about texts: what sets harmful ones apart, refusals, and whether people agree on what they read."""

from typing import Any

import click

from hotwash.cli.place import Place
from hotwash.cli.questions import WHERE, about, asked, of_a_log


@click.command()
@click.argument("log")
@click.option("--text", required=True, metavar="COL", help="The column with the text.")
@click.option("--harm", required=True, metavar="EXPR", help="Which rows are harmful.")
@click.option("--top", type=click.IntRange(1, 200), metavar="N", help="How many terms of each side.")
@click.option("--samples", type=click.IntRange(0, 50), metavar="N", help="How many masked samples; 0 for none.")
@WHERE
@of_a_log
def texts(*, place: Place, log: str, **words: Any) -> None:
    """Tell what sets harmful texts apart: terms, near copies, masked samples."""
    asked(place, "texts", log, words, **about(words))


@click.command()
@click.argument("log")
@click.option("--by", metavar="COL", help="The column with the configuration.")
@click.option("--verdict", metavar="COL", help="The column with what a person judged the answer to be.")
@click.option("--full", multiple=True, metavar="VALUE", help="A verdict that means a full refusal.")
@click.option("--partial", multiple=True, metavar="VALUE", help="A verdict that means a partial refusal.")
@click.option("--response", metavar="COL", help="Instead of a verdict: the column with the answer.")
@click.option("--unsafe", metavar="EXPR", help="Which prompts should be refused.")
@click.option("--prompt", metavar="COL", help="The column with the prompt or its id, for pairs.")
@WHERE
@of_a_log
def refusals(*, place: Place, log: str, full: tuple[str, ...], partial: tuple[str, ...], **words: Any) -> None:
    """Count refusals of safe and unsafe prompts, and compare configurations."""
    words |= {"full": list(full) or None, "partial": list(partial) or None}
    asked(place, "refusals", log, words, **about(words))


@click.command()
@click.argument("log")
@click.option("--annotator", "annotators", multiple=True, required=True, metavar="COL", help="An annotator's column.")
@click.option("--ignore", multiple=True, metavar="VALUE", help="A value that is no judgement.")
@WHERE
@of_a_log
def agreement(*, place: Place, log: str, annotators: tuple[str, ...], ignore: tuple[str, ...], **words: Any) -> None:
    """Tell how far people who judged the same cases agree."""
    words |= {"annotators": list(annotators), "ignore": list(ignore) or None}
    asked(place, "agreement", log, words, **about(words))


VERBS = (texts, refusals, agreement)
