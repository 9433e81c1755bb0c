"""A real server on loopback and a real browser, each ended by what started it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.browser.serving import Server, first_start
from tests.databases import instead, sqlite_tables
from tests.web.people import PASSWORD, person

from hotwash.web import assets, home, options, settings

__all__ = ["sqlite_tables"]

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium from the system, or a skip that says why there is none."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("There is no Chromium on the path (Debian: chromium).")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield started
        started.close()


@pytest.fixture(scope="session")
def server(sqlite_tables: Path, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server for all browser tests, in which Ana administers and Bo commands."""
    made = options.Options(home=tmp_path_factory.mktemp("served"))
    shutil.copy(sqlite_tables, made.database)
    home.prepare(made)
    assets.build_charts(made)
    # The server checks passwords as the product stores them, not as the tests do.
    stored = override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS)
    with django_db_blocker.unblock(), instead(options.database(made)), stored:
        person("ana", role="administrator", display_name="Ana Duarte")
        person("bo", role="commander", display_name="Bo Lindqvist")
    with serving(made.home) as address:
        yield address


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a server over a data folder, while it runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOTWASH_")}
    environment |= {"HOTWASH_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "hotwash.web.settings"}
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "-w", "1", "--threads", "8"]
    command += ["-b", f"127.0.0.1:{port}", "hotwash.web.wsgi:application"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield _answering(process, f"http://127.0.0.1:{port}", folder / "server.log")
    finally:
        process.terminate()
        process.wait(30)


def _answering(process: subprocess.Popen[bytes], address: str, log: Path) -> str:
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}/sign-in/", timeout=30):
                return address
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"The server did not start: {log.read_text()[-2000:]}")


class Complaints(list[str]):
    """What the browser complained about: errors of scripts, and what the policy refused."""


@pytest.fixture
def context(browser: Browser, server: str) -> Iterator[BrowserContext]:
    """A browser window in Stockholm. No page may reach another address."""
    opened = browser.new_context(
        base_url=server, viewport={"width": 1280, "height": 900}, timezone_id="Europe/Stockholm", locale="en-GB"
    )
    opened.route(lambda address: not address.startswith(server), lambda route: route.abort())
    yield opened
    opened.close()


@pytest.fixture
def complaints() -> Complaints:
    """Filled by ``page``."""
    return Complaints()


@pytest.fixture
def page(context: BrowserContext, complaints: Complaints) -> Iterator[Page]:
    """A page in which Ana has signed in. The test fails if a script fails or the policy refuses something."""
    opened = context.new_page()
    opened.on("pageerror", lambda fault: complaints.append(str(fault)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    opened.goto("/sign-in/")
    opened.get_by_label("Name").fill("ana")
    opened.get_by_label("Password").fill(PASSWORD)
    opened.get_by_role("button", name="Sign in").click()
    opened.wait_for_url(lambda address: "/sign-in/" not in address)
    opened.goto("/account/")
    yield opened
    assert complaints == []


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[Server]:
    """A first start of the product without the worked example."""
    with first_start(tmp_path / "home", empty=True) as running:
        yield running


@pytest.fixture
def fresh_example(tmp_path: Path) -> Iterator[Server]:
    """A first start with the worked example, whose one-time link nobody has used."""
    with first_start(tmp_path / "home") as running:
        yield running


@pytest.fixture(scope="session")
def example_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A first start of the product with the worked example."""
    with first_start(tmp_path_factory.mktemp("example") / "home") as running:
        yield running
