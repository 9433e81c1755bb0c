"""A board in memory that can be made to fail, and that says who confirmed."""

from collections.abc import Sequence
from datetime import datetime

from hotwash.response.confirming import Instance
from hotwash.response.outside import Disagreed, Unreachable
from hotwash.response.switchboard import Position, Setting


class Board:
    def __init__(self) -> None:
        self.stands: dict[str, list[Setting]] = {}
        self.trouble = ""
        self.sets = 0
        self.followers: list[Instance] = []
        self.services = 1

    def set(self, switch: str, settings: Sequence[Setting]) -> Position:
        if self.trouble == "away":
            raise Unreachable("the board", "It does not answer.")
        self.sets += 1
        if self.trouble == "deaf":
            raise Disagreed("the board", "It still says serve.", effect="other")
        self.stands[switch] = list(settings)
        return self.read(switch)

    def read(self, switch: str) -> Position:
        held = self.stands.get(switch, [])
        return Position(switch, not held, f"{switch}: {', '.join(one.state for one in held) or 'serve'}")

    def able(self, switch: str, settings: Sequence[Setting]) -> str:
        return "This board knows no shares." if any(one.share == 0.125 for one in settings) else ""

    def followed(self, switch: str) -> bool:
        return self.services > 0

    def instances(self, switch: str) -> Sequence[Instance]:
        return self.followers


def instance(name: str, *, at: datetime, confirmed: bool = True, answers: bool = True) -> Instance:
    return Instance(name, "loans-api", at if confirmed else None, at, answers)
