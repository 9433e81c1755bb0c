"""A server for tests: the protocol's server side on the standard library, with faults to switch on.

It keeps the promise of ``docs/reference/guard.md`` in memory, for one service. Set `trouble` to one of `TROUBLES` to
make it fail.
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from hotwash.guard.signing import PROTOCOL, access, etag, key, signature, signed
from hotwash.guard.snapshot import read

TROUBLES = (
    "500", "401", "redirect", "rubbish", "html", "not-http", "hang", "drip", "huge", "cut", "other-key", "changed",
    "old-answer", "wrong-types", "older", "deaf",
)  # fmt: skip


class Double:
    """One service's switches, on a free port of this machine.

    :param stream: whether it has the stream
    :param push: whether the stream carries snapshots, or only says "refetch"
    """

    def __init__(self, token: str, *, port: int = 0, stream: bool = True, push: bool = True) -> None:
        self.token, self.stream, self.push = token, stream, push
        self.access, self.key = access(token), key(token)
        self._trouble = ""
        self.clock: Callable[[], float] = time.time
        self.confirmations: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.changed = threading.Condition()
        self.ended = False
        self.serial = 0
        self.body = b""
        self.etag = ""
        self.publish({})
        self._http = _Http(("127.0.0.1", port), _Talk)
        self._http.double = self
        self.port = int(self._http.server_address[1])
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def trouble(self) -> str:
        """What is wrong with it; empty if nothing is."""
        return self._trouble

    @trouble.setter
    def trouble(self, trouble: str) -> None:
        with self.changed:
            self._trouble = trouble
            self.changed.notify_all()

    def publish(self, switches: Mapping[str, Any], *, serial: int | None = None) -> str:
        """Publish switches in the form of the protocol; the tag.

        :raises NotUnderstood: if they are not in that form
        """
        with self.changed:
            self.serial = serial if serial is not None else max(self.serial + 1, int(time.time() * 1000))
            told = {"format": PROTOCOL, "service": "double", "serial": self.serial, "switches": switches}
            body = json.dumps(told, separators=(",", ":")).encode()
            read(body)
            self.body, self.etag = body, etag(body)
            self.changed.notify_all()
        return self.etag

    def turn(self, switch: str, state: str, **order: Any) -> str:
        """Publish one switch with one order."""
        return self.publish({switch: {"orders": [{"state": state, **order}]}})

    def confirmed(self, tag: str) -> set[str]:
        """The instances that confirmed a tag."""
        return {one["instance"] for one in tuple(self.confirmations) if one["etag"] == tag}

    def close(self) -> None:
        """End it, with all its connections."""
        with self.changed:
            self.ended = True
            self.changed.notify_all()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)

    def __enter__(self) -> "Double":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512
    double: Double

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A guard that went away in the middle is no news."""


class _Talk(BaseHTTPRequestHandler):
    """One connection."""

    server: _Http
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        double = self.server.double
        double.asked.append(self.path)
        trouble = double.trouble
        if self._failed(trouble) or not self._known():
            return
        if self.path == "/guard/v1/snapshot":
            self._snapshot(trouble)
        elif self.path == "/guard/v1/stream" and double.stream:
            self._stream(trouble)
        else:
            self._answer(404, b"{}")

    def do_POST(self) -> None:
        double = self.server.double
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self._failed(double.trouble) or not self._known():
            return
        digest = hashlib.sha256(body).hexdigest()
        nonce = self.headers.get("Guard-Nonce", "")
        if not signed(self.headers.get("Guard-Signature"), double.key, "confirm", nonce, digest):
            self._answer(403, b"{}")
            return
        double.confirmations.append(json.loads(body))
        self._answer(204, b"")

    def _known(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {self.server.double.access}":
            return True
        self._answer(401, b"{}")
        return False

    def _failed(self, trouble: str) -> bool:
        double = self.server.double
        if trouble == "500":
            self._answer(500, b"<h1>Sorry</h1>", content="text/html")
        elif trouble == "401":
            self._answer(401, b"Unauthorized", content="text/plain")
        elif trouble == "redirect":
            self._answer(302, b"", headers={"Location": "http://127.0.0.1:9/"})
        elif trouble == "not-http":
            self.wfile.write(b"\x16\x03\x01 220 ready\r\n")
        elif trouble == "hang":
            with double.changed:
                double.changed.wait_for(lambda: double.ended or double.trouble != "hang", timeout=60)
        elif trouble == "drip":
            self._drip()
        else:
            return False
        return True

    def _drip(self) -> None:
        double = self.server.double
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX: ")
        while not double.ended and double.trouble == "drip":
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def _snapshot(self, trouble: str) -> None:
        double = self.server.double
        with double.changed:
            body = double.body
        body = _spoiled(body, trouble)
        tag, now, nonce = etag(body), f"{double.clock():.3f}", self.headers.get("Guard-Nonce", "")
        if trouble == "old-answer":  # one that was given before, to another question
            nonce = "0" * len(nonce)
        signing = b"another" if trouble == "other-key" else double.key
        headers = {"ETag": f'"{tag}"', "Guard-Time": now}
        headers["Guard-Signature"] = signature(signing, "snapshot", nonce, tag, now)
        if trouble == "rubbish":
            body = b"\x00\xff rubbish {"
        if trouble == "changed":
            body = body.replace(b'"off"', b'"serve"') + b" "
        content = "text/html" if trouble == "html" else "application/json"
        if self.headers.get("If-None-Match") == f'"{tag}"' and trouble in ("", "old-answer", "other-key"):
            self._answer(304, b"", headers=headers)
        elif trouble == "cut":
            self._answer(200, body[:-5], length=len(body), headers=headers)
        else:
            self._answer(200, body, content=content, headers=headers)

    def _stream(self, trouble: str) -> None:
        double = self.server.double
        if trouble:  # of troubles that concern a body, the stream is silent
            self._answer(503, b"{}")
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.flush()
        every = max(0.1, float(self.headers.get("Guard-Ping", "5")))
        sent, number = self.headers.get("If-None-Match", "").strip('"'), 0

        def news() -> bool:
            return double.ended or bool(double.trouble) or double.etag != sent

        while True:
            with double.changed:
                if number:
                    double.changed.wait_for(news, every)
                if double.ended or (double.trouble and double.trouble != "deaf"):
                    return
                body, tag = (double.body, double.etag) if double.trouble != "deaf" else (b"", "")
            if not body:  # it keeps the connection, and says nothing that is proved
                self.wfile.write(b": still here\n\n")
                self.wfile.flush()
                time.sleep(0.05)
                continue
            if tag != sent and not double.push and number:
                self.wfile.write(b'data: {"type":"refetchEvaluation"}\n\n')
            else:
                number += 1
                name = "ping" if tag == sent or not double.push else "snapshot"
                self._event(name, number, tag, body)
            self.wfile.flush()
            sent = tag

    def _event(self, name: str, number: int, tag: str, body: bytes) -> None:
        double = self.server.double
        now, nonce = f"{double.clock():.3f}", self.headers.get("Guard-Nonce", "")
        head = {
            "etag": tag,
            "time": now,
            "signature": signature(double.key, "event", nonce, name, str(number), tag, now),
        }
        lines = [f"event: {name}".encode(), b"data: " + json.dumps(head).encode()]
        if name == "snapshot":
            lines.append(b"data: " + body)
        self.wfile.write(b"\n".join(lines) + b"\n\n")

    def _answer(
        self,
        code: int,
        body: bytes,
        *,
        content: str = "application/json",
        length: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.send_response(code)
        if code not in (204, 304):
            self.send_header("Content-Type", content)
            self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server has
        """Be quiet."""


def _spoiled(body: bytes, trouble: str) -> bytes:
    """A body that is signed, and wrong all the same."""
    told = json.loads(body)
    if trouble == "huge":
        return body + b" " * 3_000_000
    if trouble == "wrong-types":
        told["switches"] = {"resume-screening": {"orders": [{"state": ["serve"], "when": 7}]}}
    elif trouble == "older":
        told |= {"serial": 1, "switches": {}}
    else:
        return body
    return json.dumps(told).encode()
