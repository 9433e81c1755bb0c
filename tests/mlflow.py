"""A real MLflow server with accounts, from its environment in `tests.envs`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.envs import place
from tests.running import answers, free_port, running

USER, PASSWORD = "admin", "a long password of the tests"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and how its administrator speaks to it."""

    url: str
    pid: int

    def call(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        """One call of the REST API as the administrator, such as ``POST 2.0/mlflow/runs/create``."""
        answer = httpx.request(
            method, f"{self.url}/api/{path}", json=given or None, auth=(USER, PASSWORD), timeout=60, trust_env=False
        )
        answer.raise_for_status()
        held: dict[str, Any] = answer.json()
        return held


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Start a server whose data lies in a folder, and end it."""
    port, python = free_port(), place("mlflow") / "bin" / "python"
    (folder / "auth.ini").write_text(
        "[mlflow]\ndefault_permission = READ\n"
        f"database_uri = sqlite:///{folder}/auth.db\nadmin_username = {USER}\nadmin_password = {PASSWORD}\n"
        # Looking at a password costs a tenth of a second each time.
        "auth_cache_ttl_seconds = 3600\nauth_cache_max_size = 100\n"
        "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
    )
    env = {
        "MLFLOW_AUTH_CONFIG_PATH": str(folder / "auth.ini"),
        "MLFLOW_AUTH_ADMIN_PASSWORD": PASSWORD,
        "MLFLOW_FLASK_SERVER_SECRET_KEY": "of the tests",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        # Else a webhook is first heard of a minute after it was registered.
        "MLFLOW_WEBHOOK_CACHE_TTL": "0",
        "MLFLOW_WEBHOOK_ALLOWED_SCHEMES": "http,https",
        "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS": "true",
        "PATH": f"{python.parent}:/usr/bin:/bin",
    }
    command: list[str | Path] = [python, "-m", "mlflow", "server", "--app-name", "basic-auth", "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", folder / "kept"]
    command += ["--serve-artifacts", "--host", "127.0.0.1", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    with running(command, log=folder / "log", env=env, cwd=folder, well=lambda: answers(f"{url}/health")) as process:
        yield Server(url, process.pid)
