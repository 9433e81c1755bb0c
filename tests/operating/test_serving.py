"""The server as it is run: what its log holds of hostile requests, and how it ends."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connections
from tests.cli.server import token
from tests.work.felling import Web, until_well

from hotwash.web import home
from hotwash.web.options import Options

PLANTED = ("Bilal", "s3cr3t", "198.51.100.7", "evil.example", "%42ilal")
"""A name, a password, an address and a host: in every place where somebody can put something."""


@pytest.fixture(params=["plain", "json"])
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def web(sqlite_fresh: Any, tmp_path: Path, form: str) -> Iterator[tuple[Web, Path, Options]]:
    made: Options = sqlite_fresh()
    home.prepare(made)
    log = tmp_path / "server.log"
    server = Web({"HOTWASH_HOME": str(made.home), "HOTWASH_LOG_FORM": form, "HOTWASH_STREAMS_MAX": "4"}, log)
    until_well(server)
    try:
        yield server, log, made
    finally:
        server.end()
        connections.close_all()


def raw(server: Web, request: bytes) -> bytes:
    """Bytes as no library would send them; the beginning of what is answered."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        client.sendall(request)
        return client.recv(4096)


def hostile(server: Web, key: str) -> None:
    """Ask for everything that is refused, with something planted in it."""
    here = f"127.0.0.1:{server.port}"
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
        signed = {"Authorization": f"Bearer {key}"}
        told = {"X-Forwarded-For": "198.51.100.7", "User-Agent": "Bilal/s3cr3t", "Cookie": "hotwash=s3cr3t"}
        for method in ("GET", "POST", "DELETE"):
            for path in (
                "/Bilal/s3cr3t/",
                "/incidents/Bilal/?q=s3cr3t",
                "/sign-in/link/s3cr3t:Bilal/",
                "/in/grafana/s3cr3t-Bilal",
                "/chat/slack/s3cr3t/Bilal",
                "/api/v1/incidents/Bilal?query=s3cr3t",
                "/api/v1/Bilal",
                "/report/status/?number=s3cr3t",
                "/static/Bilal.css",
            ):
                client.request(method, path, headers=told)
                client.request(method, path, headers=told | signed)
        client.post("/sign-in/", data={"login": "Bilal", "password": "s3cr3t"}, headers=told)
        client.post("/api/v1/incidents", content=b'{"title": "Bilal s3cr3t", ', headers=signed)
        client.post("/api/v1/incidents", json={"Bilal": "s3cr3t"}, headers=signed)
        client.post("/api/v1/incidents/Bilal/note", json={"text": "s3cr3t"}, headers=signed)
        client.get("/", headers={"Host": "evil.example"})
        client.get("/api/v1/incidents", headers={"Authorization": "Bearer s3cr3t"})
        client.get("/metrics", headers={"Authorization": "Bearer s3cr3t"})
    raw(server, b"GET /Bilal?s3cr3t HTTP/1.1\r\nHost: %s\r\nBilal s3cr3t\r\n\r\n" % here.encode())
    raw(server, b"BILAL /s3cr3t HTTP/9.9\r\n\r\n")
    raw(server, b"GET /Bilal HTTP/1.1\r\nHost: evil.example\r\nContent-Length: s3cr3t\r\n\r\n")
    raw(server, b"\x16\x03\x01Bilal s3cr3t\r\n\r\n")
    raw(server, b"GET /%s HTTP/1.1\r\nHost: %s\r\n\r\n" % (b"Bilal" * 2000, here.encode()))


def test_the_log_holds_nothing_of_what_hostile_requests_carry(web: tuple[Web, Path, Options], form: str) -> None:
    server, log, made = web
    key = token(made.home)
    hostile(server, key)
    # A fault of our own, with its text: the tables go away under a request that needs them.
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {key}"}, trust_env=False) as client:
        import sqlite3

        with sqlite3.connect(made.database) as database:
            database.execute("ALTER TABLE hotwash_incident RENAME TO Bilal")
        answer = client.get("/api/v1/incidents?system=Bilal", headers={"X-Request-Id": "Bilal-s3cr3t"})
        database.close()
    assert answer.status_code == 500
    reference = answer.headers["X-Request-Id"]
    assert server.end() == 0
    text = log.read_text()
    assert [word for word in (*PLANTED, key) if word in text] == []
    assert reference in text, "what went wrong can be found by what the answer said"
    if form == "json":
        lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        [fault] = [line for line in lines if line.get("request") == reference and "fault" in line]
        assert fault["fault"] == "OperationalError"
        assert any("hotwash" in place for place in fault["where"])
        told = [line for line in lines if line["from"] == "hotwash.requests"]
        assert {line["route"] for line in told} >= {"api/v1/incidents", "sign-in/"}
        assert all(line["request"] for line in told)


@pytest.mark.parametrize("form", ["json"])
def test_told_to_end_a_server_answers_what_it_was_asked_before(web: tuple[Web, Path, Options]) -> None:
    server, _, made = web
    key = token(made.home)
    headers = {"Authorization": f"Bearer {key}"}
    made_one = httpx.post(
        f"{server.url}/api/v1/incidents", json={"title": "Loans"}, headers=headers, timeout=60, trust_env=False
    )
    assert made_one.status_code == 201, made_one.text
    incident = made_one.json()["incident"]
    body = json.dumps({"text": "said while the server ended"}).encode()
    head = (
        f"POST /api/v1/incidents/{incident}/note HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode()
    codes: list[int] = []
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        client.sendall(head + body[:5])
        until_well(server)  # it takes connections in turn: ours was taken before this one
        ending = threading.Thread(target=lambda: codes.append(server.end()))
        ending.start()
        _until_closed(server)
        client.sendall(body[5:])
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    ending.join(60)
    assert answer.startswith(b"HTTP/1.1 200"), answer[:300]
    assert b"said while the server ended" in answer
    assert codes == [0]


def _until_closed(server: Web) -> None:
    """Wait until a server takes nobody in any more."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
        except OSError:
            return
