"""Forms of the clocks: awareness taken back, whether a duty applies, what was sent."""

from typing import Any, ClassVar

from hotwash.incident.state import Incident
from hotwash.knowledge.duties import duties
from hotwash.reports.deadlines import deadlines
from hotwash.reports.vocabulary import AWARENESS
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.web.door import desk
from hotwash.web.room.forms.act import Act, Moment, choice, line, passage


class WithdrawAwareness(Act):
    """A fact that was mistaken."""

    verb, tab, button = "withdraw-awareness", "clocks", "Take it back"
    fold: ClassVar[str] = "Take a fact back that was mistaken"
    entry = choice("Fact", (), help_text="It stays visible, with your reason; clocks no longer start from it.")
    reason = line("Why it was mistaken", help_text="To correct a time, record the right one first.")

    def settle(self, incident: Incident) -> None:
        """Offer the facts that stand."""
        self.fields["entry"].widget.choices = [
            (str(said.entry), f"{said.entry}: {said.event.person} {AWARENESS.get(said.event.fact, said.event.fact)}")
            for said in incident.awareness
            if said.entry not in incident.withdrawn_awareness
        ]


class DecideDuty(Act):
    """Whether a duty applies as a whole, as somebody with the right to say so decided."""

    verb, name, tab, button = "answer-applicability", "decide-duty", "clocks", "Record the decision"
    fold: ClassVar[str] = "Record that a duty applies, or does not"
    beside = ("question", "answer")
    question = choice("Duty", ())
    answer = choice("It applies", (("no", "no"), ("yes", "yes"), ("unknown", "not known any more")))
    reason = passage("Who decided it, and on what grounds", rows=2)

    def settle(self, incident: Incident) -> None:  # noqa: ARG002 - a duty does not depend on the incident
        """Offer every duty."""
        own = desk().organisation().duties.values()
        listed = [(one.duty, one.title) for one in own] + [(one.id, one.title) for one in duties().duties.values()]
        self.fields["question"].widget.choices = listed


class SubmitFiling(Act):
    """Something was sent."""

    verb, tab, button = "submit-filing", "clocks", "Record what was sent"
    fold: ClassVar[str] = "Record what was sent, with its receipt"
    beside = ("at", "receipt")
    more, more_title = ("recipient", "late_because", "note"), "Another recipient, why it was late, a note"
    clock = choice("What it is", ())
    at = Moment("Sent at", "Now, if left empty.")
    receipt = line("Receipt", required=False, help_text="The number or words that came back.")
    evidence = choice(
        "What was sent",
        (),
        required=False,
        empty="no file kept yet",
        help_text="Keep the file as evidence first: its digest then stands in the record.",
    )
    recipient = line("Recipient", required=False, help_text="If it is not the one that the duty names.")
    late_because = line("Why it was late", required=False)
    note = passage("Note", required=False, rows=2)

    def settle(self, incident: Incident) -> None:
        """Offer the stages that are due first, then the others that may apply; and the files that were kept."""
        known = deadlines(incident, desk().organisation())
        listed = [one for one in known.clocks if one.applies != "no" and one.clock.state != "not-in-force"]
        choices = [(f"{one.duty.id}/{one.clock.stage}", f"{one.duty.title}: {one.clock.stage}") for one in listed]
        self.fields["clock"].widget.choices = choices
        kept = [(str(entry), f"{entry}: {said.event.name[:70]}") for entry, said in incident.evidence.items()]
        self.fields["evidence"].widget.choices = [("", "no file kept yet"), *kept]

    def words(self) -> dict[str, Any]:
        """The chosen clock as a duty and its stage."""
        said = super().words()
        duty, _, stage = said.pop("clock", "").partition("/")
        return {**said, "duty": duty, "stage": stage}


class WithdrawFiling(Act):
    """A filing that was recorded by mistake."""

    verb, tab, button = "withdraw-filing", "clocks", "Take it back"
    fold: ClassVar[str] = "Take a filing back that was recorded by mistake"
    filing = choice("Filing", ())
    reason = line("Reason")

    def settle(self, incident: Incident) -> None:
        """Offer the filings that stand."""
        self.fields["filing"].widget.choices = [
            (str(entry), f"{entry}: {one.submitted.event.duty}, {one.submitted.event.stage}")
            for entry, one in incident.filings.items()
            if one.withdrawn is None
        ]


def answer_questions(door: Desk, incident_id: str, said: dict[str, str], *, reason: str, by: Person) -> list[Recorded]:
    """Record each answer that was given as an entry of its own. Raises as `Desk.record` does, at the first refusal."""
    return [
        door.record(incident_id, "answer-applicability", by=by, question=question, answer=answer, reason=reason)
        for question, answer in said.items()
    ]
