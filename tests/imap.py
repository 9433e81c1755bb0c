"""A real IMAP server (pymap) on loopback with an empty mailbox, from its environment in `tests.envs`."""

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.envs import place
from tests.running import free_port, running

USER, PASSWORD = "reports", "a password of the tests"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server with one mailbox."""

    port: int

    @contextmanager
    def opened(self) -> Iterator[imaplib.IMAP4]:
        """The mailbox, for whoever looks into it."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=30) as server:
            server.login(USER, PASSWORD)
            server.select("INBOX")
            yield server

    def deliver(self, letter: bytes) -> None:
        """Put a letter into the mailbox, not read yet."""
        with self.opened() as server:
            assert server.append("INBOX", "", "", letter)[0] == "OK"

    def flags(self) -> list[str]:
        """The flags of each letter."""
        with self.opened() as server:
            told = server.fetch("1:*", "(FLAGS)")[1]
            return [one.decode() for one in told if isinstance(one, bytes)]


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Start it, and end it."""
    port = free_port()
    tool = place("pymap") / "bin" / "pymap"
    command: list[str | Path] = [tool, "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    own = ["dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]

    def well() -> bool:
        try:
            with imaplib.IMAP4("127.0.0.1", port, timeout=5) as found:
                return found.noop()[0] == "OK"
        except OSError:
            return False

    with running([*command, *own], log=folder / "imap.log", env={}, cwd=folder, well=well):
        found = Server(port)
        with found.opened() as mailbox:
            # It begins with a few letters of its own.
            mailbox.store("1:*", "+FLAGS", r"(\Deleted)")
            mailbox.expunge()
        yield found
