"""A sender is connected, delivers, and what it says is triaged with the keys."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.real("chromium")


def test_what_a_sender_delivers_is_triaged_with_the_keys(page: Page) -> None:
    page.goto("/inbox/addresses/")
    page.get_by_label("Sender").select_option("cloudevents")
    page.get_by_label("Name", exact=True).fill("events-of-loans")
    page.get_by_role("button", name="Make the address").click()
    address = page.locator("#made").inner_text()
    event = {"specversion": "1.0", "id": "1", "source": "/loans", "type": "drift", "time": "2026-03-03T09:00:00Z"}
    data = {"title": "Refusals <b>doubled</b>", "severity": "critical", "data_time": "2026-03-01T00:00:00Z"}
    answer = httpx.post(
        address, json=event | {"data": data}, headers={"Content-Type": "application/cloudevents+json"}, trust_env=False
    )
    assert answer.status_code == 202
    page.goto("/")
    expect(page.get_by_role("heading", name="To triage (1)")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page).to_have_url(re.compile("/inbox/$"))
    page.wait_for_load_state()
    page.keyboard.press("j")
    line = page.get_by_role("link", name="Refusals <b>doubled</b>")
    expect(line).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox")).to_be_checked()
    line.press("Enter")
    expect(page).to_have_url(re.compile(r"/inbox/\d+/$"))
    page.wait_for_load_state()
    expect(page.get_by_text("1 Mar 2026").first).to_be_visible()
    page.keyboard.press("e")
    page.get_by_label("Why it needs nobody").fill("A test of the monitor")
    page.get_by_role("button", name="Dismiss it").click()
    expect(page.get_by_text("A test of the monitor").first).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("u")
    page.get_by_role("button", name="Declare it").click()
    expect(page).to_have_url(re.compile(r"/incidents/INC-\d+-\d+/"))
    expect(page.get_by_text("Refusals <b>doubled</b>").first).to_be_visible()
