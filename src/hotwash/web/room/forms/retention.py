"""Forms of how long a record is kept: legal holds, and the word that one whose time is over is erased."""

from hotwash.response import retention
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.web.room.forms.act import Act, line


class PlaceLegalHold(Act):
    """Nothing may be erased."""

    verb, tab, button, fold = "place-legal-hold", "record", "Place the hold", "Place a legal hold"
    matter = line("Matter", help_text="The case, request or dispute, such as its file number.")
    reason = line("Why", help_text="While it holds, nobody can erase anything of this record.")


class LiftLegalHold(Act):
    """A hold ends."""

    verb, tab, button, fold = "lift-legal-hold", "record", "Lift it", "Lift the hold"
    fixed = ("hold",)
    reason = line("Why, and who decided it")


class EraseRecord(Act):
    """A record whose time is over."""

    verb, tab, button, first = "erase-record", "record", "Erase this record for ever", False
    fold = "Erase this record (its time is over)"
    reason = line(
        "Reason",
        help_text="Erases all words and files of this record, for everybody, for ever. Who wrote when stays, with this "
        "reason, and the chain stays closed.",
    )

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Write the tombstone; the worker erases."""
        return retention.erase(desk, incident_id, by=by, reason=self.cleaned_data["reason"])
