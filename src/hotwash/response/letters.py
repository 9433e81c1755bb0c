"""Letters to the people harmed: the approved text filled for each person of the register.

Identities stay outside: a letter goes out under a pseudonym, one line a person, and whoever knows the addresses sends
it. The record keeps the template, the digest of the whole, and how many letters there were; never a letter.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from hotwash.incident.events.messages import REGISTER
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.messages.outgoing import Letter, letters, outgoing
from hotwash.response.desk import Desk, Person

Recipients = Iterable[tuple[str, str, Mapping[str, str]]]
"""Pseudonym, language and fields of each person, as `response.redress.lists.recipients` gives them."""
REASONS_MAX = 5


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it.

    :param unfilled: how many letters could not be filled, by reason
    """

    message: int
    sending: int
    letters: int
    unfilled: Mapping[str, int]
    digest: str
    entry: int


def write_letters(
    desk: Desk, incident_id: str, message: int, recipients: Recipients, to: Path, *, by: Person
) -> Written:
    """Write every letter of a message that was sent to the register, one JSON line each, and record it.

    Each letter lies in the file before it is counted, and the file is whole before anything is recorded.

    :raises NotPermitted: if this person may not send, or may not see the keys of the people
    :raises NotAllowed: if the message was not sent to the register, or its letters were taken out already
    """
    desk.permit(by, "send-message")
    desk.permit(by, "work-list")
    incident = desk.incident(incident_id)
    known = incident.messages.get(message)
    sending = known.targets.get(REGISTER, (0, None))[0] if known else 0
    if not sending:
        raise NotAllowed(f"Message {message} was not sent to the people in the register: send it there first.")
    out = outgoing(incident, sending, REGISTER)
    if out is None:
        raise NotAllowed("Its letters were taken out already, or it was taken back: write another message instead.")
    count, unfilled, digest = 0, Counter[str](), hashlib.sha256()
    with to.open("wb") as file:
        for one in letters(out, recipients):
            if not isinstance(one, Letter):
                unfilled[one.why] += 1
                continue
            line = msgspec.json.encode(
                {"person": one.pseudonym, "language": out.language, "subject": one.subject, "body": one.body}
            )
            file.write(line + b"\n")
            digest.update(line + b"\n")
            count += 1
    told = f"sha256:{digest.hexdigest()}"
    words: dict[str, Any] = {"sending": sending, "target": REGISTER}
    if count:
        answer = f"{count:,} letters were filled and taken out by {by.name}.{_left(unfilled)}"
        said = desk.step(incident_id, "deliver-message", by=by, reached=count, answer=answer, digest=told, **words)
    else:
        reason = f"No letter could be filled.{_left(unfilled)}"
        said = desk.step(incident_id, "fail-message", by=by, reason=reason, **words)
    entry = said.entries[-1].number if said.entries else said.state.number
    return Written(message, sending, count, dict(unfilled), told, entry)


def _left(unfilled: Counter[str]) -> str:
    if not unfilled:
        return ""
    reasons = "; ".join(f"{count:,} {why}" for why, count in unfilled.most_common(REASONS_MAX))
    return f" Not filled: {reasons}."
