"""Forms about redress: the register opened and closed, lists in, results in, work on those who are ticked or meant."""

from dataclasses import replace
from typing import Any, ClassVar

from django import forms

from hotwash.incident.redress import ACTS
from hotwash.incident.state import Incident
from hotwash.knowledge.redress import redress
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.response.redress.acting import act_on, put_results, take_in, take_in_affected
from hotwash.response.redress.lists import key_of
from hotwash.response.redress.register import LinesRefused, Taken
from hotwash.web.api.redress_words import terms_of, wanted_of, where_of
from hotwash.web.api.worklist import affected_by
from hotwash.web.redress.registers import register, secret
from hotwash.web.redress.sent import laid_out
from hotwash.web.room.forms.act import Act, choice, day, line, passage

FAULTS_SHOWN = 12
ACT_WORDS = {
    "assign": "Give to somebody who sees to it",
    "start": "Work has begun",
    "done": "Done",
    "unreachable": "Could not be reached",
    "refused": "The person did not want it",
    "reopen": "It did not hold: owed again",
    "amend": "Correct the day, the amount or the language",
    "waive": "Give up, and sign why",
}
FILTERS = ("state", "remedy", "owner", "group", "language", "late", "open")


class _OfRegister(Act):
    """A form that changes the register; its record is beside the incident's."""

    tab: ClassVar[str] = "redress"

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Change the register. Raises as `Desk.record` does."""
        self.changed(incident_id, by)
        return Recorded(incident_id, [], desk.incident(incident_id))

    def changed(self, incident_id: str, by: Person) -> Any:
        """What the form does."""
        raise NotImplementedError

    def refuse(self, no: Exception) -> None:
        """The sentence, and the first lines that could not be taken."""
        super().refuse(no)
        if isinstance(no, LinesRefused):
            faults = no.taken.faults
            for fault in faults[:FAULTS_SHOWN] if len(faults) > 1 else ():
                where = f"Line {fault.line}, " if fault.line else ""
                self.add_error(None, f"{where}{fault.person}: {fault.why}")


def _remedies(label: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=[(one.id, one.title) for one in redress().remedies],
        widget=forms.CheckboxSelectMultiple,
    )


def _good_only() -> forms.BooleanField:
    return forms.BooleanField(
        label="Take the good lines where others are bad", required=False, help_text="Otherwise all of it, or nothing."
    )


class OpenRedress(_OfRegister):
    """The register of the people harmed."""

    verb, button = "open-redress", "Open the register"
    beside = ("owner", "due")
    note = line("Whom is it to hold?", help_text="Such as: everybody whom version 2 refused from 3 March on.")
    finding = choice("Take them from a finding", (), required=False, empty="no, from a list later")
    remedies = _remedies("What each of them is owed")
    owner = line("Who sees to it", required=False, list="people-known")
    due = day("By")

    def settle(self, incident: Incident) -> None:
        """Offer the findings that counted people."""
        counted = [
            (str(entry), f"{entry}: {said.event.sentence[:70]}")
            for entry, said in incident.findings.items()
            if said.event.question == "blast-radius"
        ]
        self.fields["finding"].widget.choices = [("", "no, from a list later"), *counted]

    def clean(self) -> dict[str, Any]:
        """From a finding everybody is owed the same, so that must be said."""
        cleaned = super().clean()
        if cleaned.get("finding") and not cleaned.get("remedies"):
            self.add_error("remedies", "Say what each of them is owed.")
        return cleaned

    def changed(self, incident_id: str, by: Person) -> Recorded:
        """Open it; with a finding, take in everybody whom that counted."""
        given = self.cleaned_data
        opened = register(incident_id)
        finding = int(given["finding"]) if given["finding"].isdecimal() else None
        people = affected_by(opened.desk.incident(incident_id), finding) if finding is not None else None
        recorded = opened.open(by=by, finding=finding, note=given["note"])
        if people is not None and finding is not None:
            terms = terms_of({name: given[name] or "" for name in ("owner", "due")})
            terms = replace(terms, remedies=tuple(given["remedies"]))
            take_in_affected(opened, people, terms, by=by, secret=secret(), finding=finding)
        return recorded

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:  # noqa: ARG002
        """The entry of the incident says that it was opened."""
        return self.changed(incident_id, by)


class ImportRedress(_OfRegister):
    """A list of people."""

    verb, name, button, fold = "work-redress", "import-redress", "Take the list in", "Take people in from a list"
    beside = ("owner", "due")
    more = ("harm", "language", "deadline", "start", "person", "identities", "pseudonyms")
    more_title = "Harm, language, deadline by rule, who the people are"
    upload = forms.FileField(
        label="List",
        help_text="CSV, JSON Lines or Parquet. A column “person” holds a key; remedy, owner, due, harm, group, "
        "language, amount and currency are read where they are there. The same list again changes nothing.",
    )
    remedies = _remedies("What each of them is owed, where no column says it")
    owner = line("Who sees to it, where no column says it", required=False, list="people-known")
    due = day("By, where no column says it")
    harm = line("What was done to them", required=False)
    language = line("Their language", required=False, help_text="Such as en, de, pt-BR.")
    deadline = choice(
        "Deadline by a rule", [(one.id, one.title) for one in redress().deadlines], required=False, empty="none"
    )
    start = line("Counted from the column", required=False)
    person = line("Column with the key", required=False, help_text="Where it is not called “person”.")
    identities = line(
        "Columns that say who they are",
        required=False,
        help_text="With commas between. They are sealed, and stand in no record; every look is written down.",
    )
    pseudonyms = forms.BooleanField(
        label="Make keys from these ids", required=False, help_text="The ids themselves are sealed."
    )
    good_only = _good_only()

    def changed(self, incident_id: str, by: Person) -> Taken:
        """Take it in."""
        given = self.cleaned_data
        names = ("owner", "due", "harm", "language", "deadline", "start", "person", "identities")
        terms = terms_of({name: given[name] or "" for name in names})
        terms = replace(terms, remedies=tuple(given["remedies"]), pseudonyms=given["pseudonyms"])
        with laid_out(given["upload"]) as file:
            return take_in(register(incident_id), file, terms, by=by, secret=secret(), good_only=given["good_only"])


class RedressResults(_OfRegister):
    """A list that came back."""

    verb, name, button, fold = "work-redress", "redress-results", "Put the results in", "Put results in from a list"
    upload = forms.FileField(
        label="List that came back",
        help_text="With columns person, remedy, state (done, unreachable, refused …), proof, reason, and the version "
        "that the work list had. What is older than what is known is shown, not taken.",
    )
    good_only = _good_only()

    def changed(self, incident_id: str, by: Person) -> Taken:
        """Put them in."""
        with laid_out(self.cleaned_data["upload"]) as file:
            return put_results(register(incident_id), file, by=by, good_only=self.cleaned_data["good_only"])


class WorkRedress(_OfRegister):
    """One thing done to the people who are ticked, or to all that the filter means."""

    verb, button = "work-redress", "Record it"
    fixed = tuple(f"only_{name}" for name in FILTERS)
    beside = ("act", "whom")
    more, more_title = ("due", "amount", "currency", "language"), "To correct: day, amount, language"
    act = choice("What", [(one, ACT_WORDS[one]) for one in sorted(ACTS, key=list(ACT_WORDS).index)])
    whom = choice("To whom", (("ticked", "those ticked above"), ("all", "all that the filter means")))
    owner = line("Who sees to it", required=False, list="people-known")
    proof = line("What shows it", required=False, help_text="Needed for what is done: a letter's number, a payment's.")
    reason = line("Why, or how it was tried", required=False)
    due = day("New day")
    amount = line("New amount", required=False)
    currency = line("Currency", required=False)
    language = line("New language", required=False)

    def __init__(self, data: Any = None, files: Any = None, *, incident: Incident | None = None, **fixed: Any) -> None:
        super().__init__(data, files, incident=incident, **fixed)
        self.place = "work-redress"
        ticked = data.getlist("people") if hasattr(data, "getlist") else []
        self.ticked = [key for one in ticked if (key := key_of(one))]

    def clean(self) -> dict[str, Any]:
        """Somebody must be meant."""
        cleaned = super().clean()
        if cleaned.get("whom") == "ticked" and not self.ticked:
            self.add_error("whom", "Tick people above, or choose all that the filter means.")
        return cleaned

    def changed(self, incident_id: str, by: Person) -> Taken:
        """Do it."""
        given = self.cleaned_data
        meant = {name: given[f"only_{name}"] for name in FILTERS if given.get(f"only_{name}")}
        ticked = given["whom"] == "ticked"
        said = {
            name: given[name] or "" for name in ("owner", "proof", "reason", "due", "amount", "currency", "language")
        }
        return act_on(
            register(incident_id),
            given["act"],
            by=by,
            keys=self.ticked if ticked else (),
            where=None if ticked else where_of(meant),
            words=wanted_of(said),
        )


class RecordRedress(_OfRegister):
    """How far it has come, on record."""

    verb, name, button = "work-redress", "record-redress", "Put this count into the incident's record"
    first = False

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:  # noqa: ARG002
        """Write it down."""
        return register(incident_id).progress_on_record(by=by)


class CloseRedress(_OfRegister):
    """The end of the register."""

    verb, name, button, fold = "open-redress", "close-redress", "Close the register", "Close the register"
    reason = passage(
        "Why, where people still wait", required=False, rows=2, help_text="You sign this: it stands in the record."
    )

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:  # noqa: ARG002
        """Close it."""
        return register(incident_id).close(by=by, reason=self.cleaned_data["reason"])


class ReopenRedress(_OfRegister):
    """The register goes on."""

    verb, name, button, fold = "open-redress", "reopen-redress", "Reopen the register", "Reopen the register"
    reason = line("Why")

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:  # noqa: ARG002
        """Open it again."""
        return register(incident_id).reopen(by=by, reason=self.cleaned_data["reason"])
