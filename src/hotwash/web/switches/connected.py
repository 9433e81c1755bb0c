"""Boards outside of Hotwash, by their word: ``flagd:<file>`` and ``unleash:<feature>``; None where none is set up."""

from hotwash.response.switchboard import Switchboard


def board(word: str) -> Switchboard | None:
    """The board of a word such as ``flagd:/etc/flags.json``."""
    del word
    return None
