"""Containing and releasing from pages and API: the words of the verbs, through the one thing that sets switches."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import DatabaseError

from hotwash.incident.rules import VERBS as INCIDENT_VERBS
from hotwash.response.desk import Person
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest, fit
from hotwash.response.switching import Share, Switched
from hotwash.web.switches import services, snapshots
from hotwash.web.switches.following_up import FOLLOWING_UP
from hotwash.web.switches.setting import switching

log = logging.getLogger("hotwash.switches")

VERBS = ("contain", "release")
"""The verbs of an incident that set switches."""


def say(
    incident_id: str,
    verb: str,
    words: Mapping[str, Any],
    *,
    by: Person,
    at: datetime | None = None,
    expected: int | None = None,
) -> Switched:
    """Contain or release. Raises as `Switching` does."""
    if at is not None and at.tzinfo is None:
        raise BadRequest("at", "has no time zone: write it as 2026-03-03T09:02:00+01:00.")
    asked = fit(INCIDENT_VERBS[verb], words)
    if verb == "contain":
        share = _share(asked.pop("share"), asked.pop("share_of"))
        done = switching().contain(incident_id, by=by, at=at, expected=expected, share=share, **asked)
    else:
        done = switching().release(incident_id, by=by, at=at, expected=expected, **asked)
    FOLLOWING_UP.after(incident_id)
    return done


def _reach(
    *,
    containment: int,
    reason: str,
    share: float | None = None,
    share_of: str = "",
    cohort: str | None = None,
    until: datetime | None = None,
    recheck_at: datetime | None = None,
) -> None:
    """Change for whom a containment holds; what is left out stays as it is."""


def adjust(incident_id: str, words: Mapping[str, Any], *, by: Person, expected: int | None = None) -> Switched:
    """Change the reach of a containment. Raises as `Switching.adjust` does."""
    asked = fit(_reach, words)
    share = _share(asked.pop("share"), asked.pop("share_of"))
    done = switching().adjust(incident_id, by=by, expected=expected, share=share, **asked)
    FOLLOWING_UP.after(incident_id)
    return done


def described(slug: str, verb: str) -> None:
    """Tell services what was just recorded of a system, if it concerns them. If that fails, the worker tells them."""
    if verb == "describe-switch":
        try:
            snapshots.publish(one.pk for one in services.following(slug))
        except (OutsideFault, DatabaseError) as fault:
            log.warning("Services of %s were not told yet: %s", slug, type(fault).__name__)


def settle(incident_id: str) -> list[str]:
    """Go on with every open order of an incident, and record who confirmed by now."""
    told = switching().settle(incident_id)
    FOLLOWING_UP.after(incident_id)
    return told


REACH = _reach
"""The words of `adjust`, for descriptions."""


def _share(part: float | None, of: str) -> Share | None:
    if part is None:
        if of.strip():
            raise BadRequest("share_of", "says how traffic is shared: say in `share` which part of it.")
        return None
    return (of.strip(), part) if of.strip() else part
