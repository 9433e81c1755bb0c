"""The API inside this process, over a data folder, with the operator of this machine as the one who acts."""

import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpx

from hotwash.cli.answer import Refused, say


def transport(home: str | None) -> httpx.BaseTransport:
    """A way to the application that needs no network. A data folder without its tables gets them."""
    application = ready(home)
    from hotwash.web.api.caller import LOCAL, LOCAL_KEY

    def as_operator(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        return application(environ | {LOCAL_KEY: LOCAL}, start)

    return httpx.WSGITransport(app=as_operator)


def ready(home: str | None, *, tell: Callable[[str], None] = say) -> Callable[..., Iterable[bytes]]:
    """The application over a data folder that has its tables.

    :raises Refused: if the folder or a setting cannot be used
    """
    if home:
        os.environ["HOTWASH_HOME"] = str(Path(home).expanduser().absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotwash.web.settings")
    from hotwash.web import home as folder
    from hotwash.web import options

    chosen = options.read()
    try:
        folder.prepare(chosen)
    except OSError as fault:
        raise Refused(f"The data folder {chosen.home} cannot be made: {fault.strerror}.") from fault
    import django
    from django.core.checks import run_checks
    from django.core.wsgi import get_wsgi_application

    application: Callable[..., Iterable[bytes]] = get_wsgi_application()
    assert django.apps.apps.ready
    wrong = [message for message in run_checks() if message.level >= logging.ERROR and message.id]
    if wrong:
        raise Refused(" ".join(f"{message.msg} {message.hint or ''}".strip() for message in wrong))
    # What the API refuses is said to the person by the command itself.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    migrate(chosen.home, tell=tell)
    return application


def migrate(home: Path, *, tell: Callable[[str], None]) -> None:
    """Bring the tables up to date. Of two processes that start at once, one does it and the other waits."""
    from django.core.management import call_command
    from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
    from django.db.migrations.executor import MigrationExecutor

    from hotwash.ledger.disk import locked

    def behind() -> bool:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    try:
        if not behind():
            return
        with locked(home / "migrate.lock"):
            if behind():
                tell(f"Setting up the tables in {home} …")
                call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as fault:
        raise Refused(f"The database cannot be used: {str(fault).strip()}.") from fault
