"""Around every page: headers, refusals as sentences, what the log holds, the files that pages need."""

import logging
import re
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import get_resolver
from tests.web.people import PASSWORD, enter, person

from hotwash.ledger.rule import NotAllowed
from hotwash.web import assets, faults, options
from hotwash.web.log import Plain
from hotwash.web.middleware import Reference
from hotwash.web.options import Options
from hotwash.web.store import Busy
from hotwash.web.tables.models import Role

WITHOUT_ACCOUNT = {
    "/answer/": (410, 410),
    "/calendar/1/": (404, 405),
    "/chat/": (405, 404),
    "/in/": (405, 404),
    "/hooks/": (405, 404),
    "/language/": (405, 404),
    "/report/status/": (200, 404),
    "/report/": (404, 404),
    "/status/": (404, 405),
    "/say/": (404, 404),
    "/published/": (404, 405),
}
"""Addresses that need no account, with what they answer to one that leads nowhere."""
OPEN = {"account_login", "account_logout", "account_inactive", "sign_in_link", "calendar"}


def test_every_page_is_closed_to_strangers_unless_it_is_meant_to_be_open(sqlite: Options) -> None:
    for name, ways in get_resolver().reverse_dict.lists():
        if not isinstance(name, str) or name in OPEN:
            continue
        for possibilities, *_ in ways:
            path = "/" + re.sub(r"%\(\w+\)s", "1", possibilities[0][0])
            if path.startswith("/api/"):
                continue
            if path.startswith(("/guard/", "/ofrep/")):
                assert {Client().get(path).status_code, Client().post(path).status_code} == {401, 405}, path
                continue
            without = next((codes for start, codes in WITHOUT_ACCOUNT.items() if path.startswith(start)), None)
            if without is not None:
                assert (Client().get(path).status_code, Client().post(path).status_code) == without, path
                continue
            for answer in (Client().get(path), Client().post(path)):
                assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/sign-in/"), path


def test_the_policy_allows_no_inline_script_or_style(sqlite: Options) -> None:
    for path in ("/sign-in/", "/nowhere/", "/account/"):
        headers = Client().get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "no-store" in headers["Cache-Control"]


def test_templates_hold_no_inline_script_or_style() -> None:
    place = Path(options.__file__).parent / "templates"
    for template in place.rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son(?!e=)[a-z]+=|hx-on|javascript:|\|safe", text), template
        assert not re.search(r"https?://", text), template


def test_cookies_are_out_of_reach_of_scripts(sqlite: Options) -> None:
    person("bo")
    client = Client()
    client.get("/sign-in/")
    client.post("/sign-in/", {"login": "bo", "password": PASSWORD})
    for name in ("hotwash", "hotwash-form"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_over_https_cookies_are_secure() -> None:
    import subprocess

    script = (
        "import os; os.environ['HOTWASH_HOME']='/nonexistent';"
        "os.environ['HOTWASH_PUBLIC_URL']='https://h.example';"
        "from hotwash.web import settings as s;"
        "assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE and s.SESSION_COOKIE_NAME.startswith('__Host-');"
        "assert 'Argon2' in s.PASSWORD_HASHERS[0];"
        "assert s.SECURE_HSTS_SECONDS and not s.DEBUG and 'h.example' in s.ALLOWED_HOSTS and '*' not in s.ALLOWED_HOSTS"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_page_that_is_not_there_is_a_sentence(sqlite: Options) -> None:
    answer = Client().get("/nowhere/<script>/")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert "<script>/" not in answer.content.decode()


def test_what_a_rule_refuses_is_its_own_sentence(sqlite: Options) -> None:
    request = RequestFactory().get("/")
    answer = Reference(lambda _: None).process_exception(request, NotAllowed("Only an open incident <b>."))  # type: ignore[arg-type, return-value]
    assert answer is not None
    assert answer.status_code == 409
    assert "Only an open incident &lt;b&gt;." in answer.content.decode()
    part = Reference(lambda _: None).process_exception(  # type: ignore[arg-type, return-value]
        RequestFactory().get("/", headers={"HX-Request": "true"}), NotAllowed("No.")
    )
    assert part is not None
    assert "<html" not in part.content.decode()


def test_a_busy_database_is_a_sentence_that_says_to_try_again(sqlite: Options) -> None:
    answer = Reference(lambda _: None).process_exception(RequestFactory().get("/"), Busy("x"))  # type: ignore[arg-type, return-value]
    assert answer is not None
    assert answer.status_code == 503
    assert "locked" not in answer.content.decode()


def test_a_failure_shows_a_reference_and_no_detail() -> None:
    request = RequestFactory().get("/")
    request.reference = "abcd1234"  # type: ignore[attr-defined]
    answer = faults.broken(request)
    assert answer.status_code == 500
    assert "abcd1234" in answer.content.decode()


@pytest.mark.parametrize("detail", [False, True])
def test_the_log_holds_where_it_failed_and_only_on_request_what_was_written(detail: bool) -> None:
    try:
        raise ValueError("Bilal Khan, +47 999")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "GET /sign-in/link/secret:sig/", (), sys.exc_info())
    text = Plain(detail=detail).format(record)
    assert ("Bilal" in text) is detail
    assert "ValueError" in text
    assert "test_frame.py" in text
    assert "secret:sig" not in text


def test_the_migrations_say_all_that_the_tables_are(sqlite: Options) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_the_guards_stand_after_all_migrations(sqlite: Options) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        assert [name for (name,) in cursor.fetchall()] == [
            "hotwash_entry_no_delete",
            "hotwash_entry_no_update",
            "hotwash_search_forget",
            "hotwash_search_put",
            "hotwash_search_replace",
        ]


def test_the_charts_library_is_made_once(tmp_path: Path) -> None:
    made = options.Options(home=tmp_path)
    made.assets.mkdir()
    assets.build_charts(made)
    script = made.assets / assets.CHARTS
    assert "vegaEmbed" in script.read_text(encoding="utf-8")
    script.write_text("kept")
    assets.build_charts(made)
    assert script.read_text() == "kept"


def test_every_place_in_the_header_leads_somewhere(sqlite: Options) -> None:
    person("ana", role=Role.ADMINISTRATOR)
    client = enter("ana")
    page = client.get("/account/").content.decode()
    for address in set(re.findall(r'<a [^>]*href="(/[^"#?]*)"', page)):
        assert client.get(address, follow=True).status_code == 200, address
    for address in set(re.findall(r'(?:src|href|data-vega)="(/static/[^"]*)"', page)):
        if "vega" not in address:
            with closing(client.get(address)) as answer:
                assert answer.status_code == 200, address
            assert re.search(r"\?v=[0-9a-f]{12}$", address), address
