"""Texts that are about the same: ranked by rare words, kept and forgotten without a trace, and what it is worth."""

import csv
import json
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.investigate.resemblance import Texts, terms

LOANS = "Women are refused loans by the credit model"


@pytest.fixture
def texts() -> Texts:
    known = Texts()
    known.put("loans", "Credit model refuses loans to women")
    known.put("faces", "A face recognition match led to a false arrest")
    known.put("chat", "The chatbot promised refunds that do not exist")
    return known


def test_the_text_with_the_same_rare_words_comes_first(texts: Texts) -> None:
    assert texts.like(LOANS)[0].key == "loans"


def test_the_same_text_scores_one_and_a_stranger_is_not_found(texts: Texts) -> None:
    assert texts.like("A face recognition match led to a false arrest")[0].score == 1.0
    assert texts.like("zebra quagga") == []


def test_plurals_and_accents_and_capitals_do_not_matter() -> None:
    assert set(terms("Résumés")) == {"resume"}
    assert set(terms("Policies")) == set(terms("policy"))


def test_words_that_only_say_that_it_was_told_do_not_count() -> None:
    assert not terms("Allegedly, reportedly: they were")


def test_a_forgotten_text_leaves_nothing_behind(texts: Texts) -> None:
    before = texts.like(LOANS)
    texts.put("secret", LOANS)
    assert texts.like(LOANS)[0].key == "secret"
    texts.drop("secret")
    assert texts.like(LOANS) == before


def test_a_text_put_again_stands_only_as_it_is_now(texts: Texts) -> None:
    texts.put("loans", "Something else entirely")
    assert "loans" not in [one.key for one in texts.like("credit")]


def test_who_may_not_be_seen_makes_room_for_the_next(texts: Texts) -> None:
    texts.put("other", "Loans for women")
    assert [one.key for one in texts.like(LOANS, top=1, among=lambda key: key != "loans")] == ["other"]


@given(st.lists(st.text(max_size=60), max_size=8), st.text(max_size=60))
def test_scores_lie_between_nothing_and_one_and_fall(many: list[str], asked: str) -> None:
    texts = Texts()
    for number, text in enumerate(many):
        texts.put(str(number), text)
    scores = [one.score for one in texts.like(asked, top=5)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(alphabet="xyz ", max_size=12)), max_size=12))
def test_an_index_that_was_changed_is_the_index_made_anew(changes: list[tuple[str, str]]) -> None:
    changed, last = Texts(), {}
    for key, text in changes:
        changed.put(key, text)
        last[key] = text
    anew = Texts()
    for key, text in last.items():
        anew.put(key, text)
    assert changed.like("x xy z y") == anew.like("x xy z y")


def test_half_of_the_pairs_of_one_event_are_found_within_ten(shared: Path) -> None:
    """65 pairs that share an entry of the OECD's monitor, both ways; TF-IDF of words and pairs: 0.477."""
    with (shared / "aiid" / "incidents.csv").open(encoding="utf-8", newline="") as file:
        rows = {int(row["incident_id"]): f"{row['title']} {row['description']}" for row in csv.DictReader(file)}
    entries: dict[str, list[int]] = {}
    for link in json.loads((shared / "aiid" / "oecd_relationships_2025_09_09.json").read_text(encoding="utf-8")):
        entries.setdefault(link["sameAs"], []).append(link["incident_id"])
    pairs = {pair for ids in entries.values() for pair in combinations(sorted(set(ids)), 2) if rows.keys() >= set(pair)}
    assert (len(rows), len(pairs)) == (989, 65)
    texts = Texts()
    for number, text in rows.items():
        texts.put(str(number), text)
    asked = [*pairs, *((two, one) for one, two in pairs)]
    found = {one: [a.key for a in texts.like(rows[one], without=[str(one)])] for one, _ in asked}
    assert sum(str(two) in found[one] for one, two in asked) / len(asked) >= 0.52
