"""A real nginx, Debian's, from its environment in `tests.envs`: in front of several web processes, as in the how-to."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from tests.envs import place
from tests.running import free_port, running

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "many-machines.md"


def written() -> str:
    """The configuration as the how-to shows it."""
    [found] = re.findall(r"```nginx\n(.*?)```", HOW_TO.read_text(encoding="utf-8"), flags=re.DOTALL)
    return str(found)


def configured(text: str, folder: Path, port: int, servers: Sequence[str]) -> str:
    """The how-to's configuration for this machine: other servers, a free port, no TLS, files in a folder.

    A server that failed is asked again at once: which one dies next is drawn, and may be the other one at once.
    """
    listed = "".join(f"        server {server} max_fails=0;\n" for server in servers)
    text, count = re.subn(r"(?:[ ]+server 10\.[^\n]*\n)+", listed, text)
    assert count == 1, "the how-to lists its servers once"
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    text = re.sub(r"[ ]+ssl_certificate[^\n]*\n", "", text)
    paths = "".join(
        f"    {name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = text.replace("http {\n", f"http {{\n    access_log off;\n{paths}", 1)
    return f"daemon off;\nuser root;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\n{text}"


@contextmanager
def nginx(folder: Path, servers: Sequence[str]) -> Iterator[str]:
    """Start one in front of servers, and end it; its address."""
    program = place("nginx") / "usr" / "sbin" / "nginx"
    folder.mkdir()
    port = free_port()
    (folder / "nginx.conf").write_text(configured(written(), folder, port, servers), encoding="utf-8")
    url = f"http://127.0.0.1:{port}"

    def well() -> bool:
        try:
            return httpx.get(f"{url}/health/live", timeout=10, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    command: list[str | Path] = [program, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "nginx.log"]
    with running(command, log=folder / "out.log", env={}, cwd=folder, well=well):
        yield url
