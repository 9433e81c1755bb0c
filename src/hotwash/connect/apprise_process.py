"""The process in which Apprise runs: one question on standard input, one answer on standard output, both JSON.

It is asked ``{"url", "title", "body", "inside"}``, or without a body only whether the address is one. It answers
``{"service", "delivered", "again", "why"}``. Whatever a service looks up goes through `reachable`, and a connection
goes only to an address that was looked at.
"""

import json
import logging
import re
import socket
import sys
import threading
from typing import Any

from hotwash.connect.reachable import Inside, addresses
from hotwash.response.outside import OutsideFault

MAIL = ("mailto", "mailtos")


class Watch(logging.Handler):
    """Keeps of Apprise's log no more than the status that a service answered: its lines can hold tokens."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.status = ""

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler.emit`."""
        found = re.search(r"error=(\d{3})\b", record.getMessage())
        self.status = found[1] if found else self.status


class Guard:
    """Lets this process reach only what may be reached, whoever in it makes the connection.

    ``refused`` is why something was not looked up.
    """

    def __init__(self, inside: Inside) -> None:
        self.refused, self._inside = "", inside
        self._looked_at: set[str] = set()
        self._looking = threading.local()
        self._resolve, self._connect = socket.getaddrinfo, socket.socket.connect

    def stand(self) -> None:
        """Stand in the way from now on."""
        guard = self

        def connect(this: socket.socket, address: Any) -> None:
            host = address[0] if isinstance(address, tuple) else ""
            if host not in guard._looked_at:
                raise OSError("This address was not looked at.")
            guard._connect(this, address)

        socket.getaddrinfo = self._looked_up
        socket.socket.connect = connect  # type: ignore[assignment,method-assign]

    def _looked_up(self, host: Any, port: Any, *args: Any, **more: Any) -> Any:
        if getattr(self._looking, "on", False):
            return self._resolve(host, port, *args, **more)
        name = host.decode() if isinstance(host, bytes) else str(host)
        self._looking.on = True
        try:
            allowed = addresses("the service", name, int(port or 0), inside=self._inside)
        except OutsideFault as no:
            self.refused = no.sentence
            raise socket.gaierror(no.sentence) from no
        finally:
            self._looking.on = False
        self._looked_at.update(allowed)
        found = [one for one in self._resolve(host, port, *args, **more) if str(one[4][0]) in self._looked_at]
        if not found:
            raise socket.gaierror("The name leads elsewhere by now.")
        return found


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked."""
    guard = Guard(Inside.of(asked.get("inside", ())))
    guard.stand()
    from apprise import Apprise, AppriseAsset, NotifyFormat
    from apprise.common import PersistentStoreMode

    watch = Watch()
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).handlers = [watch]
        logging.getLogger(name).propagate = False
    asset = AppriseAsset(
        app_id="Hotwash",
        app_desc="Hotwash",
        app_url="",
        async_mode=False,
        secure_logging=True,
        plugin_paths=[],
        storage_mode=PersistentStoreMode.MEMORY,
    )
    url = str(asked["url"])
    if url.split(":", 1)[0].lower() in MAIL:
        return {"why": "Mail goes by the channel `mail`, through the organisation's own server."}
    made = Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if made is None:
        return {"why": "Apprise does not know this address, or a part of it is missing."}
    # A service that speaks HTTP is held by the guard; one of this machine, such as its desktop or log, is not for it.
    if not hasattr(sys.modules[type(made).__module__], "requests"):
        return {"why": f"{made.service_name} is not called over the web, and is not offered here."}
    service = str(made.service_name)
    if "body" not in asked:
        return {"service": service}
    sender = Apprise(asset=asset)
    sender.add(made)
    done = sender.notify(body=asked["body"], title=asked.get("title", ""), body_format=NotifyFormat.TEXT)
    if done:
        return {"service": service, "delivered": True}
    said = (
        f"{service} answered {watch.status}." if watch.status else f"{service} did not take it, or cannot be reached."
    )
    later = not guard.refused and (watch.status in ("", "408", "425", "429") or watch.status.startswith("5"))
    return {"service": service, "delivered": False, "why": guard.refused or said, "again": later}


def main() -> None:
    """Answer one question."""
    asked = json.loads(sys.stdin.buffer.read())
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        said = answer(asked)
    except Exception as fault:  # noqa: BLE001 - whatever a service's own code does, the answer is one of ours
        said = {"why": f"Apprise failed ({type(fault).__name__}).", "again": True}
    out.write(json.dumps(said))


if __name__ == "__main__":
    main()
