"""People at browsers of their own, in one installation."""

from contextlib import ExitStack
from typing import Any

from playwright.sync_api import Browser, Page, expect
from tests.browser.serving import Server, Watch

WITHIN_S = 60.0
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class Crew:
    """An installation, and windows of the people who use it."""

    def __init__(self, stack: ExitStack, browser: Browser, hotwash: Server) -> None:
        self._stack, self._browser, self.hotwash = stack, browser, hotwash
        self.url = hotwash.url
        self.watch = Watch(self.url)

    def window(self, **more: Any) -> Page:
        """A browser of somebody's own."""
        context = self._browser.new_context(
            base_url=self.url, timezone_id="Europe/Berlin", locale="en-GB", **({"viewport": DESK} | more)
        )
        self._stack.callback(context.close)
        self.watch.on(context)
        context.set_default_timeout(WITHIN_S * 1000)
        return context.new_page()

    def enter(self, link: str) -> Page:
        """Somebody comes by a link that works once."""
        page = self.window()
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Choose a password")).to_be_visible()
        return page

    def invited(self, ana: Page, name: str, role: str) -> Page:
        """Ana invites somebody, who comes."""
        ana.goto("/people/")
        ana.get_by_label("Display name").fill(name.capitalize())
        ana.get_by_label("Name in records").fill(name)
        ana.get_by_label("Role").select_option(label=role)
        ana.get_by_role("button", name="Make the invitation").click()
        return self.enter(ana.locator("#link").inner_text())
