"""Setting the stage: the drill's AI system in the landscape, with its log."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hotwash.drills import worlds
from hotwash.drills.play.state import Drill
from hotwash.drills.scenarios.shape import Scenario
from hotwash.incident.rules.life import REHEARSED
from hotwash.response.desk import Desk, Person

STAGE = Person("hotwash", "administrator")
"""Who sets the stage: whoever may begin a drill may not thereby register systems in their own name."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What was set up: the short name of the AI system, and the file of its log."""

    system: str
    log: str


def system_of(drill_id: str) -> str:
    """The short name of a drill's AI system. No other system gets such a name by itself: see `REHEARSED`."""
    return f"{REHEARSED}{drill_id.removeprefix('DRL-').lower()}"


def set_stage(desk: Desk, drill: Drill, scenario: Scenario, logs: Path) -> Stage:
    """Register the system, say what was deployed when, and write its log up to now."""
    now = desk.clock()
    slug = system_of(drill.id)
    world = worlds.read(scenario.world).anchored(now)
    log = logs / f"{slug}.parquet"
    write_log(world, log, seed=drill.plan.seed)
    one = scenario.system
    if not desk.store.head(f"system/{slug}").number:
        desk.register(
            by=STAGE, name=f"{one.name} ({drill.id})", slug=slug, purpose=one.purpose, owner=one.owner, tier=one.tier
        )
        if one.stop:
            desk.record_system(slug, "set-stop-authority", by=STAGE, people=one.stop, how=one.stop_how)
        for version in one.deployments:
            at = now - timedelta(days=version.days_before)
            desk.record_system(
                slug, "deploy", by=STAGE, at=at, part=version.part, version=version.version, note=version.note
            )
        names = world.columns
        columns = {
            "time": names.time,
            "version": names.version,
            "subject": names.subject,
            "score": names.score if world.price is None and world.chat is None else "",
            "decision": names.decision if world.chat is None else "",
            "label": names.label if world.label else "",
        }
        desk.record_system(
            slug,
            "describe-log",
            by=STAGE,
            source=log.name,
            columns={role: column for role, column in columns.items() if column},
            attributes=one.attributes,
            favourable=one.favourable or None,
        )
    return Stage(slug, log.name)


def write_log(world: worlds.World, to: Path, *, seed: int) -> int:
    """Write the log as it stands when the drill begins."""
    return worlds.write(world, to, seed=seed, until=world.zero)
