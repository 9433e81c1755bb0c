"""The alias that serving processes load, as a switch: `fallback` rolls it back, `serve` puts it where it was.

Where it was is kept in MLflow itself, as a tag of the model that is set before the alias is moved: so after a crash in
between, or from another machine, it can still be put back. An alias that somebody moved meanwhile is left where it is.
"""

from collections.abc import Sequence

from hotwash.connect.mlflow.answers import SYSTEM
from hotwash.connect.mlflow.registry import Mlflow
from hotwash.response.outside import NotThere, Refused
from hotwash.response.provenance import CHAMPION
from hotwash.response.switchboard import Position, Setting

TAKEN_UP = "Serving processes take it up when they next load the alias."


class AliasBoard:
    """One alias of one model: keeps the promise of `response.switchboard.Switchboard`.

    :param fallback: where `fallback` goes: the number of a version, or an alias such as ``previous``
    """

    def __init__(self, mlflow: Mlflow, *, model: str, fallback: str, alias: str = CHAMPION) -> None:
        self._mlflow, self._model, self._alias, self._fallback = mlflow, model, alias, fallback
        self._mark = f"hotwash.rolled-back.{alias}"

    def able(self, switch: str, settings: Sequence[Setting]) -> str:
        """Why it cannot hold these, as a sentence; empty if it can."""
        first = settings[0] if settings else Setting("serve")
        if first.for_everyone and first.state in ("serve", "fallback"):
            return ""
        return (
            f"The alias {self._alias} of {self._model} points at one version for everyone: {switch} can only go to "
            "`fallback`, for everyone. To stop the system or a cohort, ask a guard in the serving process."
        )

    def set(self, switch: str, settings: Sequence[Setting]) -> Position:
        """Roll the alias back, or put it back; and read it back.

        :raises OutsideFault: as `Mlflow.roll_back`; `Refused` if it cannot hold these, or has nowhere to go back to
        """
        if no := self.able(switch, settings):
            raise Refused(SYSTEM, f"{no} The alias was not moved.")
        if settings and settings[0].state == "fallback":
            self._back()
        else:
            self._forth()
        return self.read(switch)

    def read(self, switch: str) -> Position:
        """How the alias stands.

        :raises OutsideFault: if it cannot be read
        """
        way = self._way()
        now = self._mlflow.champion(self._model, self._alias).version
        rolled_back = way is not None and now == way[1]
        meaning = f"rolled back from version {way[0]}" if way and rolled_back else "as usual"
        sentence = f"The alias {self._alias} of {self._model} in MLflow points at version {now}: {switch} is {meaning}."
        return Position(switch, not rolled_back, f"{sentence} {TAKEN_UP}")

    def _back(self) -> None:
        way = self._way()
        now = self._mlflow.champion(self._model, self._alias).version
        if way and now == way[1]:
            return
        target = self._target()
        if now == target:
            said = f"The alias {self._alias} of {self._model} already points at version {target}, its fallback."
            raise Refused(SYSTEM, f"{said} There is no former version to go to, and nothing was moved.")
        self._mlflow.mark(self._model, self._mark, f"{now} {target}")
        self._mlflow.roll_back(self._model, to=target, alias=self._alias, expected=now)

    def _forth(self) -> None:
        way = self._way()
        if way is None:
            return
        before, target = way
        now = self._mlflow.champion(self._model, self._alias).version
        if now == target:
            self._mlflow.roll_back(self._model, to=before, alias=self._alias, expected=now)
        self._mlflow.mark(self._model, self._mark, None)

    def _way(self) -> tuple[str, str] | None:
        """From which version the alias was rolled back, and to which; None if it was not."""
        before, _, target = self._mlflow.marks(self._model).get(self._mark, "").partition(" ")
        return (before, target) if before and target and before != target else None

    def _target(self) -> str:
        if self._fallback.isdecimal():
            return self._fallback
        try:
            return self._mlflow.champion(self._model, self._fallback).version
        except NotThere as fault:
            raise fault.adding(f"The alias {self._alias} of {self._model} was not moved.") from fault
