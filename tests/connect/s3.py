"""A real server that speaks S3: moto's, from its environment in `tests.envs`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from tests.envs import place
from tests.running import free_port, running

KEY, SECRET, BUCKET = "a-key-of-the-tests", "a-secret-of-the-tests", "vault"


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Start one with a bucket, and end it; its address."""
    program, port = place("moto") / "bin" / "moto_server", free_port()
    url = f"http://127.0.0.1:{port}"

    def well() -> bool:
        try:
            return httpx.get(url, timeout=10, trust_env=False).status_code < 500
        except httpx.HTTPError:
            return False

    command: list[str | Path] = [program, "-H", "127.0.0.1", "-p", str(port)]
    with running(command, log=folder / "moto.log", env={}, cwd=folder, well=well):
        yield url


def words(url: str, **more: str) -> dict[str, str]:
    """The settings of a vault on that server."""
    return {"bucket": BUCKET, "endpoint": url, "key": KEY, "secret": SECRET, **more}
