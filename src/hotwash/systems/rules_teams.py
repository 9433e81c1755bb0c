"""The verbs about teams: name one with the organisation that it belongs to, and retire one."""

from hotwash.ledger.rule import Asked, NotAllowed, need
from hotwash.systems.organisation import Event, Organisation
from hotwash.systems.teams import NAME, TeamRetired, TeamSet

LINE_MAX = 200
TEAMS_MAX = 500


def set_team(
    organisation: Organisation, asked: Asked, *, team: str, name: str = "", belongs_to: str = "", contact: str = ""
) -> list[Event]:
    """Name a team, and the organisation that it belongs to. One of the same short name is described anew."""
    short = team.strip()
    if not NAME.fullmatch(short):
        raise NotAllowed("A team's short name is small letters, digits and hyphens, at most 60.")
    if short not in organisation.teams.standing and len(organisation.teams.standing) >= TEAMS_MAX:
        raise NotAllowed(f"There are {TEAMS_MAX} teams already.")
    said = TeamSet(short, _line(name) or short, _line(belongs_to), _line(contact))
    return [] if organisation.teams.standing.get(short) == said else [said]


def retire_team(organisation: Organisation, asked: Asked, *, team: str, reason: str) -> list[Event]:
    """Say that a team is no more; systems that name it have none then."""
    if team not in organisation.teams.standing:
        raise NotAllowed(f"There is no team {team[:60]}.")
    return [TeamRetired(team, need(reason, "The reason"))]


def _line(text: str) -> str:
    plain = " ".join(text.split())
    if len(plain) > LINE_MAX:
        raise NotAllowed(f"“{plain[:40]}…” has {len(plain)} characters; {LINE_MAX} fit.")
    return plain


RULES = (set_team, retire_team)
