"""Rules for the post-mortem: plan or waive it, write its sections, send it round, submit and sign it.

No rule loses a text: a version that was made from an older one than stands there is recorded beside it. No rule lets a
submission count as signed by whoever submitted it alone.
"""

from datetime import date, datetime, timedelta

from hotwash.incident.events import (
    Event,
    PostmortemPlanned,
    PostmortemReturned,
    PostmortemSigned,
    PostmortemSubmitted,
    PostmortemWaived,
    PreReadConfirmed,
    PreReadSent,
    SectionWritten,
)
from hotwash.incident.events.work import RoleId
from hotwash.incident.postmortem import Submission
from hotwash.incident.state import Incident
from hotwash.knowledge.postmortem import MeetingForm, Obligation, SectionId, postmortem_book
from hotwash.ledger.rule import Asked, NotAllowed, need

NAME_LENGTH_MAX = 200
READERS_MAX = 200


def obligation(incident: Incident) -> Obligation:
    """What the severity asks for. Exercises and tests are asked for nothing, and may hold one all the same."""
    severity = incident.severity
    return postmortem_book().obligation(severity.severity if severity else None)


def required(incident: Incident) -> bool:
    """Whether a post-mortem must be held or waived."""
    return incident.kind not in ("drill", "test", "backdated") and obligation(incident).required


def due_by(incident: Incident) -> date | None:
    """Until when: as planned, else by the severity from the moment when the incident was resolved; None before that."""
    plan = incident.postmortem.plan
    if plan is not None and plan.event.due is not None:
        return plan.event.due
    return usually_due(incident)


def usually_due(incident: Incident) -> date | None:
    """Until when the severity asks for it; None while the incident is open."""
    if incident.standing not in ("resolved", "closed") or not incident.endings:
        return None
    resolved = next((said for said in reversed(incident.endings) if type(said.event).__name__ == "Resolved"), None)
    ended = resolved or incident.endings[-1]
    return (ended.at + timedelta(days=obligation(incident).days)).date()


def plan_postmortem(
    incident: Incident,
    asked: Asked,
    *,
    owner: str,
    facilitator: str,
    form: MeetingForm | None = None,
    due: date | None = None,
    meet_at: datetime | None = None,
    reason: str = "",
) -> list[Event]:
    """Say who owns the post-mortem and who leads its meeting. A later day than the severity asks for needs a reason."""
    wanted = obligation(incident)
    usual = usually_due(incident)
    reason = reason.strip()
    if due is not None and usual is not None and due > usual and not reason:
        raise NotAllowed(f"By its severity it is due on {usual.isoformat()}: say in `reason` why it takes longer.")
    if form == "hot-wash" and wanted.form == "full" and required(incident) and not reason:
        raise NotAllowed("By its severity it needs a whole meeting: say in `reason` why a hot wash is enough.")
    if meet_at is not None and meet_at.tzinfo is None:
        raise NotAllowed("`meet_at` has no time zone: write it as 2026-03-03T14:00:00+01:00.")
    names = _name(owner, "The owner"), _name(facilitator, "The facilitator")
    return [PostmortemPlanned(form or wanted.form, *names, due or usual, required(incident), meet_at, reason)]


def waive_postmortem(incident: Incident, asked: Asked, *, reason: str) -> list[Event]:
    """Hold no post-mortem, and say why. It can be planned later all the same."""
    if incident.postmortem.submission is not None:
        raise NotAllowed("It is written and submitted already: there is nothing to waive.")
    if incident.postmortem.waiver is not None:
        raise NotAllowed(f"{incident.postmortem.waiver.by} has waived it already.")
    severity = incident.severity
    return [PostmortemWaived(need(reason, "The reason"), required(incident), severity.severity if severity else "")]


def write_section(
    incident: Incident, asked: Asked, *, section: SectionId, text: str, made_from: tuple[int, ...] = ()
) -> list[Event]:
    """Write a version of a section from the versions in ``made_from``. If others came since, both stand."""
    text = need(text.replace("\r\n", "\n").replace("\r", "\n"), "The text")
    wanted = postmortem_book().section(section)
    if len(text) > wanted.length_max:
        raise NotAllowed(f"“{wanted.title}” has {len(text):,} characters; {wanted.length_max:,} fit.")
    known = {said.entry for said in incident.postmortem.versions_of(section)}
    for entry in made_from:
        if entry not in known:
            raise NotAllowed(f"Entry {entry} is no version of “{wanted.title}”.")
    heads = incident.postmortem.heads(section)
    if len(heads) == 1 and heads[0].event.text == text:
        raise NotAllowed("Exactly this text stands there already.")
    same = tuple(said.entry for said in heads if said.event.text == text)
    return [SectionWritten(section, text, tuple(sorted({*made_from, *same})))]


def send_pre_read(incident: Incident, asked: Asked, *, readers: tuple[str, ...], note: str = "") -> list[Event]:
    """Send the draft as it stands round before the meeting. Each reader is reminded, and says so when done."""
    names = tuple(dict.fromkeys(_name(one, "The reader") for one in readers if one.strip()))
    if not names:
        raise NotAllowed("Name at least one reader.")
    if len(names) > READERS_MAX:
        raise NotAllowed(f"At most {READERS_MAX} readers at a time.")
    return [PreReadSent(incident.number, names, note.strip())]


def confirm_pre_read(incident: Incident, asked: Asked, *, sent: int) -> list[Event]:
    """Say that one has read what was sent round."""
    held = incident.postmortem
    if all(one.entry != sent for one in held.pre_reads):
        raise NotAllowed(f"Entry {sent} sends nothing round to be read.")
    if asked.by in held.confirmed_by(sent):
        raise NotAllowed("You have said so already.")
    return [PreReadConfirmed(sent)]


def submit_postmortem(incident: Incident, asked: Asked, *, remark: str = "") -> list[Event]:
    """Say that the post-mortem as it stands is ready to be signed. A section with two texts must be settled first."""
    held = incident.postmortem
    for section in postmortem_book().sections:
        if len(held.heads(section.id)) > 1:
            raise NotAllowed(f"“{section.title}” has two texts: make one of them first.")
    if not incident.summary:
        raise NotAllowed("It has no summary: say in a few sentences what happened.")
    return [PostmortemSubmitted(incident.number, remark.strip())]


def sign_postmortem(
    incident: Incident, asked: Asked, *, submission: int, role: RoleId, remark: str = ""
) -> list[Event]:
    """Sign a submission for a role that one holds."""
    known = _submitted(incident, submission)
    _asked_of(incident, role)
    if role in known.by_role:
        raise NotAllowed(f"{known.by_role[role].by} has signed it as {role} already.")
    holder = incident.roster.get(role)
    if holder is None and obligation(incident).stand_in and incident.commander == asked.by:
        return [PostmortemSigned(submission, role, remark.strip(), standing_in=True)]
    _holds(incident, asked, role)
    return [PostmortemSigned(submission, role, remark.strip())]


def return_postmortem(incident: Incident, asked: Asked, *, submission: int, role: RoleId, reason: str) -> list[Event]:
    """Send a submission back for a role that one holds, and say why."""
    _submitted(incident, submission)
    _asked_of(incident, role)
    _holds(incident, asked, role)
    return [PostmortemReturned(submission, role, need(reason, "The reason"))]


def unsigned(incident: Incident, known: Submission) -> str:
    """Why a submission does not count as signed, in a sentence; empty if it does."""
    if known.returned:
        return f"{known.returned[-1].by} sent it back."
    if waiting := [role for role in obligation(incident).signs if role not in known.by_role]:
        return f"It waits for the signature of {' and '.join(waiting)}."
    if all(said.by == known.said.by for said in known.by_role.values()):
        return f"{known.said.by} submitted it and signed it alone: somebody else must sign it too."
    return ""


def _submitted(incident: Incident, submission: int) -> Submission:
    known = incident.postmortem.submission
    if known is None or known.number != submission:
        raise NotAllowed("This is not what is submitted now: read what stands there, and sign that.")
    return known


def _asked_of(incident: Incident, role: str) -> None:
    if role not in obligation(incident).signs:
        raise NotAllowed(f"It needs the signature of {', '.join(obligation(incident).signs)}, not of {role}.")


def _holds(incident: Incident, asked: Asked, role: str) -> None:
    holder = incident.roster.get(role)
    if holder is None:
        raise NotAllowed(f"Nobody is {role} here: assign the role first.")
    if holder != asked.by:
        raise NotAllowed(f"{holder} is {role} here, and only they can say so for it.")


def _name(name: str, what: str) -> str:
    name = " ".join(need(name, what).split())
    if len(name) > NAME_LENGTH_MAX:
        raise NotAllowed(f"{what} has {len(name)} characters; {NAME_LENGTH_MAX} fit.")
    return name
