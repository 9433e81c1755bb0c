"""The gates of an AI system: what is kept, what asking it came to, and the files to take away."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.systems.gates import KeptGate, Reported
from hotwash.web.api.exchange import reply
from hotwash.web.api.sight import system_of

router = Router(tags=["AI systems"])


@router.get("/{slug}/gates", summary="The gates of an AI system", operation_id="get_system_gates")
def get_system_gates(request: HttpRequest, slug: str) -> HttpResponse:
    """Each with its file and the last results, the newest first. Those that are retired come last."""
    system = system_of(request, slug)
    gates = sorted(system.gates.items(), key=lambda one: (one[1].retired is not None, one[0]))
    return reply({"system": slug, "gates": [_gate(name, one) for name, one in gates]}, number=system.number)


def _gate(name: str, one: KeptGate) -> dict[str, Any]:
    kept = one.event
    newest = sorted(one.reports, key=lambda told: (told.at, told.entry), reverse=True)
    return {
        "gate": name,
        "title": kept.title,
        "standing": one.standing,
        "incident": kept.incident or None,
        "questions": kept.questions,
        "digest": kept.digest,
        "text": kept.text,
        "note": kept.note,
        "first_kept_at": one.first,
        "kept_at": one.at,
        "kept_by": one.by,
        "entry": one.kept,
        "retired": one.retired,
        "last": _report(one.last) if one.last else None,
        "reports": [_report(told) for told in newest],
    }


def _report(told: Reported) -> dict[str, Any]:
    return {"entry": told.entry, "at": told.at, "by": told.by, "told": told.event}
