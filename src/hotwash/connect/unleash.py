"""Unleash through its admin API: a flag there is the switch, for everyone or not at all.

A flag has two positions and says nothing of what *on* means: "kill-switch" flags of Unleash are on while the feature
runs, others are on while it is stopped. So the polarity is set with the connection and never guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import quote

from hotwash.connect.wire import Answer, Wire
from hotwash.response.outside import Disagreed, NotThere, OutsideFault, Refused, Unreachable
from hotwash.response.switchboard import Position, Setting

SYSTEM = "Unleash"
Polarity = Literal["on-serves", "on-stops"]
TAKEN_UP = "Serving processes take it up when they next ask Unleash."


@dataclass(frozen=True, slots=True)
class FlagChanged:
    """Something that Unleash says was done to the flag, by whomever."""

    number: int
    at: datetime
    by: str
    what: str
    environment: str


class Unleash:
    """One flag of one environment: keeps the promise of `response.switchboard.Switchboard`.

    :param url: where the server is
    :param token: an admin or personal token that may change the flag
    :param flag: its name there
    :param means: what *on* means: ``on-serves`` or ``on-stops``
    """

    def __init__(
        self,
        url: str,
        *,
        token: str,
        flag: str,
        means: Polarity,
        project: str = "default",
        environment: str = "production",
        timeout_s: float = 3.0,
        proxy: str | None = None,
    ) -> None:
        if means not in ("on-serves", "on-stops"):
            raise ValueError("`means` says what the flag means when it is on: on-serves or on-stops.")
        self._wire = Wire(SYSTEM, url, headers={"Authorization": token}, timeout_s=timeout_s, proxy=proxy)
        self.flag, self._on_serves, self.environment = flag, means == "on-serves", environment
        self._path = f"/api/admin/projects/{quote(project, safe='')}/features/{quote(flag, safe='')}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()

    def able(self, switch: str, settings: Sequence[Setting]) -> str:
        """Why it cannot hold these, as a sentence; empty if it can."""
        if settings and not settings[0].for_everyone:
            return (
                f"The flag {self.flag} of Unleash is on or off for everyone: it cannot hold {switch} for a cohort or a "
                "share of traffic. Contain for everyone, or ask a guard in the serving process."
            )
        return ""

    def set(self, switch: str, settings: Sequence[Setting]) -> Position:
        """Turn the flag, and read it back.

        :raises OutsideFault: `Refused` if it would have to hold for some only; `Disagreed` if it stands otherwise
            afterwards
        """
        not_done = f"The flag {self.flag} was not turned."
        if no := self.able(switch, settings):
            raise Refused(SYSTEM, f"{no} {not_done}")
        serves = not settings or settings[0].state == "serve"
        on = serves is self._on_serves
        try:
            was = self._environment()
        except OutsideFault as fault:
            raise fault.adding(not_done) from fault
        broke: OutsideFault | None = None
        if was["enabled"] is not on:
            place = f"{self._path}/environments/{quote(self.environment, safe='')}/{_word(on)}"
            try:
                self._held(self._wire.ask("POST", place))
            except OutsideFault as fault:
                if fault.effect != "unknown":
                    raise fault.adding(not_done) from fault
                broke = fault
        try:
            now = self._environment()
        except OutsideFault as fault:
            said = f"It is not known whether the flag {self.flag} is {_word(on)} now. Look before you try again."
            raise Unreachable(SYSTEM, f"{(broke or fault).sentence} {said}", effect="unknown") from fault
        if now["enabled"] is not on:
            first = f"{broke.sentence} " if broke else "Unleash took the call. "
            said = f"{first}The flag {self.flag} is {_word(now['enabled'])}, not {_word(on)}."
            raise Disagreed(SYSTEM, said, effect="none" if now["enabled"] is was["enabled"] else "other") from broke
        if on and now["narrowed"] and not serves:
            said = f"The flag {self.flag} is on, but that stops {switch} for some only: {now['narrowed']}."
            raise Disagreed(SYSTEM, said, effect="other")
        return self._position(switch, now)

    def read(self, switch: str) -> Position:
        """How the flag stands.

        :raises OutsideFault: `NotThere` if there is no such flag or environment
        """
        return self._position(switch, self._environment())

    def changes(self, *, rows_max: int = 50) -> tuple[FlagChanged, ...]:
        """Who did what to the flag, newest first.

        :raises OutsideFault: if that cannot be read
        """
        asked = {"feature": f"IS:{self.flag}", "limit": str(rows_max)}
        held = self._held(self._wire.ask("GET", "/api/admin/search/events", params=asked))
        return tuple(
            FlagChanged(
                number=int(one["id"]),
                at=datetime.fromisoformat(str(one["createdAt"])),
                by=str(one.get("createdBy") or ""),
                what=str(one["type"]),
                environment=str(one.get("environment") or ""),
            )
            for one in held.get("events") or ()
        )

    def _position(self, switch: str, told: dict[str, Any]) -> Position:
        on = bool(told["enabled"])
        serves = on is self._on_serves
        meaning = "serves" if serves else "is stopped"
        sentence = f"Unleash has the flag {self.flag} {_word(on)} in {self.environment}: {switch} {meaning}. {TAKEN_UP}"
        if on and told["narrowed"]:
            sentence += f" Rules of Unleash narrow for whom it is on: {told['narrowed']}."
        return Position(switch, serves, sentence)

    def _environment(self) -> dict[str, Any]:
        held = self._held(self._wire.ask("GET", self._path))
        if held.get("archived"):
            raise NotThere(SYSTEM, f"The flag {self.flag} was archived in Unleash.")
        for one in held.get("environments") or ():
            if one.get("name") == self.environment and isinstance(one.get("enabled"), bool):
                return {"enabled": one["enabled"], "narrowed": _narrowed(one, held)}
        raise NotThere(SYSTEM, f"The flag {self.flag} has no environment {self.environment} in Unleash.")

    def _held(self, answer: Answer) -> dict[str, Any]:
        held = answer.json() if answer.body else {}
        if not isinstance(held, dict):
            raise Unreachable(
                SYSTEM, "What answers there is not Unleash's admin API: check the address.", effect="unknown"
            )
        if answer.status < 400:
            return held
        said = held.get("message") or (held.get("details") or [{}])[0].get("message") or held.get("name") or "no reason"
        words = str(said)[:300].rstrip(".")
        if answer.status == 404:
            raise NotThere(SYSTEM, f"Unleash has no flag {self.flag} there: {words}.")
        raise Refused(SYSTEM, f"Unleash refuses ({answer.status}): {words}.")


def _word(on: object) -> str:
    return "on" if on else "off"


def _narrowed(environment: dict[str, Any], flag: dict[str, Any]) -> str:
    """What keeps a flag from being on for everyone; empty if nothing does."""
    parents = [f"it needs the flag {one.get('feature')}" for one in flag.get("dependencies") or ()]
    rules = environment.get("strategies") or []
    if rules and not any(_for_everyone(one) for one in rules):
        parents += sorted({str(one.get("title") or one.get("name")) for one in rules})
    return ", ".join(parents)


def _for_everyone(rule: dict[str, Any]) -> bool:
    if rule.get("constraints") or rule.get("segments") or rule.get("disabled"):
        return False
    if rule.get("name") == "default":
        return True
    return rule.get("name") == "flexibleRollout" and str((rule.get("parameters") or {}).get("rollout")) == "100"
