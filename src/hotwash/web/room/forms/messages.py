"""Forms of messages: write, submit, approve, send; the public page."""

import secrets
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils import timezone

from hotwash.incident.events.messages import REGISTER
from hotwash.incident.messages import Message
from hotwash.incident.state import Incident
from hotwash.reports.messages.public import open_page
from hotwash.web.room.forms.act import Act, Moment, line, passage
from hotwash.web.sending import targets


def _written(help_text: str = "") -> Any:
    """The text of a message, which is checked while it is written."""
    field = passage("Text", rows=14, help_text=help_text)
    field.widget.attrs |= {
        "hx-trigger": "input changed delay:700ms",
        "hx-target": "#notes",
        "hx-include": "closest form",
        "hx-sync": "this:replace",
    }
    return field


def _checked(form: Act, incident: Incident) -> None:
    form.fields["body"].widget.attrs["hx-post"] = reverse("room-message-check", args=[incident.id])


def _made_from(said: dict[str, Any]) -> dict[str, Any]:
    # A form whose field is called "template" could not be drawn: the name means how it is drawn.
    template = said.pop("made_from", "")
    return {**said, "template": template} if template else said


def _local(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}" if at else ""


class DraftMessage(Act):
    """A message that begins."""

    verb, tab, button = "draft-message", "messages", "Keep this draft"
    fixed = ("audience", "stage", "language", "made_from", "missing")
    lists = ("missing",)
    subject = line("Subject", maxlength=200)
    body = _written()
    next_at = Moment("Promises the next word by", "As the text says it. Leave it empty where it promises none.")

    def settle(self, incident: Incident) -> None:
        """Say where the text is checked."""
        _checked(self, incident)

    def words(self) -> dict[str, Any]:
        """With the name of the template."""
        return _made_from(super().words())


class TakeDraft(Act):
    """The first word as it stands ready, taken with one press. It goes to those who have to approve it."""

    verb, name, tab, button = "draft-message", "take-draft", "messages", "Take this text and ask for approval"
    fixed = ("audience", "stage", "language", "made_from", "next_at", "subject", "body")

    def words(self) -> dict[str, Any]:
        """The text as it was shown, submitted at once."""
        return {**_made_from(super().words()), "submit": True}


class _OnMessage(Act):
    """A form on the page of one message."""

    tab = "message"
    fixed: ClassVar[tuple[str, ...]] = ("message",)

    def of(self, incident: Incident) -> Message | None:
        """The message that it is about."""
        number = str(self.data.get("message") or self.initial.get("message") or "")
        return incident.messages.get(int(number)) if number.isdecimal() else None


class EditMessage(_OnMessage):
    """Another text over the one that the writer saw."""

    verb, button, fold = "edit-message", "Save this version", "Change the text"
    fixed = ("message", "text", "audience", "stage", "language")
    subject = line("Subject", maxlength=200)
    body = _written("Whoever approved the text before has to approve it again.")
    next_at = Moment("Promises the next word by", "As the text says it.")

    def settle(self, incident: Incident) -> None:
        """Begin with the text as it stands."""
        _checked(self, incident)
        if known := self.of(incident):
            text = known.text.event
            self.fields["subject"].initial, self.fields["body"].initial = text.subject, text.body
            self.fields["next_at"].initial = _local(text.next_at)

    def words(self) -> dict[str, Any]:
        """What the verb takes: for whom it is stays, and goes along only for the check."""
        said = super().words()
        return {name: value for name, value in said.items() if name not in ("audience", "stage")}


class SubmitMessage(_OnMessage):
    """It is ready."""

    verb, button = "submit-message", "Ask for approval"


class ApproveMessage(_OnMessage):
    """Agreed, for a role."""

    verb, button = "approve-message", "Approve this text"
    fixed = ("message", "text", "role")
    remark = line("Remark", required=False)


class RefuseMessage(_OnMessage):
    """Not agreed, and why."""

    verb, button, fold, first = "refuse-message", "Send it back", "Do not approve it", False
    fixed = ("message", "text", "role")
    reason = line("What has to change")


class WithdrawMessage(_OnMessage):
    """Taken back."""

    verb, button, fold, first = "withdraw-message", "Take the message back", "Take the message back", False
    reason = line("Reason", help_text="What was delivered stays delivered; what was not does not go.")


def lists_left(message: Message) -> list[tuple[str, str]]:
    """The lists to which a message could still go, with how each is shown."""
    audience, gone = message.audience, message.underway
    listed = [
        (one.name, f"{one.name} ({one.shown})")
        for one in targets.targets()
        if one.audience in ("", audience) and one.name not in gone
    ]
    if "{{" in message.text.event.body:
        listed = []  # it is filled for each person: the rule lets it go to the register only
    if audience == "harmed" and REGISTER not in gone:
        listed.insert(0, (REGISTER, "Everybody in the register who is owed a letter in this language"))
    return listed


class SendMessage(_OnMessage):
    """To named lists."""

    verb, button = "send-message", "Send it"
    targets = forms.MultipleChoiceField(
        label="To", required=False, widget=forms.CheckboxSelectMultiple, help_text="Each list has its own result."
    )

    def settle(self, incident: Incident) -> None:
        """Offer the lists for its audience, and those for everyone."""
        known = self.of(incident)
        self.fields["targets"].choices = lists_left(known) if known else []  # type: ignore[attr-defined]
        if known and known.audience == "public" and open_page(incident) is not None:
            self.fields["targets"].help_text = "It stands on the status page at once, and goes to these lists too."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            # The desk and the job hold the names against what there is; a form that comes back offers them anew.
            self.fields["targets"].choices = [(one, one) for one in self.data.getlist("targets")]  # type: ignore[attr-defined]


class AnswerMessage(_OnMessage):
    """What came back."""

    verb, button, fold = "answer-message", "Record the answer", "Record an answer"
    sender = line("Who answered", help_text="A role or a group, such as “three customers”; no name or address.")
    text = passage("What was said", rows=2)


class OpenStatusPage(Act):
    """A public page."""

    verb, tab, button, fold = "open-status-page", "messages", "Open the public page", "Open a public page"
    title = line("Title of the page", maxlength=200, help_text="Anybody can read it. It is not the incident’s title.")
    slug = line("End of its address", maxlength=60, help_text="Short and easy to read out, or one that nobody guesses.")
    reason = line("Why it is opened")

    def settle(self, incident: Incident) -> None:  # noqa: ARG002 - the address says nothing of the incident
        """Propose an address that nobody guesses."""
        self.fields["slug"].initial = secrets.token_hex(10)


class CloseStatusPage(Act):
    """No public page any more."""

    verb, tab, button, fold, first = "close-status-page", "messages", "Close the public page", "Close the page", False
    reason = line("Why it is closed", help_text="The page then says only that it was closed.")
