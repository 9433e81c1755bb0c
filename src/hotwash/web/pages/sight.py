"""Who looks at a page, and which incidents they may see. The same table and the same queries as the API's."""

from django.http import HttpRequest

from hotwash.response.desk import Person
from hotwash.web.accounts.own_pages import signed_in
from hotwash.web.api.caller import Caller


def asking(request: HttpRequest) -> Caller:
    """The person who looks, with what their role may do."""
    account = signed_in(request)
    return Caller(Person(account.name, account.role))
