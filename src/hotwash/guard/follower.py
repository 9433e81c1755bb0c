"""Follows the server: by its stream, and by asking for the snapshot while there is no stream.

Every word of the server is proved: it signs the tag of the snapshot in force together with a number that this guard
has just drawn at random. So neither a former snapshot nor a former "nothing new" can be played back, and the age of
the state is the time since a word that was proved, not since somebody answered.
"""

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime

from hotwash.guard.faults import GuardError, NotSigned, NotUnderstood, Older, Troubles, Unreachable
from hotwash.guard.moments import Clock, Word
from hotwash.guard.signing import etag, signed
from hotwash.guard.snapshot import BYTES_MAX, Snapshot, read
from hotwash.guard.wire import Event, Line, accepted

SNAPSHOT, STREAM = "/guard/v1/snapshot", "/guard/v1/stream"
PING_S = 5.0
WITHIN_S = 3.0
STREAM_AGAIN_S = (1.0, 30.0)
REFETCH_S = 0.1


class Held:
    """What is in force: the snapshot and when the last word was heard. One thread changes it, any may read.

    :param apply: puts a snapshot in force for the decisions, together with the word that proved it: were the word told
        first, the former state would look fresh for a moment
    :param heard: called after each proved word
    """

    def __init__(self, word: Word, apply: Callable[[Snapshot, Word], None], heard: Callable[[], None]) -> None:
        self.snapshot: Snapshot | None = None
        self.word = word
        self._apply, self._heard = apply, heard

    @property
    def etag(self) -> str:
        """The tag of what is in force; empty if nothing is."""
        return self.snapshot.etag if self.snapshot else ""

    def take(self, snapshot: Snapshot, word: Word) -> None:
        """Put a snapshot in force that a word has proved.

        :raises Older: if a later one is in force
        """
        if self.snapshot and snapshot.serial < self.snapshot.serial:
            raise Older(
                f"The server's snapshot {snapshot.serial} is older than {self.snapshot.serial}, which stays in force."
            )
        if snapshot.etag == self.etag:
            self.same(word)
            return
        self._apply(snapshot, word)
        self.snapshot, self.word = snapshot, word
        self._heard()

    def same(self, word: Word) -> None:
        """The server said that what is in force still is."""
        self.word.ahead = word.ahead
        self.word.heard = word.heard
        self._heard()


class Follower:
    """The thread's work.

    ``ping_s`` is how often the stream shall prove itself, ``poll_s`` how often to ask without one; both may change.
    """

    def __init__(self, line: Line, key: bytes, held: Held, troubles: Troubles, clock: Clock) -> None:
        self._line, self._key, self._held, self._troubles, self._clock = line, key, held, troubles, clock
        self.poll_s, self.ping_s = 1.0, PING_S
        self.by, self.lived = "nothing", False
        self.stop = threading.Event()

    def run(self, *, stream: bool) -> None:
        """Follow until told to stop. Ends for no other reason."""
        pause, again = STREAM_AGAIN_S[0], self._clock()
        while not self.stop.is_set():
            if stream and self._clock() >= again:
                self._tried("stream", self._stream)
                if self.lived:  # so it may well be there again at once
                    pause = STREAM_AGAIN_S[0]
                again = self._clock() + pause
                pause = min(STREAM_AGAIN_S[1], pause * 2)
            away = self.by == "nothing"
            if not self.stop.is_set() and self._tried("server", self.poll):
                self.by = "poll"
                if away:
                    pause = STREAM_AGAIN_S[0]
                    again = min(again, self._clock() + pause)
            elif not self.stop.is_set():
                self.by = "nothing"
            self.stop.wait(self.poll_s * (0.8 + secrets.randbelow(200) / 1000))

    def _tried(self, part: str, work: Callable[[], bool]) -> bool:
        try:
            return work()
        except GuardError as fault:
            kind, sentence = getattr(fault, "kind", "fault"), str(fault)
        except Exception as fault:  # noqa: BLE001 - whatever it is, following must go on
            kind, sentence = "unexpected", f"Following failed in a way that was not foreseen: {fault!r}"
        if not self.stop.is_set():
            self._troubles.met(part, kind, sentence)
        return False

    def poll(self) -> bool:
        """Ask once.

        :raises GuardError: if nothing good came back
        """
        nonce, sent, held = secrets.token_hex(16), self._clock(), self._held
        headers = {"Guard-Nonce": nonce, **({"If-None-Match": f'"{held.etag}"'} if held.etag else {})}
        answer = self._line.ask("GET", SNAPSHOT, headers, within_s=WITHIN_S, bytes_max=BYTES_MAX)
        if answer.code != 304:
            accepted(answer, "application/json")
        tag, time = _tag(answer.headers), answer.headers.get("guard-time", "")
        if not signed(answer.headers.get("guard-signature"), self._key, "snapshot", nonce, tag, time):
            raise NotSigned("The server's answer is not signed with the token: something else answers in its place.")
        word = Word(sent, _seconds(time) - sent)
        if answer.code == 304:
            if tag != held.etag:
                raise NotUnderstood("The server answers that another state than this guard's has not changed.")
            held.same(word)
        else:
            held.take(_of(answer.body, tag), word)
        self._troubles.over("server")
        return True

    def _stream(self) -> bool:
        """Follow the stream to its end; never true, since following does not end there."""
        nonce, sent, held = secrets.token_hex(16), self._clock(), self._held
        every = self.ping_s
        headers = {"Guard-Nonce": nonce, "Guard-Ping": f"{every:g}"}
        if held.etag:
            headers["If-None-Match"] = f'"{held.etag}"'
        events = self._line.stream(
            STREAM, headers, within_s=WITHIN_S, silence_s=every * 3, bytes_max=BYTES_MAX + 10_000
        )
        heard = _Heard(self._key, nonce, sent)
        last_poll = float("-inf")
        try:
            with closing(events):
                for event in events:
                    if self.stop.is_set():
                        break
                    if event.name in ("snapshot", "ping"):
                        if self._told(event, heard, every):
                            if self.ping_s < every:
                                break  # a policy came that wants words more often
                            continue
                    elif event.name not in ("message", "refetch"):
                        continue
                    # Whoever sits on the way can say "refetch" without end; that must not become a flood.
                    self.stop.wait(max(0.0, last_poll + REFETCH_S - self._clock()))
                    last_poll = self._clock()
                    self.poll()
        finally:
            self.lived = heard.number > 1
            if self.by == "stream":
                self.by = "nothing"
        return False

    def _told(self, event: Event, heard: "_Heard", every: float) -> bool:
        """Take a signed event; whether that settles it."""
        tag, body, time = heard.check(event)
        now, held = self._clock(), self._held
        at = min(now, heard.sent + time - heard.first_s)
        # Held back on the way, or the two clocks drift: a new stream tells. Sooner than any policy would.
        if now - at > every:
            raise Unreachable(f"The stream is {now - at:.1f} s late.")
        self.by = "stream"
        self._troubles.over("stream")
        word = Word(at, time - at)
        if event.name == "snapshot":
            held.take(_of(body, tag), word)
        elif tag == held.etag:
            held.same(word)
        else:
            return False
        self._troubles.over("server")
        return True


class _Heard:
    """The words of one stream: they are numbered, so that none can be left out, doubled or moved unseen."""

    def __init__(self, key: bytes, nonce: str, sent: float) -> None:
        self._key, self._nonce, self.sent = key, nonce, sent
        self.number = 0
        self.first_s = 0.0

    def check(self, event: Event) -> tuple[str, bytes, float]:
        """The tag, the body and the server's time of the next word.

        :raises NotSigned: if it is not the next, or not signed
        """
        self.number += 1
        head, _, body = event.data.partition(b"\n")
        try:
            told = json.loads(head)
        except (ValueError, RecursionError) as bad:
            raise NotUnderstood("An event of the stream is not JSON.") from bad
        tag, time, given = _texts(told, "etag", "time", "signature")
        if not signed(given, self._key, "event", self._nonce, event.name, str(self.number), tag, time):
            raise NotSigned("The stream is not signed with the token: something else answers in the server's place.")
        seconds = _seconds(time)
        self.first_s = self.first_s or seconds
        return tag, body, seconds


def _texts(told: object, *names: str) -> tuple[str, ...]:
    if isinstance(told, dict) and all(isinstance(told.get(name), str) for name in names):
        return tuple(told[name] for name in names)
    raise NotUnderstood("An event of the stream has no etag, time or signature.")


def _tag(headers: Mapping[str, str]) -> str:
    """The tag as it was signed; something on the way may have weakened it because it packed the body."""
    return headers.get("etag", "").strip().removeprefix("W/").strip('"')


def _seconds(time: str) -> float:
    try:
        seconds = float(time)
        datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as bad:
        raise NotUnderstood("The server's time is no number of seconds since 1970.") from bad
    return seconds


def _of(body: bytes, tag: str) -> Snapshot:
    if etag(body) != tag:
        raise NotSigned("The snapshot is not the one that was signed: something on the way has changed it.")
    return read(body)
