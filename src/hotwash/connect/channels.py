"""Every channel by its kind, and what each makes of an address that somebody typed."""

from collections.abc import Sequence
from typing import Any

from hotwash.connect import apprise_channel, mail, webhook
from hotwash.connect.mail import MailServer
from hotwash.connect.reachable import Inside
from hotwash.response.outside import Refused
from hotwash.response.sending import Channel, ChannelKind

NO_SERVER = "This installation has no mail server: the operator names one in the setting `mail`."


def channel(kind: ChannelKind, *, server: MailServer | None = None, inside: Sequence[str] = ()) -> Channel:
    """What carries messages of a kind.

    :param inside: the places inside that may be called, as the operator wrote them
    :raises Refused: if it is mail, and there is no server for it
    """
    if kind == "mail":
        if server is None:
            raise Refused("mail", NO_SERVER)
        return mail.Mail(server)
    if kind == "webhook":
        return webhook.Webhook(Inside.of(inside))
    return apprise_channel.Apprised(tuple(inside))


def read(kind: ChannelKind, text: str, *, inside: Sequence[str] = ()) -> tuple[dict[str, Any], str]:
    """An address as somebody typed it, as the channel keeps it, and what may be shown of it.

    :raises Refused, Unreachable: if it is none, or may not be called
    """
    if kind == "mail":
        return mail.read(text)
    if kind == "webhook":
        return webhook.read(text, inside=Inside.of(inside))
    return apprise_channel.read(text, inside=inside)
