"""What the library's page of messages shows: approvals, rhythm, names that a text may hold, texts, plain words."""

from typing import Any

from hotwash.knowledge.message_templates import facts, templates
from hotwash.knowledge.messages import Level, approval, cadence, rules
from hotwash.knowledge.plainness import plainness

LEVELS: tuple[Level, ...] = ("Critical", "Major", "Minor")


def message_book() -> dict[str, Any]:
    """The context of the page."""
    table, rhythm = rules(), cadence()
    return {
        "stages": table.stages,
        "approvals": [
            (audience, [approval(audience.id, stage.id) for stage in table.stages]) for audience in table.audiences
        ],
        "levels": LEVELS,
        "rhythm": [
            (
                audience,
                [
                    (_lasting(rhythm.first_word[audience.id][level]), _lasting(rhythm.minutes[audience.id][level]))
                    for level in LEVELS
                ],
            )
            for audience in table.audiences
        ],
        "known_facts": list(facts().values()),
        "texts": templates(),
        "plain": plainness("en"),
    }


def own_texts(known: Any) -> dict[str, Any]:
    """What the page of the organisation shows of its own texts."""
    table = rules()
    return {
        "own_texts": list(known.templates.values()),
        "audiences": table.audiences,
        "message_stages": table.stages,
    }


def _lasting(minutes: int) -> str:
    if not minutes:
        return "–"
    if minutes % 1440 == 0:
        return "1 day" if minutes == 1440 else f"{minutes // 1440} days"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"
