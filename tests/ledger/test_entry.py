"""What an entry is, and that the quick way to write it is the right one."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st
from tests.ledger.promise import NOON, ONE, TWO, draft

from hotwash.ledger.entry import (
    DEPTH_MAX,
    EMPTY,
    ChainBroken,
    Draft,
    Entry,
    Head,
    body_digest,
    canonical,
    check,
    instant,
    link,
    stands,
)
from hotwash.ledger.lines import Unreadable, read_object, to_entry, to_json, write_line

numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
words = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


def record(*texts: str) -> list[Entry]:
    """A record of some texts."""
    entries: list[Entry] = []
    head = EMPTY
    for number, text in enumerate(texts):
        entry = link(ONE, head, draft(text), salt=f"{number:032x}")
        entries.append(entry)
        head = Head(entry.number, entry.digest)
    return entries


@given(values)
@example(1e-5)
@example(1e-4)
@example(1e15)
@example(123456789012345.6)
@example(-0.0)
@example(1e21)
@example(5e-324)
@example({"\ue000": 1, "😀": 2})
@example({"é": 1, "z": 2, "": 3})
@example('\x00\x1f\x7f\u2028"\\/\b\f\n\r\t')
def test_both_ways_to_write_json_agree(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_what_is_read_back_is_written_the_same(value: Any) -> None:
    try:
        entry = link(ONE, EMPTY, draft("x", value=value), salt="00" * 16)
    except ValueError:
        return  # a whole float beyond 2**53, which JSON would give back as an integer that has no canonical form
    line = write_line(entry)
    assert to_entry(read_object(line)) == entry
    assert write_line(to_entry(json.loads(line))) == line
    check(ONE, [entry])


class Role(StrEnum):
    COMMANDER = "commander"


@pytest.mark.parametrize("value", [Role.COMMANDER, {Role.COMMANDER: 1}, (1, (2,)), True], ids=repr)
def test_what_is_like_json_is_written_as_json(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("-inf"), 2**53, -(2**53), "\ud800", {"\ud800": 1}, {1: 2}, {None: 1}, {"a"}, b"a", Ellipsis],
    ids=ascii,
)
def test_what_has_no_canonical_form_is_refused_at_any_depth(value: Any) -> None:
    for nested in (value, [value], {"a": [1, value]}):
        with pytest.raises(ValueError):  # noqa: PT011 - the wording is the library's
            canonical(nested)


def test_nesting_has_a_limit_that_a_line_has_too() -> None:
    value: Any = 1
    for _ in range(DEPTH_MAX - 1):
        value = [value]
    entry = link(ONE, EMPTY, Draft("note", "ana", NOON, NOON, {"value": value}), salt="00" * 16)
    assert to_entry(read_object(write_line(entry))) == entry
    with pytest.raises(ValueError, match="nested more than"):
        link(ONE, EMPTY, Draft("note", "ana", NOON, NOON, {"value": [value]}), salt="00" * 16)
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ValueError, match="nested more than"):
        canonical(value)


def test_a_moment_keeps_its_zone() -> None:
    assert instant(NOON) == "2026-03-02T12:00:00Z"
    assert instant(NOON.astimezone(timezone(timedelta(hours=-3, minutes=-30)))) == "2026-03-02T08:30:00-03:30"
    with pytest.raises(ValueError, match="no time zone"):
        instant(datetime(2026, 3, 2))  # noqa: DTZ001 - that is what is tested


def test_the_digest_of_an_entry_never_changes() -> None:
    entry = link(ONE, EMPTY, Draft("note", "ana", NOON, NOON, {"text": "Zoë", "share": 0.5}), salt="0f" * 16)
    assert entry.body_digest == "sha256:6779040d8fb09c3b7a64cffc11adee38ef661f6d84bdda0636648a8715700e48"
    assert entry.digest == "sha256:d6f6ce6ba085f2527d1c8c80bf0642796aaa7bd6fafca1105cf2f4129731849b"


@pytest.mark.parametrize(
    "change",
    [
        {"stream": TWO},
        {"number": 3},
        {"kind": "resolved"},
        {"by": "dee"},
        {"occurred_at": "2026-03-02T12:00:00+00:00"},
        {"recorded_at": "2026-03-02T12:05:01Z"},
        {"body_digest": "sha256:" + "0" * 64},
        {"previous": "sha256:" + "0" * 64},
        {"digest": "sha256:" + "0" * 64},
        {"body": {"text": "B"}},
        {"body": {}},
        {"body": None},
        {"salt": "00" * 16},
        {"salt": "AB" * 16},
        {"salt": "0" * 31 + "1 "},
        {"salt": "no"},
        {"salt": None},
        {"body": {"text": "\ud800"}},
        {"kind": "\ud800"},
    ],
    ids=repr,
)
def test_any_changed_field_breaks_the_chain_where_it_stands(change: dict[str, Any]) -> None:
    entries = record("a", "b", "c")
    entries[1] = replace(entries[1], **change)
    with pytest.raises(ChainBroken) as broken:
        check(ONE, entries)
    assert broken.value.number == 2


@pytest.mark.parametrize("change", [{"digest": "x"}, {"previous": "x"}, {"stream": TWO}, {"body": {}}], ids=repr)
def test_a_writer_sees_a_changed_last_entry(change: dict[str, Any]) -> None:
    last = record("a", "b")[1]
    assert stands(ONE, last) == Head(2, last.digest)
    with pytest.raises(ChainBroken) as broken:
        stands(ONE, replace(last, **change))
    assert broken.value.number == 2


@pytest.mark.parametrize(
    ("move", "number"),
    [
        (lambda e: [e[1], e[2]], 1),
        (lambda e: [e[0], e[2]], 2),
        (lambda e: [e[1], e[0], e[2]], 1),
        (lambda e: [e[0], e[2], e[1]], 2),
        (lambda e: [e[0], e[0], e[1], e[2]], 2),
        (lambda e: [*e, e[2]], 4),
        (lambda e: [e[0], replace(record("x", "y")[1], number=2), e[2]], 2),
    ],
)
def test_a_drop_swap_or_insertion_is_found_where_it_stands(
    move: Callable[[list[Entry]], list[Entry]], number: int
) -> None:
    with pytest.raises(ChainBroken) as broken:
        check(ONE, move(record("a", "b", "c")))
    assert broken.value.number == number


def test_an_erased_body_cannot_be_guessed_back_without_its_salt() -> None:
    entry = record("yes")[0]
    bare = replace(entry, body=None, salt=None)
    check(ONE, [bare])
    assert "yes" not in json.dumps(to_json(bare))
    guesses = {body_digest("", {"text": text}) for text in ("yes", "no")}
    assert bare.body_digest not in guesses


def test_a_heading_may_be_read_with_a_blank_but_a_store_does_not_write_one() -> None:
    line = write_line(record("a")[0])
    assert to_entry(read_object(line.replace(b",", b", "))) == record("a")[0]
    with pytest.raises(Unreadable, match="does not know"):
        to_entry({**to_json(record("a")[0]), "more": 1})
    assert NOON.tzinfo is UTC
