"""What every store and every vault must pass.

A store's own test file subclasses `StorePromise`, gives the fixtures ``store`` and ``damage``, and is done:

    class TestMemoryStore(StorePromise):
        @pytest.fixture
        def store(self) -> MemoryStore: ...

        @pytest.fixture
        def damage(self, store: MemoryStore) -> Damage: ...
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier
from typing import Any

import pytest

from hotwash.ledger.entry import (
    EMPTY,
    ChainBroken,
    Conflict,
    Draft,
    Entry,
    Head,
    check,
    digest_of,
    link,
)
from hotwash.ledger.memory import MemoryStore
from hotwash.ledger.store import Store, Vault

Damage = Callable[[str, int], None]
"""Changes the kind of one stored entry behind the store's back."""

ONE, TWO = "incident/INC-2026-0001", "incident/INC-2026-0002"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def draft(text: str = "Loans refused.", *, kind: str = "note", by: str = "ana", **body: Any) -> Draft:
    """A draft with some text."""
    return Draft(kind, by, NOON, NOON + timedelta(minutes=5), {"text": text, **body})


def texts(entries: Sequence[Entry]) -> list[Any]:
    """The texts of some entries; None where the body was erased."""
    return [None if entry.body is None else entry.body["text"] for entry in entries]


def refuse(entries: Sequence[Entry]) -> None:
    """Work alongside an append that fails."""
    raise ZeroDivisionError(f"No index row for {len(entries)} entries.")


class StorePromise:
    """The tests that every store passes."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store. The subclass gives it."""
        raise NotImplementedError

    @pytest.fixture
    def damage(self, store: Any) -> Damage:
        """Changes the kind of one stored entry behind the store's back. The subclass gives it."""
        raise NotImplementedError

    def thread_ends(self) -> None:
        """Called at the end of every thread, for a subclass that must close a connection."""

    # Reading what was written

    def test_what_was_recorded_is_read_back(self, store: Store) -> None:
        at = datetime(2026, 3, 2, 9, 30, 15, 250, tzinfo=timezone(timedelta(hours=5, minutes=30)))
        body = {
            "text": 'Kredite für "Zoë" 🏦\u2028\n\x7f\x01',
            "n": 2**53 - 1,
            "less": -(2**53) + 1,
            "share": 0.1,
            "tiny": 5e-324,
            "large": 1e21,
            "none": None,
            "yes": True,
            "list": [1, [], {}, {"b": 1, "a": 2}],
            "\ue000": 1,
            "😀": 2,
            "": 3,
        }
        [written] = store.append(ONE, [Draft("signal-linked", "ana", at, NOON, body)], expected=0)
        [read] = store.read(ONE)
        assert read == written
        assert read.body == body
        assert read.occurred_at == "2026-03-02T09:30:15.000250+05:30"
        assert read.recorded_at == "2026-03-02T12:00:00Z"
        assert (read.stream, read.number, read.kind, read.by) == (ONE, 1, "signal-linked", "ana")
        assert check(ONE, [read]) == Head(1, read.digest)

    def test_a_number_is_read_back_as_every_store_reads_it(self, store: Store) -> None:
        [written] = store.append(ONE, [draft(whole=2.0, pair=(1, 2), zero=-0.0)], expected=0)
        [read] = store.read(ONE)
        assert repr(read.body) == repr(written.body)
        assert read.body is not None
        assert type(read.body["whole"]) is int
        assert read.body["pair"] == [1, 2]

    def test_a_change_to_the_draft_after_the_reply_changes_nothing(self, store: Store) -> None:
        people = ["bo"]
        store.append(ONE, [draft(people=people)], expected=0)
        people.append("dee")
        [read] = store.read(ONE)
        assert read.body is not None
        assert read.body["people"] == ["bo"]
        check(ONE, [read])

    def test_a_record_that_was_never_started_is_empty(self, store: Store) -> None:
        assert list(store.read(ONE)) == []
        assert store.head(ONE) == EMPTY
        assert store.heads() == {}
        assert list(store.streams()) == []
        assert store.newest("incident/INC-2026-") is None
        assert list(store.follow()) == []
        assert store.position() == 0

    def test_entries_are_linked_across_appends(self, store: Store) -> None:
        store.append(ONE, [draft("a"), draft("b")], expected=0)
        store.append(ONE, [draft("c")], expected=2)
        entries = store.read(ONE)
        assert texts(entries) == ["a", "b", "c"]
        assert check(ONE, entries) == store.head(ONE) == Head(3, entries[-1].digest)

    def test_reading_starts_after_a_number(self, store: Store) -> None:
        store.append(ONE, [draft("a"), draft("b"), draft("c")], expected=0)
        assert texts(store.read(ONE, after=0)) == ["a", "b", "c"]
        assert texts(store.read(ONE, after=2)) == ["c"]
        assert texts(store.read(ONE, after=3)) == []
        assert texts(store.read(ONE, after=9)) == []

    def test_every_entry_has_its_own_salt(self, store: Store) -> None:
        entries = store.append(ONE, [draft("same"), draft("same")], expected=0)
        assert entries[0].salt != entries[1].salt
        assert entries[0].body_digest != entries[1].body_digest
        assert all(len(entry.salt or "") >= 32 for entry in entries)

    def test_an_append_of_nothing_writes_nothing(self, store: Store) -> None:
        assert store.append(ONE, [], expected=0) == []
        assert list(store.streams()) == []
        with pytest.raises(Conflict):
            store.append(ONE, [], expected=1)

    # Refusals

    def test_a_writer_who_believes_another_length_is_refused(self, store: Store) -> None:
        store.append(ONE, [draft("a")], expected=0)
        for expected in (0, 2, -1):
            with pytest.raises(Conflict) as conflict:
                store.append(ONE, [draft("b")], expected=expected)
            assert (conflict.value.expected, conflict.value.found) == (expected, 1)
        with pytest.raises(Conflict):
            store.append(TWO, [draft("a")], expected=1)
        assert texts(store.read(ONE)) == ["a"]
        assert list(store.streams()) == [ONE]

    @pytest.mark.parametrize(
        "value", [float("nan"), float("inf"), 2**53, 1e17, "\ud800", {1: 2}, {"a"}, b"x", NOON], ids=repr
    )
    def test_a_body_that_has_no_canonical_form_is_refused_whole(self, store: Store, value: object) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - what is wrong with the value is for the canonical form to say
            store.append(ONE, [draft("a"), draft("b", value=value)], expected=0)
        assert list(store.read(ONE)) == []
        assert list(store.streams()) == []

    def test_a_time_without_a_zone_is_refused(self, store: Store) -> None:
        bare = datetime(2026, 3, 2, 12)  # noqa: DTZ001 - that is what is tested
        with pytest.raises(ValueError, match="no time zone"):
            store.append(ONE, [Draft("note", "ana", bare, NOON, {})], expected=0)
        assert list(store.follow()) == []

    def test_nothing_is_put_after_a_damaged_entry(self, store: Store, damage: Damage) -> None:
        store.append(ONE, [draft("a"), draft("b")], expected=0)
        store.append(TWO, [draft("c")], expected=0)
        damage(ONE, 2)
        with pytest.raises(ChainBroken) as broken:
            store.append(ONE, [draft("d")], expected=2)
        assert (broken.value.stream, broken.value.number) == (ONE, 2)
        assert store.head(ONE).number == 2
        store.append(TWO, [draft("e")], expected=1)

    def test_a_damaged_entry_is_found(self, store: Store, damage: Damage) -> None:
        store.append(ONE, [draft("a"), draft("b"), draft("c")], expected=0)
        damage(ONE, 2)
        with pytest.raises(ChainBroken) as broken:
            check(ONE, store.read(ONE))
        assert (broken.value.stream, broken.value.number) == (ONE, 2)

    # Work alongside

    def test_work_alongside_sees_the_entries_that_are_kept(self, store: Store) -> None:
        seen: list[Entry] = []
        written = store.append(ONE, [draft("a"), draft("b")], expected=0, alongside=seen.extend)
        assert seen == written == list(store.read(ONE))
        assert all(entry.position > 0 for entry in seen)

    def test_when_work_alongside_fails_nothing_is_written(self, store: Store) -> None:
        store.append(ONE, [draft("a")], expected=0)
        for stream, expected in ((ONE, 1), (TWO, 0)):
            with pytest.raises(ZeroDivisionError):
                store.append(stream, [draft("b"), draft("c")], expected=expected, alongside=refuse)
        assert texts(store.read(ONE)) == ["a"]
        assert texts(store.follow()) == ["a"]
        assert list(store.heads()) == list(store.streams()) == [ONE]
        store.append(ONE, [draft("d")], expected=1)
        store.append(TWO, [draft("e")], expected=0)
        assert texts(store.follow()) == ["a", "d", "e"]
        check(ONE, store.read(ONE))

    # Names

    def test_names_are_ordered_by_their_characters(self, store: Store) -> None:
        names = ["system/a", "system/B", "system/a-b", "system/a.b", "system/ab", "system/Ä", "incident/INC-2026-0001"]
        for name in names:
            store.append(name, [draft(name)], expected=0)
        assert list(store.streams()) == list(store.heads()) == sorted(names)
        assert store.heads() == {name: store.head(name) for name in names}
        for name in names:
            assert texts(store.read(name)) == [name]
            check(name, store.read(name))

    @pytest.mark.parametrize(
        "name", ["../up", "/etc/passwd", "system/a b%2Fc", "system/" + "x" * 180, ".", "~", "a\\b:c*"]
    )
    def test_any_name_is_a_name_and_never_a_path(self, store: Store, name: str) -> None:
        store.append(name, [draft("a")], expected=0)
        store.append(name, [draft("b")], expected=1)
        assert list(store.streams()) == [name]
        assert check(name, store.read(name)).number == 2

    def test_the_newest_is_the_one_with_the_highest_number(self, store: Store) -> None:
        prefix = "incident/INC-2026-"
        for number in ("0009", "0010", "9999", "0007"):
            store.append(prefix + number, [draft()], expected=0)
        store.append("incident/INC-2025-99999", [draft()], expected=0)
        store.append(prefix + "99999x", [draft()], expected=0)
        store.append(prefix + "٣٣٣٣٣٣", [draft()], expected=0)
        store.append(prefix, [draft()], expected=0)
        assert store.newest(prefix) == prefix + "9999"
        store.append(prefix + "10000", [draft()], expected=0)
        assert store.newest(prefix) == prefix + "10000"
        assert store.newest("incident/INC-2025-") == "incident/INC-2025-99999"
        assert store.newest("incident/INC-2024-") is None
        assert store.newest("incident/INC_2026_") is None
        assert store.newest("incident/INC-%-") is None

    # Following

    def test_a_follower_sees_all_records_in_the_order_of_commits(self, store: Store) -> None:
        store.append(TWO, [draft("a"), draft("b")], expected=0)
        store.append(ONE, [draft("c")], expected=0)
        store.append(TWO, [draft("d")], expected=2)
        entries = store.follow()
        positions = [entry.position for entry in entries]
        assert texts(entries) == ["a", "b", "c", "d"]
        assert positions == sorted(set(positions))
        assert positions[0] > 0
        assert store.position() == positions[-1]
        assert [entry for entry in entries if entry.stream == TWO] == list(store.read(TWO))

    def test_a_follower_goes_on_where_it_stopped(self, store: Store) -> None:
        for number in range(7):
            store.append(ONE if number % 2 else TWO, [draft(str(number))], expected=number // 2)
        seen: list[Entry] = []
        while page := store.follow(after=seen[-1].position if seen else 0, limit=3):
            assert len(page) <= 3
            seen.extend(page)
        assert texts(seen) == [str(number) for number in range(7)]
        assert list(store.follow(after=store.position())) == []
        store.append("system/loans", [draft("7")], expected=0)
        assert texts(store.follow(after=seen[-1].position)) == ["7"]

    # Several writers

    def test_of_two_writers_only_one_wins(self, store: Store) -> None:
        rounds, barrier = 12, Barrier(2)

        def write(who: str) -> list[int]:
            won = []
            try:
                for number in range(rounds):
                    barrier.wait(timeout=30)
                    try:
                        store.append(ONE, [draft(f"{who} {number}", by=who)], expected=number)
                        won.append(number)
                    except Conflict:
                        pass
                    barrier.wait(timeout=30)
            finally:
                self.thread_ends()
            return won

        with ThreadPoolExecutor(2) as pool:
            ana, bo = pool.map(write, ["ana", "bo"])
        entries = store.read(ONE)
        assert sorted(ana + bo) == list(range(rounds))
        assert texts(entries) == [f"{'ana' if number in ana else 'bo'} {number}" for number in range(rounds)]
        assert check(ONE, entries).number == rounds

    def test_a_follower_misses_nothing_while_two_write(self, store: Store) -> None:
        each, streams = 15, [ONE, TWO]

        def write(stream: str) -> None:
            try:
                for number in range(each):
                    store.append(stream, [draft(f"{stream} {number}")], expected=number)
            finally:
                self.thread_ends()

        seen: list[Entry] = []
        with ThreadPoolExecutor(2) as pool:
            writers = [pool.submit(write, stream) for stream in streams]
            finished = False
            while True:
                seen.extend(page := store.follow(after=seen[-1].position if seen else 0, limit=5))
                if finished and not page:
                    break
                finished = all(writer.done() for writer in writers)
            for writer in writers:
                writer.result()
        assert len(seen) == 2 * each
        for stream in streams:
            assert texts([entry for entry in seen if entry.stream == stream]) == [f"{stream} {n}" for n in range(each)]
        assert seen == list(store.follow())

    # Redaction

    def test_what_is_redacted_is_gone_and_the_chain_stays_closed(self, store: Store) -> None:
        store.append(ONE, [draft("a"), draft("The name of a child"), draft("c")], expected=0)
        before = store.read(ONE)
        store.redact(ONE, 2)
        after = store.read(ONE)
        assert texts(after) == ["a", None, "c"]
        assert after[1] == replace(before[1], body=None, salt=None)
        assert after[1].redacted
        assert [after[0], after[2]] == [before[0], before[2]]
        assert check(ONE, after) == Head(3, before[2].digest) == store.head(ONE)
        assert texts(store.follow()) == ["a", None, "c"]

    def test_the_last_entry_can_be_redacted_and_written_after(self, store: Store) -> None:
        store.append(ONE, [draft("a")], expected=0)
        store.redact(ONE, 1)
        store.redact(ONE, 1)
        store.append(ONE, [draft("b")], expected=1)
        assert texts(store.read(ONE)) == [None, "b"]
        check(ONE, store.read(ONE))

    def test_redacting_what_is_not_there_is_refused(self, store: Store) -> None:
        store.append(ONE, [draft("a")], expected=0)
        for stream, number in ((ONE, 0), (ONE, 2), (ONE, -1), (TWO, 1)):
            with pytest.raises(LookupError):
                store.redact(stream, number)
        assert texts(store.read(ONE)) == ["a"]

    # Coming back from an export

    def test_admitted_entries_stay_as_they_were_linked(self, store: Store) -> None:
        other = MemoryStore()
        other.append(TWO, [draft("a")], expected=0)
        other.append(ONE, [draft("b"), draft("c")], expected=0)
        other.append(TWO, [draft("d")], expected=1)
        other.redact(ONE, 1)
        store.append("system/loans", [draft("first")], expected=0)
        admitted = store.admit(other.follow())
        assert admitted == list(store.follow())[1:]
        assert [replace(entry, position=0) for entry in admitted] == [replace(e, position=0) for e in other.follow()]
        assert texts(store.follow()) == ["first", "a", None, "c", "d"]
        assert store.heads() == {**other.heads(), "system/loans": store.head("system/loans")}
        store.append(TWO, [draft("e")], expected=2)
        check(TWO, store.read(TWO))

    def test_what_does_not_follow_is_not_admitted_even_in_part(self, store: Store) -> None:
        other = MemoryStore()
        other.append(ONE, [draft("a"), draft("b")], expected=0)
        first, second = other.read(ONE)
        changed = replace(second, kind="resolved")
        stranger = link(ONE, EMPTY, draft("x"), salt="00" * 16)
        with pytest.raises(ChainBroken) as broken:
            store.admit([first, changed])
        assert broken.value.number == 2
        with pytest.raises(ChainBroken):
            store.admit([stranger, second])
        with pytest.raises(Conflict):
            store.admit([second])
        assert list(store.follow()) == []
        store.admit([first])
        with pytest.raises(Conflict):
            store.admit([first, second])
        store.admit([second])
        assert texts(store.read(ONE)) == ["a", "b"]


class VaultPromise:
    """The tests that every vault passes."""

    @pytest.fixture
    def vault(self) -> Vault:
        """An empty vault. The subclass gives it."""
        raise NotImplementedError

    @pytest.fixture
    def damage(self, vault: Any) -> Callable[[str], None]:
        """Changes the kept bytes of a digest behind the vault's back. The subclass gives it."""
        raise NotImplementedError

    @pytest.mark.parametrize("data", [b"", b"a", bytes(range(256)) * 5000], ids=["none", "one", "many"])
    def test_what_was_put_is_got(self, vault: Vault, data: bytes) -> None:
        digest = vault.put(data)
        assert digest == digest_of(data)
        assert vault.has(digest)
        assert vault.get(digest) == data
        assert b"".join(vault.chunks(digest)) == data

    def test_the_same_bytes_are_kept_once(self, vault: Vault) -> None:
        assert vault.put(b"same") == vault.put(b"same")
        assert list(vault.digests()) == [digest_of(b"same")]

    def test_digests_are_ordered(self, vault: Vault) -> None:
        put = [vault.put(str(number).encode()) for number in range(40)]
        assert list(vault.digests()) == sorted(put)

    def test_what_is_erased_is_gone(self, vault: Vault) -> None:
        digest, other = vault.put(b"a"), vault.put(b"b")
        vault.erase(digest)
        vault.erase(digest)
        assert not vault.has(digest)
        assert list(vault.digests()) == [other]
        with pytest.raises(LookupError):
            vault.get(digest)
        assert vault.put(b"a") == digest
        assert vault.get(digest) == b"a"

    @pytest.mark.parametrize(
        "name", ["", "sha256:", "../../etc/passwd", "sha256:../../x", "sha256:" + "A" * 64, digest_of(b"never"), "\x00"]
    )
    def test_what_was_never_put_is_not_there(self, vault: Vault, name: str) -> None:
        vault.put(b"a")
        assert not vault.has(name)
        with pytest.raises(LookupError):
            vault.get(name)
        with pytest.raises(LookupError):
            vault.chunks(name)
        vault.erase(name)
        assert list(vault.digests()) == [digest_of(b"a")]

    def test_changed_bytes_are_never_handed_out(self, vault: Vault, damage: Callable[[str], None]) -> None:
        digest = vault.put(b"the full finding")
        damage(digest)
        assert vault.has(digest)
        with pytest.raises(ChainBroken, match=digest):
            vault.get(digest)
        with pytest.raises(ChainBroken, match=digest):
            list(vault.chunks(digest))

    def test_putting_the_bytes_again_mends_changed_ones(self, vault: Vault, damage: Callable[[str], None]) -> None:
        digest = vault.put(b"the full finding")
        damage(digest)
        vault.put(b"the full finding")
        assert vault.get(digest) == b"the full finding"
