"""The channels of this installation: its mail server, the places inside that may be called, addresses kept sealed."""

from typing import Any

import msgspec
from django.conf import settings

from hotwash.connect.channels import channel, read
from hotwash.connect.mail import MailServer
from hotwash.response.outside import OutsideFault
from hotwash.response.request import BadRequest
from hotwash.response.sending import Channel, ChannelKind, Outgoing, Result, Target
from hotwash.web import strongbox
from hotwash.web.tables.models import ChannelKind as Kinds

PURPOSE = "addresses of channels"
OTHER_KEY = "Its address cannot be opened: the installation's secret key is another one now. Add it again."


def server() -> MailServer | None:
    """The mail server that the operator named, if any."""
    words = settings.HOTWASH.mail
    if not words:
        return None
    return MailServer(
        host=words["host"],
        port=int(words.get("port", 587)),
        security=words.get("security", "starttls"),  # type: ignore[arg-type]
        user=words.get("user", ""),
        password=words.get("password", ""),
        sender=words["sender"],
    )


def carrier(kind: ChannelKind) -> Channel:
    """What carries messages of a kind.

    :raises Refused: if it is mail, and there is no server for it
    """
    return channel(kind, server=server(), inside=settings.HOTWASH.inside)


def kept(kind: str, text: str) -> tuple[str, str, str]:
    """An address as somebody typed it: sealed, what may be shown of it, and the secret to be shown once (if any).

    :raises BadRequest: if it is none, or may not be called
    """
    if kind not in Kinds.values:
        raise BadRequest("kind", f"is one of {', '.join(Kinds.values)}.")
    try:
        address, shown = read(kind, text, inside=settings.HOTWASH.inside)  # type: ignore[arg-type]
    except OutsideFault as no:
        raise BadRequest("address", no.sentence) from no
    sealed = strongbox.put_in(msgspec.json.encode(address).decode(), purpose=PURPOSE)
    return sealed, shown[:200], str(address.get("secret", ""))


def hand_over(kind: str, name: str, sealed: str, message: Outgoing, key: str) -> Result:
    """Deliver to a kept address, and say what came of it; never raises for what the outside does."""
    opened = strongbox.take_out(sealed, purpose=PURPOSE)
    if not opened:
        return Result("failed", OTHER_KEY)
    address: dict[str, Any] = msgspec.json.decode(opened)
    try:
        found = carrier(kind)  # type: ignore[arg-type]
    except OutsideFault as no:
        return Result("failed", no.sentence)
    return found.deliver(Target(name, address), message, key)
