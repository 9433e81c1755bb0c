"""The tutorial, step by step, as `docs/tutorial/first-incident.md` tells it.

Its pictures are left in ``build/pictures``; copy them to ``docs/pictures`` when the pages have changed.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.serving import Server, Watch

pytestmark = pytest.mark.real("browser")
ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build" / "pictures"
TUTORIAL = ROOT / "docs" / "tutorial" / "first-incident.md"
HARM = "decision = 'reject'"
BASELINE = "university in ('Kaapveer', 'Zuidpolder') and model_version = 'v6'"
AMONG = "university in ('Kaapveer', 'Zuidpolder') and model_version = 'v7'"
NEW = "model_version = 'v7'"


def _picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png", caret="initial")


def _tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages of this incident").get_by_role("link", name=name, exact=True).click()
    expect(page.locator("#page-title")).to_contain_text(name)


def test_the_tutorial_can_be_followed(browser: Browser, fresh_example: Server) -> None:
    told = TUTORIAL.read_text(encoding="utf-8")
    for words in (HARM, BASELINE, AMONG, NEW):
        assert words in told
    watch = Watch(fresh_example.url)
    context = browser.new_context(
        viewport={"width": 1280, "height": 860}, color_scheme="light", timezone_id="Europe/Berlin", locale="en-GB"
    )
    watch.on(context)
    page = context.new_page()
    page.set_default_timeout(40_000)

    page.goto(fresh_example.sign_in)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Later").click()
    page.goto(f"{fresh_example.url}/incidents/{fresh_example.incident}/")
    expect(page.locator(".timeline .chart svg").first).to_be_attached()
    _picture(page, "room")

    page.get_by_role("link", name="Declare an incident").click()
    page.get_by_label("What is happening?").fill("Graduates of Zuidpolder and Kaapveer are rejected")
    page.get_by_label("Fairness").check()
    systems = page.get_by_label("Which AI system?")
    systems.select_option(systems.locator("option", has_text="Résumé screening").get_attribute("value"))
    page.get_by_label("Is it real?").select_option(label="A drill")
    _picture(page, "declare")
    page.get_by_role("button", name="Declare", exact=True).click()
    expect(page.locator(".incident .harm")).to_contain_text("Harm may be going on")

    _tab(page, "Severity")
    for question, answer in (("death_or_grave_injury", "no"), ("essentials_taken", "no"), ("material_harm", "yes")):
        page.locator(f"#{question}-{answer}").check()
        expect(page.locator(f"#{question}-{answer}")).to_be_checked()
        page.wait_for_load_state("networkidle")
    _picture(page, "severity")
    page.get_by_role("button", name="Record the severity").click()
    expect(page.locator(".strip .severity")).to_have_text("Major")

    _tab(page, "People")
    page.get_by_label("Role").first.select_option(label="Incident commander")
    page.get_by_label("Person").first.fill("Bo")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.locator(".incident .strip")).to_contain_text("Bo")

    _tab(page, "Containment")
    page.get_by_text("Keep a file or a text").click()
    page.get_by_label("Or a text").fill("Résumé screening, model v7, new input campus_tier, read from the registry")
    page.get_by_role("button", name="Keep it as evidence").click()
    page.get_by_role("button", name="A person decides").click()
    expect(page.locator(".incident .harm")).to_have_count(0)

    _tab(page, "Questions")
    page.get_by_label("Which decisions did harm?").fill(HARM)
    page.locator("#blast-radius").get_by_label("Only among").fill(AMONG)
    page.get_by_label("Compared with what is usual").fill(BASELINE)
    _picture(page, "question")
    page.get_by_role("button", name="Count them").click()
    expect(page.locator(".inquiry").first.get_by_role("link", name="finding")).to_be_visible(timeout=120_000)
    page.locator("#fairness > summary").click()
    page.locator("#fairness").get_by_label("Only among").fill(NEW)
    page.get_by_role("button", name="Compare the groups").click()
    expect(page.locator(".inquiry").first.get_by_role("link", name="finding")).to_be_visible(timeout=120_000)
    page.locator(".inquiry").first.get_by_role("link", name="finding").click()
    expect(page.locator(".chart svg").first).to_be_visible()
    _picture(page, "finding")

    _tab(page, "Causes")
    page.get_by_text("Add a contributing factor").click()
    page.get_by_label("What contributed").fill("No check by group stood between training and release")
    page.get_by_role("button", name="Add the factor").click()
    _tab(page, "Actions")
    page.get_by_text("Add an action").click()
    page.get_by_label("What will be done").fill("Release only when error rates by group pass")
    page.get_by_label("Who", exact=True).last.fill("Cy")
    page.get_by_role("button", name="Add the action").click()
    expect(page.get_by_text("Release only when error rates by group pass").first).to_be_visible()

    _tab(page, "Post-mortem")
    with page.expect_download() as caught:
        page.get_by_role("link", name="Save as PDF").click()
    assert Path(caught.value.path()).read_bytes().startswith(b"%PDF")
    _tab(page, "Record")
    page.get_by_role("link", name="Check the record").click()
    expect(page.get_by_role("status").first).to_contain_text("Every entry follows from the one before")
    assert watch.wrong == []
    context.close()
