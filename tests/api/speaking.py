"""Programs that speak to the API, each for a person with a role."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from hotwash.web import door, inquiries
from hotwash.web.accounts import tokens
from hotwash.web.tables.models import Account

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody with a token."""

    name: str
    token: str

    def ask(self, method: str, path: str, words: Any = None, **headers: str) -> Any:
        """One exchange; ``words`` are sent as JSON."""
        client = Client(raise_request_exception=False)
        content = json.dumps(words) if words is not None else ""
        return client.generic(
            method,
            API + path,
            content,
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )

    def get(self, path: str) -> Any:
        """The JSON of an address that answers."""
        response = self.ask("GET", path)
        assert response.status_code == 200, response.content
        return response.json()

    def say(self, path: str, words: Any = None, **headers: str) -> Any:
        """The JSON of a verb that was recorded."""
        response = self.ask("POST", path, words or {}, **headers)
        assert response.status_code in (200, 201, 202), response.content
        return response.json()

    def refused(self, method: str, path: str, words: Any = None, **headers: str) -> dict[str, Any]:
        """The problem document of an exchange that is refused."""
        return problem(self.ask(method, path, words, **headers))

    def send(self, path: str, data: bytes, *, name: str = "log.csv", **words: str) -> Any:
        """Send a file."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        client = Client(raise_request_exception=False)
        file = SimpleUploadedFile(name, data, content_type="text/html")
        return client.post(API + path, {"file": file, **words}, headers={"Authorization": f"Bearer {self.token}"})


def problem(response: Any) -> dict[str, Any]:
    """A problem document, held against RFC 9457 and our own promise of a sentence."""
    assert response["Content-Type"] == "application/problem+json", (response.status_code, response.content[:300])
    document: dict[str, Any] = response.json()
    assert document["status"] == response.status_code
    assert document["type"].startswith("urn:hotwash:problem:")
    assert document["title"]
    assert document["detail"].endswith((".", ")", "`")), document["detail"]
    return document


def speaker(name: str, role: str, *, scopes: tuple[str, ...] = ()) -> Speaker:
    """An account of a role, with a token."""
    account = Account.objects.filter(name=name).first() or Account.objects.create_user(name, role=role)
    return Speaker(name, tokens.make(account, name="tests", scopes=scopes)[1])


@contextmanager
def installation(folder: Path) -> Iterator[Path]:
    """An installation with a data folder of its own; gives the folder where its logs may lie."""
    before = settings.HOTWASH
    settings.HOTWASH = replace(before, home=folder)
    door.desk.cache_clear()
    logs = inquiries.folders()[0]
    logs.mkdir(parents=True, exist_ok=True)
    try:
        yield logs
    finally:
        inquiries.rest()
        settings.HOTWASH = before
        door.desk.cache_clear()


def declared(by: Speaker, title: str = "Loans refused", **words: Any) -> str:
    """A new incident; its id."""
    return str(by.say("/incidents", {"title": title, **words})["incident"])


def whole(response: Any) -> bytes:
    """The whole body, streamed or not; the file behind it is closed."""
    content: bytes = b"".join(response) if response.streaming else response.content
    response.close()
    return content
