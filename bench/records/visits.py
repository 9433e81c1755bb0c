"""The exchanges that are measured: a signed-in browser with its forms, and a program with its token."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx
from django.conf import settings
from django.test import Client

from bench.records.house import Work

_FORM = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(slots=True)
class Visitor:
    """Somebody who commands, in a browser and by a program."""

    browser: httpx.Client
    program: httpx.Client
    form: str

    def page(self, address: str, *, least: int = 1) -> Work:
        """Open a page; it must hold so many lines of a timeline."""

        def work(_: int) -> None:
            response = self.browser.get(address)
            assert response.status_code == 200, (address, response.status_code)
            assert response.text.count("<li id=") >= least or least == 1

        return work

    def json(self, address: str) -> Work:
        """Read from the API."""

        def work(_: int) -> None:
            response = self.program.get(f"/api/v1{address}")
            assert response.status_code == 200, response.text

        return work

    def declare_form(self, number: int) -> None:
        """Declare by the page."""
        words = {"title": f"People are refused for a reason nobody knows ({number})", "harms": "fairness"}
        self._send("/declare/", words)

    def declare(self, number: int) -> None:
        """Declare by the API."""
        words = {"title": f"People are refused for a reason nobody knows ({number})", "harms": ["fairness"]}
        self._say("/incidents", words)

    def note_form(self, names: Sequence[str]) -> Work:
        """Write a note in one room after the other, by the page."""
        return lambda number: self._send(f"/incidents/{names[number % len(names)]}/do/note/", {"text": _note(number)})

    def note(self, names: Sequence[str]) -> Work:
        """Write a note in one room after the other, by the API."""
        return lambda number: self._say(f"/incidents/{names[number % len(names)]}/note", {"text": _note(number)})

    def _send(self, address: str, words: Mapping[str, str]) -> None:
        response = self.browser.post(address, data={**words, "csrfmiddlewaretoken": self.form})
        assert response.status_code == 302, (response.status_code, response.text[:2000])

    def _say(self, address: str, words: Mapping[str, object]) -> None:
        response = self.program.post(f"/api/v1{address}", json=words)
        assert response.status_code in (200, 201), response.text


def _note(number: int) -> str:
    return f"Note {number}: asked the team of features; they will answer by noon."


def visitor(url: str) -> Visitor:
    """Bo, signed in. Only once Django is ready."""
    from hotwash.web.accounts import tokens
    from hotwash.web.tables.models import Account

    account = Account.objects.filter(name="bo").first() or Account.objects.create_user("bo", role="commander")
    signed = Client()
    signed.force_login(account)
    browser = httpx.Client(base_url=url, headers={"Referer": url}, timeout=60)
    browser.cookies.set(settings.SESSION_COOKIE_NAME, signed.cookies[settings.SESSION_COOKIE_NAME].value)
    found = _FORM.search(browser.get("/declare/").text)
    assert found, "the page of declaring has no form"
    program = httpx.Client(
        base_url=url, headers={"Authorization": f"Bearer {tokens.make(account, name='bench')[1]}"}, timeout=60
    )
    return Visitor(browser, program, found[1])
