"""The programme: what is planned and overdue, what was exercised by whom, what never was, and how the parts go."""

from datetime import datetime, timedelta
from typing import Any

from hotwash.drills.scenarios import shelf
from hotwash.knowledge import playbooks
from hotwash.knowledge.harms import harms
from hotwash.web.drills.running import own_scenarios
from hotwash.web.tables.models import DrillRow

SOON = timedelta(days=14)
STALE = timedelta(days=365)
"""After so long a playbook counts as not exercised any more."""
LISTED_MAX = 500
TREND_MAX = 12


def programme(now: datetime) -> dict[str, Any]:
    """The whole of it, from at most `LISTED_MAX` drills, the newest first."""
    rows = list(DrillRow.objects.order_by("-planned_at")[:LISTED_MAX])
    done = [row for row in rows if row.stage in ("ended", "debriefed")]
    planned = sorted((row for row in rows if row.stage == "planned"), key=lambda row: row.planned_for or row.planned_at)
    return {
        "planned": [line(row) for row in planned],
        "reminders": list(_reminders(planned, done, now)),
        "coverage": _coverage(done, now),
        "never": _never(done),
        "trend": _trend(done),
        "teams": sorted({row.team for row in done if row.team}),
    }


def line(row: DrillRow) -> dict[str, Any]:
    """A drill as a line of a list."""
    return {
        "id": row.id,
        "title": row.title,
        "scenario": row.scenario,
        "harm": row.harm,
        "playbook": row.playbook,
        "mode": row.mode,
        "team": row.team,
        "facilitator": row.facilitator,
        "stage": row.stage,
        "incident": row.incident,
        "planned_for": row.planned_for,
        "begun_at": row.begun_at,
        "ended_at": row.ended_at,
        "parts": row.parts,
    }


def _reminders(planned: list[DrillRow], done: list[DrillRow], now: datetime) -> list[dict[str, Any]]:
    found = []
    for row in planned:
        if row.planned_for is None:
            continue
        if row.planned_for < now:
            found.append({"drill": row.id, "say": f"{row.title} was to be played by now.", "at": row.planned_for})
        elif row.planned_for < now + SOON:
            found.append({"drill": row.id, "say": f"{row.title} comes soon.", "at": row.planned_for})
    found += [
        {"drill": row.id, "say": f"{row.title} was played, and its debrief has not begun.", "at": row.ended_at}
        for row in done
        if row.stage == "ended"
    ]
    last = max((row.begun_at for row in done if row.begun_at), default=None)
    if last is not None and last < now - STALE / 2 and not planned:
        found.append({"drill": "", "say": "Nothing was exercised for half a year, and nothing is planned.", "at": last})
    return found


def _coverage(done: list[DrillRow], now: datetime) -> list[dict[str, Any]]:
    """For each playbook: how often, by which teams, last when, and for which types of harm."""
    listed = []
    for book in playbooks.shelf().playbooks:
        mine = [row for row in done if row.playbook == book.id]
        last = max((row.begun_at for row in mine if row.begun_at), default=None)
        by_team: dict[str, int] = {}
        for row in mine:
            by_team[row.team or "no team named"] = by_team.get(row.team or "no team named", 0) + 1
        listed.append(
            {
                "playbook": book.id,
                "title": book.title,
                "harms": list(book.harms),
                "drills": len(mine),
                "exercised": sorted({row.harm for row in mine}),
                "teams": by_team,
                "last": last,
                "stale": last is None or last < now - STALE,
            }
        )
    return listed


def _never(done: list[DrillRow]) -> dict[str, list[str]]:
    scenarios, _ = shelf.all_of(own_scenarios())
    return {
        "harms": [one.id for one in harms().harms if one.id not in {row.harm for row in done}],
        "playbooks": [one.id for one in playbooks.shelf().playbooks if one.id not in {row.playbook for row in done}],
        "scenarios": [
            one.scenario.name for one in scenarios if one.scenario.name not in {row.scenario for row in done}
        ],
    }


def _trend(done: list[DrillRow]) -> list[dict[str, Any]]:
    """Each part of the score over the last drills, oldest first: never a sum."""
    scored = [row for row in done if row.parts][:TREND_MAX][::-1]
    titles: dict[str, str] = {part["part"]: part["title"] for row in scored for part in row.parts}
    return [
        {
            "part": part,
            "title": title,
            "points": [
                {"drill": row.id, "points": next((one["points"] for one in row.parts if one["part"] == part), None)}
                for row in scored
            ],
        }
        for part, title in titles.items()
    ]
