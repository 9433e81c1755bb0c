"""Seals in the API: make one, send it away, hold one that was kept elsewhere against the records."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.ledger.entry import ChainBroken
from hotwash.ledger.lines import Unreadable
from hotwash.ledger.rule import NotAllowed
from hotwash.ledger.seal import KeyUnusable, SealForged, check_seal, key_id, public_key_of, public_pem, seal_of
from hotwash.response.request import BadRequest
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import attachment, body, reply
from hotwash.web.api.openapi import json_body
from hotwash.web.door import desk
from hotwash.web.sealing import seal_key, usable_key
from hotwash.web.seals import carrying, listing, making
from hotwash.web.store import DatabaseStore, together
from hotwash.web.tables.models import SealRow
from hotwash.web.waiting import let_wait

router = Router(tags=["seals"])

_MAKE = {"type": "object", "properties": {"send": {"type": "boolean"}}, "additionalProperties": False}
_CHECK = {
    "type": "object",
    "required": ["seal"],
    "properties": {
        "seal": {"type": "object", "description": "A seal, as it was kept."},
        "key": {"type": "string", "description": "The public key (PEM); that of this installation if left out."},
    },
    "additionalProperties": False,
}


@router.get("/seals", summary="Seals that were made", operation_id="list_seals")
def list_seals(request: HttpRequest, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> HttpResponse:
    """The newest ones, with what came of taking each elsewhere, and how the seals are in one sentence."""
    caller(request).need("verify")
    told, well = listing.sentence(desk().clock())
    return reply({"sentence": told, "well": well, "seals": listing.seals(limit=limit)})


@router.post(
    "/seals",
    summary="Make a seal",
    operation_id="make_seal",
    openapi_extra={"requestBody": json_body(_MAKE)},
)
def make_seal(request: HttpRequest) -> HttpResponse:
    """A seal over all records as they are now. With `send` it goes to every place of the setting `seals` too."""
    asking = caller(request)
    asking.need("seal")
    words = body(request)
    send = words.pop("send", False)
    if words or not isinstance(send, bool):
        why = "is not a word of this request." if words else "is true or false."
        raise BadRequest(next(iter(words), "send"), why)
    plan = making.plan_here()
    if send and plan is None:
        raise NotAllowed("There is no place to send it to: the operator names one in the setting seals.")
    usable_key()
    made = making.make(desk(), plan)
    if not send:
        return reply(_whole(made))
    with together():
        row, jobs = making.send_now(desk(), made, by=asking.person.name)
        let_wait(jobs)
    return reply({**_whole(made), "sent": listing.known(row).copies}, status=201)


def _whole(made: making.Made) -> dict[str, Any]:
    return {
        "digest": made.digest,
        "seal": made.seal.to_json(),
        "key": public_pem(usable_key().public_key()).decode(),
        "records": len(made.seal.heads),
        "fault": made.fault,
        "stamped_at": made.stamped_at,
        "unstamped": made.unstamped,
        "sent": [],
    }


@router.get("/seals/key", summary="The public key of seals", operation_id="get_seal_key")
def get_seal_key(request: HttpRequest) -> HttpResponse:
    """For whoever checks seals elsewhere (PEM)."""
    caller(request).need("verify")
    return attachment(
        public_pem(usable_key().public_key()), "hotwash-seal-key.pem", media_type="application/x-pem-file"
    )


@router.post(
    "/seals/check",
    summary="Hold a seal against the records",
    operation_id="check_seal",
    openapi_extra={"requestBody": json_body(_CHECK)},
)
def check(request: HttpRequest) -> HttpResponse:
    """Recompute every sealed record, and see that each begins as it was sealed. `ok` is false where one does not.

    Who does not trust this server takes an export or a backup and checks it elsewhere.
    """
    caller(request).need("verify")
    words = body(request)
    given, pem = words.pop("seal", None), words.pop("key", None)
    if words:
        raise BadRequest(next(iter(words)), "is not a word of this request.")
    if not isinstance(given, dict) or not (pem is None or isinstance(pem, str)):
        raise BadRequest("seal", "is a JSON object, and key is text.")
    try:
        seal = seal_of(given)
        public = seal_key().public_key() if pem is None else public_key_of(pem.encode())
    except (Unreadable, KeyUnusable, UnicodeEncodeError) as bad:
        raise BadRequest("seal", str(bad)) from bad
    told = {"at": seal.at, "key": key_id(public), "covered": len(seal.heads)}
    try:
        # Of all records, whatever whoever asks may see: a seal that holds for some of them says nothing.
        check_seal(seal, public, DatabaseStore())
    except SealForged as no:
        return reply({"ok": False, "record": "", "number": None, "why": str(no), **told})
    except ChainBroken as no:
        return reply({"ok": False, "record": no.stream, "number": no.number, "why": no.why, **told})
    return reply({"ok": True, "record": "", "number": None, "why": "", **told})


@router.get("/seals/{digest}", summary="A seal", operation_id="get_seal")
def get_seal(request: HttpRequest, digest: str) -> HttpResponse:
    """The bytes of one of the newest seals."""
    caller(request).need("seal")
    row = listing.row_of(digest)
    return attachment(row.document.encode(), carrying.file_name(row), media_type="application/json")


@router.get("/seals/{digest}/stamp", summary="The time-stamp of a seal", operation_id="get_seal_stamp")
def get_seal_stamp(request: HttpRequest, digest: str) -> HttpResponse:
    """The answer of the time-stamp authority (RFC 3161, DER)."""
    caller(request).need("seal")
    row: SealRow = listing.row_of(digest)
    if not row.stamp:
        raise NotAllowed("This seal has no time-stamp.")
    name = carrying.file_name(row).removesuffix(".json") + ".tsr"
    return attachment(bytes(row.stamp), name, media_type="application/timestamp-reply")
