"""How long records are kept, in the API: the rules, what is due to be erased, what is held."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from hotwash.web.api.caller import caller
from hotwash.web.api.exchange import reply
from hotwash.web.door import desk
from hotwash.web.retention import keeping

router = Router(tags=["retention"])


@router.get("/retention", summary="How long records are kept", operation_id="get_retention")
def get_retention(request: HttpRequest) -> HttpResponse:
    """The rules, the records that are due to be erased, and those that a legal hold keeps.

    Rules are set by `POST /organisation/set-retention`; `POST /incidents/{incident}/erase-record` confirms one.
    """
    caller(request).need("erase-record")
    return reply(keeping(desk()))
