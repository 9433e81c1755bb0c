"""The forms of the questions, made from the columns of a log, on the shelves where people look for them."""

from dataclasses import dataclass

from hotwash.web.room.forms.questions_asked import Asked
from hotwash.web.room.forms.questions_before_after import Compare, Drift, Fix
from hotwash.web.room.forms.questions_groups import Estimates, Exposure, Fairness, LateLabels, Scores
from hotwash.web.room.forms.questions_harm import BlastRadius, Changes, Onset, Slices
from hotwash.web.room.forms.questions_texts import Agreement, Refusals, Texts


@dataclass(frozen=True, slots=True)
class Shelf:
    """Questions that stand together. Those on the first shelf are seen at once, the others below a fold."""

    title: str
    forms: tuple[type[Asked], ...]


FIRST = Shelf("", (BlastRadius, Onset, Fairness, Slices, Changes))
MORE = (
    Shelf("Before and after", (Fix, Compare, Drift)),
    Shelf("Scores, estimates, rankings", (Scores, Estimates, Exposure)),
    Shelf("Language", (Texts, Refusals, Agreement)),
    Shelf("What is not known yet", (LateLabels,)),
)

FORMS: dict[str, type[Asked]] = {form.question: form for shelf in (FIRST, *MORE) for form in shelf.forms}
"""The form of every question."""

__all__ = ["FIRST", "FORMS", "MORE", "Asked", "Shelf"]
