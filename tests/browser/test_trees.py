"""A fault tree in a real browser: from a template, drawn while it is changed, kept, and held against what was found."""

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.serving import Server, Watch

pytestmark = pytest.mark.real("browser")


def test_a_tree_is_drawn_while_it_is_written_and_tells_which_barrier_would_have_held(
    browser: Browser, empty_server: Server
) -> None:
    watch = Watch(empty_server.url)
    context = browser.new_context()
    watch.on(context)
    page = context.new_page()
    page.set_default_timeout(25_000)
    page.goto(empty_server.sign_in)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{empty_server.url}/declare/")
    page.get_by_label("What is happening?").fill("The assistant sent files to a stranger")
    page.get_by_role("button", name="Declare").click()
    page.wait_for_url("**/incidents/INC-*/**")

    page.get_by_role("navigation", name="Pages of this incident").get_by_role("link", name="Causes", exact=True).click()
    page.get_by_role("link", name="Draw a fault tree").click()
    page.get_by_role("link", name="prompt injection").click()
    drawing = page.locator("#tree-preview svg")
    expect(drawing.get_by_text("Hostile words reach", exact=True)).to_be_visible()

    # A fault is told with its line while somebody writes, and the drawing comes back once it is mended
    text = page.locator("textarea[name=text]")
    whole = text.input_value()
    text.fill(whole.replace("event leak ", "event leek "))
    expect(page.locator("#tree-preview")).to_contain_text("Did you mean leek?")
    text.fill(whole)
    expect(drawing).to_be_visible(timeout=15_000)

    page.get_by_role("button", name="Keep this version").click()
    expect(page.get_by_text("9 of 9 paths remain.")).to_be_visible()
    expect(page.get_by_text("would have stopped every remaining path")).to_be_visible()

    # What was ruled out takes its paths away
    cause = page.locator(".fact").filter(has_text="A user writes them")
    cause.get_by_text("Say what was found").click()
    cause.get_by_label("It is").select_option("ruled-out")
    cause.get_by_label("Or what else shows it").fill("No user wrote to it that day")
    cause.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("6 of 9 paths remain.")).to_be_visible()
    context.close()
    assert watch.wrong == [], "\n".join(watch.wrong)
