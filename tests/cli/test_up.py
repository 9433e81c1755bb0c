"""`hotwash up`: from nothing to a server, and again without losing anything."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from tests.cli.server import Server, server, token
from tests.cli.terminal import environment, terminal


def test_the_first_start_prints_a_link_that_lets_an_administrator_in_once(running: Server) -> None:
    assert running.sign_in
    with httpx.Client(base_url=running.url, timeout=60) as browser:
        page = browser.get(running.sign_in)
        assert page.status_code == 200
        form = dict(browser.cookies)
        key = next(value for name, value in form.items() if "form" in name)
        entered = browser.post(running.sign_in, headers={"X-CSRFToken": key, "Referer": running.url})
        assert entered.status_code in (200, 302, 303)
        assert browser.get("/api/v1/me").json()["role"] == "administrator"
    with httpx.Client(base_url=running.url, timeout=60) as another:
        another.get(running.sign_in)
        key = next((value for name, value in dict(another.cookies).items() if "form" in name), "")
        another.post(running.sign_in, headers={"X-CSRFToken": key, "Referer": running.url})
        assert another.get("/api/v1/me").status_code == 401


def test_a_second_start_keeps_what_was_recorded(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with server(home) as first:
        assert first.incident
        secret = token(home)
        with terminal(tmp_path, HOTWASH_URL=first.url, HOTWASH_TOKEN=secret) as typed:
            example = typed.json("show", first.incident)
            assert example["kind"] == "drill"
            assert example["findings"]
            own = typed.json("declare", "My own")["incident"]
        assert first.end() == 0
        assert "Preparing the charts" in first.err
        assert "Everything that was recorded is kept." in first.err
    with server(home) as second:
        assert second.incident is None
        with terminal(tmp_path, HOTWASH_URL=second.url, HOTWASH_TOKEN=secret) as typed:
            listed = [one["incident"] for one in typed.json("list")["incidents"]]
            assert sorted(listed) == sorted([example["incident"], own])
            assert typed.json("ledger", "verify")["ok"] is True
            assert typed.json("show", example["incident"])["number"] == example["number"]


def test_an_empty_start_has_no_example_and_later_starts_make_none(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for words in (("--empty",), ()):
        with server(home, *words) as running:
            assert running.incident is None
            with terminal(tmp_path, HOTWASH_URL=running.url, HOTWASH_TOKEN=token(home)) as typed:
                assert typed.json("list")["incidents"] == []


def test_a_port_that_is_taken_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = subprocess.run(
            [sys.executable, "-m", "hotwash.cli", "up", "--port", port],
            env=environment(HOTWASH_HOME=str(tmp_path / "home")),
            capture_output=True,
            text=True,
            check=False,
        )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert f"Port {port} is taken" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "home").exists()


def test_a_chosen_port_is_used(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with server(tmp_path / "home", "--empty", "--port", str(port)) as running:
        assert running.url == f"http://127.0.0.1:{port}"
        assert httpx.get(f"{running.url}/api/v1/openapi.json", timeout=60).status_code == 200


@pytest.mark.parametrize("press", [signal.SIGINT, signal.SIGTERM])
def test_the_server_ends_when_told(press: signal.Signals, tmp_path: Path) -> None:
    with server(tmp_path / "home", "--empty") as running:
        assert httpx.get(f"{running.url}/api/v1/me", timeout=60).status_code == 401
        running.process.send_signal(press)
        assert running.process.wait(timeout=60) == 0
    assert "Traceback" not in running.err


def test_the_data_folder_is_private(running: Server) -> None:
    assert running.home.stat().st_mode & 0o077 == 0
    assert (running.home / "secret-key").stat().st_mode & 0o077 == 0
