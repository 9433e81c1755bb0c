"""Showing the example: the good team plays up to a minute, hands the command to the visitor, and the clock stands."""

from collections.abc import Callable
from datetime import timedelta

from hotwash.drills.example.screening import Screening
from hotwash.drills.example.table import BO, Clock, Table, TakeUp
from hotwash.drills.play.book import Book, Rows
from hotwash.drills.play.playing import Play
from hotwash.drills.scenarios.shelf import named
from hotwash.response.desk import Desk, Person

SCENARIO = "resume-screening"
SEED = 7
TAKEN_OVER_AT = 47
"""The minute of the drill at which a visitor takes over."""
BRIEFING = (
    "Done: people decide since minute 15, evidence is kept, reach and first day are measured, those concerned have a "
    "first word. Open: a rector offers help and asks what her graduates are owed; the authority wants an answer "
    "by tomorrow noon; the queue grows, and v6 shows no gap; the board will want three sentences. The clock stands: "
    "set it going on the page of the drill when you are ready."
)

Say = Callable[[str], None]
Making = Callable[[Book], Play]


def show(
    desk: Desk,
    making: Making,
    visitor: Person,
    *,
    rows: Rows | None = None,
    take_up: Callable[[Desk], TakeUp] | None = None,
    say: Say = lambda _: None,
) -> Table:
    """Plan the drill for a visitor alone, play it well up to `TAKEN_OVER_AT`, and let the visitor take over.

    Everything was written down at its minute, by a clock that stands `TAKEN_OVER_AT` minutes back at first.

    :param making: how drills are played in this installation, once their book is known
    :param visitor: who takes over as commander, and may set the clock going
    :param take_up: joins what has come to the team's incident, at the desk of the example
    :param say: told what is being done, for a person who waits
    :returns: the table, with the drill and its incident
    """
    clock = Clock(desk.clock().replace(microsecond=0) - timedelta(minutes=TAKEN_OVER_AT))
    then = Desk(desk.store, desk.vault, index=desk.index, clock=clock, together=desk.together)
    book = Book(then, rows=rows)
    play = making(book)
    say("Making a prediction log of résumé screening, with a harm planted in it …")
    planned = book.plan(named(SCENARIO), by=visitor, seed=SEED, mode="solo")
    joins = take_up(then) if take_up is not None else None
    table = Table(book, play, planned.id, clock=clock, logs=play.logs, take_up=joins)
    table.begin(visitor)
    say(f"Playing the first {TAKEN_OVER_AT} minutes of a drill …")
    Screening(table).play(TAKEN_OVER_AT)
    if visitor.name != BO.name:
        table.says(BO, "hand-over", role="commander", person=visitor.name, briefing=BRIEFING)
    book.say(planned.id, "set-clock", by=visitor, speed=0.0)
    return table
