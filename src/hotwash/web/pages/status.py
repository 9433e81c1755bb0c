"""The public status page of an incident, and its feed: no sign-in, no cookie, nothing but what was sent to the public.

What has no page and what is hidden look alike. The answer depends on the record alone, so that anything between the
reader and here may keep it for a minute.
"""

import re
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from hotwash.incident.rules.messages import SLUG
from hotwash.reports.messages.outgoing import digest_of
from hotwash.reports.messages.public import PublicPage, public_page
from hotwash.response.desk import NotFound
from hotwash.web.door import desk
from hotwash.web.middleware import open_to_all
from hotwash.web.update_rows import incident_of

KEPT_S = 60
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no XML may hold."""


@open_to_all
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The page."""
    known = _known(slug)
    if known is None:
        return _nothing()
    # With an icon of its own, no browser asks for one elsewhere, where it would be given a cookie.
    text = _drawn("status.html", {"page": known, "css": static("status.css"), "icon": static("mark.svg")})
    return _answer(request, text, "text/html; charset=utf-8")


@open_to_all
@require_safe
def feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for news readers (Atom)."""
    known = _known(slug)
    if known is None or known.over:
        return _nothing()
    address = request.build_absolute_uri(f"/status/{slug}/")
    text = _HIDDEN.sub("", _drawn("status.atom", {"page": known, "address": address}))
    return _answer(request, text, "application/atom+xml; charset=utf-8")


def _known(slug: str) -> PublicPage | None:
    if not SLUG.fullmatch(slug):
        return None
    incident_id = incident_of(slug)
    try:
        return public_page(desk().incident(incident_id), slug) if incident_id else None
    except NotFound:
        return None


def _drawn(template: str, context: dict[str, object]) -> str:
    # Without the request: nothing of whoever reads goes into it, and times are those of everybody.
    with timezone.override(ZoneInfo("UTC")):
        return render_to_string(template, context)


def _answer(request: HttpRequest, text: str, kind: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    response["Referrer-Policy"] = "no-referrer"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    tag = quote_etag(digest_of(text).removeprefix("sha256:")[:32])
    response["ETag"] = tag
    kept = get_conditional_response(request, etag=tag, response=response)
    return kept if isinstance(kept, HttpResponse) else response


def _nothing() -> HttpResponse:
    response = HttpResponse("Nothing is here.", status=404, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    return response
