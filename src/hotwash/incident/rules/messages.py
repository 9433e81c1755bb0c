"""Rules for messages: write, submit, approve, send; and the public page.

No rule lets a text go that was not approved as it stands (`incident.messages.lacking`): every edit makes a text that
nobody has approved yet, and a refusal takes back what was approved before it. The steps say what came of each target;
whoever delivers takes them.
"""

import re
from collections.abc import Callable
from datetime import datetime

from hotwash.incident.events import (
    Event,
    MessageAnswered,
    MessageApproved,
    MessageDelivered,
    MessageDrafted,
    MessageEdited,
    MessageFailed,
    MessageRefused,
    MessageSending,
    MessageSubmitted,
    MessageWithdrawn,
    StatusPageClosed,
    StatusPageOpened,
)
from hotwash.incident.events.messages import REGISTER, STATUS_PAGE, AudienceId, Failure, StageId
from hotwash.incident.events.work import RoleId
from hotwash.incident.messages import Message, StatusPage, lacking
from hotwash.incident.state import Incident
from hotwash.knowledge.placeholders import BadPlaceholder, gaps, names
from hotwash.ledger.rule import Asked, NotAllowed, need

SUBJECT_LENGTH_MAX = 200
TARGETS_MAX = 50
TARGET_LENGTH_MAX = 100
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{6,58})[a-z0-9]")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")
_ADDRESS = re.compile(r"@|://|\+?\d[\d ()/.-]{6,}\d")
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Controls that nobody sees, some of which turn the direction of reading."""
PERSON = "person:"
"""What a placeholder begins with that is filled for each of the people harmed, at the moment of sending."""


def draft_message(
    incident: Incident,
    asked: Asked,
    *,
    audience: AudienceId,
    stage: StageId,
    subject: str,
    body: str,
    language: str = "en",
    template: str = "",
    missing: tuple[str, ...] = (),
    next_at: datetime | None = None,
    submit: bool = False,
) -> list[Event]:
    """Begin a message. With ``submit`` its text goes for approval at once."""
    words, about = _text(subject, body), _language(language)
    _promised(asked, next_at)
    listed = tuple(one.strip()[:200] for one in missing if one.strip())
    drafted = MessageDrafted(audience, stage, *words, about, template.strip()[:200], listed, next_at)
    if not submit:
        return [drafted]
    _ready(audience, *words)
    number = incident.number + 1
    return [drafted, MessageSubmitted(number, number)]


def edit_message(
    incident: Incident,
    asked: Asked,
    *,
    message: int,
    text: int,
    subject: str,
    body: str,
    language: str = "",
    next_at: datetime | None = None,
) -> list[Event]:
    """Give a message another text; ``text`` is the entry of the one it replaces. What was approved no longer counts."""
    known = _open(incident, message)
    if known.sendings:
        raise NotAllowed("It was sent: what people hold cannot be changed. Write another message that corrects it.")
    now = known.text
    if now.entry != text:
        raise NotAllowed(f"{now.by} wrote version {known.version} (entry {now.entry}) meanwhile. Yours was kept here.")
    words = _text(subject, body)
    about = _language(language or now.event.language)
    _promised(asked, next_at)
    if (*words, about, next_at) == (now.event.subject, now.event.body, now.event.language, now.event.next_at):
        raise NotAllowed("Nothing in it was changed.")
    return [MessageEdited(message, known.version + 1, *words, about, next_at)]


def submit_message(incident: Incident, asked: Asked, *, message: int, remark: str = "") -> list[Event]:
    """Say that the text as it stands is ready to be approved."""
    known = _open(incident, message)
    if known.submission is not None:
        raise NotAllowed(f"{known.submission.by} submitted this text already.")
    _ready(known.audience, known.text.event.subject, known.text.event.body)
    return [MessageSubmitted(message, known.text.entry, remark.strip())]


def approve_message(
    incident: Incident, asked: Asked, *, message: int, text: int, role: RoleId, remark: str = ""
) -> list[Event]:
    """Approve a text for a role that one holds; ``text`` is the entry of the text that was read."""
    known = _waiting(incident, message, text)
    _asked_of(known, role)
    if role in known.approved:
        raise NotAllowed(f"{known.approved[role].by} has approved it as {role} already.")
    holder = incident.roster.get(role)
    if holder is None and known.row.stand_in and incident.commander == asked.by:
        return [MessageApproved(message, text, role, remark.strip(), standing_in=True)]
    _holds(incident, asked, role)
    return [MessageApproved(message, text, role, remark.strip())]


def refuse_message(
    incident: Incident, asked: Asked, *, message: int, text: int, role: RoleId, reason: str
) -> list[Event]:
    """Refuse a text for a role that one holds, and say why: it goes back to its writer."""
    known = _waiting(incident, message, text)
    _asked_of(known, role)
    _holds(incident, asked, role)
    return [MessageRefused(message, text, role, need(reason, "The reason"))]


def withdraw_message(incident: Incident, asked: Asked, *, message: int, reason: str) -> list[Event]:
    """Take a message back. What was delivered stays delivered; what was not does not go."""
    known = _open(incident, message)
    return [MessageWithdrawn(known.number, need(reason, "The reason"))]


def send_message(incident: Incident, asked: Asked, *, message: int, targets: tuple[str, ...] = ()) -> list[Event]:
    """Send an approved message to named lists. One to the public stands on the status page at once, if one is open."""
    known = _open(incident, message)
    if why := lacking(known):
        raise NotAllowed(f"It cannot be sent yet. {why}")
    if asked.at > asked.now:
        raise NotAllowed("That time is still to come: send it then.")
    wanted = tuple(dict.fromkeys(_target(one) for one in targets if one.strip()))
    on_page = known.audience == "public" and open_page(incident) is not None and STATUS_PAGE not in known.targets
    if STATUS_PAGE in wanted and not on_page:
        raise NotAllowed("The status page takes each message to the public once, while it is open.")
    wanted = tuple(one for one in wanted if one != STATUS_PAGE)
    for target in wanted:
        _goes_to(known, target)
    if on_page:
        wanted = (STATUS_PAGE, *wanted)
    if not wanted:
        raise NotAllowed("Name at least one list to send it to, or open the status page for a message to the public.")
    if len(wanted) > TARGETS_MAX:
        raise NotAllowed(f"At most {TARGETS_MAX} lists at a time.")
    events: list[Event] = [MessageSending(known.number, known.text.entry, wanted)]
    if on_page:
        events.append(MessageDelivered(known.number, incident.number + 1, STATUS_PAGE, None, "It stands on the page."))
    return events


def _goes_to(known: Message, target: str) -> None:
    if target == REGISTER and known.audience != "harmed":
        raise NotAllowed("Only letters to the people harmed go to the register.")
    if target != REGISTER and any(name.startswith(PERSON) for name in names(known.text.event.body)):
        raise NotAllowed(
            f"This letter has places that are filled for each person: it goes to the {REGISTER}, not to {target}."
        )
    if target not in known.targets:
        return
    _, result = known.targets[target]
    if result is None:
        raise NotAllowed(f"It is on its way to {target} already.")
    if isinstance(result.event, MessageDelivered):
        raise NotAllowed(f"{target} has it already.")


def answer_message(incident: Incident, asked: Asked, *, message: int, sender: str, text: str) -> list[Event]:
    """Record an answer to a message: from whom, as a role or a group, and what was said."""
    known = _known(incident, message)
    who = need(sender, "Who answered")
    if _ADDRESS.search(who):
        raise NotAllowed("Name who answered as a role or a group: addresses of people are not put on record.")
    return [MessageAnswered(known.number, who, need(text, "The answer"))]


def open_status_page(incident: Incident, asked: Asked, *, slug: str, title: str, reason: str) -> list[Event]:
    """Open a public page. It shows its title and what was sent to the public, and nothing else of the incident."""
    if open_page(incident) is not None:
        raise NotAllowed("The status page is open already.")
    slug = slug.strip()
    if not SLUG.fullmatch(slug) or "--" in slug:
        raise NotAllowed("The end of the address is 8 to 60 lower-case letters, digits and single hyphens.")
    title = " ".join(need(title, "The title").split())
    if _HIDDEN.search(title):
        raise NotAllowed("The title holds a hidden character: take it out.")
    if len(title) > SUBJECT_LENGTH_MAX:
        raise NotAllowed(f"The title has {len(title)} characters; {SUBJECT_LENGTH_MAX} fit.")
    return [StatusPageOpened(slug, title, need(reason, "The reason"))]


def close_status_page(incident: Incident, asked: Asked, *, reason: str) -> list[Event]:
    """Close the public page: it then says only that it was closed."""
    if open_page(incident) is None:
        raise NotAllowed("No status page is open.")
    return [StatusPageClosed(need(reason, "The reason"))]


def deliver_message(
    incident: Incident,
    asked: Asked,
    *,
    sending: int,
    target: str,
    reached: int | None = None,
    answer: str = "",
    digest: str = "",
) -> list[Event]:
    """State that a target took a message. Told once."""
    known = _sending(incident, sending, target)
    last = known.outcome(sending, target)
    if last is not None and isinstance(last.event, MessageDelivered):
        return []
    return [MessageDelivered(known.number, sending, target, reached, answer.strip()[:500], digest)]


def fail_message(
    incident: Incident,
    asked: Asked,
    *,
    sending: int,
    target: str,
    reason: str,
    outcome: Failure = "failed",
    final: bool = True,
    reached: int | None = None,
) -> list[Event]:
    """State that a target did not take a message, or that nobody knows. The same twice in a row is told once."""
    known = _sending(incident, sending, target)
    failed = MessageFailed(known.number, sending, target, outcome, need(reason, "The reason")[:500], final, reached)
    last = known.outcome(sending, target)
    if last is not None and (isinstance(last.event, MessageDelivered) or last.event == failed):
        return []
    return [failed]


def open_page(incident: Incident) -> StatusPage | None:
    """The public page that is open, if one is."""
    return next((one for one in incident.status_pages.values() if not one.shut), None)


def _known(incident: Incident, message: int) -> Message:
    known = incident.messages.get(message)
    if known is None:
        raise NotAllowed(f"Entry {message} is no message of {incident.id}.")
    return known


def _open(incident: Incident, message: int) -> Message:
    known = _known(incident, message)
    if known.withdrawn is not None:
        raise NotAllowed(f"The message of entry {message} was taken back: begin another one.")
    return known


def _waiting(incident: Incident, message: int, text: int) -> Message:
    known = _open(incident, message)
    if known.text.entry != text:
        raise NotAllowed(
            f"{known.text.by} changed the text (version {known.version}, entry {known.text.entry}): read it first."
        )
    if known.submission is None:
        raise NotAllowed("This text was not submitted for approval.")
    if known.sendings:
        raise NotAllowed("It was sent already.")
    return known


def _asked_of(known: Message, role: str) -> None:
    if role not in known.row.needs:
        raise NotAllowed(f"It needs the word of {', '.join(known.row.needs)}, not of {role}.")


def _holds(incident: Incident, asked: Asked, role: str) -> None:
    holder = incident.roster.get(role)
    if holder is None:
        raise NotAllowed(f"Nobody is {role} here: assign the role first.")
    if holder != asked.by:
        raise NotAllowed(f"{holder} is {role} here, and only they can say so for it.")


def _sending(incident: Incident, sending: int, target: str) -> Message:
    for known in incident.messages.values():
        if any(said.entry == sending and target in said.event.targets for said in known.sendings):
            return known
    raise NotAllowed(f"Entry {sending} sends nothing to {target[:80]}.")


def _text(subject: str, body: str) -> tuple[str, str]:
    subject = " ".join(need(subject, "The subject").split())
    if len(subject) > SUBJECT_LENGTH_MAX:
        raise NotAllowed(f"The subject has {len(subject)} characters; {SUBJECT_LENGTH_MAX} fit.")
    body = need(body.replace("\r\n", "\n").replace("\r", "\n"), "The text")
    if hidden := _HIDDEN.search(subject + body):
        raise NotAllowed(f"The text holds a hidden character (U+{ord(hidden[0]):04X}): take it out.")
    return subject, body


def _language(language: str) -> str:
    language = language.strip()
    if not LANGUAGE.fullmatch(language):
        raise NotAllowed("The language is a short code, such as en, de or es.")
    return language


def _promised(asked: Asked, next_at: datetime | None) -> None:
    if next_at is None:
        return
    if next_at.tzinfo is None:
        raise NotAllowed("`next_at` has no time zone: write it as 2026-03-03T14:00:00+01:00.")
    if next_at <= asked.at:
        raise NotAllowed("The next word is promised for a time that lies in the past.")


def _ready(audience: str, subject: str, body: str) -> None:
    """Hold a text against what no message may go out with: gaps, and placeholders that nothing will fill."""
    if open_ones := (*gaps(subject), *gaps(body)):
        raise NotAllowed(f"The text still has gaps: {'; '.join(open_ones[:5])}. Fill them, or take them out.")
    try:
        wanted = (*names(subject), *names(body))
    except BadPlaceholder as bad:
        raise NotAllowed(str(bad)) from bad
    for name in wanted:
        if audience != "harmed" or not name.startswith(PERSON):
            raise NotAllowed(f"Nothing fills “{{{{{name[:60]}}}}}” when it is sent: write the words instead.")
    if any(name.startswith(PERSON) for name in names(subject)):
        raise NotAllowed("The subject of a letter is the same for everyone: who it is for stands in the letter itself.")


def _target(target: str) -> str:
    target = " ".join(target.split())
    if len(target) > TARGET_LENGTH_MAX or _ADDRESS.search(target):
        raise NotAllowed("A target is the name of a list, not an address: addresses of people are not put on record.")
    return target


STEPS: dict[str, tuple[Callable[..., list[Event]], str | None]] = {
    "deliver-message": (deliver_message, None),
    "fail-message": (fail_message, None),
}
"""Every step with the verb in whose states it is possible."""
