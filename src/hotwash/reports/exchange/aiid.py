"""An incident as a draft for the submission form of the AI Incident Database. Hotwash never sends it.

The database takes in reports that are public: what needs a public address stays empty and is named as missing.
"""

from typing import Any

from hotwash.incident.state import Incident
from hotwash.systems.state import System

FORM = "https://incidentdatabase.ai/apps/submit"


def draft(incident: Incident, system: System | None, *, organisation: str = "") -> dict[str, Any]:
    """The fields of the form, with those that a person must still fill in under ``missing``."""
    began = incident.beginnings[-1].at if incident.beginnings else incident.declared.at if incident.declared else None
    text = incident.summary or (incident.declared.event.detail if incident.declared else "")
    public = [said.event for said in incident.signals if said.event.url.startswith("https://")]
    name = (system.name if system else "") or incident.system or ""
    fields: dict[str, Any] = {
        "title": incident.title,
        "url": public[0].url if public else "",
        "authors": [],
        "submitters": [],
        "incident_date": began.date().isoformat() if began else "",
        "date_published": "",
        "date_downloaded": "",
        "image_url": "",
        "language": "en",
        "text": text,
        "description": text[:500],
        "developers": [],
        "deployers": [organisation] if organisation else [],
        "harmed_parties": [],
        "implicated_systems": [name] if name else [],
        "tags": list(incident.harms),
        "editor_notes": "",
        "incident_ids": [],
    }
    needed = ("title", "url", "authors", "submitters", "incident_date", "date_published", "date_downloaded", "text")
    return {
        "form": FORM,
        "draft_of": incident.id,
        "sent": False,
        "fields": fields,
        "missing": [name for name in (*needed, "developers", "deployers", "harmed_parties") if not fields[name]],
    }
