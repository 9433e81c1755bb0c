"""`POST /chat/<chat>/<secret>`: where chats post, without an account.

A post is verified as its vendor documents, read, known from every one before it, done, and answered at once. One that
is not genuine is answered with 401 and nothing else happens. Why it was refused stands with the connection.

What is done for a post is done at most once: its mark is written before. Whoever sees no answer says it again, and
that is another post.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from hotwash.connect.chats import CHATS
from hotwash.response.chat import Heard, Proof
from hotwash.response.outside import NotVerified, OutsideFault
from hotwash.web.chat import connections, replying
from hotwash.web.chat.saying import Said, answer
from hotwash.web.middleware import open_to_all
from hotwash.web.rates import Rate
from hotwash.web.tables.models import ChatConnection

BODY_MAX = 300_000
A_MINUTE = 300
"""Posts that one connection may make, whichever process they reach."""

RATE = Rate("chat")


@open_to_all
@csrf_exempt
def take_in(request: HttpRequest, chat: str, secret: str) -> HttpResponse:
    """Take a post."""
    if request.method != "POST":
        refused = _said(405, "Chats post by POST.")
        refused["Allow"] = "POST"
        return refused
    connection = connections.known(chat, secret)
    if connection is None:
        return _said(404, "There is no such address.")
    wait = RATE.wait_s(connection.pk, a_minute=A_MINUTE)
    if wait:
        later = _said(429, "This connection posts too much.")
        later["Retry-After"] = str(int(wait) + 1)
        return later
    if int(request.headers.get("Content-Length") or 0) > BODY_MAX:
        return _refuse(connection, 413, f"The post is larger than {BODY_MAX:,} bytes.")
    return _taken(request, connection)


def _taken(request: HttpRequest, connection: ChatConnection) -> HttpResponse:
    chat = CHATS[connection.chat]
    raw, headers = request.body, {name.lower(): value for name, value in request.headers.items()}
    try:
        chat.verify(headers, raw, Proof(connections.signing_of(connection), timezone.now()))
        heard = chat.read(headers, raw)
    except NotVerified as no:
        return _refuse(connection, 401, no.sentence)
    except OutsideFault as no:
        return _refuse(connection, 400, no.sentence)
    except (RecursionError, OverflowError, ValueError):
        return _refuse(connection, 400, "The post is nested too deeply, or holds a number that is too large.")
    return HttpResponse(status=200) if heard.kind == "ping" else _answered(request, connection, heard)


def _answered(request: HttpRequest, connection: ChatConnection, heard: Heard) -> HttpResponse:
    if not connections.at_home(connection, heard.team):
        return _refuse(connection, 401, "The post comes from another workspace than the first one. Nothing was done.")
    if not connections.first_time(connection, heard.key):
        return _refuse(connection, 409, "This post was taken before. Nothing was done.")
    connections.heard(connection)
    chat = CHATS[connection.chat]
    reply = answer(
        Said(chat, connection, heard, settings.HOTWASH.public_url or request.build_absolute_uri("/").rstrip("/"))
    )
    body = chat.body(heard, reply)
    if body is None:
        replying.later(chat, heard, reply, now=timezone.now())
        return HttpResponse(status=200)
    return HttpResponse(body, content_type="application/json")


def _refuse(connection: ChatConnection, status: int, why: str) -> HttpResponse:
    connections.refused(connection, why)
    return _said(status, why)


def _said(status: int, sentence: str) -> HttpResponse:
    response = HttpResponse(sentence + "\n", status=status, content_type="text/plain; charset=utf-8")
    # Django would write the address into the log, and the address is a secret; why it was refused is with it.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
