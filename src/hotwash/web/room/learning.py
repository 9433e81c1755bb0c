"""What the page of the post-mortem shows: how it stands, its sections, who reads, signs and has read."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from hotwash.incident.events.postmortem import SectionWritten
from hotwash.incident.parts import Said
from hotwash.incident.rules.postmortem import obligation, unsigned
from hotwash.incident.state import Incident
from hotwash.knowledge.postmortem import SectionAsked, postmortem_book
from hotwash.reports.postmortem.process import STATES, process
from hotwash.reports.postmortem_words import meeting_title
from hotwash.web.room.drafted import document_of
from hotwash.web.room.opened import Room
from hotwash.web.tables.models import SectionEditor
from hotwash.web.unnamed import keeping

SEEN_S = 20
"""How long somebody counts as writing after their page was last heard of."""
KEPT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Part:
    """A section in the list: what it asks, its texts, who writes in it now."""

    asked: SectionAsked
    heads: list[Said[SectionWritten]]
    writing: list[str]

    @property
    def excerpt(self) -> str:
        """How it begins."""
        return self.heads[-1].event.text if self.heads else ""


def context(request: HttpRequest, room: Room) -> dict[str, Any]:
    """What the page of the post-mortem shows."""
    incident, held = room.incident, room.incident.postmortem
    now = process(incident)
    editors = writing(room)
    submission, plan = held.submission, held.plan
    sent = held.pre_reads[-1] if held.pre_reads else None
    leads = plan is not None and room.person.name in (plan.event.owner, plan.event.facilitator)
    word = keeping.word_of(incident)
    published = held.in_force(outside=False)
    return {
        "document": document_of(room),
        "process": now,
        "process_state": STATES[now.state],
        "asks": obligation(incident),
        "plan": plan,
        "meeting_form": meeting_title(plan.event.form) if plan else "",
        "parts": [
            Part(one, held.heads(one.id), [name for name, at in editors if at == one.id])
            for one in postmortem_book().sections
        ],
        "sent": sent,
        "read_by": held.confirmed_by(sent.entry) if sent else {},
        "asked_to_read": sent is not None and room.person.name in sent.event.readers,
        "unnamed_open": bool(word),
        "unnamed": request.build_absolute_uri(reverse("unnamed", args=[room.id, word])) if word else "",
        "unnamed_waiting": keeping.waiting(room.id) if held.intake else 0,
        "unnamed_texts": keeping.texts(room.id) if leads and held.intake else [],
        "leads": leads,
        "submission": submission,
        "unsigned": unsigned(incident, submission) if submission else "",
        "may_publish": submission is not None
        and room.person.name not in (submission.said.by, plan.event.owner if plan else ""),
        "signing": _signing(incident, room.person.name),
        "returned": [said for one in held.submissions for said in one.returned],
        "published": published[-1] if published else None,
        "published_as_of": _as_of(incident, published[-1].event) if published else None,
        "published_read": held.acknowledged_by(published[-1].entry) if published else {},
        "outside": held.in_force(outside=True),
        "pulse": held.pulse,
        "pulse_drawn": keeping.drew(incident, room.person.name) if held.pulse else False,
        "pulse_results": [_tallied(said) for said in held.pulse_results],
        "pulse_book": postmortem_book().pulse,
    }


def _as_of(incident: Incident, publication: Any) -> int | None:
    """The entry up to which the record was signed that a publication shows."""
    known = [one for one in incident.postmortem.submissions if one.number == publication.submission]
    return known[0].said.event.as_of if known else None


def _tallied(said: Said[Any]) -> dict[str, Any]:
    texts = {one.id: one.text for one in postmortem_book().pulse.statements}
    rows = [(texts.get(one.statement, one.statement), one.counts) for one in said.event.tallies]
    return {"said": said, "rows": rows}


def _signing(incident: Incident, person: str) -> list[dict[str, Any]]:
    """Each role whose signature is needed: who holds it, whether they signed, whether this person may sign now."""
    known, asks = incident.postmortem.submission, obligation(incident)
    found = []
    for role in asks.signs:
        holder = incident.roster.get(role)
        stands_in = holder is None and asks.stand_in and incident.commander == person
        signed = known.by_role.get(role) if known else None
        mine = known is not None and signed is None and (holder == person or stands_in)
        found.append({"role": role, "holder": holder, "signed": signed, "mine": mine, "stands_in": stands_in})
    return found


def writing(room: Room, section: str = "") -> list[tuple[str, str]]:
    """Who else has a section open, with the section."""
    rows = SectionEditor.objects.filter(incident=room.id, seen_at__gte=room.now - timedelta(seconds=SEEN_S))
    if section:
        rows = rows.filter(section=section)
    return list(rows.exclude(name=room.person.name).order_by("name").values_list("name", "section")[:20])
