"""How redress stands, in people: the sentence that pages, status and post-mortem share."""

from datetime import date

from hotwash.incident.events.redress import PeopleCount
from hotwash.reports.phrases import count, day, people


def made_whole(counts: PeopleCount) -> str:
    """``1,102 of 1,243 people made whole; 45 wait; 96 could not be reached``."""
    if not counts.people:
        return "nobody is in the register yet"
    parts = [f"{counts.whole:,} of {people(counts.people)} made whole"]
    if counts.waiting:
        parts.append(f"{counts.waiting:,} {'waits' if counts.waiting == 1 else 'wait'}")
    if counts.unreachable:
        parts.append(f"{counts.unreachable:,} could not be reached")
    if counts.refused:
        parts.append(f"{counts.refused:,} did not want it")
    if counts.waived:
        parts.append(f"for {counts.waived:,} it was given up")
    return "; ".join(parts)


def sentence(counts: PeopleCount, *, today: date, oldest: date | None, next_due: date | None, late: int) -> str:
    """The whole sentence, with how long the longest has waited and the next deadline."""
    parts = [made_whole(counts)]
    if oldest is not None:
        parts.append(f"the longest has waited {count((today - oldest).days, 'day', 'days')}")
    if late:
        parts.append(f"{count(late, 'remedy is', 'remedies are')} late")
    if next_due is not None:
        parts.append(f"next deadline {day(next_due)}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "."
