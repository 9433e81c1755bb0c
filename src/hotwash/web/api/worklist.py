"""The people whom a finding is about, by their ids in the log: for those who must reach them, and nobody else."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from ninja import Router

from hotwash.incident.state import Incident
from hotwash.investigate import Affected, Finding, LogError, Predictions, affected
from hotwash.ledger.rule import NotAllowed
from hotwash.response import inquiries
from hotwash.response.desk import NotFound
from hotwash.response.request import BadRequest
from hotwash.web.api.caller import caller
from hotwash.web.api.findings import kept_finding
from hotwash.web.api.sight import incident_of
from hotwash.web.door import desk
from hotwash.web.inquiries import folders

router = Router(tags=["findings"])

_CSV: dict[str, Any] = {
    "responses": {200: {"description": "The list.", "content": {"text/csv": {"schema": {"type": "string"}}}}}
}


@router.get(
    "/{incident_id}/findings/{int:entry}/work-list",
    summary="The people affected",
    operation_id="get_work_list",
    openapi_extra=_CSV,
)
def get_work_list(request: HttpRequest, incident_id: str, entry: int) -> HttpResponseBase:
    """Who was hit, first, last and how often, read from the log as it was when the finding was computed (CSV)."""
    asking = caller(request)
    asking.need("work-list")
    incident, _ = incident_of(request, incident_id)
    people = affected_by(incident, entry, local=asking.local)
    with tempfile.TemporaryDirectory(prefix="hotwash-list-") as place:
        path = Path(place) / f"{incident_id}-{entry}-affected.csv"
        people.write_csv(path)
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="text/csv")


def affected_by(incident: Incident, entry: int, *, local: bool = False) -> Affected:
    """The people whom a blast radius counted, from the log as it was then.

    :raises NotFound: if the entry is no blast radius
    :raises NotAllowed: if nobody can be listed, or the log has changed since
    :raises BadRequest: if the log cannot be read any more
    """
    finding = kept_finding(incident, entry)
    if finding.question != "blast-radius":
        raise NotFound(f"Entry {entry} counts no people: only a blast radius has a work list.")
    words = finding.recipe.arguments
    if not words.get("subject"):
        raise NotAllowed("This finding names no column with the person, so nobody can be listed. Ask again with one.")
    try:
        people = affected(
            _log(incident.system, finding, local=local),
            harm=words["harm"],
            subject=words["subject"],
            time=words.get("time"),
            where=words.get("where"),
        )
    except LogError as wrong:
        raise BadRequest("", str(wrong)) from wrong
    if people.fingerprint != finding.data.fingerprint:
        raise NotAllowed("The log changed since this finding was computed. Ask again, then take the new list.")
    return people


def _log(system: str | None, finding: Finding, *, local: bool) -> Predictions:
    allowed = folders(local=local)
    zone = finding.recipe.arguments.get("zone")
    described = desk().system(system).log if system else None
    if described is not None:
        log = inquiries.described(described, folders=allowed)
        if log.source == finding.data.source:
            return replace(log, zone=zone or log.zone)
    return Predictions(inquiries.within(finding.data.source, folders=allowed), zone=zone)
