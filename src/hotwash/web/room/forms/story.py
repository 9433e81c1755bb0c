"""Forms of the story: notes, what happened, decisions, files, signals, dissent, erasing."""

from typing import Any, ClassVar

from django import forms

from hotwash.response.desk import Desk, Person, Recorded
from hotwash.web.room.forms.act import WHEN, Act, Moment, choice, line, passage

FILE_MAX = 64 * 2**20
"""Bytes of one file that a browser may send: it goes through memory. Larger ones come by API or command line."""


class Note(Act):
    """A working note."""

    verb, tab, button = "note", "timeline", "Add the note"
    more, more_title = ("at",), WHEN
    text = passage("Note", rows=2, key="n", wording=True)
    at = Moment("It happened at", "On your clock. The time at which you write it down is kept beside it.")


class Happened(Act):
    """Something that belongs on the timeline."""

    verb, tab, button = "happened", "timeline", "Put it on the timeline"
    beside = ("at", "source")
    text = passage("What happened", rows=2, wording=True)
    at = Moment("It happened at")
    source = line("How it is known", required=False)


class Decide(Act):
    """A decision with what was known."""

    verb, tab, button = "decide", "timeline", "Record the decision"
    lists, more, more_title = ("options",), ("options", "reason", "at"), "Options, reason, time"
    decision = line("Decision")
    known = passage("What is known now", rows=2, help_text="So that hindsight can be told from foresight later.")
    options = passage("Options that were weighed", required=False, rows=2, help_text="One on each line.")
    reason = passage("Why this one", required=False, rows=2)
    at = Moment("It was decided at")


class Keep(Act):
    """A file or a text as evidence."""

    verb, tab, button = "add-evidence", "timeline", "Keep it as evidence"
    more, more_title = ("note", "at"), "A note, and when it was taken"
    upload = forms.FileField(
        label="File", required=False, help_text="Kept byte for byte, with its digest. At most 64 MiB."
    )
    pasted = passage("Or a text", required=False, rows=2, help_text="A configuration, a mail, an answer of the system.")
    source = line("Where it comes from", required=False, help_text="Such as: model registry, read by Ana.")
    note = passage("Note", required=False, rows=2)
    at = Moment("It was taken at")

    def clean(self) -> dict[str, Any]:
        """One of the two must be there."""
        cleaned = super().clean()
        upload = cleaned.get("upload")
        if not upload and not cleaned.get("pasted"):
            self.add_error("upload", "Choose a file, or paste a text below.")
        elif upload and upload.size > FILE_MAX:
            self.add_error("upload", "This file is larger than 64 MiB. Keep it by `hotwash hold`, or in parts.")
        return cleaned

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Put the bytes into the vault and their digest into the record."""
        given = self.cleaned_data
        upload = given.get("upload")
        data = upload.read() if upload else given["pasted"].encode()
        return desk.keep(
            incident_id,
            data,
            by=by,
            name=(upload.name if upload else given["pasted"].strip().splitlines()[0][:60]) or "file",
            media_type=((upload.content_type or "application/octet-stream") if upload else "text/plain")[:200],
            at=given.get("at") or None,
            source=given["source"],
            note=given["note"],
        )


class HoldFirst(Keep):
    """The same beside the switch, where evidence comes first."""

    name, tab = "hold-first", "containment"
    fold = "Keep a file or a text"


class LinkSignal(Act):
    """A complaint, an alert, a report."""

    verb, tab, button, fold = "link-signal", "harm", "Link the signal", "Link a complaint, an alert or a report"
    beside, more, more_title = ("detector", "at"), ("data_time", "url", "key"), "Time of the data, address, key"
    title = line("What it says")
    source = line("Where it came from", help_text="Such as: mail, hotline, monitor.")
    detail = passage("In its own words", required=False)
    detector = choice("Seen by", (("outside", "people outside"), ("inside", "us")))
    at = Moment("It came at")
    data_time = Moment("It speaks of data from")
    url = line("Address", required=False)
    key = line("Its own key", required=False, help_text="The same key of the same source is linked only once.")


class Dissent(Act):
    """Another view, beside an entry."""

    verb, tab, button, fixed = "dissent", "entry", "Record the other view", ("about",)
    text = passage("How you see it", help_text="It stands beside the entry, under your name, and stays there.")


class Redact(Act):
    """Erasing the words of an entry."""

    verb, tab, button, fixed, first = "redact", "entry", "Erase the words", ("entry",), False
    fold = "Erase the words of this entry (privacy law)"
    reason: ClassVar[forms.CharField] = line(
        "Reason",
        help_text="Erases the words for everybody, for ever, and a file that only this entry names. "
        "A tombstone with this reason stays, and the chain stays closed.",
    )

    def record(self, desk: Desk, incident_id: str, by: Person) -> Recorded:
        """Write the note of the erasure, then erase."""
        entry = self.cleaned_data["entry"]
        return desk.redact(
            incident_id, by=by, entry=int(entry) if entry.isdecimal() else 0, reason=self.cleaned_data["reason"]
        )
