"""What the page of a system shows of its switches: how they stand, and who follows them."""

from hotwash.response.confirming import Instance
from hotwash.response.standing import Standing
from hotwash.systems.state import System
from hotwash.web.switches import confirmations, services
from hotwash.web.switches.setting import switching
from hotwash.web.tables.models import Service

SAYS = {"serve": "serves", "fallback": "falls back", "human": "a person decides", "off": "is off"}


def standings(known: System) -> list[tuple[Standing, str]]:
    """Every switch of a system as it stands, with its state in words."""
    found = [switching().standing(name) for name in known.switches]
    return [(one, SAYS[one.state] if one.state != "serve" or not one.orders else "set for some") for one in found]


def followers(slug: str) -> list[tuple[Service, list[Instance]]]:
    """The services that follow a system, with their serving processes."""
    return [(one, confirmations.of(one)) for one in services.following(slug)]
