"""A PostgreSQL server of the tests' own: private folder, free port, loopback only, ended by its process."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

OWNER = "hotwash"
QUICK = {"fsync": "off", "full_page_writes": "off"}
"""For tests, whose data ends with them."""
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
"""As it ships: for measurements."""


class NotHere(Exception):
    """There is no PostgreSQL that can be started; the text says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, which trusts whoever reaches it."""

    port: int
    pid: int
    log: Path

    def url(self, name: str = "postgres") -> str:
        """The address of one database."""
        return f"postgres://{OWNER}@127.0.0.1:{self.port}/{name}"

    def run(self, *statements: str) -> None:
        """Run statements outside any transaction."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@contextmanager
def server(settings: Mapping[str, str] = QUICK) -> Iterator[Server]:
    """Start a server, and end it.

    :param settings: of the server, by name
    :raises NotHere: if the programs are missing, or this user may not run them
    """
    owner = account()
    folder = Path(tempfile.mkdtemp(prefix="hotwash-postgres-"))
    try:
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = folder / "data"
        program = make(data, owner)
        for _ in range(3):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = int(free.getsockname()[1])
            process = begin(program, data, folder, owner, settings, port=port)
            try:
                if _ours(process, port, data):
                    yield Server(port, process.pid, folder / "log")
                    return
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(30)
        raise NotHere(f"PostgreSQL did not start: {(folder / 'log').read_text()[-500:]}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make(data: Path, owner: pwd.struct_passwd | None) -> Path:
    """Make the files of a server; the program that serves them.

    :raises NotHere: if the programs are missing, or do not run
    """
    programs = _programs()
    _as(owner, [programs / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-sync"])
    return programs / "postgres"


def _programs() -> Path:
    """The folder of the newest server that is installed."""
    places = [Path(found).resolve().parent for found in filter(None, [shutil.which("postgres")])]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: -float(place.parent.name))
    for place in places:
        if (place / "initdb").is_file() and (place / "postgres").is_file():
            return place
    raise NotHere(
        "PostgreSQL is not installed: no initdb on the path or under /usr/lib/postgresql (Debian: postgresql)."
    )


def account() -> pwd.struct_passwd | None:
    """The account that the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        raise NotHere("PostgreSQL does not run as root, and there is no account postgres to run it as.") from None


def _who(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}


def _as(owner: pwd.struct_passwd | None, command: list[str | Path]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **_who(owner))
    if done.returncode:
        raise NotHere(f"{command[0]} failed: {done.stderr[-500:]}")


def begin(
    program: Path,
    data: Path,
    folder: Path,
    owner: pwd.struct_passwd | None,
    given: Mapping[str, str],
    *,
    port: int,
) -> subprocess.Popen[bytes]:
    """Start a server over its files; it may not answer yet."""
    settings = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
        **given,
    }
    command: list[str | Path] = [program, "-D", data, *(f"--{name}={value}" for name, value in settings.items())]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **_who(owner))


def _ours(process: subprocess.Popen[bytes], port: int, data: Path) -> bool:
    """Wait until the server answers, and make sure that it is the one just started: the port may be somebody else's."""
    until = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < until:
        try:
            connection = psycopg.connect(host="127.0.0.1", port=port, user=OWNER, dbname="postgres")
        except psycopg.OperationalError:
            time.sleep(0.05)
            continue
        with connection:
            row = connection.execute("SHOW data_directory").fetchone()
        return row is not None and Path(row[0]) == data
    return False
