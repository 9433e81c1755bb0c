"""``hotwash up``: from nothing to a running server, and from there on again."""

import errno
import os
import socket
import sys
from typing import Any

import click

from hotwash.cli.answer import Refused, answer, say
from hotwash.cli.place import Place, with_place

PORT = 8420
"""Tried first, so that the address stays the same from start to start."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command()
@click.option("--empty", is_flag=True, help="Without the worked example.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--no-worker", is_flag=True, help="Without a worker beside it: one runs elsewhere.")
@click.option("--port", type=click.IntRange(0, 65535), help=f"The port; {PORT} or a free one if left out.")
@with_place
def up(place: Place, form: str, *, empty: bool, host: str, no_worker: bool, port: int | None) -> None:
    """Start Hotwash on this machine.

    The first start makes the data folder, an administrator with a sign-in link that works once, and a worked example.
    Every later start keeps what is there. Ctrl-C ends it.
    """
    listener = listen(host, port)
    from hotwash.cli.local import ready

    ready(place.home)
    from hotwash.web.starting import prepared, way_in

    options, incident = prepared(example=not empty, tell=say)
    bound = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    url = options.public_url or f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else shown}:{bound}"  # noqa: S104
    link = way_in()
    if host not in LOOPBACK and not options.https:
        say(
            "Others can reach this address, and without TLS they can read along. Set HOTWASH_PUBLIC_URL to an https "
            "address and put a proxy in front; HOTWASH_HOSTS names further hosts that the server answers to."
        )
    document = {
        "url": url,
        "sign_in": url + link if link else None,
        "home": str(options.home),
        "incident": incident,
        "pid": os.getpid(),
    }
    answer(form, document, lambda: _welcome(document))
    sys.stdout.flush()
    if not no_worker:
        from hotwash.web.work import beside

        beside.begin()
    _serve(listener)


def listen(host: str, port: int | None) -> socket.socket:
    """A socket that listens already, so that nobody else can take the port while the rest is prepared.

    :raises Refused: if the port is taken or the address is not one of this machine
    """
    for wanted in (PORT, 0) if port is None else (port,):
        try:
            return socket.create_server(
                (host, wanted), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=256
            )
        except socket.gaierror as unknown:
            raise Refused(f"{host} is no address of this machine.") from unknown
        except OSError as fault:
            if port is None and wanted and fault.errno in (errno.EADDRINUSE, errno.EACCES):
                continue
            raise Refused(_taken(host, wanted, fault)) from fault
    raise AssertionError


def _taken(host: str, port: int, fault: OSError) -> str:
    if fault.errno == errno.EADDRINUSE:
        return f"Port {port} is taken, perhaps by a Hotwash that runs already. Choose another with --port."
    if fault.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has. Choose one above 1023 with --port."
    return f"{host}:{port} cannot be listened on: {fault.strerror}."


def _welcome(document: dict[str, Any]) -> str:
    lines = [f"Hotwash runs at {document['url']}", f"Data: {document['home']}"]
    if document["sign_in"]:
        lines.append(f"Sign in once, within 24 hours: {document['sign_in']}")
    return "\n".join([*lines, "Ctrl-C ends it."])


def _serve(listener: socket.socket) -> None:
    # A fresh interpreter: what the preparation loaded and started (threads of the database engine) is gone, and nothing
    # of it is forked into the worker. The process stays the same, and so does the socket.
    listener.set_inheritable(True)
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "python:hotwash.web.serving",
        "--bind",
        f"fd://{listener.fileno()}",
    ]
    os.execv(sys.executable, command)  # noqa: S606
