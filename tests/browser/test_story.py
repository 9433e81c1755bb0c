"""One incident in a real browser against a real server, from the one-time link to the post-mortem on paper."""

import io
import random
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.serving import Server, Watch

pytestmark = pytest.mark.real("browser")


def _log(path: Path) -> Path:
    """Version 2 rejects qualified women far more often: 240 decisions a version, from a seed."""
    chance = random.Random(7)
    lines = ["decided_at,model_version,applicant_id,decision,qualified,sex"]
    for number in range(480):
        version, sex, qualified = 1 + number // 240, "fm"[number % 2], number % 4 < 3
        refused = chance.random() < (0.7 if version == 2 and sex == "f" else 0.2)
        day = 1 + number * 28 // 480
        decision = "reject" if refused or not qualified else "invite"
        lines.append(f"2026-03-{day:02} 10:00:00,v{version},{1000 + number},{decision},{str(qualified).lower()},{sex}")
    path.write_text("\n".join(lines) + "\n")
    return path


def _tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages of this incident").get_by_role("link", name=name, exact=True).click()


def test_an_incident_from_declaration_to_post_mortem(browser: Browser, empty_server: Server, tmp_path: Path) -> None:
    watch = Watch(empty_server.url)
    context = browser.new_context(accept_downloads=True, timezone_id="Europe/Berlin", locale="en-GB")
    watch.on(context)
    page = context.new_page()
    page.set_default_timeout(40_000)

    # In by the one-time link, past the choice of a password
    page.goto(empty_server.sign_in)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Choose a password")).to_be_visible()
    page.goto(empty_server.url)
    expect(page.get_by_text("No incident has been declared here yet")).to_be_visible()

    # An AI system with its log
    page.get_by_role("link", name="Systems", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Résumé screening")
    page.get_by_label("What does it decide or say").fill("Invites applicants for an interview, or rejects them.")
    page.get_by_label("Risk tier").select_option("high")
    page.get_by_role("button", name="Register").click()
    page.get_by_text("Say who may stop it").click()
    page.get_by_label("Who may stop it?").fill("Bo\nthe engineer on call")
    page.locator("form[action$='/set-stop-authority/']").get_by_role("button").click()
    expect(page.get_by_text("Bo, the engineer on call")).to_be_visible()
    page.get_by_role("link", name="Describe its log").click()
    page.get_by_label("File").set_input_files(_log(tmp_path / "decisions.csv"))
    page.get_by_role("button", name="Bring it here").click()
    expect(page.get_by_label("What was decided")).to_have_value("decision")
    page.get_by_label("What turned out to be true").select_option("qualified")
    page.get_by_label("The decision that a person would want").fill("invite")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("name no zone")
    page.get_by_label("Time zone").fill("Europe/Berlin")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("The log is described")).to_be_visible()

    # Declared with one sentence; a draft survives leaving the page
    page.keyboard.press("d")
    page.get_by_label("What is happening?").fill("Qualified women are rejected by résumé screening")
    page.get_by_label("Which AI system?").select_option("resume-screening")
    page.get_by_role("link", name="Library").click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()
    page.keyboard.press("d")
    expect(page.get_by_label("What is happening?")).to_have_value("Qualified women are rejected by résumé screening")
    page.get_by_label("Fairness").check()
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_role("heading", name="Qualified women are rejected")).to_be_visible()
    room = page.url.split("?")[0]
    expect(page.locator(".incident .harm")).to_contain_text("Harm may be going on")

    # Severity, by the questions that matter
    _tab(page, "Severity")
    for question, answer in (("death_or_grave_injury", "no"), ("essentials_taken", "no"), ("material_harm", "yes")):
        page.locator(f"#{question}-{answer}").check()
        expect(page.locator(f"#{question}-{answer}")).to_be_checked()
        page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Record the severity").click()
    expect(page.locator(".strip .severity")).to_have_text("Major")

    # A commander
    _tab(page, "People")
    page.locator("#assign-role").select_option("commander")
    page.locator("#assign-person").fill("Bo")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.locator(".incident .strip")).to_contain_text("Bo")

    # Both questions; the findings come by themselves, with their charts
    _tab(page, "Questions")
    page.locator("#blast-radius-harm").fill("qualified = true and decision = 'reject'")
    page.locator("#blast-radius-baseline").fill("model_version = 'v1'")
    page.get_by_role("button", name="Count them").click()
    expect(page.locator(".inquiry").first.get_by_role("link", name="finding")).to_be_visible(timeout=120_000)
    if not page.locator("#fairness").get_attribute("open"):
        page.locator("#fairness > summary").click()
    page.locator("#fairness input[name=group][value=sex]").check()
    page.get_by_role("button", name="Compare the groups").click()
    expect(page.locator(".inquiry").first.get_by_role("link", name="finding")).to_be_visible(timeout=120_000)
    page.locator(".inquiry").first.get_by_role("link", name="finding").click()
    expect(page.locator(".chart svg").first).to_be_visible()
    page.goto(room)
    for chart in page.locator(".timeline .chart").all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator("svg").first).to_be_visible()
    assert page.locator(".timeline .chart").count() == 2

    # Somebody else's words appear by themselves
    other = context.new_page()
    other.goto(room)
    other.locator("#note-text").fill("Seven more applicants wrote this morning")
    other.locator("#note").get_by_role("button").click()
    expect(page.locator(".timeline")).to_contain_text("Seven more applicants wrote", timeout=20_000)
    other.close()

    # Causes and an action
    _tab(page, "Causes")
    page.get_by_text("Add a contributing factor").click()
    page.locator("#add-factor-text").fill("Nobody compared error rates by sex before release")
    page.locator("#add-factor").get_by_role("button", name="Add the factor").click()
    expect(page.locator(".factors")).to_contain_text("Nobody compared error rates by sex")
    page.locator(".factors").get_by_text("Ask why").click()
    page.locator(".factors").get_by_label("Why …?").fill("Why did the release check not ask for it?")
    page.locator(".factors").get_by_label("Because").fill("The check was written before labels existed.")
    page.locator(".factors").get_by_role("button", name="Add the answer").click()
    expect(page.locator(".whys")).to_contain_text("before labels existed")
    _tab(page, "Actions")
    page.get_by_text("Add an action").click()
    page.locator("#add-action-title").fill("Hold a release whose error rates differ by sex")
    page.locator("#add-action-owner").fill("Cy")
    page.locator("#add-action-due").fill("2099-05-01")
    page.get_by_role("button", name="Add the action").click()
    expect(page.get_by_text("Hold a release whose error rates differ").first).to_be_visible()
    page.goto(empty_server.url)
    expect(page.locator(".dues")).to_contain_text("Hold a release whose error rates differ")

    # The post-mortem, on paper
    page.goto(room)
    _tab(page, "Post-mortem")
    with page.expect_download() as caught:
        page.get_by_role("link", name="Save as PDF").click()
    document = pypdf.PdfReader(io.BytesIO(Path(caught.value.path()).read_bytes()))
    text = " ".join(" ".join(sheet.extract_text() for sheet in document.pages).split())
    for words in (
        "Qualified women are rejected by résumé screening",
        "Major",
        "Nobody compared error rates by sex before release",
        "Hold a release whose error rates differ by sex",
        "Seven more applicants wrote this morning",
        "decisions.csv",
    ):
        assert words in text, words
    assert watch.wrong == [], "\n".join(watch.wrong)
    context.close()
