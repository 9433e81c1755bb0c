"""Reads a column with two sides: yes or no, 1 or 0, the favourable value or any other."""

from collections.abc import Iterable
from datetime import date

from hotwash.investigate.engine import Value
from hotwash.investigate.errors import NotBinary

_YES = {"1", "1.0", "true", "yes"}
_NO = {"0", "0.0", "false", "no"}


def plain(value: object) -> str:
    """A value as a person would type it: 1 for 1.0, true for True."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def same(value: object, wanted: object) -> bool:
    """Whether a value is the one that a person named. ``"1"`` names 1, 1.0 and true; ``"yes"`` names true."""
    if value is None:
        return wanted is None
    if isinstance(value, bool) and isinstance(wanted, str):
        return truth(wanted) is value
    if isinstance(wanted, bool | int | float | str | date):
        typed = plain(wanted)
        return plain(value) == typed or (isinstance(value, bool) and typed == str(int(value)))
    return False


def truth(text: str) -> bool | None:
    """What a word says where a column holds true and false: readers make truths of a file's yes and no."""
    word = text.strip().lower()
    return True if word in _YES else False if word in _NO else None


class Sides:
    """Which values of a column stand for yes.

    :param favourable: the value that counts as yes; without it, 1, true and yes do
    """

    def __init__(self, name: str, role: str, values: Iterable[Value], favourable: object = None) -> None:
        """:raises NotBinary: if the values do not fall into two sides"""
        there = sorted({v for v in values if v is not None}, key=plain)
        self.yes: Value = None
        self._side: dict[Value, bool] = {}
        shown = ", ".join(repr(v) if isinstance(v, str) else plain(v) for v in there[:6])
        shown += f" and {len(there) - 6:,} more" if len(there) > 6 else ""
        if favourable is not None:
            chosen = [v for v in there if same(v, favourable)]
            if not chosen:
                raise NotBinary(f'Column "{name}" ({role}) never holds {favourable!r}; it holds {shown}.')
            if role == "label" and len(there) > 2:
                raise NotBinary(
                    f'Column "{name}" (label) is not binary: it holds {shown}. Leave rows out with where, or add '
                    "a column with 0 and 1."
                )
            self.yes = chosen[0]
            self._side = {v: v in chosen for v in there}
            return
        for value in there:
            word = plain(value).strip().lower()
            if word not in _YES and word not in _NO:
                mend = "Name the value that counts as yes (favourable)." if len(there) == 2 or role != "label" else ""
                if len(there) > 20 and role != "label":
                    mend = "If it is a score, give it as the score, with a threshold."
                raise NotBinary(
                    f'Column "{name}" ({role}) is not binary: it holds {shown}, and only 0/1, true/false or yes/no '
                    f"speak for themselves. {mend or 'Leave rows out with where, or add a column with 0 and 1.'}"
                )
            self._side[value] = word in _YES

    def side(self, value: Value) -> bool | None:
        """True, false, or None if the value is missing."""
        return None if value is None else self._side[value]
