"""The one desk of this process, over the database, the vault and the index beside the records."""

from functools import cache

from django.conf import settings

from hotwash.response.desk import Desk
from hotwash.web.sending.outbox import Outbox
from hotwash.web.store import DatabaseStore, together
from hotwash.web.vaults import vault


@cache
def desk() -> Desk:
    """The door to the records, for pages, API, worker and command line alike."""
    return Desk(DatabaseStore(), vault(settings.HOTWASH), index=Outbox(), together=together)
