"""A server between a connector and the real system, which passes calls on or makes the trouble that is asked for."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

import httpx

Trouble = Literal["lost on the way", "answer lost", "500", "rubbish", "swallowed", "silence", "slow drip", "elsewhere"]


class Between(ThreadingHTTPServer):
    """Where a connector is pointed.

    :param target: the real system; empty if there is none behind it
    """

    daemon_threads = True

    def __init__(self, target: str) -> None:
        self.target = target
        self.troubles: dict[tuple[str, str], Trouble] = {}
        self.after: Callable[[str, str], None] = lambda method, path: None
        self.seen: list[str] = []
        self.ended = threading.Event()
        super().__init__(("127.0.0.1", 0), _Caller)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def trouble(self, method: str, end: str, what: Trouble) -> None:
        """Calls of this method whose path ends so get this trouble from now on."""
        self.troubles[method, end] = what

    def trouble_of(self, method: str, path: str) -> Trouble | None:
        plain = path.split("?")[0]
        return next((what for (of, end), what in self.troubles.items() if of == method and plain.endswith(end)), None)


class _Caller(BaseHTTPRequestHandler):
    server: Between
    protocol_version = "HTTP/1.1"

    def pass_or_trouble(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append(self.headers.get("Authorization", ""))
        trouble = self.server.trouble_of(self.command, self.path)
        if trouble in ("lost on the way", "silence"):
            if trouble == "silence":
                self.server.ended.wait(60)
            self.close_connection = True
            return
        if trouble == "500":
            self.answer(500, b"Internal Server Error")
        elif trouble == "rubbish":
            self.answer(200, b"<html>Welcome to the guest network</html>")
        elif trouble == "swallowed":
            self.answer(200, b"{}")
        elif trouble == "elsewhere":
            self.answer(302, b"", Location="http://127.0.0.1:9/")
        elif trouble == "slow drip":
            self.drip()
        else:
            self.passed_on(body, lost=trouble == "answer lost")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = pass_or_trouble  # noqa: N815 - found by these names

    def passed_on(self, body: bytes, *, lost: bool) -> None:
        kept = {name: value for name, value in self.headers.items() if name in ("Authorization", "Content-Type")}
        url = self.server.target + self.path
        came = httpx.request(self.command, url, content=body, headers=kept, timeout=60, trust_env=False)
        self.server.after(self.command, self.path)
        if lost:
            self.close_connection = True
            return
        self.answer(came.status_code, came.content)

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        self.close_connection = True
        try:
            while not self.server.ended.wait(0.05):
                self.wfile.write(b" ")
        except OSError:
            return

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def between(target: str = "") -> Iterator[Between]:
    """Start one, and end it."""
    with Between(target) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.ended.set()
            server.shutdown()
            thread.join()
