"""The guard: what a serving process asks "may I act?", and the threads that keep the answer true."""

import contextlib
import functools
import inspect
import os
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from hotwash.guard import policy as policies_of
from hotwash.guard import signing, state_file
from hotwash.guard.faults import Fault, GuardError, NotServing, Troubles
from hotwash.guard.follower import PING_S, Follower, Held
from hotwash.guard.keeper import SAVE_EVERY_S, Keeper, instance
from hotwash.guard.moments import Word, clock, unheard
from hotwash.guard.policy import Policy, State
from hotwash.guard.snapshot import Snapshot
from hotwash.guard.table import Decision, Rules, policy, rules, table
from hotwash.guard.wire import Line

P = ParamSpec("P")
R = TypeVar("R")

UNKNOWN_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Status:
    """What a guard knows about itself.

    :param synced: whether the server was heard in this process
    :param stale_s: the age of the last proved word, also of one from disk; None if there is none, or its age is unknown
    :param following: ``stream``, ``poll`` or ``nothing``
    :param etag: the snapshot in force; empty if there is none
    :param confirmed: whether the server knows that it is in force here
    :param kept: whether it is on disk
    :param faults: what is wrong now, by part
    :param counts: how often each kind of fault was met
    :param unknown: switches that were asked for and that neither the snapshot nor the code knows
    """

    instance: str
    synced: bool
    stale_s: float | None
    following: str
    etag: str
    serial: int | None
    confirmed: bool
    kept: bool
    faults: Mapping[str, Fault]
    counts: Mapping[str, int]
    unknown: tuple[str, ...]


class Guard:
    """Follows the switches of one service, and answers from memory.

    It starts following at once, in two daemon threads, and never raises because of a server, a disk or attributes.

    :param url: the server's address
    :param token: the service's token; it stays here (see `signing`)
    :param state_file: where the last known state is kept; without it, a restart knows nothing until the server is heard
    :param policies: what to do without a word from the server, by switch; ``"*"`` for those that are not named. What is
        said here of a switch by name comes before what the server says
    :param poll_s: how often to ask while there is no stream
    :param stream: whether to follow the stream at all
    :param name: the name of this process in the confirmations; made up if not given
    :raises ValueError: if the address, the token or a policy is none
    """

    def __init__(
        self,
        url: str,
        *,
        token: str,
        state_file: str | os.PathLike[str] | None = None,
        policies: Mapping[str, Policy | Mapping[str, Any] | str] | None = None,
        poll_s: float = 1.0,
        stream: bool = True,
        name: str = "",
    ) -> None:
        token = token.strip()
        if not token:
            raise ValueError("The token is empty.")
        if not poll_s > 0:
            raise ValueError(f"poll_s is {poll_s!r}; it must be a number of seconds above 0.")
        self._policies = {one: policies_of.read(told) for one, told in (policies or {}).items()}
        self._key = signing.key(token)
        self._line = Line(url, signing.access(token))
        self._place = Path(state_file).absolute() if state_file else None
        self._poll_s, self._streams, self._given_name = poll_s, stream, name
        self._troubles = Troubles()
        self._unknown: set[str] = set()
        self._heard = threading.Event()
        self._held = Held(unheard(), self._put, self._notice)
        self._rules: Mapping[str, Rules] = {}
        self._table = table({}, self._policies)
        self._closed = False
        self._recall()
        self._start()
        _living.add(self)

    # The path of every decision.

    def state(self, switch: str, attributes: Mapping[str, Any] | None = None) -> State:
        """What the process shall do now: ``serve``, ``fallback``, ``human`` or ``off``. Never raises.

        :param attributes: what is known of this decision, for orders that concern a cohort or a share
        """
        decide = self._table.get(switch)
        if decide.__class__ is str:
            return decide
        if decide is None:
            return self._not_known(switch)
        return decide(attributes)  # type: ignore[operator]

    def _not_known(self, switch: str) -> State:
        if len(self._unknown) < UNKNOWN_MAX:
            self._unknown.add(switch)
        return policy(switch, None, self._policies).unsynced

    # What people and metrics ask.

    def explain(self, switch: str, attributes: Mapping[str, Any] | None = None) -> Decision:
        """The same decision as `state`, with its reason."""
        one = self._rules.get(switch)
        if one:
            return one.explained(attributes)
        course = policy(switch, None, self._policies).never_synced
        why = "The server does not know this switch" if self._held.snapshot else "The server was never heard"
        return Decision(switch, self.state(switch), "never-synced", f"{why}; the policy says {course}.")

    def switches(self) -> Mapping[str, list[Mapping[str, Any]]]:
        """The orders that stand, by switch, as the server told them."""
        snapshot = self._held.snapshot
        named = snapshot.switches.items() if snapshot else ()
        return {name: [order.told for order in switch.orders] for name, switch in named}

    @property
    def stale_s(self) -> float | None:
        """The age of the last proved word in seconds; None if there is none, or its age is unknown."""
        age = clock() - self._held.word.heard
        return age if age < float("inf") else None

    def status(self) -> Status:
        """What the guard knows about itself."""
        faults, counts = self._troubles.told()
        held, keeper = self._held, self._keeper
        etag = held.etag
        return Status(
            instance=keeper.name,
            synced=self._heard.is_set(),
            stale_s=self.stale_s,
            following=self._follower.by,
            etag=etag,
            serial=held.snapshot.serial if held.snapshot else None,
            confirmed=bool(etag) and keeper.confirmed == etag,
            kept=bool(etag) and keeper.kept == etag,
            faults=faults,
            counts=counts,
            unknown=tuple(sorted(map(str, self._unknown))),
        )

    def wait(self, timeout_s: float) -> bool:
        """Wait for the server's first word in this process; whether it came. No process needs to."""
        return self._heard.wait(timeout_s)

    def close(self) -> None:
        """Stop following. The last state stays in force and grows stale."""
        self._closed = True
        for one in (self._follower, self._keeper):
            one.stop.set()
        self._keeper.due.set()
        self._line.cut()
        for thread in self._threads:
            with contextlib.suppress(RuntimeError):  # it was never started, or it is this one
                thread.join(5)

    def __enter__(self) -> "Guard":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def protect(
        self,
        switch: str,
        *,
        attributes: Callable[..., Mapping[str, Any] | None] | None = None,
        fallback: Callable[..., Any] | None = None,
        human: Callable[..., Any] | None = None,
        off: Callable[..., Any] | None = None,
    ) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Guard a function: in another state than ``serve``, what was given for that state is called in its place.

        A state for which nothing was given goes to the next stricter one: from ``fallback`` to ``human`` to ``off``. If
        there is none, the call raises `NotServing`. A coroutine function stays one.

        :param attributes: makes the attributes from the arguments of the call
        """
        ways: dict[State, Callable[..., Any]] = {}
        stricter: Callable[..., Any] | None = None
        given: tuple[tuple[State, Callable[..., Any] | None], ...] = (
            ("off", off),
            ("human", human),
            ("fallback", fallback),
        )
        for state, called in given:
            stricter = called or stricter
            if stricter:
                ways[state] = stricter

        def way(function: Callable[..., Any], args: Any, kwargs: Any) -> Callable[..., Any]:
            state = self.state(switch, self._attributes(switch, attributes, args, kwargs))
            if state == "serve":
                return function
            if state not in ways:
                raise NotServing(switch, state)
            return ways[state]

        def guarded(function: Callable[P, R]) -> Callable[P, R]:
            @functools.wraps(function)
            def plain(*args: P.args, **kwargs: P.kwargs) -> R:
                return way(function, args, kwargs)(*args, **kwargs)  # type: ignore[no-any-return]

            @functools.wraps(function)
            async def awaited(*args: P.args, **kwargs: P.kwargs) -> Any:
                result = way(function, args, kwargs)(*args, **kwargs)
                return await result if inspect.isawaitable(result) else result

            return awaited if inspect.iscoroutinefunction(function) else plain  # type: ignore[return-value]

        return guarded

    def _attributes(
        self, switch: str, make: Callable[..., Mapping[str, Any] | None] | None, args: Any, kwargs: Any
    ) -> Mapping[str, Any] | None:
        try:
            return make(*args, **kwargs) if make else None
        except Exception as fault:  # noqa: BLE001 - unknown attributes are foreseen; a failing decision is not
            self._failed(switch, fault)
            return None

    # The threads.

    def _start(self) -> None:
        parts = self._line, self._key, self._held
        self._follower = Follower(*parts, self._troubles, clock)
        self._keeper = Keeper(
            *parts,
            self._follower,
            troubles=self._troubles,
            clock=clock,
            place=self._place,
            name=self._given_name or instance(),
        )
        self._pace()
        self._threads = [
            threading.Thread(target=self._follower.run, kwargs={"stream": self._streams}, name="hotwash-guard-follow"),
            threading.Thread(target=self._keeper.run, name="hotwash-guard-keep"),
        ]
        try:
            for thread in self._threads:
                thread.daemon = True
                thread.start()
        except RuntimeError as fault:
            self._troubles.met("server", "no-thread", f"The guard cannot follow: {fault}. The policies decide.")

    def _pace(self) -> None:
        """So often that no state grows stale between two words of a healthy server."""
        switches = self._held.snapshot.switches if self._held.snapshot else {}
        every = [*self._policies.values(), *(one.policy for one in switches.values() if one.policy)]
        third = min((one.stale_after_s for one in every if one.stale != "keep"), default=float("inf")) / 3
        self._follower.poll_s = max(0.1, min(self._poll_s, third))
        self._follower.ping_s = max(0.1, min(PING_S, third))
        self._keeper.save_every_s = max(1.0, min(SAVE_EVERY_S, third))

    def _recall(self) -> None:
        if self._place is None:
            return
        try:
            kept = state_file.load(self._place, self._key, clock)
        except GuardError as fault:
            self._troubles.met("state file", getattr(fault, "kind", "fault"), str(fault))
        except OSError as fault:
            sentence = f"The state file {self._place} cannot be read ({fault.strerror or fault})."
            self._troubles.met("state file", "unreadable", sentence)
        else:
            if kept:
                self._held.snapshot, self._held.word = kept
                self._put(*kept)

    def _notice(self) -> None:
        self._heard.set()
        self._pace()
        self._keeper.due.set()

    def _put(self, snapshot: Snapshot, word: Word) -> None:
        compiled = rules(snapshot, self._policies, word, clock, self._failed)
        self._table, self._rules = table(compiled, self._policies), compiled

    def _failed(self, switch: str, fault: Exception) -> None:
        sentence = f'The attributes of a decision of "{switch}" made its rule fail ({fault!r:.200}); the order holds.'
        self._troubles.met("attributes", "attributes", sentence)

    def _alone(self) -> None:
        """After a fork, in the child: its threads are not here, its connections are the parent's."""
        self._line.alone()
        self._troubles.alone()
        self._heard = threading.Event()
        former = self._held
        # The same word: the closures of the table look at it.
        self._held = Held(former.word, self._put, self._notice)
        self._held.snapshot = former.snapshot
        if not self._closed:
            self._start()


_living: "weakref.WeakSet[Guard]" = weakref.WeakSet()


def _forked() -> None:
    for guard in tuple(_living):
        guard._alone()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
