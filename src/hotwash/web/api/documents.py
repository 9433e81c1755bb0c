"""Whole documents of a record: post-mortem, export and its way back, verification."""

import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from ninja import Query, Router

from hotwash.incident.state import replay
from hotwash.ledger.entry import ChainBroken, Conflict, Entry
from hotwash.ledger.export import export_file, export_folder, import_file, verify_file
from hotwash.reports.postmortem import postmortem
from hotwash.response.desk import INCIDENT, SYSTEM, NotFound
from hotwash.response.linking import joined
from hotwash.response.request import BadRequest
from hotwash.web import index
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import attachment, reply, well_formed
from hotwash.web.api.problem import Refusal
from hotwash.web.api.sight import entries_of, incident_of, may_see, system_entries_of
from hotwash.web.api.verification import named_files, verify
from hotwash.web.door import desk

incidents = Router(tags=["documents"])
systems = Router(tags=["documents"])
installation = Router(tags=["installation"])

Format = Literal["html", "md", "json", "pdf"]
MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
}
"""The media type of each format of a document."""


@incidents.get("/{incident_id}/post-mortem", summary="The post-mortem", operation_id="get_post_mortem")
def get_post_mortem(
    request: HttpRequest,
    incident_id: str,
    format: Annotated[Format, Query()] = "json",  # noqa: A002
    as_of: Annotated[
        int | None, Query(description="As it stood at this entry, such as the one that was signed.")
    ] = None,
) -> HttpResponse:
    """Drafted from the record. The same record gives the same bytes."""
    from hotwash.reports.render import write  # heavy, and only needed here

    incident, facts = incident_of(request, incident_id)
    if as_of is not None:
        if not 1 <= as_of <= incident.number:
            raise BadRequest("as_of", f"{incident_id} has no entry {as_of}.")
        facts = facts[:as_of]
        incident = replay(incident_id, facts)
    findings: dict[int, dict[str, Any]] = {}
    for number, said in incident.findings.items():
        try:
            findings[number] = msgspec.json.decode(desk().vault.get(said.event.digest))
        except LookupError:
            continue
    data = write(postmortem(facts, incident, findings, system_name=system_name(incident.system)), format)
    response = attachment(data, f"{incident_id}-post-mortem.{format}", media_type=MEDIA_TYPES[format])
    response["ETag"] = f'"{incident.number}"'
    return response


def system_name(slug: str | None) -> str:
    """What an AI system is called; nothing where it is not registered."""
    try:
        return desk().system(slug).name if slug else ""
    except NotFound:
        return ""


@incidents.get("/{incident_id}/export", summary="Take the record out", operation_id="export")
def export(
    request: HttpRequest,
    incident_id: str,
    format: Annotated[Literal["json", "tar"], Query()] = "json",  # noqa: A002
) -> HttpResponseBase:
    """Every entry with its digests, and the files that it names: one JSON document, or a folder as an archive.

    The records of incidents that were merged into this one are in it too.
    """
    caller(request).need("export")
    asking = caller(request)
    entries = list(entries_of(request, incident_id))
    incident, _ = incident_of(request, incident_id)
    others = [INCIDENT + one.incident.id for one in joined(desk(), incident, may_see(asking))]
    for other in others:
        entries += desk().store.read(other)
    return _export(INCIDENT + incident_id, entries, format, people=asking.may("work-list"), others=others)


@systems.get("/{slug}/export", summary="Take the record out", operation_id="export_system")
def export_system(
    request: HttpRequest,
    slug: str,
    format: Annotated[Literal["json", "tar"], Query()] = "json",  # noqa: A002
) -> HttpResponseBase:
    """Every entry of an AI system with its digests."""
    caller(request).need("export")
    return _export(SYSTEM + slug, system_entries_of(request, slug), format)


def _export(
    stream: str, entries: Sequence[Entry], form: str, *, people: bool = False, others: Sequence[str] = ()
) -> HttpResponseBase:
    vault = desk().vault
    files = [digest for _, digest in named_files(entries, people=people) if vault.has(digest)]
    name = stream.split("/", 1)[1]
    with tempfile.TemporaryDirectory(prefix="hotwash-export-") as place:
        if form == "json":
            path = Path(place) / f"{name}.json"
            try:
                export_file(path, desk().store, [stream, *others], vault=vault, files=files)
            except LookupError as too_large:
                raise Refusal(
                    409, "too-large", f"{too_large} Export to a folder (format=tar) instead of one file."
                ) from too_large
            kind = "application/json"
        else:
            export_folder(Path(place) / name, desk().store, [stream, *others], vault=vault, files=files)
            path, kind = Path(place) / f"{name}.tar", "application/x-tar"
            with tarfile.open(path, "w") as archive:
                archive.add(Path(place) / name, arcname=name)
        # The name of the file can go: the open file stays until it is sent.
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=kind)


@incidents.get("/{incident_id}/verify", summary="Check the chain", operation_id="verify_incident")
def verify_incident(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Recompute every link and every file. `ok` is false where one does not follow; `number` is the first."""
    caller(request).need("verify")
    entries_of(request, incident_id)
    return reply(verify(desk().store, desk().vault, INCIDENT + incident_id))


@systems.get("/{slug}/verify", summary="Check the chain", operation_id="verify_system")
def verify_system(request: HttpRequest, slug: str) -> HttpResponse:
    """Recompute every link of an AI system's record."""
    caller(request).need("verify")
    system_entries_of(request, slug)
    return reply(verify(desk().store, desk().vault, SYSTEM + slug))


@installation.get("/verify", summary="Check every chain", operation_id="verify")
def verify_all(request: HttpRequest) -> HttpResponse:
    """Recompute every record and every file that one names."""
    asking = caller(request)
    asking.need("verify")
    asking.need("read")
    verdicts = [verify(desk().store, desk().vault, stream) for stream in desk().store.streams()]
    return reply({"ok": all(one.ok for one in verdicts), "records": verdicts})


@installation.post(
    "/imports",
    summary="Take records in",
    operation_id="import",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "properties": {"file": {"type": "string", "format": "binary"}},
                    }
                }
            },
        }
    },
)
def take_in(request: HttpRequest) -> HttpResponse:
    """A file that `export` wrote. All of it is checked first; entries that are here already are passed over."""
    caller(request).need("import")
    file = request.FILES.get("file") if request.content_type == "multipart/form-data" else None
    if file is None or isinstance(file, list):
        raise BadRequest("file", "is missing: send an exported document as multipart/form-data.")
    with tempfile.TemporaryDirectory(prefix="hotwash-import-") as place:
        path = Path(place) / "records.json"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        return reply(_take_in(path))


def _take_in(path: Path) -> dict[str, Any]:
    try:
        for stream in verify_file(path).heads:
            room, _, name = stream.partition("/")
            if room not in ("incident", "system", "custody", "organisation"):
                raise BadRequest("file", f"holds a record that this version does not know: {stream}.")
            well_formed(name, "record")
        found = import_file(path, desk().store, vault=desk().vault)
    except ChainBroken as broken:
        raise BadRequest("file", str(broken).replace(str(path), "records.json")) from broken
    except NotFound as odd:
        raise BadRequest("file", "holds a record with a name that is not well formed.") from odd
    except Conflict as meanwhile:
        raise Refusal(409, "conflict", str(meanwhile)) from meanwhile
    index.take_up(desk().store, found.heads)
    return {
        "records": {stream: {"number": head.number, "digest": head.digest} for stream, head in found.heads.items()},
        "entries": found.entries,
        "files": found.files,
        "redacted": found.redacted,
    }
