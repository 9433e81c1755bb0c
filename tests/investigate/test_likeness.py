"""Complaints that say the same in other words, held against labels that were written by hand."""

import random
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.investigate.likeness import JOIN, Lexicon, Profile, Weights, between, features, likeness
from hotwash.investigate.piles import Piles, Placed, sorted_anew
from hotwash.knowledge.complaints import words

LABELLED = Path(__file__).parents[1] / "complaints" / "labelled.tsv"
LEXICON = Lexicon.of(words().common, words().concepts)


def labelled(half: str = "") -> list[tuple[str, str]]:
    """Themes with their texts; ``-`` is the theme of those that belong to none."""
    rows = [line.split("\t") for line in LABELLED.read_text("utf-8").splitlines()]
    return [(theme, text) for theme, part, text in rows if half in ("", part)]


def sorted_in_turn(texts: Sequence[str], *, seed: int) -> list[int]:
    """The pile of each text, if they come one after the other in some order."""
    piles = Piles(())
    where: dict[int, int] = {}
    order = list(range(len(texts)))
    random.Random(seed).shuffle(order)
    for place in order:
        text = Placed(place, features(texts[place], LEXICON), 0)
        found = piles.best(text)
        where[place] = found[0] if found is not None and found[1] >= JOIN else piles.fresh()
        piles.add(where[place], text)
    return [where[place] for place in range(len(texts))]


def pairs(themes: Sequence[str], piles: Sequence[int]) -> tuple[float, float]:
    """Precision and recall of pairs that stand together."""
    right = wrong = missed = 0
    for one, other in combinations(range(len(themes)), 2):
        same = themes[one] == themes[other] != "-"
        together = piles[one] == piles[other]
        right += same and together
        wrong += together and not same
        missed += same and not together
    return right / max(1, right + wrong), right / max(1, right + missed)


def measured(half: str) -> tuple[float, float]:
    """The mean over ten orders."""
    rows = labelled(half)
    found = [pairs([t for t, _ in rows], sorted_in_turn([x for _, x in rows], seed=seed)) for seed in range(10)]
    return sum(p for p, _ in found) / 10, sum(r for _, r in found) / 10


def test_the_labelled_complaints_are_many_and_of_many_themes() -> None:
    themes = Counter(theme for theme, _ in labelled())
    assert sum(themes.values()) >= 200
    assert len(themes) - 1 >= 12
    assert themes["-"] >= 20


@pytest.mark.parametrize(
    ("half", "precision", "recall"), [("chosen", 0.85, 0.58), ("held", 0.95, 0.26), ("", 0.86, 0.41)]
)
def test_what_is_put_together_says_the_same(half: str, precision: float, recall: float) -> None:
    """The limits are a little below what docs/explanation/reports-from-people.md states."""
    found = measured(half)
    assert found[0] >= precision, found
    assert found[1] >= recall, found


def test_the_page_states_what_is_measured() -> None:
    page = (Path(__file__).parents[2] / "docs" / "explanation" / "reports-from-people.md").read_text("utf-8")
    for half in ("chosen", "held", ""):
        precision, recall = measured(half)
        assert f"| {precision:.2f} | {recall:.2f} |" in page, (half, precision, recall)


def test_the_same_is_found_across_languages() -> None:
    texts = ["My loan was refused because I am a woman", "Mein Kredit wurde abgelehnt, weil ich eine Frau bin"]
    one, other = (features(text, LEXICON) for text in texts)
    assert {"=refuse", "=credit", "=woman"} <= one & other


def test_names_numbers_and_addresses_are_never_features() -> None:
    found = features(
        "My name is Zebedee Quux, mail zq@example.org or +49 30 1234567, card 4111 1111 1111 1111", LEXICON
    )
    assert not any(word in one for one in found for word in ("zebed", "quux", "zq", "example", "4111", "1234"))


def test_other_scripts_have_features_too() -> None:
    assert features("贷款被拒绝", LEXICON)
    assert features("رفض القرض", LEXICON)
    assert features("отказали в кредите", LEXICON)
    assert not features("!!! 123 …", LEXICON)


def test_a_likeness_is_a_share_and_a_text_is_most_like_itself() -> None:
    every = [features(text, LEXICON) for _, text in labelled()]
    spread = Counter(one for own in every for one in own)
    weights = Weights(len(every), spread)
    for own in every[:60]:
        if len(own) > 1:
            assert likeness(own, Profile(1, dict.fromkeys(own, 1)), weights) == pytest.approx(1)
        for other in every[:60]:
            assert 0 <= likeness(own, Profile(1, dict.fromkeys(other, 1)), weights) <= 1 + 1e-9
    assert between(Profile(0, {}), Profile(1, {"a": 1}), weights) == 0


_TEXTS = st.lists(
    st.tuples(st.frozensets(st.sampled_from("abcdefghij"), max_size=5), st.integers(1, 4), st.booleans()), max_size=25
)


@given(_TEXTS)
def test_sorting_anew_loses_no_text_and_moves_none_that_a_person_placed(
    given_: list[tuple[frozenset[str], int, bool]],
) -> None:
    texts = [Placed(place, own, pile, fixed) for place, (own, pile, fixed) in enumerate(given_)]
    where = sorted_anew(texts)
    assert set(where) == {text.id for text in texts}
    assert all(where[text.id] == text.pile for text in texts if text.fixed)
    assert all(pile in {text.pile for text in texts} or pile < 0 for pile in where.values())
    assert sorted_anew(texts) == where, "the same texts are sorted in the same way"


def test_sorting_anew_keeps_apart_what_is_of_two_systems() -> None:
    own = frozenset({"alpha", "beta", "gamma"})
    texts = [Placed(1, own, 1, apart="loans"), Placed(2, own, 2, apart="hiring"), Placed(3, own, 1)]
    where = sorted_anew(texts)
    assert where[1] != where[2]
    assert where[3] in (where[1], where[2])


def test_sorting_anew_brings_together_what_came_apart() -> None:
    rows = [(theme, text) for theme, text in labelled() if theme in ("dose", "leak")]
    texts = [Placed(place, features(text, LEXICON), place + 1) for place, (_, text) in enumerate(rows)]
    where = sorted_anew(texts, rounds=3)
    piles = [where[place] for place in range(len(rows))]
    assert len(set(piles)) <= len(rows) / 2
    assert pairs([theme for theme, _ in rows], piles)[0] > 0.9


def test_many_piles_are_not_all_looked_at() -> None:
    piles = Piles(Placed(n, frozenset({"=refuse", f"word{n}"}), n) for n in range(1, 6_000))
    near = piles.near(frozenset({"=refuse", "word17"}), piles.weights({"=refuse", "word17"}))
    assert near == [17], "a word that thousands share leads nowhere where a rare one does"
