"""In which language a page is shown: the one chosen here, else the browser's wish, else English.

A page is wholly in one language. Pages whose texts are not translated stay English, whatever is wished.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

COOKIE = "hotwash-language"
ENGLISH = "en-gb"
TRANSLATED = frozenset({"account_login", "account_inactive", "sign_in_link"})
"""The pages, by the names of their addresses, whose every text is translated for people who are not signed in."""


def wished(request: HttpRequest) -> str:
    """The language that the reader chose in the foot, else the first of the browser's that there is."""
    known = [code for code, _ in settings.LANGUAGES]
    chosen = request.COOKIES.get(COOKIE, "")
    if chosen in known:
        return chosen
    for told, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500].lower()):
        short = told.partition("-")[0]
        found = next((code for code in known if code.partition("-")[0] == short), "")
        if found:
            return found
    return ENGLISH


class Tongues:
    """Shows translated pages in the reader's language, and all others in English."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and leave no language behind for the next request of this thread."""
        with translation.override(ENGLISH):
            response = self._next(request)
            if hasattr(request, "tongues"):
                patch_vary_headers(response, ("Accept-Language", "Cookie"))
            response.headers.setdefault("Content-Language", translation.get_language() or ENGLISH)
        return response

    def process_view(
        self, request: HttpRequest, _view: object, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> None:
        """Choose the language of a translated page."""
        found = request.resolver_match
        if found is None or found.view_name not in TRANSLATED or request.user.is_authenticated:
            return
        translation.activate(wished(request))
        request.tongues = settings.LANGUAGES  # type: ignore[attr-defined]
