"""From a drill that is over to its score, and the moment from which everybody may see it."""

from hotwash.drills.play.book import Book
from hotwash.drills.play.reality import reality
from hotwash.drills.play.state import Drill
from hotwash.drills.score.parts import Part, Played
from hotwash.drills.score.scoring import kept, score
from hotwash.incident.state import Incident
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Person


def played(book: Book, drill_id: str) -> Played:
    """A drill with what its team did and what is true of it. It is for the debrief: nobody else may see it.

    :raises NotAllowed: while it is played, or if it never was
    """
    drill = book.drill(drill_id)
    if drill.begun is None or drill.live:
        raise NotAllowed(f"{drill.id} is {drill.stage}: it is scored when it is over.")
    scenario = book.scenario(drill)
    true = reality(scenario, zero=drill.begun.at, seed=drill.plan.seed)
    incident = book.desk.incident(drill.incident) if drill.incident else Incident("")
    return Played(scenario, drill, incident, true)


def score_of(book: Book, drill_id: str) -> tuple[Part, ...]:
    """Every part of the score. Raises as `played`."""
    return score(played(book, drill_id))


def reveal(book: Book, drill_id: str, *, by: Person) -> Drill:
    """Begin the debrief: the score is computed from the record and kept, and the truth is open to everybody."""
    drill = book.drill(drill_id)
    if drill.stage != "ended":
        raise NotAllowed(f"Nobody can debrief {drill.id} now: it is {drill.stage}.")
    return book.say(drill_id, "reveal", by=by, parts=kept(score_of(book, drill_id)))
