"""Answers that are posted later, to the address that came with what somebody pointed at."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import httpx

from hotwash.connect.chats import CHATS
from hotwash.connect.reachable import Guarded
from hotwash.response.chat import Chat, Heard, Reply
from hotwash.response.desk import Desk
from hotwash.response.jobs import Arguments, Job
from hotwash.response.outside import OutsideFault, Unreachable
from hotwash.web import strongbox
from hotwash.web.chat.connections import digest
from hotwash.web.reaching import inside
from hotwash.web.tables.models import ChatCode, ChatPost
from hotwash.web.waiting import let_wait

JOB, ROOM = "chat-reply", "chat-room"
PURPOSE = "chat replies"
TIMEOUT_S = 10.0
POSTS_KEPT = timedelta(days=7)


def later(chat: Chat, heard: Heard, reply: Reply, *, now: datetime) -> None:
    """Let an answer be posted, where the vendor takes one and the address is the vendor's own."""
    if chat.later is None or not _fits(chat, heard.reply_to):
        return
    words = {
        "chat": chat.name,
        "to": strongbox.put_in(heard.reply_to, purpose=PURPOSE),
        "body": chat.later(reply).decode(),
    }
    let_wait([Job(f"{JOB}:{chat.name}:{digest(heard.key)}", JOB, words, now)])


def _fits(chat: Chat, address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and parts.hostname in chat.hosts and parts.port in (None, 443)
    except ValueError:
        return False


def post(desk: Desk, arguments: Arguments) -> None:  # noqa: ARG001 - every job takes the same two
    """Post an answer. Twice is harmless: the same words stand there once more.

    :raises OutsideFault: if it was not taken
    """
    chat = CHATS[str(arguments["chat"])]
    address = strongbox.take_out(str(arguments["to"]), purpose=PURPOSE) or ""
    if not _fits(chat, address):
        return
    head = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Hotwash"}
    call = httpx.Client(
        transport=Guarded(chat.title, inside=inside()), timeout=TIMEOUT_S, trust_env=False, follow_redirects=False
    )
    try:
        with call:
            status = call.post(address, content=str(arguments["body"]).encode(), headers=head).status_code
    except httpx.HTTPError as fault:
        raise Unreachable(chat.title, f"{chat.title} did not take the answer ({type(fault).__name__}).") from fault
    if status >= 400:
        raise OutsideFault(chat.title, f"{chat.title} did not take the answer ({status}).")


def make_room(desk: Desk, arguments: Arguments) -> None:  # noqa: ARG001
    """Forget the marks of posts that are too old to be taken again, and codes that have run out."""
    ChatPost.objects.filter(at__lt=desk.clock() - POSTS_KEPT).delete()
    ChatCode.objects.filter(expires_at__lt=desk.clock()).delete()
