"""A real Alertmanager, Debian's, from its environment in `tests.envs`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec

from tests.envs import place
from tests.running import answers, free_port, running

_TEMPLATES = b"/usr/share/prometheus/alertmanager"


@dataclass(frozen=True, slots=True)
class Alertmanager:
    """A running one."""

    url: str

    def alert(self, name: str, *, since: datetime, until: datetime | None = None, **labels: str) -> None:
        """Fire an alert as Prometheus would, or end it."""
        told: dict[str, Any] = {
            "labels": {"alertname": name, **labels},
            "annotations": {"summary": f"{name} of {labels.get('model', 'a model')}"},
            "startsAt": since.astimezone(UTC).isoformat(),
            "generatorURL": "http://prometheus.example.org/graph?g0.expr=up",
        }
        if until is not None:
            told["endsAt"] = until.astimezone(UTC).isoformat()
        httpx.post(f"{self.url}/api/v2/alerts", json=[told], timeout=30, trust_env=False).raise_for_status()


@contextmanager
def alertmanager(folder: Path, receiver: dict[str, Any]) -> Iterator[Alertmanager]:
    """Start one that sends to a receiver within a second, and end it."""
    here = place("alertmanager")
    # Debian built in where its templates are installed. Nothing is installed here, so it looks in its own folder.
    binary = (here / "usr/bin/prometheus-alertmanager").read_bytes()
    program = folder / "alertmanager"
    program.write_bytes(binary.replace(_TEMPLATES, _TEMPLATES[1:] + b"/"))
    program.chmod(0o755)
    route = {
        "receiver": "hotwash",
        "group_by": ["alertname"],
        "group_wait": "1s",
        "group_interval": "1s",
        "repeat_interval": "1h",
    }
    config = folder / "config.yml"  # JSON is YAML
    config.write_bytes(msgspec.json.encode({"route": route, "receivers": [{"name": "hotwash", **receiver}]}))
    port = free_port()
    command: list[str | Path] = [program, f"--config.file={config}", f"--storage.path={folder / 'data'}"]
    command += [f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="]
    url = f"http://127.0.0.1:{port}"
    with running(command, log=folder / "log", env={}, cwd=here, well=lambda: answers(f"{url}/-/ready")):
        yield Alertmanager(url)
