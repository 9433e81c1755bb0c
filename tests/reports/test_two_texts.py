"""Two texts side by side: nothing of either is lost, whatever they say."""

from hypothesis import given
from hypothesis import strategies as st

from hotwash.reports.two_texts import both, side_by_side

TEXTS = st.text(alphabet="ab .!?\n", max_size=60)


def test_what_differs_is_marked_on_both_sides() -> None:
    left, right = side_by_side("We log groups weekly.", "We log groups by hand.")
    assert [piece.text for piece in left if piece.own] == ["weekly."]
    assert "".join(piece.text for piece in right if piece.own) == "by hand."


def test_what_both_say_stands_once_and_what_differs_one_after_the_other() -> None:
    assert both("It began in May. We saw it late.", "It began in May. Nobody watched.") == (
        "It began in May. We saw it late. Nobody watched."
    )


@given(TEXTS, TEXTS)
def test_the_pieces_are_the_texts(one: str, other: str) -> None:
    left, right = side_by_side(one, other)
    assert ("".join(piece.text for piece in left), "".join(piece.text for piece in right)) == (one, other)


@given(TEXTS, TEXTS)
def test_every_word_of_both_is_in_the_text_of_both(one: str, other: str) -> None:
    made = both(one, other).split()
    for word in (*one.split(), *other.split()):
        assert word in " ".join(made)


def test_a_long_text_is_compared_by_its_sentences() -> None:
    long = " ".join(f"Sentence {number}." for number in range(3_000))
    left, right = side_by_side(long, long + " One more.")
    assert [piece.own for piece in left] == [False]
    assert [piece.text.strip() for piece in right if piece.own] == ["One more."]
