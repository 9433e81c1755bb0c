"""What pages and API show of whom to call: rotas, groups, rules; of oneself: ways, quiet hours, reminders."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from hotwash.knowledge.escalation import SILENCES, escalation
from hotwash.reports.escalation import rules
from hotwash.reports.rota import Standing, standing
from hotwash.response.desk import Desk
from hotwash.web.sending import methods
from hotwash.web.sending.reminding import upcoming
from hotwash.web.tables.models import Account, DueRow, IncidentRow, QuietRow, ReminderRow

INCIDENTS_MAX = 20
SENT_MAX = 30


@dataclass(frozen=True, slots=True)
class Coming:
    """A reminder that will go out unless what it is about is done before."""

    incident: str
    at: datetime
    text: str
    critical: bool


def on_call_now(desk: Desk) -> list[Standing]:
    """Every rota now."""
    return standing(desk.organisation().on_call, desk.clock())


def rule_lines(desk: Desk) -> list[dict[str, Any]]:
    """The rules of escalation that hold, in words, and where each comes from."""
    known = desk.organisation().on_call
    return [
        {
            "rule": rule.id,
            "title": rule.title,
            "severities": list(rule.severities),
            "silence": rule.silence,
            "means": SILENCES[rule.silence],
            "steps": list(rule.steps),
            "own": rule.id in known.rules,
            "shipped": rule.id in escalation().rules,
        }
        for rule in rules(known).values()
    ]


def names_of(account: Account) -> set[str]:
    """The names under which records know an account."""
    return {account.name, account.display_name} - {""}


def coming_to(desk: Desk, account: Account) -> list[Coming]:
    """What will remind somebody, in the incidents that they command or where something is theirs to do."""
    names = names_of(account)
    small = {name.lower() for name in names}
    owned = DueRow.objects.alias(small=Lower("owner")).filter(Q(owner__in=names) | Q(small__in=small))
    rows = IncidentRow.objects.filter(state__in=("open", "resolved"))
    mine = rows.filter(Q(commander__in=names) | Q(id__in=owned.values("incident_id")) | Q(state="open"))
    ids = list(mine.order_by("-changed_at").values_list("id", flat=True)[:INCIDENTS_MAX])
    return [Coming(incident, one.at, one.text, one.critical) for incident, one in upcoming(desk, names, ids)]


def reminded(account: Account) -> list[ReminderRow]:
    """What somebody was reminded of lately, the newest first."""
    return list(ReminderRow.objects.filter(person__in=names_of(account)).order_by("-due_at")[:SENT_MAX])


def quiet_of(account: Account) -> dict[str, str] | None:
    """When somebody wants no reminders."""
    row = QuietRow.objects.filter(account=account).first()
    return None if row is None else {"since": f"{row.since:%H:%M}", "until": f"{row.until:%H:%M}"}


def own(desk: Desk, account: Account) -> dict[str, Any]:
    """Everything about how somebody is reached."""
    return {
        "ways": [
            {"way": way.id, "label": way.label, "kind": way.kind, "shown": way.shown} for way in methods.ways(account)
        ],
        "quiet": quiet_of(account),
        "coming": coming_to(desk, account),
        "reminded": [
            {"incident": row.incident, "what": row.what, "due_at": row.due_at, "state": row.state, "why": row.why}
            for row in reminded(account)
        ],
    }
