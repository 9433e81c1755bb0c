"""A real Unleash server on a PostgreSQL of its own, from its environment in `tests.envs`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests import postgres
from tests.envs import place
from tests.running import answers, free_port, running

ADMIN, CLIENT = "*:*.an-admin-token-of-the-tests", "*:development.a-client-token-of-the-tests"

START = """
const { start } = require('unleash-server');
const given = JSON.parse(process.argv[1]);
start({
  db: { host: '127.0.0.1', port: given.database, user: given.owner, password: 'x', database: 'unleash', ssl: false },
  server: { host: '127.0.0.1', port: given.port }, logLevel: 'warn',
  versionCheck: { enable: false }, telemetry: false,
  authentication: { initApiTokens: [
    { environment: '*', project: '*', secret: given.admin, type: 'admin', tokenName: 'admin' },
    { environment: 'development', project: '*', secret: given.client, type: 'client', tokenName: 'client' },
  ] },
}).catch((fault) => { console.error(fault); process.exit(1); });
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and how its administrator speaks to it."""

    url: str

    def call(self, method: str, path: str, **given: Any) -> Any:
        """One call of the admin API, such as ``POST projects/default/features``."""
        answer = httpx.request(
            method, f"{self.url}/api/admin/{path}", json=given or None, headers={"Authorization": ADMIN}, timeout=60,
            trust_env=False,
        )  # fmt: skip
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def flag(self, name: str, *rules: dict[str, Any]) -> str:
        """Make a flag, off everywhere, with rules in development."""
        self.call("POST", "projects/default/features", name=name, type="kill-switch")
        for rule in rules:
            self.call("POST", f"projects/default/features/{name}/environments/development/strategies", **rule)
        return name


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Start both, and end them.

    :raises postgres.NotHere: if there is no PostgreSQL
    """
    modules, port = place("unleash") / "node_modules", free_port()
    with postgres.server() as database:
        database.run("CREATE DATABASE unleash")
        given = {"database": database.port, "owner": postgres.OWNER, "port": port, "admin": ADMIN, "client": CLIENT}
        env = {"NODE_PATH": str(modules), "NODE_ENV": "production", "CHECK_VERSION": "false", "SEND_TELEMETRY": "false"}
        url = f"http://127.0.0.1:{port}"
        with running(
            ["node", "-e", START, json.dumps(given)], log=folder / "log", env=env, cwd=folder,
            well=lambda: answers(f"{url}/health"),
        ):  # fmt: skip
            yield Server(url)
