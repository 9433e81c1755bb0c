"""All parts of the score, in the order of a response."""

from hotwash.drills.play.events import PartScored
from hotwash.drills.score import acting, knowing, saying
from hotwash.drills.score.parts import Part, PartOf, Played

PARTS: tuple[PartOf, ...] = (
    acting.declared,
    acting.commanded,
    knowing.severity,
    acting.held,
    acting.contained,
    knowing.reach,
    knowing.onset,
    knowing.clocks,
    saying.first_word,
    saying.wording,
    knowing.factors,
    saying.actions,
    acting.handed_over,
)
NEGLECTED = 0.5
"""Below this a part is shown first in the debrief."""


def score(played: Played) -> tuple[Part, ...]:
    """Every part."""
    return tuple(part(played) for part in PARTS)


def kept(parts: tuple[Part, ...]) -> tuple[PartScored, ...]:
    """The parts as the drill's record keeps them."""
    return tuple(PartScored(one.id, one.title, one.points, one.said) for one in parts)
