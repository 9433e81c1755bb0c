"""Secrets that were planted everywhere are shown nowhere: not in a page, an error, a log, a record or a row."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import URLPattern
from tests.api.speaking import Speaker, declared, installation, speaker, whole
from tests.web.people import enter, person

from hotwash.web import strongbox
from hotwash.web.api.urls import api
from hotwash.web.door import desk
from hotwash.web.log import Plain
from hotwash.web.options import Options
from hotwash.web.pages.urls import urlpatterns
from hotwash.web.store import DatabaseStore
from hotwash.web.tables.models import Role

MARK = "PLANTED"


@dataclass
class Planted:
    """What was planted, and who may look."""

    ana: Speaker
    browser: Client
    incident: str
    secrets: set[str] = field(default_factory=set)

    def told(self, text: str) -> list[str]:
        """Secrets that stand in a text."""
        found = [secret for secret in self.secrets if secret in text]
        return found or ([MARK] if MARK in text else [])


@pytest.fixture
def planted(sqlite: Options, tmp_path: Path) -> Iterator[Planted]:
    """Every secret of the settings and every one that somebody typed carries the mark, or is kept aside."""
    with installation(tmp_path / "home"):
        mail = {"host": "127.0.0.1", "port": "9", "sender": "a@example.org", "user": "u", "password": f"{MARK}-mail"}
        board = {
            "kind": "unleash",
            "url": "http://127.0.0.1:9",
            "token": f"{MARK}-board",
            "flag": "f",
            "means": "on-serves",
        }
        settings.HOTWASH = replace(
            settings.HOTWASH,
            mail=mail,
            mailbox={"host": "127.0.0.1", "user": "u", "password": f"{MARK}-mailbox"},
            boards={"flags": board},
            secret_key=f"{MARK}-secret-key-of-the-installation-itself",
            inside=("127.0.0.1",),
        )
        account = person("bo", role=Role.ADMINISTRATOR, password=f"{MARK}-password")
        ana = speaker("ana", Role.ADMINISTRATOR)
        found = Planted(ana, enter("bo", f"{MARK}-password"), declared(ana, title="Loans refused"))
        found.secrets |= {ana.token, account.password}
        ana.say("/systems", {"name": "Loans"})
        hook = f"http://127.0.0.1:9/{MARK}-hook"
        found.secrets.add(ana.say("/targets", {"name": "hook", "kind": "webhook", "address": hook})["secret"])
        ana.say("/targets", {"name": "chat", "kind": "apprise", "address": f"json://u:{MARK}-apprise@127.0.0.1:9/x"})
        ana.say("/chats", {"chat": "slack", "name": "ours", "signing": f"{MARK}-chat"})
        ana.say(
            "/pulls",
            {
                "kind": "arize",
                "name": "arize",
                "settings": {"url": "https://1.1.1.1", "space": "s"},
                "secret": f"{MARK}-pull",
            },
        )
        place = {"url": "https://1.1.1.1", "project": "bank/loans"}
        ana.say("/trackers", {"kind": "github", "name": "hub", "settings": place, "secret": f"{MARK}-tracker"})
        ana.say("/inbox/addresses", {"sender": "grafana", "name": "graf", "signing": f"{MARK}-signing"})
        ana.say("/services", {"name": "loans-api", "systems": ["loans"]})
        yield found


def addresses() -> Iterator[tuple[str, str]]:
    """Every method at every address of the API, and every page, with words that lead somewhere where they can."""
    words = {"incident_id": "INC-2026-0001", "slug": "loans", "name": "hub", "target": "hook", "switch": "loans"}
    for path, methods in api.get_openapi_schema(path_prefix="")["paths"].items():
        for method in methods:
            yield method.upper(), "/api/v1" + re.sub(r"\{(\w+)\}", lambda one: words.get(one[1], "1"), path)
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda one: words.get(one[1], "1"), str(pattern.pattern))
        yield "GET", path
        yield "POST", path


def shown(planted: Planted) -> dict[str, list[str]]:
    """What every address shows of the secrets: asked well, and asked with rubbish."""
    found: dict[str, list[str]] = {}
    for method, path in addresses():
        if path.startswith("/api/"):
            words: Any = None if method == "GET" else {"rubbish": 1}
            response = planted.ana.ask(method, path.removeprefix("/api/v1"), words)
        else:
            planted.browser.raise_request_exception = False
            response = planted.browser.generic(method, path)
        text = whole(response).decode("utf-8", "replace") + str(response.headers)
        if told := planted.told(text):
            found[f"{method} {path}"] = told
    return found


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Lines of the log as a server writes them."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Kept(logging.DEBUG)
    handler.setFormatter(Plain())
    loggers = [logging.getLogger(name) for name in ("", "hotwash", "django.request", "django.security", "httpx")]
    for one in loggers:
        one.addHandler(handler)
    yield lines
    for one in loggers:
        one.removeHandler(handler)


def rows() -> Iterator[tuple[str, str]]:
    """Every table with all that stands in it."""
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')
            yield name, repr(cursor.fetchall())


def test_no_address_shows_a_planted_secret_and_none_is_logged(planted: Planted, logged: list[str]) -> None:
    assert shown(planted) == {}
    logging.getLogger("hotwash").warning("The log is heard.")
    assert any("The log is heard." in line for line in logged)
    assert [line for line in logged if planted.told(line)] == []


def test_no_row_holds_a_planted_secret_as_it_was_typed(planted: Planted) -> None:
    for name in ("hook", "chat"):
        planted.ana.say(f"/targets/{name}/test")
    typed = {one for one in planted.secrets if not one.startswith("md5")}  # the digest of a password belongs there
    told = {name: [one for one in (*typed, MARK) if one in text] for name, text in rows()}
    assert {name: found for name, found in told.items() if found} == {}
    bodies = repr([entry.body for stream in desk().store.streams() for entry in desk().store.read(stream)])
    assert MARK not in bodies


def test_an_error_that_holds_a_secret_shows_neither_words_nor_places_to_others(
    planted: Planted, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        password = f"{MARK}-local"
        raise RuntimeError(f"could not sign in with {password}")

    planted.browser.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(DatabaseStore, "read", fails)
        page = planted.browser.get(f"/incidents/{planted.incident}/")
        answer = planted.ana.ask("GET", f"/incidents/{planted.incident}")
    assert (page.status_code, answer.status_code) == (500, 500)
    for text in (page.content.decode(), answer.content.decode(), *logged):
        assert MARK not in text
        assert "Traceback" not in text or "RuntimeError" in text
    assert any("RuntimeError" in line for line in logged), "what went wrong is in the log, without its words"


def test_settings_do_not_show_their_secrets(planted: Planted) -> None:
    assert MARK not in repr(settings.HOTWASH)


def test_a_secret_that_is_shown_is_found(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    from hotwash.web.tables.models import TargetRow

    opened = strongbox.take_out(TargetRow.objects.get(name="hook").sealed, purpose="addresses of channels")
    assert opened
    TargetRow.objects.filter(name="hook").update(shown=opened[:200])
    assert MARK in dict(rows())["hotwash_target"]
    assert any("/targets" in path for path in shown(planted))
