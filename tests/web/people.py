"""People for tests of the web room: Ana administers, Bo commands, Cy responds, Dee may see nothing."""

from typing import Any

from django.test import Client

from hotwash.web.tables.models import Account, Role

PASSWORD = "correct horse battery staple"


def person(name: str, *, password: str | None = PASSWORD, role: str = Role.RESPONDER, **rest: Any) -> Account:
    """An account."""
    return Account.objects.create_user(name, password=password, role=role, **rest)


def enter(name: str, password: str = PASSWORD) -> Client:
    """A browser in which somebody has signed in."""
    client = Client()
    assert client.login(name=name, password=password) or client.login(username=name, password=password)
    return client
