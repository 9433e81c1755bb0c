"""Questions that compare groups beyond decisions: scores, estimates, rankings, late labels, and whether a fix held."""

from typing import Any

import click

from hotwash.cli.place import Place
from hotwash.cli.questions import CELL, WHERE, about, asked, of_a_log, options
from hotwash.cli.response import pairs

GROUP = click.option("--group", "groups", multiple=True, metavar="COL", help="A column by which people are grouped.")
REFERENCE = click.option(
    "--reference", "references", multiple=True, metavar="COL=VALUE|largest|best", help="The group compared with."
)
SMALLEST = click.option("--smallest-group", type=click.IntRange(1), metavar="N", help="Fewer rows are too few to say.")
LABEL = click.option("--label", metavar="COL", help="The column with what turned out to be true.")
FAVOURABLE = click.option(
    "--favourable", metavar="VALUE", help="The value that counts as yes, and that people hope for."
)
of_groups = options(REFERENCE, WHERE, SMALLEST, CELL, of_a_log)
"""What every comparison with a reference group can be told beside its own words."""


def _compare(
    place: Place,
    question: str,
    log: str,
    words: dict[str, Any],
    *,
    groups: tuple[str, ...],
    references: tuple[str, ...] = (),
) -> None:
    if references in (("largest",), ("best",)):
        words["reference"] = references[0]
    elif references:
        words["reference"] = pairs(references, "--reference")
    words["group"] = list(groups) or None
    asked(place, question, log, words, **about(words))


@click.command()
@click.argument("log")
@click.option("--decision", metavar="COL", help="The column with what was decided.")
@LABEL
@GROUP
@click.option("--before", metavar="EXPR", help="Which rows came before the fix.")
@click.option("--after", metavar="EXPR", help="Which rows came after it.")
@click.option("--since", metavar="T", help="Instead of both: since when the fix was in use.")
@click.option("--time", metavar="COL", help="The column with the time of the decision.")
@FAVOURABLE
@of_groups
def fix(*, place: Place, log: str, groups: tuple[str, ...], references: tuple[str, ...], **words: Any) -> None:
    """Compare the gaps between groups before and after a fix."""
    _compare(place, "fix", log, words, groups=groups, references=references)


@click.command()
@click.argument("log")
@click.option("--one", required=True, metavar="EXPR", help="The first part, such as \"model_version = 'v1'\".")
@click.option("--two", metavar="EXPR", help="The second part; all other rows, if not named.")
@click.option("--harm", metavar="EXPR", help="Which decisions are harmful.")
@click.option("--subject", metavar="COL", help="The column with the person.")
@click.option("--decision", metavar="COL", help="The column with what was decided.")
@LABEL
@GROUP
@click.option("--column", "columns", multiple=True, metavar="COL", help="Its distribution too; may be repeated.")
@FAVOURABLE
@of_groups
def compare(
    *,
    place: Place,
    log: str,
    groups: tuple[str, ...],
    references: tuple[str, ...],
    columns: tuple[str, ...],
    **words: Any,
) -> None:
    """Compare two periods, versions or segments on every metric."""
    words["columns"] = list(columns) or None
    _compare(place, "compare", log, words, groups=groups, references=references)


@click.command()
@click.argument("log")
@click.option("--score", metavar="COL", help="The column with the score.")
@LABEL
@GROUP
@click.option("--threshold", type=float, metavar="NUMBER", help="The threshold in use.")
@click.option("--bins", type=click.IntRange(2, 100), metavar="N", help="Bins of scores for calibration.")
@FAVOURABLE
@of_groups
def scores(*, place: Place, log: str, groups: tuple[str, ...], references: tuple[str, ...], **words: Any) -> None:
    """Compare scores by group: means, AUC, calibration, and every threshold."""
    _compare(place, "scores", log, words, groups=groups, references=references)


@click.command()
@click.argument("log")
@click.option("--estimate", metavar="COL", help="The column with the number that the model gave.")
@click.option("--truth", metavar="COL", help="The column with the number that turned out to be true.")
@GROUP
@of_groups
def estimates(*, place: Place, log: str, groups: tuple[str, ...], references: tuple[str, ...], **words: Any) -> None:
    """Compare by how much estimates of a number are off, by group."""
    _compare(place, "estimates", log, words, groups=groups, references=references)


@click.command()
@click.argument("log")
@click.option("--position", required=True, metavar="COL", help="The column with the position in the ranking, from 1.")
@click.option("--before", metavar="COL", help="The column with the position in which the items came in.")
@click.option("--top", type=click.IntRange(1), metavar="N", help="How many first places count as selected.")
@GROUP
@of_groups
def exposure(*, place: Place, log: str, groups: tuple[str, ...], references: tuple[str, ...], **words: Any) -> None:
    """Compare who is shown near the top of rankings."""
    _compare(place, "exposure", log, words, groups=groups, references=references)


@click.command("late-labels")
@click.argument("log")
@LABEL
@click.option("--time", metavar="COL", help="The column with the time of the decision.")
@GROUP
@click.option("--every", type=click.Choice(["hour", "day", "week", "month"]), help="The length of one period.")
@WHERE
@CELL
@of_a_log
def late_labels(*, place: Place, log: str, groups: tuple[str, ...], **words: Any) -> None:
    """Tell how many decisions have a label yet, by period and group."""
    _compare(place, "late-labels", log, words, groups=groups)


VERBS = (compare, fix, scores, estimates, exposure, late_labels)
