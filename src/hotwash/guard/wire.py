"""HTTP in small: one request, one connection, and an end to everything.

All sizes are capped, and every exchange has one deadline, however slowly the other side drips. Redirects are not
followed, and proxies of the environment not used.
"""

import contextlib
import encodings.idna  # noqa: F401 - the first connection would import it, and a fork just then leaves its lock held
import http.client
import io
import socket
import ssl
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from hotwash.guard.faults import NotUnderstood, Refused, Unreachable

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the headers' names are in small letters."""

    code: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream; the data's lines without the last line break."""

    name: str
    data: bytes


class _Reading(io.RawIOBase):
    """The reading side of a socket, with a deadline that the owner may move."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self.sock, self.deadline = sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(left)
        return self.sock.recv_into(buffer)


class _Ends:
    """What `http.client` takes for a socket. Only `Line` closes the real one."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self.sock, self.reading = sock, _Reading(sock, deadline)

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(self.reading)

    def sendall(self, data: bytes) -> None:
        self.sock.settimeout(max(0.001, self.reading.deadline - time.monotonic()))
        self.sock.sendall(data)

    def close(self) -> None:
        """Nothing: see the class."""


class Line:
    """The way to one server.

    :raises ValueError: if the address is none
    """

    def __init__(self, url: str, access: str) -> None:
        parts = urlsplit(url)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.username
            or parts.query
            or parts.fragment
        ):
            raise ValueError(f"{url!r} is no address of a server, such as https://hotwash.example.org")
        self.host, self.port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
        self.netloc, self.path = parts.netloc, parts.path.rstrip("/")
        self.tls = ssl.create_default_context() if parts.scheme == "https" else None
        self.access = access
        self.opened: set[socket.socket] = set()

    def ask(
        self, method: str, path: str, headers: Headers, *, body: bytes | None = None, within_s: float, bytes_max: int
    ) -> Answer:
        """One request and its whole answer.

        :raises Unreachable: if there is none in time
        :raises NotUnderstood: if it is too large or no HTTP
        """
        with _Exchange(self, method, path, headers, body=body, within_s=within_s) as exchange:
            answer = exchange.answer
            content = answer.read(bytes_max + 1)
            if len(content) > bytes_max:
                raise NotUnderstood(f"The server's answer has more than {bytes_max:,} bytes.")
            if answer.length:
                raise Unreachable("The server's answer breaks off.")
            return Answer(answer.status, _named(answer), content)

    def stream(
        self, path: str, headers: Headers, *, within_s: float, silence_s: float, bytes_max: int
    ) -> Generator[Event, None, None]:
        """The events of a stream, until it ends or is silent.

        :param within_s: for the answer to begin
        :param silence_s: for each event to be there, whole; comments do not count
        :raises Unreachable: if it is silent or breaks off
        :raises Refused: if it is no stream
        """
        with _Exchange(
            self, "GET", path, {**headers, "Accept": "text/event-stream"}, body=None, within_s=within_s
        ) as exchange:
            answer = exchange.answer
            accepted(Answer(answer.status, _named(answer), b""), "text/event-stream")
            exchange.until(silence_s)
            name, data, size = "message", [], 0
            while line := answer.readline(bytes_max):
                size += len(line)
                if size > bytes_max or not line.endswith(b"\n"):
                    raise NotUnderstood(f"An event of the stream has more than {bytes_max:,} bytes, or breaks off.")
                line = line.rstrip(b"\r\n")
                field, _, value = line.partition(b":")
                value = value.removeprefix(b" ")
                if field == b"event":
                    name = value.decode(errors="replace")
                elif field == b"data":
                    data.append(value)
                elif not line:
                    if data:
                        yield Event(name, b"\n".join(data))
                        exchange.until(silence_s)
                    name, data, size = "message", [], 0
            raise Unreachable("The server ended the stream.")

    def cut(self) -> None:
        """End whatever is under way, from another thread."""
        for sock in tuple(self.opened):
            with contextlib.suppress(OSError):  # it has just ended by itself
                sock.shutdown(socket.SHUT_RDWR)

    def alone(self) -> None:
        """After a fork: close the parent's connections in this process, which leaves them open in the parent."""
        for sock in self.opened:
            socket.close(sock.detach())
        self.opened = set()


class _Exchange:
    """One connection from the request to the end of its answer. Whatever fails outside is `Unreachable`."""

    def __init__(
        self, line: Line, method: str, path: str, headers: Headers, *, body: bytes | None, within_s: float
    ) -> None:
        self._line, self._request = line, (method, path, headers, body)
        self._deadline = time.monotonic() + within_s
        self._sock: socket.socket | None = None
        self.answer: http.client.HTTPResponse

    def __enter__(self) -> "_Exchange":
        try:
            self._begin()
        except BaseException as fault:
            self.__exit__(type(fault), fault, None)
            raise
        return self

    def _begin(self) -> None:
        line, (method, path, headers, body) = self._line, self._request
        sock = socket.create_connection((line.host, line.port), timeout=self._left())
        self._sock = sock
        line.opened.add(sock)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if line.tls:
            line.opened.discard(sock)
            sock.settimeout(self._left())
            self._sock = sock = line.tls.wrap_socket(sock, server_hostname=line.host)
            line.opened.add(sock)
        self._ends = _Ends(sock, self._deadline)
        talk = http.client.HTTPConnection(line.host, line.port)
        talk.sock = self._ends
        talk.putrequest(method, line.path + path, skip_host=True, skip_accept_encoding=True)
        sent = {
            "Host": line.netloc,
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Authorization": f"Bearer {line.access}",
            "User-Agent": "hotwash-guard/1",
            "Connection": "close",
            **({} if body is None else {"Content-Type": "application/json", "Content-Length": str(len(body))}),
            **headers,
        }
        for name, value in sent.items():
            talk.putheader(name, value)
        talk.endheaders(body)
        self.answer = talk.getresponse()

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def until(self, seconds: float) -> None:
        """Move the deadline."""
        self._ends.reading.deadline = time.monotonic() + seconds

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: object) -> None:
        if self._sock:
            self._line.opened.discard(self._sock)
            self._sock.close()
        if isinstance(fault, TimeoutError):
            raise Unreachable("The server did not answer in time.") from fault
        if isinstance(fault, OSError):
            raise Unreachable(f"The server cannot be reached: {fault.strerror or fault}.") from fault
        if isinstance(fault, http.client.HTTPException | ValueError):
            raise NotUnderstood(f"The server's answer is no HTTP ({type(fault).__name__}).") from fault


def _named(answer: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


def accepted(answer: Answer, content: str) -> None:
    """Pass a good answer of the type that was asked for.

    :raises Refused: with a sentence for the code
    :raises NotUnderstood: if it is of another type
    """
    code = answer.code
    if code in (401, 403):
        raise Refused(code, f"The server does not take the token ({code}). Is it the one of this service?")
    if 300 <= code < 400:
        raise Refused(code, f"The server sends elsewhere ({code}), which a guard does not follow. Mend the address.")
    if code >= 400 or code < 200:
        raise Refused(code, f"The server answers {code}.")
    told = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if told != content:
        raise NotUnderstood(f"The server answers with {told[:60] or 'no type'} where {content} belongs.")
