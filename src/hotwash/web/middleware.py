"""What happens around every page: a reference for errors, the door that is closed by default, the reader's time."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from hotwash.ledger.entry import ChainBroken
from hotwash.web import faults

log = logging.getLogger("hotwash.pages")

Next = Callable[[HttpRequest], HttpResponseBase]
OWN_DOOR = "/api/"
"""Below this address programs show a token, which the API checks itself."""
ALIKE_FOR_ALL = ("/status/", "/say/", "/published/")
"""Below these addresses a page is the same for everybody: who reads it is not even looked at."""

View = Callable[..., HttpResponseBase]


class Reference:
    """Turns refusals into pages that show the request's reference, which the log repeats. Adds headers."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the headers added."""
        response = self._next(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path_info.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Turn what the desk refuses, and a database that is kept busy, into pages; leave the rest to Django."""
        known = faults.told(fault)
        if known is None:
            return None
        if isinstance(fault, ChainBroken):
            log.error("A record is damaged: %s, entry %s", fault.stream, fault.number)
        return faults.page(request, known)


class SignedInOnly:
    """Closes every page to people who are not signed in, other than those marked by `open_to_all`."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self._next(request)

    def process_view(
        self, request: HttpRequest, view: View, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Send a stranger to the sign-in page."""
        if getattr(view, "open_to_all", False) or view.__module__.startswith("allauth."):
            return None
        if request.user.is_authenticated or request.path_info.startswith(OWN_DOOR):
            return None
        if request.headers.get("HX-Request"):
            # An exchange in the background cannot show a sign-in page: the whole window goes there, and drafts stay.
            return HttpResponse(status=401, headers={"HX-Redirect": str(settings.LOGIN_REDIRECT_URL)})
        if request.method not in ("GET", "HEAD"):
            # Nobody can be led back to a form that was sent: back to the page on which it stood, where the draft is.
            return redirect_to_login(_page_of(request))
        return redirect_to_login(request.get_full_path())


def _page_of(request: HttpRequest) -> str:
    """The page of ours from which a form was sent, else the first page."""
    came = urlsplit(request.headers.get("Referer", "")[:2000])
    return came.path if came.netloc == request.get_host() and came.path.startswith("/") else "/"


def open_to_all(view: View) -> View:
    """Mark a view that needs no sign-in."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


class OwnTime:
    """Shows and reads times in the zone that the account has chosen, else in the browser's, else in UTC."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the reader's time zone."""
        if request.path_info.startswith(ALIKE_FOR_ALL):
            return self._next(request)
        name = getattr(request.user, "zone", "") or request.COOKIES.get("hotwash-zone", "")[:60]
        try:
            zone = ZoneInfo(name) if name else None
        except (ZoneInfoNotFoundError, ValueError, OSError):
            zone = None
        with timezone.override(zone):
            return self._next(request)
