"""What the public page of an incident says: its title, and what was sent to the public. Nothing else of the record."""

from dataclasses import dataclass
from datetime import datetime

from hotwash.incident.messages import StatusPage, published
from hotwash.incident.state import Incident


@dataclass(frozen=True, slots=True)
class Notice:
    """One message on the page. ``key`` is its place in the order of sending, so that no number of the record shows."""

    key: int
    at: datetime
    stage: str
    subject: str
    body: str
    language: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublicPage:
    """The page as anybody sees it.

    :param over: whether it was closed; then it says only that
    :param next_at: by when the next word was promised, if it still may come
    """

    slug: str
    title: str
    over: bool
    exercise: bool
    notices: tuple[Notice, ...]
    next_at: datetime | None
    changed: datetime


def public_page(incident: Incident, slug: str) -> PublicPage | None:
    """The page under a slug; None if this incident never had one there."""
    found = [one for one in incident.status_pages.values() if one.opened.event.slug == slug]
    if not found:
        return None
    page = found[-1]
    notices = () if page.shut else tuple(_notices(incident))
    newest = notices[0] if notices else None
    closed = page.closed.recorded_at if page.closed else page.opened.recorded_at
    return PublicPage(
        slug,
        page.opened.event.title,
        page.shut,
        incident.kind in ("drill", "test"),
        notices,
        newest.next_at if newest and newest.stage not in ("resolved", "after") else None,
        max([closed, *(one.at for one in notices)]),
    )


def would_show(incident: Incident) -> tuple[Notice, ...]:
    """What a page would say, were it opened now."""
    return tuple(_notices(incident))


def open_page(incident: Incident) -> StatusPage | None:
    """The page that is open, if one is."""
    return next((one for one in incident.status_pages.values() if not one.shut), None)


def _notices(incident: Incident) -> list[Notice]:
    shown = published(incident.messages)
    return [
        Notice(
            len(shown) - place,
            one.sendings[0].recorded_at,
            one.stage,
            one.text.event.subject,
            one.text.event.body,
            one.text.event.language,
            one.next_at,
        )
        for place, one in enumerate(shown)
    ]
