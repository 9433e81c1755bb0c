"""How the application comes up: the data folder, its tables, and on the very first start somebody who may come in."""

import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hotwash.web.options import Options

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Tell = Callable[[str], None]

_MIGRATING = 0x686F7477
"""The name of our lock among PostgreSQL's advisory ones."""


class CannotStart(Exception):
    """A folder, a setting or the database stands in the way. The sentence says what mends it."""


def start(home: str | None, *, tell: Tell, migrate: bool = True) -> Application:
    """The application over a data folder that has its tables.

    :param home: the data folder; the one of the settings if None
    :param tell: told what takes a while
    :param migrate: whether to bring the tables up to date
    :raises CannotStart: if the folder or a setting cannot be used
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
        raise CannotStart(f"The data folder {chosen.home} cannot be made: {fault.strerror}.") from fault
    from django.core.checks import run_checks
    from django.core.wsgi import get_wsgi_application

    application: Application = get_wsgi_application()
    wrong = [message for message in run_checks() if message.level >= logging.ERROR and message.id]
    if wrong:
        raise CannotStart(" ".join(f"{message.msg} {message.hint or ''}".strip() for message in wrong))
    # What the API refuses is said to the person by whoever asked.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    if migrate:
        _migrate(chosen.home, tell=tell)
    return application


def _migrate(home: Path, *, tell: Tell) -> None:
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
        with locked(home / "migrate.lock"), _alone():
            if behind():
                tell(f"Setting up the tables in {home} …")
                call_command("migrate", interactive=False, verbosity=0)
                from hotwash.web.figure_rows import fill

                fill()
    except OperationalError as fault:
        raise CannotStart(f"The database cannot be used: {str(fault).strip()}.") from fault


@contextmanager
def _alone() -> Iterator[None]:
    """While no other machine brings the tables of the same database up to date."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


def prepared(*, example: bool, tell: Tell) -> tuple[Options, str | None]:
    """What a server needs beyond its tables; on the first start an administrator and, if wished, the worked example.

    :returns: the settings in force, and the id of the example's incident if it was made now
    """
    from django.conf import settings
    from django.db import connections

    from hotwash.web.assets import build_charts

    options: Options = settings.HOTWASH
    if not (options.assets / "vega.version").is_file():
        tell("Preparing the charts …")
    build_charts(options)
    incident = _example(tell) if _administrator() and example else None
    connections.close_all()
    return options, incident


def way_in() -> str | None:
    """The path of a sign-in link for an administrator who never was inside; None once somebody was."""
    from django.db import connections

    from hotwash.web.accounts import links
    from hotwash.web.tables.models import Account, Role

    administrators = Account.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    inside = administrators.filter(last_login__isnull=False).exists()
    first = None if inside else administrators.order_by("pk").first()
    path = links.make(first).path if first else None
    connections.close_all()
    return path


def _administrator() -> bool:
    from hotwash.web.tables.models import Account, Role

    if Account.objects.exists():
        return False
    from hotwash.web.api.caller import operator_name

    name = re.sub(r"[^a-z0-9._-]+", "-", operator_name().lower()).strip("._-") or "administrator"
    Account.objects.create_user(name, role=Role.ADMINISTRATOR)
    return True


def _example(tell: Tell) -> str | None:
    from hotwash.web.door import desk
    from hotwash.web.drills import example
    from hotwash.web.tables.models import Account

    if desk().store.position():
        return None
    if find_spec("numpy") is None:
        tell("The worked example needs the extra: pip install 'hotwash[questions]'. Starting empty.")
        return None
    visitor = Account.objects.order_by("pk").first()
    return example.make(visitor.name, tell=tell) if visitor else None
