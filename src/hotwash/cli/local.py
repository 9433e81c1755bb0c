"""The API inside this process, over a data folder, with the operator of this machine as the one who acts."""

from collections.abc import Callable, Iterable
from typing import Any

import httpx

from hotwash.cli.answer import Refused, say


def transport(home: str | None) -> httpx.BaseTransport:
    """A way to the application that needs no network. A data folder without its tables gets them.

    :raises Refused: if the folder or a setting cannot be used
    """
    application = ready(home)
    from hotwash.web.api.caller import LOCAL, LOCAL_KEY

    def as_operator(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        return application(environ | {LOCAL_KEY: LOCAL}, start)

    return httpx.WSGITransport(app=as_operator)


def ready(home: str | None) -> Callable[..., Iterable[bytes]]:
    """The application over a data folder that has its tables.

    :raises Refused: if the folder or a setting cannot be used
    """
    from hotwash.web.starting import CannotStart, start

    try:
        return start(home, tell=say)
    except CannotStart as fault:
        raise Refused(str(fault)) from fault
