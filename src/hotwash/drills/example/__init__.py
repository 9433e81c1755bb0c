"""The worked example of a first start: the drill of résumé screening, played well until a visitor takes over.

Its world is the scenario's own, every figure is computed from its log by the same questions that a responder asks, and
its incident is marked as a drill, so that it never enters the organisation's own figures.
"""

from hotwash.drills.example.showing import SEED, TAKEN_OVER_AT, show

__all__ = ["SEED", "TAKEN_OVER_AT", "show"]
