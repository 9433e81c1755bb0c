"""What frames every page: the places in the header and the keys that lead there."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the header."""

    name: str
    label: str
    keys: str

    @property
    def address(self) -> str:
        """Where it leads, or nothing if this installation has no such page."""
        try:
            return reverse(self.name)
        except NoReverseMatch:
            return ""


PLACES = (
    Place("now", "Now", "g n"),
    Place("inbox", "Inbox", "g t"),
    Place("incidents", "Incidents", "g i"),
    Place("actions", "Actions", "g a"),
    Place("systems", "Systems", "g s"),
    Place("metrics", "Metrics", "g m"),
    Place("drills", "Drills", "g r"),
    Place("library", "Library", "g l"),
    Place("search", "Search", "/"),
)
DECLARE = Place("declare", "Declare an incident", "d")


def frame(request: HttpRequest) -> dict[str, Any]:
    """For the base template: where one can go, and where one is."""
    at = request.resolver_match
    return {
        "places": [place for place in PLACES if place.address],
        "declare": DECLARE if DECLARE.address else None,
        "here": at.view_name if at else "",
        "reference": getattr(request, "reference", ""),
    }
