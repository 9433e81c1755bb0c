"""The picture of where decisions came from, and the same in words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hotwash.reports.charts import svg
from hotwash.reports.document import Callout, Figure, Items, Run
from hotwash.reports.lineage import DATA_MAX, VERSIONS_MAX, blocks, picture
from hotwash.systems.lineage import (
    Commit,
    Dataset,
    DataVersion,
    Ingredient,
    Lineage,
    ModelVersion,
    ingredients,
    sharing,
)
from hotwash.systems.lineage import Run as Trained

AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
BAD = Ingredient("data", "a" * 32, "data/train.csv")


def made(version: int, digest: str, decisions: int | None = 10) -> Lineage:
    letter = "abcdefgh"[version % 8]
    return Lineage(
        ModelVersion("support-bot", str(version)),
        Trained(
            f"run-{version}", f"train-{version}", by="ana", datasets=(Dataset("tickets", f"d{version}"),),
            parameters={"seed": "1"}, metrics={"auc": 0.91},
        ),
        Commit(letter * 40, AT, "ana", f"Data of v{version}"),
        (DataVersion("data/raw", "e" * 32 + ".dir"), DataVersion("data/train.csv", digest * 32, named=True)),
        decisions=decisions,
    )  # fmt: skip


LINEAGES = [made(3, "a", 812_044), made(2, "b", 12_003), made(1, "a", 5)]


def words(of: object) -> str:
    """Every piece of text inside a block."""
    if isinstance(of, Run):
        return of.text
    if isinstance(of, tuple):
        return " ".join(words(one) for one in of)
    names = getattr(of, "__slots__", ())
    return " ".join(words(getattr(of, name)) for name in names)


def test_the_picture_has_every_step_and_marks_the_ways_to_the_bad_part() -> None:
    chart = picture(LINEAGES, bad=BAD)
    links, nodes, *_ = (layer["data"]["values"] for layer in chart["layer"])
    assert [one["detail"] for one in nodes if one["bad"]] == ["aaaaaaaa · the bad part"]
    assert {one["label"] for one in nodes} >= {"812,044", "version 2", "train-3", "d" * 10, "data/train.csv"}
    # Two of three versions: four links each, of two pieces each.
    assert sum(one["bad"] for one in links) == 2 * 4 * 2
    drawn = svg(chart)
    for label in ("812,044", "version 2", "data/raw", "Data of v1", "Decisions"):
        assert f">{label}<" in drawn


@pytest.mark.parametrize("kind", ["version", "run", "commit", "dataset"])
def test_whatever_kind_of_part_is_bad_the_ways_through_it_are_marked(kind: str) -> None:
    bad = next(one for one in ingredients(LINEAGES[1]) if one.kind == kind)
    links = picture(LINEAGES, bad=bad)["layer"][0]["data"]["values"]
    marked = {(one["x"], one["y"]) for one in links if one["bad"]}
    assert marked
    assert len({y for x, y in marked if x == 0}) == 1


def test_the_words_say_all_that_the_picture_shows() -> None:
    figure, items, *_ = blocks(LINEAGES, bad=BAD)
    assert isinstance(figure, Figure)
    assert isinstance(items, Items)
    assert words(figure.sentence) == "824,052 decisions by 3 versions, each back to its run, commit and data."
    said = words(items)
    pieces = ["version 3", "812,044 decisions", "train-3", "data set tickets", "Data of v3", "seed = 1", "auc = 0.91"]
    for piece in [*pieces, "data/train.csv", "the bad part", "the run names it"]:
        assert piece in said


def test_who_else_has_the_bad_part_is_said_once_and_without_those_in_question() -> None:
    other = replace(made(7, "a"), system="triage", version=ModelVersion("triage-bot", "7"))
    everything = [*LINEAGES, other, made(8, "b")]
    last = blocks(LINEAGES, bad=BAD, elsewhere=sharing(BAD, everything))[-1]
    assert isinstance(last, Callout)
    assert words(last.text) == "Made from the same data data/train.csv: triage-bot version 7 (triage)."
    assert not any(isinstance(one, Callout) for one in blocks(LINEAGES, bad=BAD, elsewhere=sharing(BAD, LINEAGES)))


def test_gaps_are_named_and_nothing_is_made_up_for_them() -> None:
    bare = Lineage(ModelVersion("support-bot", "9"), gaps=("Version 9 was registered without a run.",), decisions=4)
    figure, items, gap = blocks([bare])
    assert isinstance(gap, Callout)
    assert (gap.tone, words(gap.text)) == ("missing", "Version 9 was registered without a run.")
    assert "commit" not in words(items)
    assert isinstance(figure, Figure)
    assert svg(figure.chart)
    (nothing,) = blocks([])
    assert isinstance(nothing, Callout)


def test_many_versions_and_files_are_listed_and_the_first_are_drawn() -> None:
    files = tuple(DataVersion(f"data/{number:03}.csv", f"{number:032x}") for number in range(300))
    many = [replace(made(number, "b"), data=files) for number in range(30)]
    chart = picture(many)
    nodes = chart["layer"][1]["data"]["values"]
    assert len([one for one in nodes if one["label"].startswith("version")]) == VERSIONS_MAX
    assert len([one for one in nodes if one["label"].startswith("data/")]) == DATA_MAX
    figure = blocks(many)[0]
    assert isinstance(figure, Figure)
    assert "The first 8 are drawn." in words(figure.sentence)


def test_the_same_lineages_give_the_same_picture() -> None:
    assert picture(LINEAGES, bad=BAD) == picture(list(LINEAGES), bad=Ingredient("data", "a" * 32))


def test_a_label_that_is_too_long_is_cut_and_hidden_signs_do_no_harm() -> None:
    long = replace(LINEAGES[0], commit=Commit("c" * 40, AT, "eve", "x" * 500 + "\n\u202e<script>"))
    chart = picture([long])
    assert all(len(one["label"]) <= 24 and len(one["detail"]) <= 30 for one in chart["layer"][1]["data"]["values"])
    assert "<script>" not in svg(chart)
