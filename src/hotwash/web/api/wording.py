"""The check of wording over the API: what `hotwash wording` finds in files, for a text that is sent."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.reports.wording import LENGTH_MAX, check
from hotwash.response.request import BadRequest, fit
from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import asked, reply

router = Router(tags=["wording"])


def _to_check(*, text: str) -> None:
    """What a check asks for."""


@router.post("/wording", summary="Check a text for blame", operation_id="check_wording")
def check_wording(request: HttpRequest) -> HttpResponse:
    """Where a person is found in fault, with what to ask instead. English; nothing is kept."""
    caller(request)
    text = fit(_to_check, asked(request, _to_check).words)["text"]
    if len(text) > LENGTH_MAX:
        raise BadRequest("text", f"has {len(text):,} characters; {LENGTH_MAX:,} are the most.")
    return reply({"flags": [asdict(flag) for flag in check(text)]})
