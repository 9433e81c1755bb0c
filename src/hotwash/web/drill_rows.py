"""A line for each drill, for the lists: deleted and made again from the records whenever that is wished."""

from collections.abc import Sequence

from hotwash.drills.play.book import DRILL
from hotwash.drills.play.events import CATALOGUE
from hotwash.drills.play.state import Drill, replay
from hotwash.ledger.entry import Entry
from hotwash.web.tables.models import DrillRow


class TableRows:
    """Keeps the promise of `hotwash.drills.play.book.Rows` in the tables."""

    def __init__(self, using: str = "default") -> None:
        self.using = using

    def put(self, drill: Drill, entries: Sequence[Entry]) -> None:
        """Take up new entries and the state after them."""
        if not entries or drill.planned is None:
            return
        plan = drill.plan
        DrillRow.objects.using(self.using).update_or_create(
            id=drill.id,
            defaults={
                "number": drill.number,
                "scenario": plan.scenario,
                "title": plan.title,
                "harm": plan.harm,
                "playbook": plan.playbook,
                "mode": plan.mode,
                "team": plan.team,
                "facilitator": plan.facilitator,
                "players": list(plan.players),
                "stage": drill.stage,
                "system": drill.system,
                "incident": drill.incident,
                "planned_by": drill.planned.by,
                "planned_at": drill.planned.at,
                "planned_for": plan.planned_for,
                "begun_at": drill.begun.at if drill.begun else None,
                "ended_at": drill.ended.at if drill.ended else None,
                "parts": [
                    {"part": one.part, "title": one.title, "points": one.points, "said": one.said}
                    for one in (drill.revealed.event.parts if drill.revealed else ())
                ],
            },
        )


def take_up(stream: str, entries: Sequence[Entry], *, using: str = "default") -> None:
    """Put the whole record of a drill into the lines."""
    drill = replay(stream.removeprefix(DRILL), [CATALOGUE.fact(entry) for entry in entries])
    TableRows(using).put(drill, entries)
