"""The questions of severity in a real browser, where answers and replies cross."""

from threading import Event

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.real("browser")


def test_what_is_typed_while_a_reply_is_on_its_way_survives_it(page: Page) -> None:
    """The reply to an answer brings the questions anew, while the next field is being filled."""
    page.goto("/declare/")
    page.get_by_label("What is happening?").fill("Refunds are paid to the wrong people")
    page.get_by_role("button", name="Declare").click()
    page.get_by_role("navigation", name="Pages of this incident").get_by_role("link", name="Severity").click()
    expect(page.locator("#page-title")).to_contain_text("Severity")
    page.locator("#death_or_grave_injury-no").check()
    expect(page.locator("#q-death_or_grave_injury")).to_contain_class("answered")

    held: list[Route] = []
    came = Event()

    def hold(route: Route) -> None:
        held.append(route)
        came.set()

    page.route("**/questions/", hold, times=1)
    page.locator("#essentials_taken-no").check()
    while not came.is_set():
        page.wait_for_timeout(10)
    page.locator("#people-number").fill("1243")
    page.locator("#evidence-people").fill("The log of payments")
    held[0].continue_()
    expect(page.locator("#q-essentials_taken")).to_contain_class("answered")
    expect(page.locator("#people-number")).to_have_value("1243")
    expect(page.locator("#evidence-people")).to_have_value("The log of payments")
    # The number asked for itself, since its field had been left
    expect(page.locator("#q-people")).to_contain_class("answered")
