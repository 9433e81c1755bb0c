"""Where things that are sent arrive in tests: a real SMTP server and a web server on this machine."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Post:
    """The mail that a server took. ``refuses`` are answers to recipients; ``answer`` is what it says to a mail."""

    port: int = 0
    letters: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    answer: str = "250 OK"
    drop: bool = False

    async def handle_RCPT(  # noqa: N802 - the name that the library calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content or b"", policy=policy.default)
        assert isinstance(letter, EmailMessage)
        if self.answer.startswith("2"):
            self.letters.append((list(envelope.rcpt_tos), letter))
        if self.drop:
            assert server.transport is not None
            server.transport.close()
        return self.answer


@contextmanager
def post_office() -> Iterator[Post]:
    """A mail server on this machine."""
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=_free_port())
    controller.start()
    post.port = controller.port
    try:
        yield post
    finally:
        controller.stop()


@dataclass
class Call:
    """One call that came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)


@dataclass
class Sink:
    """A web server that takes calls. ``status`` is what it answers; ``wait`` lets it answer late."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    status: int = 200
    wait: threading.Event | None = None
    to: str = ""


@contextmanager
def sink(host: str = "127.0.0.1") -> Iterator[Sink]:
    """A web server on this machine."""
    kept = Sink()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kept.calls.append(Call(self.path, dict(self.headers.items()), body))
            if kept.wait is not None:
                kept.wait.wait(10)
            try:
                self.send_response(kept.status)
                if kept.to:
                    self.send_header("Location", kept.to)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except OSError:
                pass

        do_GET = do_POST  # noqa: N815 - the name that the library calls

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer((host, 0), Taking)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    kept.url = f"http://{host}:{server.server_address[1]}/hook"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
