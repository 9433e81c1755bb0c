"""What is asked from chat, said at the desk in the name of the account, and told back in a sentence."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from hotwash.incident.state import Incident
from hotwash.knowledge.access import may
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.phrases import brief
from hotwash.reports.status import status
from hotwash.response.chat import HELP, Asked, Captured, Chat, Heard, Reply, asked, moment_first
from hotwash.response.desk import INCIDENT, NotFound, NotPermitted, Person, refusals
from hotwash.response.linking import surviving
from hotwash.response.signals import Signal
from hotwash.web.chat import people
from hotwash.web.door import desk
from hotwash.web.inbox.taking import take
from hotwash.web.tables.models import ChatChannel, ChatConnection, Strangers

UNLINKED = (
    "Your chat account is not linked to one in Hotwash. Open your account page there, make a code, and write "
    "“link CODE” here."
)
NO_INCIDENT = "Say which incident: this channel belongs to none. “bind INC-…” lets it belong to one."


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said in a connected chat.

    :param here: the address of this installation, for links
    """

    chat: Chat
    connection: ChatConnection
    heard: Heard
    here: str

    @property
    def where(self) -> str:
        """The channel in words."""
        name = self.heard.channel_name
        return f"#{name} of {self.chat.title}" if name else self.chat.title

    def room(self, incident_id: str) -> str:
        """Where the incident is."""
        return f"{self.here}/incidents/{incident_id}/"


def answer(said: Said) -> Reply:
    """Do what is asked; what the desk refuses is told as its sentence."""
    try:
        return _capture(said) if said.heard.kind == "capture" else _command(said)
    except refusals() as no:
        return Reply(f"{no} Nothing was recorded.")


def _command(said: Said) -> Reply:
    meant = asked(said.heard.text)
    if meant is None:
        word = brief(said.heard.text.split(" ", 1)[0], 30)
        return Reply(f"“{word}” is no word that is known here. Write “help”.")
    return _SAYS[meant.verb](said, meant)


def _person(said: Said) -> Person:
    account = people.account_of(said.connection, said.heard.user)
    if account is None:
        raise NotPermitted(UNLINKED)
    return people.person_of(account)


def _bound(said: Said) -> str:
    found = ChatChannel.objects.filter(connection=said.connection, channel=said.heard.channel).first()
    return found.incident if found else ""


def _incident(said: Said, meant: str) -> str:
    """The incident that is meant, at the end of its merges.

    :raises NotAllowed, NotFound: if none is meant, or there is none
    """
    name = meant or _bound(said)
    if not name:
        raise NotAllowed(NO_INCIDENT)
    return surviving(desk(), name)


def _help(said: Said, meant: Asked) -> Reply:  # noqa: ARG001 - one table of functions
    return Reply(HELP)


def _link(said: Said, meant: Asked) -> Reply:
    account = people.use_code(said.connection, said.heard, meant.rest)
    if account is None:
        return Reply(
            "This code does not work: it was used, is older than ten minutes, or was mistyped. Make a new one."
        )
    return Reply(f"You are {account.name} here from now on ({account.get_role_display()}).")


def _who(said: Said, meant: Asked) -> Reply:  # noqa: ARG001
    account, bound = people.account_of(said.connection, said.heard.user), _bound(said)
    first = f"You are {account.name} ({account.get_role_display()})." if account else UNLINKED
    return Reply(f"{first}\n{f'This channel belongs to {bound}.' if bound else 'This channel belongs to no incident.'}")


def _declare(said: Said, meant: Asked) -> Reply:
    account = people.account_of(said.connection, said.heard.user)
    if account is not None:
        by, detail = people.person_of(account), f"Declared from {said.where}."
    elif said.connection.strangers == Strangers.DECLARE:
        by = people.stranger(said.connection, said.heard)
        name = brief(said.heard.user_name or said.heard.user, 100)
        detail = f"Declared from {said.where} by {name}, who has linked no account."
    else:
        raise NotPermitted(UNLINKED)
    made = desk().declare(by=by, title=meant.rest, detail=detail)
    follow = " Write “bind " + made.id + "” to let this channel belong to it." if account else ""
    return Reply(f"Declared as {made.id}: {said.room(made.id)}{follow}")


def _report(said: Said, meant: Asked) -> Reply:
    account = people.account_of(said.connection, said.heard.user)
    if account is None and said.connection.strangers == Strangers.NOTHING:
        raise NotPermitted(UNLINKED)
    if not meant.rest:
        raise NotAllowed("Say in a sentence what is odd.")
    name = account.name if account else f"{brief(said.heard.user_name, 80)} ({said.connection.chat} {said.heard.user})"
    signal = Signal(
        source=said.connection.chat,
        key=f"{said.connection.name} {said.heard.key}"[:300],
        title=brief(meant.rest, 290),
        group=said.connection.name,
        state="information",
        alert_at=desk().clock(),
        detail=f"{meant.rest}\n\nReported from {said.where} by {name}.",
    )
    take("chat", [signal])
    return Reply("Thank you. It is in the inbox, where somebody looks at it.")


def _bind(said: Said, meant: Asked) -> Reply:
    by = _person(said)
    desk().permit(by, "note")
    if not meant.incident:
        raise NotAllowed("Say which incident: “bind INC-2026-0001”.")
    name = _incident(said, meant.incident)
    ChatChannel.objects.update_or_create(
        connection=said.connection,
        channel=said.heard.channel,
        defaults={"name": said.heard.channel_name, "incident": name, "bound_by": by.name, "bound_at": desk().clock()},
    )
    return Reply(f"This channel belongs to {name} now: {said.room(name)}", everyone=True)


def _unbind(said: Said, meant: Asked) -> Reply:  # noqa: ARG001
    desk().permit(_person(said), "note")
    ChatChannel.objects.filter(connection=said.connection, channel=said.heard.channel).delete()
    return Reply("This channel belongs to no incident now.", everyone=True)


def _note(said: Said, meant: Asked) -> Reply:
    by, name = _person(said), _incident(said, meant.incident)
    written = desk().record(name, "note", by=by, text=meant.rest)
    return Reply(f"Noted in {name} as entry {written.entries[0].number}.")


def _timeline(said: Said, meant: Asked) -> Reply:
    by, name = _person(said), _incident(said, meant.incident)
    at, text = moment_first(meant.rest)
    if said.heard.message is not None:
        # Here the command is a message itself, with a place and a time.
        return _put(said, by, name, replace(said.heard.message, text=text, at=at or said.heard.message.at))
    written = desk().record(name, "happened", by=by, at=at, text=text, source=f"Written in {said.where}.")
    return Reply(f"On the timeline of {name} as entry {written.entries[0].number}.")


def _capture(said: Said) -> Reply:
    by, message = _person(said), said.heard.message
    assert message is not None, "a capture has a message"
    return _put(said, by, _incident(said, ""), message)


def _put(said: Said, by: Person, name: str, message: Captured) -> Reply:
    incident, link = desk().incident(name), message.link
    if link.startswith("/"):
        link = f"{said.connection.site}{link}" if said.connection.site else ""
    known = next((one.entry for one in incident.story if link and link in one.event.source), None)
    if known is not None:
        return Reply(f"This message is on the timeline of {name} already: entry {known}.")
    author = people.account_of(said.connection, message.author_id)
    wrote = author.name if author else brief(message.author or message.author_id or "somebody", 100)
    source = f"Message of {wrote} in {said.where}{f': {link}' if link else '.'}"
    written = desk().record(
        name, "happened", by=by, at=message.at, text=message.text or "A message without text.", source=source
    )
    return Reply(f"On the timeline of {name} as entry {written.entries[0].number}.")


def _status(said: Said, meant: Asked) -> Reply:
    by, name = _person(said), _incident(said, meant.incident)
    entries = desk().store.read(INCIDENT + name)
    if not may(by.role, "read") and entries[0].by != by.name:
        raise NotFound(f"There is no incident {name}.")
    if not said.chat.private and _bound(said) != name:
        # Everybody in the channel reads the answer: only a channel that belongs to the incident may know more.
        return Reply(f"Others read along here: see {said.room(name)}")
    return Reply(_told(desk().incident(name), said))


def _told(incident: Incident, said: Said) -> str:
    known = status(incident, desk().clock())
    severity = f"{known.severity}{' (provisional)' if known.provisional else ''}" if known.severity else "not assessed"
    lines = [
        f"{incident.id} · {severity} · {brief(known.title, 200)}",
        known.harm.sentence,
        f"Commander: {known.commander or 'nobody yet'}. Next: {known.next.sentence}",
        *(f"Due {one.due:%d %b}: {brief(one.what, 120)} ({one.owner})" for one in known.due[:3] if one.due),
        said.room(incident.id),
    ]
    return "\n".join(lines)


def _page(said: Said, meant: Asked) -> Reply:
    by, name = _person(said), _incident(said, meant.incident)
    person, _, why = meant.rest.partition(" ")
    if not person:
        raise NotAllowed("Say whom to call: “page bo because …”.")
    written = desk().record(name, "page", by=by, person=person.lstrip("@"), text=why.strip())
    return Reply(f"{person.lstrip('@')} is being called about {name} (entry {written.entries[0].number}).")


def _ack(said: Said, meant: Asked) -> Reply:
    by, name = _person(said), _incident(said, meant.incident)
    desk().record(name, "acknowledge-page", by=by)
    return Reply(f"You answered for {name}: nobody else is called. {said.room(name)}")


_SAYS: dict[str, Callable[[Said, Asked], Reply]] = {
    "help": _help,
    "link": _link,
    "who": _who,
    "declare": _declare,
    "report": _report,
    "bind": _bind,
    "unbind": _unbind,
    "note": _note,
    "timeline": _timeline,
    "status": _status,
    "page": _page,
    "ack": _ack,
}
