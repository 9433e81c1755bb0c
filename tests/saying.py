"""A server on loopback that answers as it is told to: for services that cannot be had here, in their own words."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """What somebody asked."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


Answers = Callable[[Call], tuple[int, Any]]


@dataclass(slots=True)
class Saying:
    """The server, and what it was asked."""

    url: str
    answers: Answers
    calls: list[Call] = field(default_factory=list)


@contextmanager
def saying(answers: Answers) -> Iterator[Saying]:
    """Start one, and end it."""
    told: list[Saying] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = Call(
                self.command,
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                json.loads(content) if content else None,
            )
            told[0].calls.append(call)
            status, body = told[0].answers(call)
            data = b"" if status == 204 else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_PUT = answer  # noqa: N815 - found by these names

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.append(Saying(f"http://127.0.0.1:{server.server_address[1]}", answers))
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield told[0]
        finally:
            server.shutdown()
            thread.join()
