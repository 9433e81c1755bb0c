"""Blame is found where a person is found in fault, and not where a system failed."""

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.knowledge.wording import lexicon
from hotwash.reports.wording import LENGTH_MAX, check
from hotwash.reports.wording.sentences import sentences

HERE = Path(__file__).parent / "wording"
PAGE = Path(__file__).parents[2] / "docs/explanation/wording.md"
DIMENSIONS = {"system-approach", "human-error", "blame", "local-rationality", "counterfactual"}


class Table:
    """How many were flagged, by what they are."""

    def __init__(self) -> None:
        self.both = self.false = self.missed = self.neither = 0

    def count(self, *, blames: bool, flagged: bool) -> None:
        """One sentence more."""
        self.both += blames and flagged
        self.false += flagged and not blames
        self.missed += blames and not flagged
        self.neither += not blames and not flagged

    @property
    def precision(self) -> float:
        """Of those flagged, the share that blames."""
        return self.both / (self.both + self.false)

    @property
    def recall(self) -> float:
        """Of those that blame, the share that is flagged."""
        return self.both / (self.both + self.missed)

    def line(self, name: str) -> str:
        """As the page has it."""
        counts = f"{self.both} | {self.false} | {self.missed} | {self.neither}"
        return f"| {name} | {counts} | {self.precision:.2f} | {self.recall:.2f} |"


def ours(name: str) -> Table:
    table = Table()
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line[:1] in "+-":
            label, sentence = line.split("\t")
            table.count(blames=label == "+", flagged=bool(check(sentence)))
    return table


def bodies(shared: Path) -> dict[str, str]:
    found = json.loads((shared / "postmortems_icco" / "postmortems.json").read_text(encoding="utf-8"))
    return {one["uuid"].strip('"'): one["body"] or "" for one in found}


def labelled(shared: Path) -> Iterator[tuple[bool, str]]:
    texts = bodies(shared)
    with (HERE / "real.tsv").open(encoding="utf-8") as file:
        for label, document, start, end, digest in csv.reader(
            (line for line in file if line[0] in "+-"), delimiter="\t"
        ):
            sentence = texts[document][int(start) : int(end)]
            assert hashlib.sha256(sentence.encode()).hexdigest()[:16] == digest, "another edition of the texts"
            yield label == "+", sentence


def test_sentences_that_were_never_looked_at_are_told_apart() -> None:
    table = ours("held_out.txt")
    assert (table.precision >= 0.90, table.recall >= 0.85) == (True, True), table.line("held out")
    assert ours("held_out.txt").line("held out") in PAGE.read_text(encoding="utf-8"), table.line("held out")


def test_our_other_sentences_are_told_apart() -> None:
    table = ours("looked_at.txt")
    assert (table.precision >= 0.95, table.recall >= 0.95) == (True, True), table.line("looked at")
    assert table.line("looked at") in PAGE.read_text(encoding="utf-8"), table.line("looked at")


def test_sentences_of_real_post_mortems_are_told_apart(shared: Path) -> None:
    table, everything = Table(), Table()
    for blames, sentence in labelled(shared):
        table.count(blames=blames, flagged=bool(check(sentence)))
    for one in (table, ours("held_out.txt"), ours("looked_at.txt")):
        everything.both, everything.false = everything.both + one.both, everything.false + one.false
        everything.missed, everything.neither = everything.missed + one.missed, everything.neither + one.neither
    page = PAGE.read_text(encoding="utf-8")
    assert table.line("real post-mortems") in page, table.line("real post-mortems")
    assert everything.line("all") in page, everything.line("all")
    assert (everything.precision >= 0.90, everything.recall >= 0.85) == (True, True)


def test_at_most_one_sentence_in_twenty_of_real_post_mortems_is_flagged(shared: Path) -> None:
    read = flagged = 0
    for text in bodies(shared).values():
        read += len(sentences(text))
        flagged += len({flag.sentence for flag in check(text)})
    assert read > 2_000
    assert 0 < flagged <= read / 20
    assert f"{flagged} of {read:,} sentences" in PAGE.read_text(encoding="utf-8"), f"{flagged} of {read:,}"


def test_the_probable_cause_of_a_crash_is_flagged_and_a_systems_part_in_it_is_not() -> None:
    [flag] = check("The probable cause was the failure of the vehicle operator to monitor the driving environment.")
    assert (flag.dimension, flag.line) == ("local-rationality", 1)
    assert check("The vehicle failed to classify the pedestrian, and braking was suppressed by design.") == []
    assert check("If an operator entered the prescription, then quickly edited it, the magnets did not move.") == []
    assert check("An engineer deployed a new rule at 13:42.") == []


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("The outage was caused by an engineer.", "system-approach"),
        ("Staff were told to be more careful.", "system-approach"),
        ("Human error explains the outage.", "human-error"),
        ("The clerk was negligent.", "blame"),
        ("The nurse forgot to record the dose.", "local-rationality"),
        ("The reviewer should have read the summary.", "counterfactual"),
    ],
)
def test_each_flag_says_its_dimension_with_a_question_and_a_rewrite(text: str, dimension: str) -> None:
    [flag] = check(text)
    assert (flag.dimension, flag.text in text, text[flag.start : flag.end]) == (dimension, True, flag.text)
    assert flag.question.endswith(("?", "."))
    assert "…" in flag.rewrite


def test_lines_and_places_are_those_of_the_text() -> None:
    text = "# Title\n\nAll was well.\n\n- The nurse forgot\n  to call.\n- The cache was stale.\n\nIt was human error.\n"
    first, second = check(text)
    assert [(one.line, text[one.start : one.end]) for one in (first, second)] == [
        (5, "forgot\n  to call"),
        (9, "human error"),
    ]


def test_code_addresses_and_short_quotations_are_passed_over() -> None:
    assert check("The log says `human error in operator.py` and no more.") == []
    assert check("```\nthe engineer forgot to check\n```\nThe job ran twice.") == []
    assert check('The term "human error" stands in the ticket.') == []
    assert check("See https://example.org/human-error for more.") == []
    assert len(check('She said: "The engineer on duty forgot to check the valve before he left."')) == 1


def test_denied_and_hypothetical_blame_is_none() -> None:
    assert check("No one is at fault, and nobody was careless.") == []
    assert check("We do not blame the operator.") == []
    assert check("The design must tolerate human error.") == []
    assert check("If the operator forgets to confirm, the pump stops.") == []
    assert check("Why did nobody check the labels?") == []


def test_dimensions_are_those_of_the_data() -> None:
    assert {one.id for one in lexicon().dimensions} == DIMENSIONS


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="characters"):
        check("a" * (LENGTH_MAX + 1))


@given(
    st.text(alphabet=st.sampled_from("The nurse forgot to , . ? ! \n ` \" ' who had not been - # ( ) 9 should have"))
)
def test_whatever_comes_in_flags_lie_within_it_in_order(text: str) -> None:
    flags = check(text)
    assert [text[one.start : one.end] for one in flags] == [one.text for one in flags]
    assert all(a.end <= b.start for a, b in pairwise(flags))
    assert all(one.line == text.count("\n", 0, one.start) + 1 for one in flags)
    assert all(re.sub(r"\s", "", one.text) for one in flags)
