"""A running world over HTTP: decisions for everybody; its clock and what came of it for whoever has the key.

::

    GET  /health    well, simulated time, speed, what the guard knows
    POST /predict   one case, as a JSON object of attributes: what is decided, under which state
    GET  /clock     simulated time and speed
    POST /clock     {"speed": 60}, {"speed": 0} or {"to": "2026-05-04T08:12:00Z"}      with the key
    GET  /tally     how many were harmed and spared                                      with the key
"""

import hmac
import json
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from hotwash.drills.worlds.live import Live, Refused

BODY_MAX = 20_000


class _Answered(Exception):
    """A status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class WorldServer(ThreadingHTTPServer):
    """The server, bound and not yet serving.

    :param key: what the console sends as its bearer token
    :param following: what the guard knows about itself
    :raises OSError: if the address cannot be taken
    """

    daemon_threads = True

    def __init__(self, live: Live, *, host: str, port: int, key: str, following: Callable[[], dict[str, Any]]) -> None:
        self.live, self.key, self.following = live, key, following
        super().__init__((host, port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: WorldServer
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        self._answer({"/health": self._health, "/clock": self._clock, "/tally": self._tally})

    def do_POST(self) -> None:
        self._answer({"/predict": self._predict, "/clock": self._set})

    def _health(self) -> Any:
        return {"well": True, **self._clock(), "guard": self.server.following()}

    def _clock(self) -> Any:
        return {
            "now": self.server.live.now.isoformat(),
            "speed": self.server.live.speed,
            "end": self.server.live.world.end.isoformat(),
        }

    def _tally(self) -> Any:
        self._keyed()
        return msgspec.to_builtins(self.server.live.tally())

    def _predict(self) -> Any:
        return self.server.live.predict(self._body())

    def _set(self) -> Any:
        self._keyed()
        body = self._body()
        if set(body) == {"speed"} and isinstance(body["speed"], int | float):
            self.server.live.run_at(float(body["speed"]))
        elif set(body) == {"to"}:
            self.server.live.run_to(_time(body["to"]))
        else:
            raise _Answered(422, 'Say {"speed": a number} or {"to": a time}.')
        return self._clock()

    def _keyed(self) -> None:
        given = self.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.server.key}".encode()):
            raise _Answered(401, "This is for the console: send its key as the bearer token.")

    def _body(self) -> dict[str, Any]:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > BODY_MAX:
            self.close_connection = True
            raise _Answered(413, f"At most {BODY_MAX:,} bytes are read.")
        try:
            found = json.loads(self.rfile.read(int(length)) or b"{}")
        except ValueError as bad:
            raise _Answered(400, "This is no JSON.") from bad
        if not isinstance(found, dict):
            raise _Answered(422, "Send a JSON object.")
        return found

    def _answer(self, ways: dict[str, Callable[[], Any]]) -> None:
        way = ways.get(self.path.partition("?")[0])
        try:
            if way is None:
                self.close_connection = True
                raise _Answered(404, "There is no such address.")
            status, told = 200, way()
        except _Answered as no:
            status, told = no.status, {"detail": no.sentence}
        except Refused as no:
            status, told = 422, {"detail": str(no)}
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server has
        """Be quiet."""


def _time(text: object) -> datetime:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError as bad:
        raise _Answered(422, "`to` is a time (RFC 3339).") from bad
    if at.tzinfo is None:
        raise _Answered(422, "`to` needs a zone, such as Z.")
    return at
