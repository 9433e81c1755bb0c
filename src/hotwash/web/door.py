"""The one desk of this process, over the database, the vault in the data folder and the index beside the records."""

from functools import cache

from django.conf import settings

from hotwash.ledger.files import FileVault
from hotwash.response.desk import Desk
from hotwash.web.sending.outbox import Outbox
from hotwash.web.store import DatabaseStore, together


@cache
def desk() -> Desk:
    """The door to the records, for pages, API, worker and command line alike."""
    return Desk(DatabaseStore(), FileVault(settings.HOTWASH.vault), index=Outbox(), together=together)
