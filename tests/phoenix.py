"""A real Phoenix server with a token, from its environment in `tests.envs`, and spans sent to it as OTLP."""

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from tests.envs import place
from tests.running import answers, free_port, running

TOKEN = "the-administrators-own-secret-0123456789"


@dataclass(frozen=True, slots=True)
class Sent:
    """A call as a program would trace it."""

    trace: str
    span: str
    start: datetime
    end: datetime
    attributes: Mapping[str, str | int | float | bool]
    name: str = "chat"
    parent: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and how its administrator speaks to it."""

    url: str

    def call(self, method: str, path: str, **given: Any) -> Any:
        """One call of the REST API, such as ``POST v1/span_annotations?sync=true``."""
        answer = httpx.request(
            method, f"{self.url}/{path}", json=given or None, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60,
            trust_env=False,
        )  # fmt: skip
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def send(self, project: str, *spans: Sent) -> None:
        """Send spans as OTLP over HTTP, as any tracing library does, and wait until they can be read."""
        httpx.post(
            f"{self.url}/v1/traces", content=otlp(project, spans), timeout=60, trust_env=False,
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/x-protobuf"},
        ).raise_for_status()  # fmt: skip
        wanted = {one.span for one in spans}
        while not wanted <= self._there(project):
            pass

    def _there(self, project: str) -> set[str]:
        answer = httpx.get(
            f"{self.url}/v1/projects/{project}/spans", params={"limit": 1000}, timeout=60, trust_env=False,
            headers={"Authorization": f"Bearer {TOKEN}"},
        )  # fmt: skip
        return {one["context"]["span_id"] for one in answer.json()["data"]} if answer.status_code == 200 else set()

    def judge(self, span: str, name: str, by: str = "CODE", **result: Any) -> None:
        """Somebody or something judges a call."""
        given = {"span_id": span, "name": name, "annotator_kind": by, "result": result}
        self.call("POST", "v1/span_annotations?sync=true", data=[given])


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Start a server whose data lies in a folder, and end it."""
    port, binaries = free_port(), place("phoenix") / "bin"
    env = {
        "PHOENIX_WORKING_DIR": str(folder),
        "PHOENIX_HOST": "127.0.0.1",
        "PHOENIX_PORT": str(port),
        "PHOENIX_GRPC_PORT": str(free_port()),
        "PHOENIX_TELEMETRY_ENABLED": "false",
        "PHOENIX_ENABLE_AUTH": "true",
        "PHOENIX_SECRET": "a-secret-of-the-tests-0123456789abcdef",
        "PHOENIX_ADMIN_SECRET": TOKEN,
        "PHOENIX_DEFAULT_ADMIN_INITIAL_PASSWORD": "a-password-of-the-tests-1",
        "PATH": f"{binaries}:/usr/bin:/bin",
    }
    url = f"http://127.0.0.1:{port}"
    command: list[str | Path] = [binaries / "python", "-m", "phoenix.server.main", "serve"]
    with running(command, log=folder / "log", env=env, cwd=folder, well=lambda: answers(f"{url}/healthz")):
        yield Server(url)


# ── OTLP by hand ─────────────────────────────────────────────────────────────


def otlp(project: str, spans: tuple[Sent, ...]) -> bytes:
    """The body of an export of traces (opentelemetry-proto, `ExportTraceServiceRequest`)."""
    resource = _field(1, _pair("openinference.project.name", project))
    scope = b"".join(_field(2, _span(one)) for one in spans)
    return _field(1, _field(1, resource) + _field(2, scope))


def _span(one: Sent) -> bytes:
    times = b"".join(
        _key(number, 1) + struct.pack("<Q", round(at.timestamp() * 1e6) * 1000)
        for number, at in ((7, one.start), (8, one.end))
    )
    return (
        _field(1, bytes.fromhex(one.trace))
        + _field(2, bytes.fromhex(one.span))
        + (_field(4, bytes.fromhex(one.parent)) if one.parent else b"")
        + _field(5, one.name.encode())
        + times
        + b"".join(_field(9, _pair(name, value)) for name, value in one.attributes.items())
        + _field(
            15, (_field(2, one.fault.encode()) if one.fault else b"") + _key(3, 0) + bytes([2 if one.fault else 1])
        )
    )


def _pair(name: str, value: str | int | float | bool) -> bytes:
    if isinstance(value, str):
        held = _field(1, value.encode())
    elif isinstance(value, bool):
        held = _key(2, 0) + bytes([value])
    elif isinstance(value, int):
        held = _key(3, 0) + _number(value)
    else:
        held = _key(4, 1) + struct.pack("<d", value)
    return _field(1, name.encode()) + _field(2, held)


def _field(number: int, held: bytes) -> bytes:
    return _key(number, 2) + _number(len(held)) + held


def _key(number: int, kind: int) -> bytes:
    return _number(number << 3 | kind)


def _number(value: int) -> bytes:
    found = b""
    while value > 127:
        found += bytes([value & 127 | 128])
        value >>= 7
    return found + bytes([value])
