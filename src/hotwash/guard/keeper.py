"""What follows after a state is in force: keep it on disk, and confirm it to the server.

In a thread of its own, so that neither a slow disk nor a slow server holds up the next state.
"""

import hashlib
import json
import os
import random
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from hotwash.guard import state_file
from hotwash.guard.faults import GuardError, Refused, Troubles, Unreachable
from hotwash.guard.follower import Follower, Held
from hotwash.guard.moments import Clock, Word
from hotwash.guard.signing import signature
from hotwash.guard.wire import Line

CONFIRM = "/guard/v1/confirm"
CONFIRM_EVERY_S = 30.0
CONFIRM_SPREAD_S = (0.05, 0.25)
SAVE_EVERY_S = 30.0
AGAIN_S = (1.0, 30.0)
WITHIN_S = 3.0


def instance() -> str:
    """A name for this process that no other has."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"


class Keeper:
    """The thread's work.

    ``save_every_s`` is how old the moment of the last word on disk may be; it may change.

    :param place: the state file; None to keep nothing
    """

    def __init__(
        self,
        line: Line,
        key: bytes,
        held: Held,
        follower: Follower,
        *,
        troubles: Troubles,
        clock: Clock,
        place: Path | None,
        name: str,
    ) -> None:
        self._line, self._key, self._held, self._follower = line, key, held, follower
        self._troubles, self._clock, self._place = troubles, clock, place
        self.name = name
        self.confirmed, self.kept, self.save_every_s = "", "", SAVE_EVERY_S
        self.due, self.stop = threading.Event(), threading.Event()
        self._save_at, self._save_pause = float("-inf"), AGAIN_S[0]
        self._confirm_at, self._confirm_pause = float("-inf"), AGAIN_S[0]
        self._told: tuple[str, str, str, bool] | None = None

    def run(self) -> None:
        """Keep and confirm until told to stop."""
        if self._place:
            state_file.sweep(self._place)
        while not self.stop.is_set():
            self.due.wait(1.0)
            self.due.clear()
            if not self.stop.is_set():
                self._guarded("state file", self.save)
                if self._held.etag != self.confirmed:
                    # Others have just had the same word, and some have not had it yet: the server's time is theirs.
                    self.stop.wait(random.uniform(*CONFIRM_SPREAD_S))
                self._guarded("confirming", self.confirm)

    def _guarded(self, part: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as fault:  # noqa: BLE001 - whatever it is, the thread must go on
            self._troubles.met(part, "unexpected", f"It failed in a way that was not foreseen: {fault!r}")

    def save(self) -> None:
        """Put on disk what is in force, if it changed or if the disk would show it too old."""
        snapshot, word, now = self._held.snapshot, self._held.word, self._clock()
        if not self._place or snapshot is None:
            return
        new = snapshot.etag != self.kept and (self._save_pause == AGAIN_S[0] or now >= self._save_at)
        if not new and (now < self._save_at or now - word.heard > self.save_every_s):
            return
        try:
            state_file.save(self._place, snapshot, Word(word.heard, word.ahead), self._key, self._clock)
        except OSError as fault:
            self._save_at = now + self._save_pause
            self._save_pause = min(AGAIN_S[1], self._save_pause * 2)
            sentence = (
                f"The state cannot be kept in {self._place} ({fault.strerror or fault}); a restart would not know it."
            )
            self._troubles.met("state file", "not-kept", sentence)
            return
        self.kept, self._save_at, self._save_pause = snapshot.etag, now + self.save_every_s, AGAIN_S[0]
        self._troubles.over("state file")

    def confirm(self) -> None:
        """Tell the server what is in force here, if that changed, and every half minute."""
        snapshot, now, follower = self._held.snapshot, self._clock(), self._follower
        faults, _ = self._troubles.told()
        refused = faults.get("server")
        etag = self._held.etag
        kept = self._place is not None and self.kept == etag
        told = (etag, follower.by, refused.kind if refused else "", kept)
        failing = self._confirm_pause > AGAIN_S[0]
        nothing = etag == told[2] == "" or told[2] == Unreachable.kind
        if nothing or (now < self._confirm_at and (failing or told == self._told)):
            return
        moment = datetime.fromtimestamp(now + self._held.word.ahead, UTC)
        body = json.dumps(
            {
                "instance": self.name,
                "etag": etag,
                "serial": snapshot.serial if snapshot else None,
                "at": moment.isoformat(timespec="milliseconds"),
                "following": follower.by,
                "kept": kept,
                "faults": [{"part": part, "kind": one.kind, "sentence": one.sentence} for part, one in faults.items()],
            }
        ).encode()
        nonce = secrets.token_hex(16)
        headers = {
            "Guard-Nonce": nonce,
            "Guard-Signature": signature(self._key, "confirm", nonce, hashlib.sha256(body).hexdigest()),
        }
        try:
            answer = self._line.ask("POST", CONFIRM, headers, body=body, within_s=WITHIN_S, bytes_max=10_000)
            if not 200 <= answer.code < 300:
                raise Refused(answer.code, f"The server answers {answer.code} to a confirmation.")
        except GuardError as fault:
            self._confirm_at = now + self._confirm_pause
            self._confirm_pause = min(AGAIN_S[1], self._confirm_pause * 2)
            self._troubles.met("confirming", getattr(fault, "kind", "fault"), str(fault))
            return
        self._told, self.confirmed = told, etag
        self._confirm_at, self._confirm_pause = now + CONFIRM_EVERY_S, AGAIN_S[0]
        self._troubles.over("confirming")
