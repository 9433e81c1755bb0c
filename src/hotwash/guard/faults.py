"""What can go wrong in a guard, as facts. None of these leaves a decision: they are counted, and told in its status."""

import logging
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

log = logging.getLogger("hotwash.guard")


class GuardError(Exception):
    """Whatever a guard says about itself."""


class NotServing(GuardError):
    """A protected function was called in a state for which it has nothing to do.

    :param switch: the name of the switch
    :param state: the state that was decided
    """

    def __init__(self, switch: str, state: str) -> None:
        super().__init__(f'The switch "{switch}" says "{state}", and there is nothing to do in that state.')
        self.switch, self.state = switch, state


class NotUnderstood(GuardError):
    """A snapshot, an answer or a state file is not what it should be. The former state goes on."""

    kind = "not-understood"


class NotSigned(NotUnderstood):
    """The signature is missing or wrong: whoever answered does not know the token."""

    kind = "not-signed"


class Older(NotUnderstood):
    """A snapshot is older than the one that is in force."""

    kind = "older"


class Refused(GuardError):
    """The server answered, with no."""

    kind = "refused"

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Unreachable(GuardError):
    """The server did not answer in time, or broke off."""

    kind = "unreachable"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that went wrong.

    :param kind: a word for machines, such as ``unreachable``
    """

    kind: str
    sentence: str
    at: datetime


class Troubles:
    """What is wrong now, by the part it is wrong with, and how often each kind of fault occurred.

    A part is logged when its trouble begins, changes or ends, not each time it is met.
    """

    def __init__(self) -> None:
        # Reentrant: a signal's handler may ask the guard while the thread that it interrupts is in here.
        self._lock = threading.RLock()
        self.now: dict[str, Fault] = {}
        self.counts: Counter[str] = Counter()

    def met(self, part: str, kind: str, sentence: str) -> None:
        """Something went wrong with a part."""
        with self._lock:
            former = self.now.get(part)
            self.now[part] = Fault(kind, sentence, datetime.now(UTC))
            self.counts[kind] += 1
        if former is None or former.kind != kind:
            log.warning("%s: %s", part, sentence)

    def over(self, part: str) -> None:
        """A part works again."""
        with self._lock:
            former = self.now.pop(part, None)
        if former:
            log.info("%s: works again, after: %s", part, former.sentence)

    def told(self) -> tuple[dict[str, Fault], dict[str, int]]:
        """What is wrong now, and the counts."""
        with self._lock:
            return dict(self.now), dict(self.counts)

    def alone(self) -> None:
        """After a fork: whoever held the lock is not in this process."""
        self._lock = threading.RLock()
