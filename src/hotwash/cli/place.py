"""Where commands work: the API of a server, or the same API inside this process over a data folder."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from hotwash.cli.answer import Refused, with_format

F = TypeVar("F", bound=Callable[..., Any])


class Place:
    """The API, wherever it is.

    :param home: a data folder; None to use the server that ``HOTWASH_URL`` names, or else ``HOTWASH_HOME``
    """

    def __init__(self, home: str | None = None) -> None:
        self.home = home
        self._client: Any = None

    @property
    def url(self) -> str:
        """The server's address; empty for a data folder."""
        return "" if self.home else os.environ.get("HOTWASH_URL", "").rstrip("/")

    def get(self, path: str, **params: Any) -> Any:
        """A JSON document of the API."""
        return self.call(
            "GET", path, params={name: value for name, value in params.items() if value is not None}
        ).json()

    def post(self, path: str, words: dict[str, Any]) -> dict[str, Any]:
        """Say a verb; words that are None are left out."""
        said = {name: value for name, value in words.items() if value is not None}
        answered: dict[str, Any] = self.call("POST", path, json=said).json()
        return answered

    def call(self, method: str, path: str, **request: Any) -> Any:
        """Any exchange with the API.

        :raises Refused: with the sentence of the problem document
        """
        import httpx

        if self._client is None:
            self._client = self._open()
        try:
            response = self._client.request(method, f"/api/v1{path}", **request)
        except httpx.TransportError as fault:
            raise Refused(
                f"{self.url} does not answer ({fault}). Check HOTWASH_URL and that the server runs."
            ) from fault
        except httpx.InvalidURL as bad:
            raise Refused(f"That is no address: {bad}.") from bad
        if response.status_code >= 300:
            raise _refusal(response)
        return response

    def download(self, path: str, to: Path, *, size: int, told: Callable[[float], None]) -> None:
        """Write what an address answers into a file, piece by piece.

        :param size: about how much it is
        :raises Refused: with the sentence of the problem document
        """
        import httpx

        if self._client is None:
            self._client = self._open()
        done = 0
        try:
            with self._client.stream("GET", f"/api/v1{path}") as response, to.open("wb") as file:
                if response.status_code >= 300:
                    response.read()
                    raise _refusal(response)
                for piece in response.iter_bytes():
                    file.write(piece)
                    done += len(piece)
                    told(min(1.0, done / (size or 1)))
        except httpx.TransportError as fault:
            raise Refused(f"The connection broke after {done:,} bytes ({fault}). Try again.") from fault

    def close(self) -> None:
        """Let go of the connection, if there is one."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _open(self) -> Any:
        import httpx

        if not self.url:
            from hotwash.cli.local import transport

            return httpx.Client(transport=transport(self.home), base_url="http://localhost")
        if not self.url.startswith(("http://", "https://")):
            raise Refused(f"HOTWASH_URL is no web address: {self.url}. Write it as https://hotwash.example.org.")
        token = os.environ.get("HOTWASH_TOKEN", "")
        if not token:
            raise Refused("HOTWASH_TOKEN is missing: make a token on your account page, and set it beside HOTWASH_URL.")
        if not token.isascii() or not token.isprintable():
            raise Refused("HOTWASH_TOKEN holds a character that no token has.")
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=httpx.Timeout(60, read=600)
        )


def _refusal(response: Any) -> Refused:
    try:
        document = response.json()
        sentence = document["detail"]
    except (ValueError, KeyError, TypeError):
        what = f"HTTP {response.status_code}"
        return Refused(f"The server did not answer as Hotwash does ({what}). Check HOTWASH_URL.")
    return Refused(str(sentence), document)


def with_place(command: F) -> F:
    """``--home`` and ``--format`` for a command, as the arguments ``place`` and ``form``."""

    def place(context: click.Context, _: click.Parameter, value: str | None) -> Place:
        made = Place(value or (context.find_root().obj or {}).get("home"))
        context.call_on_close(made.close)
        return made

    folder = click.option(
        "--home", "place", metavar="FOLDER", callback=place, help="The data folder, instead of HOTWASH_HOME."
    )
    return with_format(folder(command))


AT = click.option("--at", metavar="TIME", help="When it happened (RFC 3339, such as 2026-03-03T09:02:00+01:00).")
EXPECTED = click.option(
    "--expected", type=int, metavar="N", help="The last entry that you saw; refused if somebody wrote since."
)


def read_file(path: str) -> bytes:
    """The bytes of a file; ``-`` is standard input.

    :raises Refused: if it cannot be read
    """
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as fault:
        raise Refused(f"{path} cannot be read: {fault.strerror}.") from fault


def read_json(path: str) -> Any:
    """A JSON document from a file.

    :raises Refused: if it cannot be read, or is not JSON
    """
    data = read_file(path)
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as bad:
        raise Refused(f"{path} is no JSON document: {bad}.") from bad


def ticker(say: Callable[[str], None], *, every_s: float = 1.0) -> Callable[[float], None]:
    """Something that tells how far a question is, at most once in a while, and only if it takes long."""
    told = time.monotonic()

    def tick(share: float) -> None:
        nonlocal told
        if time.monotonic() - told >= every_s:
            told = time.monotonic()
            say(f"{share:.0%}")

    return tick
