"""Who calls the API: an account by its session or by a token, or the operator of this very process.

A token can only narrow what its account may do. The local operator is known by an object that lives in this process and
that no request can carry: what comes from a network reaches an environment only as text.
"""

import getpass
from dataclasses import dataclass

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.security.session import SessionAuth

from hotwash.knowledge.access import may, may_own
from hotwash.response.desk import NotPermitted, Person
from hotwash.web.accounts import tokens
from hotwash.web.api.problem import Refusal
from hotwash.web.tables.models import Account

LOCAL = object()
LOCAL_KEY = "hotwash.local"
"""Where the in-process transport of the command line puts `LOCAL`."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A person with what their token narrows them to; no scopes narrow nothing."""

    person: Person
    scopes: frozenset[str] = frozenset()
    local: bool = False

    def may(self, verb: str) -> bool:
        """Whether this caller may do a verb on every record."""
        return may(self.person.role, verb) and self._in_scope(verb)

    def need(self, verb: str) -> None:
        """Hold a verb against the table and the token.

        :raises NotPermitted: if the role may not, or the token is not meant for it
        """
        if not self._in_scope(verb):
            raise NotPermitted(f"This token is not made for `{verb}`.")
        if not may(self.person.role, verb):
            raise NotPermitted(f"{self.person.name} is {self.person.role}, and that role may not `{verb}`.")

    def reads(self) -> bool:
        """Whether this caller reads every record (True), or only their own (False).

        :raises NotPermitted: if the caller reads nothing at all
        """
        if self.may("read"):
            return True
        if not (may_own(self.person.role, "read") and self._in_scope("read")):
            self.need("read")
        return False

    def _in_scope(self, verb: str) -> bool:
        return not self.scopes or verb in self.scopes


def caller(request: HttpRequest) -> Caller:
    """Who called, as one of the doors below found out."""
    found = request.auth  # type: ignore[attr-defined]
    assert isinstance(found, Caller)
    return found


class Bearer(HttpBearer):
    """``Authorization: Bearer`` and a token that was shown once."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:  # noqa: ARG002
        """The account that the token acts for."""
        known = tokens.bearer(token)
        if known is None:
            return None
        return Caller(Person(known.account.name, known.account.role), frozenset(known.scopes))


class Session(SessionAuth):
    """A signed-in browser; unsafe methods need the token against forged requests."""

    def __call__(self, request: HttpRequest) -> Caller | None:
        """The account of the session, but only where no token was sent: a wrong token is never saved by a cookie."""
        account = request.user
        if request.headers.get("Authorization") or not isinstance(account, Account) or not account.is_active:
            return None
        try:
            self._get_key(request)
        except HttpError as forged:
            raise Refusal(
                403, "forged", "Hotwash could not be sure that this came from its own page. Nothing was recorded."
            ) from forged
        return Caller(Person(account.name, account.role))


def local_operator(request: HttpRequest) -> Caller | None:
    """The person who runs the command line on this machine, over its own data folder."""
    if request.META.get(LOCAL_KEY) is not LOCAL:
        return None
    return Caller(Person(operator_name(), "administrator"), local=True)


def operator_name() -> str:
    """The name under which this machine knows its user."""
    try:
        return getpass.getuser()[:60] or "operator"
    except (KeyError, OSError):
        return "operator"


DOORS = (local_operator, Bearer(), Session())
"""Asked in this order; the first that knows the caller decides."""
