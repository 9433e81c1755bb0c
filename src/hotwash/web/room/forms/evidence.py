"""Forms about evidence: hold it, keep a file, have it verified, hand it over, take it out as a case file."""

from typing import Any, ClassVar

from django import forms

from hotwash.incident.state import Incident
from hotwash.reports.custody import items
from hotwash.response import evidence
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.response.evaluations import Evaluation, take_evaluation
from hotwash.response.imported import take_result
from hotwash.response.outside import OutsideFault
from hotwash.web import inquiries
from hotwash.web.room.forms.act import Act, Moment, choice, line
from hotwash.web.room.forms.story import Keep
from hotwash.web.sealing import usable_key


class Hold(Act):
    """Taking what a containment would change."""

    verb, tab, button = "hold", "evidence", "Hold the evidence now"
    more: ClassVar[tuple[str, ...]] = ("since", "until")
    beside: ClassVar[tuple[str, ...]] = ("since", "until")
    more_title = "Which part of the log"
    reason = line("Reason", required=False, help_text="Such as: before the switch.")
    since = Moment("From", "Since people are harmed if left empty, or a week before the declaration.")
    until = Moment("Until", "Now if left empty.")

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:  # noqa: ARG002 - the queue has its own desk
        """Hold what is known at once, and put the rest in the queue."""
        given = self.cleaned_data
        since, until = given.get("since") or None, given.get("until") or None
        return inquiries.begin_hold(incident_id, by=by, reason=given["reason"], since=since, until=until)[0]


class HoldNow(Hold):
    """The same beside the switch, where evidence comes first."""

    name, tab = "hold-now", "containment"
    more, beside = (), ()
    since = until = None  # type: ignore[assignment]

    def clean(self) -> dict[str, Any]:
        """There is but one field here."""
        return super().clean() | {"since": None, "until": None}


class KeepHere(Keep):
    """A file or a text, on the page of the evidence."""

    name, tab, fold = "keep-evidence", "evidence", "Keep a file or a text"


class ImportResult(Act):
    """What another tool computed, kept and told as a finding of its own."""

    verb, name, tab, first = "record-finding", "import-result", "evidence", False
    fold, button = "Bring in a result of Aequitas, AIF360 or Inspect", "Keep it, and show what it says"
    tool = choice(
        "Made by",
        (
            ("aequitas", "Aequitas: its table, CSV or JSON"),
            ("aif360", "AIF360: its metrics, JSON"),
            ("inspect", "Inspect: the log of an evaluation, JSON or .eval"),
        ),
    )
    upload = forms.FileField(
        label="File", help_text="It is marked as another tool's, and held against our own numbers."
    )

    def clean(self) -> dict[str, Any]:
        """It must be a result that can be read."""
        from hotwash.connect import fairness_tools, inspect_logs

        cleaned = super().clean()
        upload, tool = cleaned.get("upload"), cleaned.get("tool")
        if upload and upload.size > fairness_tools.FILE_MAX:
            self.add_error("upload", "This file is larger than 64 MiB.")
        elif upload and tool:
            data = cleaned["data"] = upload.read()
            try:
                cleaned["told"] = inspect_logs.read(data) if tool == "inspect" else fairness_tools.read(tool, data)
            except OutsideFault as no:
                self.add_error("upload", no.sentence)
        return cleaned

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Keep the file, and record what it says."""
        given, told = self.cleaned_data, self.cleaned_data["told"]
        how: dict[str, Any] = {
            "by": by,
            "name": given["upload"].name[:200],
            "media_type": (given["upload"].content_type or "application/octet-stream")[:200],
        }
        if isinstance(told, Evaluation):
            return take_evaluation(desk, incident_id, told, given["data"], **how)
        return take_result(desk, incident_id, told, given["data"], **how)


class VerifyEvidence(Act):
    """Reading the bytes again."""

    verb, tab, button, first = "verify-evidence", "evidence", "Read all bytes again", False

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Read them, and record what was found."""
        return evidence.verify(desk, incident_id, by=by)


class HandOverEvidence(Act):
    """Evidence goes to somebody."""

    verb, tab, button = "hand-over-evidence", "evidence", "Record the handover"
    fold, beside = "Record that evidence was handed over", ("how", "receipt")
    which = choice("Which", ())
    to = line("To whom", help_text="Such as: the data protection authority, by name.")
    reason = line("Why")
    how = line("How", required=False, help_text="Such as: on a disk, in person.")
    receipt = line("Receipt", required=False)

    def settle(self, incident: Incident) -> None:
        """Offer what was kept."""
        offered = [(one.ref, f"{one.ref}: {one.name[:60]}") for one in items(incident) if one.kept]
        self.fields["which"].widget.choices = offered

    def words(self) -> dict[str, Any]:
        """The number of the entry and of the item within it."""
        said = super().words()
        entry, _, item = said.pop("which").partition(".")
        return said | {"entry": entry, "item": item or "0"}


class ExportCase(Act):
    """A case file."""

    verb, tab, button, fold = "export-case", "evidence", "Make the case file", "Make a case file"
    to = line("For whom", required=False, help_text="An authority, a court, counsel.")
    reason = line("Why", required=False)
    people = forms.BooleanField(
        label="With what names people",
        required=False,
        help_text="The cut-out part of the log. Leave it out unless whoever gets this must know them.",
    )

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Seal the record, make the case file, and record what it holds by its digest."""
        given = self.cleaned_data
        return evidence.export(
            desk,
            incident_id,
            by=by,
            to=given["to"],
            reason=given["reason"],
            people=given["people"],
            key=usable_key(),
        ).recorded
