"""One call to an outside system over HTTP: an address, a time limit, a size limit, and every failure in words.

Nothing is taken from the environment (proxies, netrc), and no redirect is followed: a token goes where it was meant to.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

import httpx
import msgspec

from hotwash.response.outside import Effect, NotLetIn, Refused, Unreachable

BYTES_MAX = 16_000_000
"""The longest answer that is read."""
SHOWN_MAX = 300
"""How much of a system's own words goes into a sentence."""


class TooLong(Refused):
    """An answer that was not read because it is too long: less may be asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status below 500 that is no redirect, and the bytes."""

    status: int
    kind: str
    body: bytes

    @property
    def text(self) -> str:
        """The beginning of the body on one line, for a sentence."""
        return " ".join(self.body.decode("utf-8", "replace").split())[:SHOWN_MAX]

    def json(self) -> Any:
        """The body as JSON; None if it is not."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None


class Wire:
    """A kept connection to one system.

    :param system: what it is called in sentences
    :param url: its address
    :param headers: sent with each call
    :param auth: name and password, if it wants those
    :param timeout_s: how long to wait for a connection, for each piece of an answer, and for its whole body
    :param proxy: the address of a proxy, if one must be used
    :param transport: what carries the calls, such as `hotwash.connect.reachable.Guarded`
    """

    def __init__(
        self,
        system: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout_s: float = 3.0,
        proxy: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        parts = httpx.URL(url)
        if parts.scheme not in ("http", "https") or not parts.host or parts.userinfo:
            raise ValueError(f"The address of {system} must begin with http:// or https://, and hold no password.")
        self.system, self.url, self._timeout_s = system, url.rstrip("/"), timeout_s
        self._client = httpx.Client(
            base_url=self.url,
            headers=headers,
            auth=auth,
            timeout=timeout_s,
            proxy=proxy,
            transport=transport,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def ask(
        self,
        method: Literal["GET", "POST", "PATCH", "PUT", "DELETE"],
        path: str,
        *,
        params: Mapping[str, str | Sequence[str]] | None = None,
        given: object = None,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One call.

        :param given: sent as JSON, unless it is None
        :param raw: sent as it is, in place of ``given``; ``headers`` says what it is
        :raises Unreachable: if there is no whole answer in time, or one that says the system is broken
        :raises NotLetIn: for 401 and 403
        :raises Refused: for a redirect, or an answer that is too long
        """
        sent: Effect = "none" if method == "GET" else "unknown"
        end = time.monotonic() + self._timeout_s
        body = raw if given is None else msgspec.json.encode(given)
        head = {**({} if given is None else {"Content-Type": "application/json"}), **(headers or {})}
        try:
            with self._client.stream(method, path, params=params, headers=head, content=body) as response:
                answer = Answer(
                    response.status_code, response.headers.get("content-type", ""), self._read(response, end)
                )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as fault:
            raise Unreachable(self.system, f"{self.system} cannot be reached at {self.url}.") from fault
        except httpx.TimeoutException as fault:
            late = f"{self.system} at {self.url} did not answer within {self._timeout_s:g} seconds."
            raise Unreachable(self.system, late, effect=sent) from fault
        except httpx.HTTPError as fault:
            broken = f"The answer of {self.system} at {self.url} broke off ({type(fault).__name__})."
            raise Unreachable(self.system, broken, effect=sent) from fault
        return self._held(answer, sent)

    def _read(self, response: httpx.Response, end: float) -> bytes:
        # A server that sends a byte now and then would keep each single read within its time.
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > BYTES_MAX:
                raise TooLong(
                    self.system, f"{self.system} answered with more than {BYTES_MAX:,} bytes; they were not read."
                )
            if time.monotonic() > end:
                raise httpx.ReadTimeout("The whole answer took too long.")
        return bytes(body)

    def _held(self, answer: Answer, sent: Effect) -> Answer:
        if answer.status >= 500:
            said = f"{self.system} is in trouble: it answered {answer.status}."
            raise Unreachable(self.system, said, effect=sent)
        if answer.status == 401:
            raise NotLetIn(self.system, f"{self.system} does not accept the token or password (401).")
        if answer.status == 403:
            raise NotLetIn(self.system, f"{self.system} does not allow this (403): {self._words(answer)}")
        if 300 <= answer.status < 400:
            said = (
                f"{self.system} sends the call elsewhere ({answer.status}), which is not followed: check the address."
            )
            raise Refused(self.system, said)
        return answer

    def _words(self, answer: Answer) -> str:
        """A system's own words, where they are words for people: plain text, or a message in JSON."""
        held = answer.json()
        said = held.get("message") if isinstance(held, dict) else None
        # Some systems send plain text as HTML, so the type says nothing.
        words = said if isinstance(said, str) else "" if "<" in answer.text else answer.text
        return words[:SHOWN_MAX].rstrip(".") + "." if words else "it gives no reason."
