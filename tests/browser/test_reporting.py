"""Reporting harm on a phone without scripts: one field is enough, and the receipt is all that one needs."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.real("chromium")

TIME_TRAP_MS = 3_200
"""The form must have been open for so long; a person needs longer."""
RECEIPT = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}")


@pytest.fixture
def opened(page: Page) -> Page:
    """Ana has opened the form."""
    page.goto("/organisation/")
    part = page.locator("#open-reports")
    part.locator("summary").first.click()
    part.get_by_label("What stands above it").fill("For everybody who deals with our loans.")
    part.get_by_label("How else one can reach you").fill("Call 555-0100.")
    part.get_by_role("button").first.click()
    expect(page.locator("#open-reports")).to_contain_text("open")
    return page


def narrow(phone: Page) -> None:
    """Nothing is wider than the phone."""
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_report_is_sent_looked_up_and_taken_back_on_a_phone_without_scripts(
    opened: Page, browser: Browser, server: str, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7 a letter")
    context = browser.new_context(
        base_url=server, java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="de-DE"
    )
    phone = context.new_page()
    phone.goto("/report/")
    expect(phone.get_by_role("heading", name="Einen Schaden melden")).to_be_visible()
    narrow(phone)
    phone.get_by_role("link", name="English").click()
    expect(phone.get_by_text("For everybody who deals with our loans.")).to_be_visible()
    expect(phone.get_by_label("Leave this field empty")).not_to_be_in_viewport()
    phone.get_by_role("button", name="Send the report").click()
    expect(phone.get_by_role("alert")).to_contain_text("Write what happened.")
    phone.get_by_label("What happened?").fill("My loan was refused <b>although</b> my husband got one.")
    phone.get_by_label("How can we reach you?").fill("ana@example.org")
    phone.get_by_label("Pictures or documents").set_input_files(letter)
    phone.wait_for_timeout(TIME_TRAP_MS)
    narrow(phone)
    phone.get_by_role("button", name="Send the report").click()
    expect(phone.get_by_role("heading", name="Thank you. We have your report.")).to_be_visible()
    narrow(phone)
    found = RECEIPT.search(phone.locator("main").inner_text())
    assert found is not None
    phone.get_by_role("link", name="See what became of it").click()
    phone.get_by_label("Receipt number").fill(found[0].lower())
    phone.get_by_role("button", name="Look it up").click()
    expect(phone.get_by_text("Nobody has read it yet.")).to_be_visible()
    assert found[0] not in phone.url

    opened.goto("/inbox/reports/")
    opened.get_by_role("link", name=re.compile("My loan was refused")).first.click()
    opened.get_by_role("link", name=re.compile("My loan was refused")).first.click()
    expect(opened.get_by_text("although</b> my husband")).to_be_visible()
    opened.get_by_label("Write to the person").fill("We look at your case again.")
    opened.get_by_role("button", name="Write", exact=True).click()

    phone.goto("/report/status/?lang=en")
    phone.get_by_label("Receipt number").fill(found[0])
    phone.get_by_role("button", name="Look it up").click()
    expect(phone.get_by_text("We look at your case again.")).to_be_visible()
    narrow(phone)
    phone.get_by_label("Something new, or an answer to us.").fill("Thank you.")
    phone.get_by_role("button", name="Send it").click()
    expect(phone.get_by_text("We have received what you added.")).to_be_visible()
    phone.get_by_text("Take it back").first.click()
    phone.get_by_label("Yes, erase my report").check()
    phone.get_by_role("button", name="Take it back").click()
    expect(phone.get_by_text("You took it back.")).to_be_visible()
    context.close()
    opened.reload()
    expect(opened.get_by_text("The person took it back")).to_be_visible()


def test_the_form_has_a_name_for_every_field_and_none_is_reached_that_nobody_sees(
    opened: Page, browser: Browser, server: str
) -> None:
    context = browser.new_context(base_url=server)
    page = context.new_page()
    page.goto("/report/")
    fields = page.locator("main :is(input, textarea, select):not([type=hidden])")
    for place in range(fields.count()):
        one = fields.nth(place)
        name = one.get_attribute("id")
        assert name
        assert page.locator(f'label[for="{name}"]').count() == 1, name
    reached = []
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name || ''"))
    assert "text" in reached
    assert "website" not in reached
    context.close()
