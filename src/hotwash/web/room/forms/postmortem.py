"""Forms of the post-mortem: plan, write, send round, meet, sign, publish."""

import secrets
from typing import Any, ClassVar

from django import forms
from django.urls import reverse

from hotwash.incident.rules.postmortem import obligation, usually_due
from hotwash.incident.rules.publishing import offered
from hotwash.incident.state import Incident
from hotwash.knowledge.postmortem import postmortem_book
from hotwash.web.room.forms.act import Act, Moment, choice, day, line, passage

MEETINGS = [(one.id, f"{one.title} ({one.minutes} minutes)") for one in postmortem_book().meetings]


class PlanPostmortem(Act):
    """Who owns it, who leads, until when."""

    verb, tab, button, fold = "plan-postmortem", "post-mortem", "Plan it", "Plan the post-mortem"
    beside = ("owner", "facilitator")
    owner = line("Who owns it", help_text="Sees that it is written and signed.", list="people-known")
    facilitator = line("Who leads the meeting", help_text="Best somebody who was not part of it.", list="people-known")
    form = choice("Meeting", MEETINGS)
    due = day("Signed by")
    meet_at = Moment("It meets at")
    reason = line("Reason", required=False, help_text="Needed for a later day, or a shorter meeting, than usual.")

    def settle(self, incident: Incident) -> None:
        """Begin with what the severity asks for, or with the plan as it stands."""
        plan, due = incident.postmortem.plan, usually_due(incident)
        self.fields["form"].initial = plan.event.form if plan else obligation(incident).form
        self.fields["owner"].initial = plan.event.owner if plan else incident.commander or ""
        self.fields["facilitator"].initial = plan.event.facilitator if plan else ""
        known = (plan.event.due if plan else None) or due
        self.fields["due"].initial = known.isoformat() if known else ""


class WaivePostmortem(Act):
    """None is held."""

    verb, tab, button, fold, first = "waive-postmortem", "post-mortem", "Hold none", "Hold no post-mortem", False
    reason = line("Why none is held", help_text="The severity may ask for one: the reason stays beside the incident.")


class _OnPage(Act):
    """A form on a page of the post-mortem that is not the tab itself."""

    page: ClassVar[str] = ""

    def landing(self, incident_id: str) -> str:
        """The page on which it stands."""
        return reverse(self.page, args=[incident_id])


class WriteSection(_OnPage):
    """A version of a section."""

    verb, tab, button, fixed = "write-section", "section", "Save this text", ("section",)
    made_from = forms.CharField(widget=forms.HiddenInput(attrs={"data-keep": ""}), required=False)
    text = passage("Text", rows=12, wording=True)

    @property
    def section(self) -> str:
        """The section that it is about."""
        return str(self.data.get("section") or self.initial.get("section") or "")

    def settle(self, incident: Incident) -> None:
        """Begin with the text as it stands."""
        heads = incident.postmortem.heads(self.section)
        self.fields["made_from"].initial = " ".join(str(said.entry) for said in heads)
        if len(heads) == 1:
            self.fields["text"].initial = heads[0].event.text
        try:
            asked = postmortem_book().section(self.section)
        except KeyError:
            return
        self.fields["text"].label, self.fields["text"].help_text = asked.title, asked.prompt
        self.fields["text"].widget.attrs["maxlength"] = asked.length_max

    def words(self) -> dict[str, Any]:
        """With the versions from which it was made."""
        said = super().words()
        made_from = [int(one) for one in said.pop("made_from", "").split() if one.isdecimal() and len(one) < 12]
        return {**said, "made_from": made_from}

    def landing(self, incident_id: str) -> str:
        """The page of the section."""
        return reverse("room-section", args=[incident_id, self.section])


class SendPreRead(Act):
    """The draft goes round."""

    verb, tab, button, fold = "send-pre-read", "post-mortem", "Send it round", "Send the draft round to be read"
    lists = ("readers",)
    readers = passage(
        "Readers, one a line", rows=4, help_text="Each is reminded by the way that they named themselves."
    )
    note = line("What they should look at", required=False)

    def settle(self, incident: Incident) -> None:
        """Begin with everybody who had a role."""
        names = dict.fromkeys([*incident.roster.values(), *(one.person for one in incident.tenures)])
        self.fields["readers"].initial = "\n".join(names)


class ConfirmPreRead(Act):
    """Read."""

    verb, tab, button, fixed = "confirm-pre-read", "post-mortem", "I have read it", ("sent",)


class Contribute(Act):
    """Something to look at, with a name."""

    verb, tab, button, fold = "contribute", "post-mortem", "Add it with my name", "Say what should be looked at"
    text = passage("What should the post-mortem look at?", rows=3, wording=True)


class OpenContributions(Act):
    """The page without names."""

    verb, tab, button = "open-contributions", "post-mortem", "Open a page for contributions without a name"
    until = day("Open until", help_text="Best the day before the meeting.")


class OpenMeeting(_OnPage):
    """The meeting begins."""

    verb, tab, button, page = "open-meeting", "meeting", "Begin the meeting", "room-meeting"
    lists = ("attendees",)
    form = choice("Meeting", MEETINGS)
    attendees = passage("Who is here, one a line", rows=4, required=False)

    def settle(self, incident: Incident) -> None:
        """Begin with the plan, and with everybody who was asked to read."""
        held = incident.postmortem
        self.fields["form"].initial = held.plan.event.form if held.plan else obligation(incident).form
        readers = held.pre_reads[-1].event.readers if held.pre_reads else tuple(incident.roster.values())
        self.fields["attendees"].initial = "\n".join(dict.fromkeys(readers))


class MoveMeeting(_OnPage):
    """The next point."""

    verb, tab, button, page, fixed = "move-meeting", "meeting", "Go on to this point", "room-meeting", ("item",)


class NoteMeeting(_OnPage):
    """A note."""

    verb, tab, button, page, fixed = "note-meeting", "meeting", "Write the note", "room-meeting", ("item",)
    text = passage("Note", rows=3, key="n", wording=True)


class EndMeeting(_OnPage):
    """The meeting ends."""

    verb, tab, button, page, fold, first = (
        "end-meeting",
        "meeting",
        "End the meeting",
        "room-meeting",
        "End the meeting",
        False,
    )
    remark = line("Remark", required=False)


class SubmitPostmortem(Act):
    """Ready."""

    verb, tab, button, fold = "submit-postmortem", "post-mortem", "Submit it as it stands", "Submit it to be signed"
    remark = line("Remark", required=False)


class SignPostmortem(Act):
    """Signed for a role."""

    verb, tab, button, fixed = "sign-postmortem", "post-mortem", "Sign it", ("submission", "role")
    remark = line("Remark", required=False)


class ReturnPostmortem(Act):
    """Sent back."""

    verb, tab, button, fold, first = "return-postmortem", "post-mortem", "Send it back", "Do not sign it", False
    fixed = ("submission", "role")
    reason = line("What has to change")


class PublishPostmortem(Act):
    """Readable inside."""

    verb, tab, button, fixed = "publish-postmortem", "post-mortem", "Publish it inside", ("submission",)
    remark = line("Remark", required=False)


class AcknowledgePostmortem(Act):
    """Read."""

    verb, tab, button, fixed = "acknowledge-postmortem", "post-mortem", "I have read it", ("publication",)


class ProposePublicVersion(_OnPage):
    """Sentences that may become public."""

    verb, tab, button, page = "propose-public-version", "publishing", "Propose exactly these", "room-publishing"
    fixed = ("submission",)
    title = line("Title of the public page", maxlength=200, help_text="It is not the incident’s title.")
    picks = forms.MultipleChoiceField(
        label="What becomes public", required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "picks"})
    )

    def settle(self, incident: Incident) -> None:
        """Offer every sentence of what was signed."""
        wanted = str(self.data.get("submission") or self.initial.get("submission") or "")
        known = next((one for one in incident.postmortem.submissions if str(one.number) == wanted), None)
        if known is None:
            return
        groups = [
            (title, [(f"{part}:{place}", text) for place, text in enumerate(lines)])
            for part, title, lines in offered(incident, known.said.event.as_of)
        ]
        self.fields["picks"].choices = groups  # type: ignore[attr-defined]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and hasattr(self.data, "getlist"):
            # The desk holds the picks against what there is; a form that comes back offers them anew.
            self.fields["picks"].choices = [(one, one) for one in self.data.getlist("picks")]  # type: ignore[attr-defined]


class PublishOutside(_OnPage):
    """Readable for everybody."""

    verb, tab, button, page = "publish-outside", "publishing", "Publish it outside", "room-publishing"
    fixed = ("version",)
    slug = line("End of its address", maxlength=60, help_text="Short and easy to read out, or one that nobody guesses.")
    reason = line("Why it is published")

    def settle(self, incident: Incident) -> None:  # noqa: ARG002 - the address says nothing of the incident
        """Propose an address that nobody guesses."""
        self.fields["slug"].initial = secrets.token_hex(10)


class WithdrawPublication(_OnPage):
    """Taken back."""

    verb, tab, button, page, fixed = (
        "withdraw-publication",
        "publishing",
        "Take it back",
        "room-publishing",
        ("publication",),
    )
    fold, first = "Take it back", False
    reason = line("Reason", help_text="Who has read it has read it.")


class OpenPulse(Act):
    """How safe was it to speak."""

    verb, tab, button = "open-pulse", "post-mortem", "Ask how safe it was to speak"


FORMS: tuple[type[Act], ...] = (
    PlanPostmortem,
    WaivePostmortem,
    WriteSection,
    SendPreRead,
    ConfirmPreRead,
    Contribute,
    OpenContributions,
    OpenMeeting,
    MoveMeeting,
    NoteMeeting,
    EndMeeting,
    SubmitPostmortem,
    SignPostmortem,
    ReturnPostmortem,
    PublishPostmortem,
    AcknowledgePostmortem,
    ProposePublicVersion,
    PublishOutside,
    WithdrawPublication,
    OpenPulse,
)
"""Every form of the post-mortem."""
