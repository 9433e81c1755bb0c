"""Sending in the API: targets, who is on call, and how the caller is reached."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from hotwash.ledger.rule import NotAllowed
from hotwash.reports.rota import Standing
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import body, lines, reply
from hotwash.web.door import desk
from hotwash.web.sending import importing, methods, shown, targets
from hotwash.web.tables.models import Account

router = Router(tags=["sending"])


@router.get("/targets", summary="Targets of messages", operation_id="list_targets")
def list_targets(request: HttpRequest, audience: Annotated[str, Query(max_length=40)] = "") -> HttpResponse:
    """The named lists to which messages go, with what came of the last delivery. Addresses are never shown."""
    caller(request).need("read")
    return reply({"targets": targets.targets(audience)})


@router.post("/targets", summary="Add a target", operation_id="add_target")
def add_target(request: HttpRequest) -> HttpResponse:
    """`name`, `kind` (mail, webhook, apprise) and `address`; a webhook's secret is in this answer and nowhere else."""
    asking = caller(request)
    asking.need("manage-targets")
    words = _words(request, "name", "kind", "address", "audience", "language", drills=bool)
    made, secret = targets.add(
        words["name"],
        words["kind"],
        words["address"],
        by=asking.person.name,
        audience=words["audience"],
        language=words["language"],
        drills=words["drills"],
    )
    return reply({"target": made, **({"secret": secret} if secret else {})}, status=201)


@router.post("/targets/{target}/test", summary="Test a target", operation_id="test_target")
def test_target(request: HttpRequest, target: str) -> HttpResponse:
    """Send a few words there now, and say what came of it."""
    asking = caller(request)
    asking.need("manage-targets")
    return reply({"target": target, "result": targets.test(target, by=asking.person.name)})


@router.post("/targets/{target}/remove", summary="Remove a target", operation_id="remove_target")
def remove_target(request: HttpRequest, target: str) -> HttpResponse:
    """Its address is forgotten. What went there stays in the records."""
    caller(request).need("manage-targets")
    targets.remove(target)
    return reply({"target": target, "removed": True})


@router.get("/on-call", summary="Who is on call", operation_id="get_on_call")
def get_on_call(request: HttpRequest) -> HttpResponse:
    """Every rota with who is on call now and next, the groups of people, and the rules of escalation that hold."""
    caller(request).need("read")
    known = desk().organisation().on_call
    return reply(
        {
            "rotas": [_standing(one) for one in shown.on_call_now(desk())],
            "groups": known.groups,
            "rules": shown.rule_lines(desk()),
        }
    )


@router.post("/on-call/{rota}/calendar", summary="Take shifts from a calendar", operation_id="import_calendar")
def import_calendar(
    request: HttpRequest, rota: str, zone: Annotated[str, Query(max_length=60)] = "UTC"
) -> HttpResponse:
    """The shifts of another tool (RFC 5545, the body), in place of those that were taken before."""
    asking = caller(request)
    asking.need("import-shifts")
    try:
        written, read = importing.take(desk(), rota, request.body, by=asking.person, zone=zone)
    except OutsideFault as no:
        raise BadRequest("", no.sentence) from no
    return reply(
        {"rota": rota, "shifts": len(read.shifts), "left_out": read.left_out, "entries": lines(written.entries)}
    )


@router.get("/me/reached", summary="How you are reached", operation_id="get_reached")
def get_reached(request: HttpRequest) -> HttpResponse:
    """Your ways in their order, your quiet hours, what will remind you, and what has."""
    return reply(shown.own(desk(), _account(request)))


@router.post("/me/ways", summary="Add a way to reach you", operation_id="add_way")
def add_way(request: HttpRequest) -> HttpResponse:
    """`label`, `kind` (mail, webhook, apprise) and `address`, after the others."""
    words = _words(request, "label", "kind", "address")
    way, secret = methods.add(_account(request), words["label"], words["kind"], words["address"])
    told = {"way": way.id, "label": way.label, "kind": way.kind, "shown": way.shown}
    return reply({**told, **({"secret": secret} if secret else {})}, status=201)


@router.post("/me/ways/{way}/first", summary="Try a way first", operation_id="first_way")
def first_way(request: HttpRequest, way: int) -> HttpResponse:
    """Try this way before the others."""
    methods.first(_account(request), way)
    return reply({"way": way})


@router.post("/me/ways/{way}/test", summary="Test a way", operation_id="test_way")
def test_way(request: HttpRequest, way: int) -> HttpResponse:
    """Send a few words by it now, and say what came of it."""
    return reply({"way": way, "result": methods.test(_account(request), way)})


@router.post("/me/ways/{way}/remove", summary="Forget a way", operation_id="remove_way")
def remove_way(request: HttpRequest, way: int) -> HttpResponse:
    """Forget how to reach you by it."""
    methods.remove(_account(request), way)
    return reply({"way": way, "removed": True})


@router.post("/me/quiet", summary="Set your quiet hours", operation_id="set_quiet")
def set_quiet(request: HttpRequest) -> HttpResponse:
    """`since` and `until` on your own clock, such as 22:00; both empty for none. What is Critical passes."""
    words, account = _words(request, "since", "until"), _account(request)
    methods.set_quiet(account, words["since"], words["until"])
    return reply({"quiet": shown.quiet_of(account)})


def _account(request: HttpRequest) -> Account:
    name = caller(request).person.name
    account = Account.objects.filter(name=name, is_active=True).first()
    if account is None:
        raise NotAllowed(f"{name} has no account here, so nobody can be reached under this name.")
    return account


def _standing(one: Standing) -> dict[str, Any]:
    return {"rota": one.rota.name, "people": one.rota.people, "now": one.now, "next": one.next, "shifts": one.shifts}


def _words(request: HttpRequest, *texts: str, **others: type) -> dict[str, Any]:
    given = body(request)
    for name in given:
        if name not in texts and name not in others:
            raise BadRequest(name, "is not a word of this request.")
    for name, value in given.items():
        wanted = others.get(name, str)
        if not isinstance(value, wanted):
            raise BadRequest(name, "is text." if wanted is str else "is true or false.")
        if isinstance(value, str) and (len(value) > 20_000 or "\x00" in value):
            raise BadRequest(name, "is too long, or holds a null.")
    return {name: given.get(name, "") for name in texts} | {
        name: given.get(name, kind()) for name, kind in others.items()
    }
