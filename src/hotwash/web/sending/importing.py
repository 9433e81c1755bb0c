"""Shifts from a calendar of another tool, as a fact of the organisation."""

from hashlib import sha256

import msgspec

from hotwash.connect import icalendar
from hotwash.connect.icalendar import Read
from hotwash.response.desk import Desk, Person, Recorded
from hotwash.web.tables.models import Account


def take(
    desk: Desk, rota: str, data: bytes, *, by: Person, zone: str = "UTC", source: str = "a calendar file"
) -> tuple[Recorded, Read]:
    """Record the shifts of a calendar, in place of those that were taken before; and what was left out.

    :raises Refused: if it is no calendar, or holds nothing that could be read
    :raises NotPermitted, NotAllowed: as the desk does
    """
    rows = Account.objects.filter(is_active=True).values_list("name", "display_name")[:2_000]
    people = [name for row in rows for name in row if name]
    found = icalendar.read(data, people=people, now=desk.clock(), zone=zone)
    recorded = desk.record_organisation(
        "import-shifts",
        by=by,
        rota=rota,
        shifts=msgspec.to_builtins(found.shifts),
        source=source,
        digest="sha256:" + sha256(data).hexdigest(),
    )
    return recorded, found
