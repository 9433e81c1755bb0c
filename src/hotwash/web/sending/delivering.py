"""The job that takes a message to one target: it asks first whether the message may still go, and records what came."""

from datetime import datetime, timedelta
from typing import Any

from hotwash.incident.events.messages import REGISTER, MessageSending
from hotwash.incident.messages import Message, due_to
from hotwash.incident.parts import Said
from hotwash.incident.rules.paging import REHEARSED
from hotwash.incident.state import Incident
from hotwash.response.desk import Desk
from hotwash.response.jobs import HOTWASH, Arguments, Job, Outcome
from hotwash.response.sending import SENDING, TRIES, Outgoing, Result, key_of, wait_after
from hotwash.web.sending import carriers, targets

BY_LIST = (
    "Letters to people in the register are filled for each of them: they go out by the work list of the register, and "
    "what came of them comes back with it."
)


def send(desk: Desk, arguments: Arguments) -> Outcome | None:
    """Take a message to a target, once more if that may help."""
    incident_id, sending, target = str(arguments["incident"]), int(arguments["sending"]), str(arguments["target"])
    tries = int(arguments["try"])
    incident = desk.incident(incident_id)
    message = due_to(incident.messages, sending, target)
    if message is None:
        return None
    result = _carried(incident, message, sending, target)
    final = result.state == "delivered" or not result.again or tries >= TRIES
    now = desk.clock()

    words: dict[str, Any] = {"sending": sending, "target": target}

    def effect() -> None:
        if result.state == "delivered":
            words.update(reached=result.reached, answer=result.why)
            desk.step(incident_id, "deliver-message", by=HOTWASH, **words)
        else:
            words.update(outcome=result.state, reason=result.why or "No reason is known.", final=final)
            desk.step(incident_id, "fail-message", by=HOTWASH, **words)
        targets.note(target, result)

    return Outcome(effect, () if final else (_again(arguments, tries, now + wait_after(tries)),))


def _again(arguments: Arguments, tries: int, due: datetime) -> Job:
    incident, sending, target = str(arguments["incident"]), int(arguments["sending"]), str(arguments["target"])
    words = {"incident": incident, "sending": sending, "target": target, "try": tries + 1}
    return Job(f"{key_of(incident, sending, target)}:{tries + 1}", SENDING, words, due, f"incident/{incident}")


def _carried(incident: Incident, message: Message, sending: int, name: str) -> Result:
    if name == REGISTER:
        return Result("failed", BY_LIST)
    row = targets.find(name)
    if row is None:
        return Result("failed", "There is no list of that name in this installation.")
    if incident.kind in REHEARSED and not row.drills:
        return Result("failed", f"This is a {incident.kind}, and this list is not for rehearsals: nothing went out.")
    said = next(one for one in message.sendings if one.entry == sending)
    key = key_of(incident.id, sending, name)
    return carriers.hand_over(row.kind, name, row.sealed, _outgoing(incident, message, said), key)


def _outgoing(incident: Incident, message: Message, said: Said[MessageSending]) -> Outgoing:
    text = next(one.event for one in message.texts if one.entry == said.event.text)
    mark = f"[{incident.kind.upper()}] " if incident.kind in REHEARSED else ""
    return Outgoing(
        f"{mark}{text.subject}",
        text.body,
        incident=incident.id,
        audience=message.audience,
        language=text.language,
    )


LIMIT = timedelta(minutes=5)
"""How long one delivery may take."""
