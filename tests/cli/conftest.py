"""Two terminals: one over a data folder, one over a real server. Every command must do the same in both."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.server import Server, server, token
from tests.cli.terminal import Terminal, terminal


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A terminal over a data folder."""
    folder = tmp_path_factory.mktemp("local")
    with terminal(folder, HOTWASH_HOME=str(folder / "home")) as typed:
        yield typed


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without the example."""
    with server(tmp_path_factory.mktemp("server") / "home", "--empty") as one:
        yield one


@pytest.fixture(scope="session")
def remote(running: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A terminal over a server."""
    folder = tmp_path_factory.mktemp("remote")
    with terminal(folder, HOTWASH_URL=running.url, HOTWASH_TOKEN=token(running.home)) as typed:
        yield typed


@pytest.fixture(params=["local", "remote"])
def hotwash(request: pytest.FixtureRequest) -> Terminal:
    """Either terminal."""
    typed: Terminal = request.getfixturevalue(request.param)
    return typed


@pytest.fixture
def log(hotwash: Terminal) -> Path:
    """A prediction log in the terminal's folder."""
    file = hotwash.folder / "loans.csv"
    rows = []
    for n in range(400):
        decision = "refused" if n % (3 if n % 2 else 4) else "granted"
        rows.append(f"{decision},p{n % 90},{'mf'[n % 2]},2026-03-{n % 28 + 1:02d}T09:00:00Z")
    file.write_text("\n".join(["decision,person,sex,at", *rows]) + "\n")
    return file
