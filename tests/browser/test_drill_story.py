"""A drill in real browsers: a facilitator at the console, two players in the ordinary room, and the hot-wash together.

Pictures of console, players' page, room, debrief and programme are left for somebody to look at.
"""

import io
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader
from tests.browser.crew import DESK, PHONE, WITHIN_S, Crew
from tests.browser.serving import first_start

from hotwash.drills.scenarios.shelf import named

pytestmark = pytest.mark.real("browser")

SCREENS = Path(__file__).parents[2] / "build" / "screens" / "drill"
SCENARIO = named("resume-screening").scenario
HIDDEN = (
    SCENARIO.truth.cause.strip()[:50],
    *(one.text for one in SCENARIO.truth.factors),
    *(one.text for one in SCENARIO.good.steps),
    *(one.expects[:40] for one in SCENARIO.injects if one.expects),
)
TWO = "university in ('Kaapveer', 'Zuidpolder')"


@pytest.fixture
def crew(browser: Browser, tmp_path: Path) -> Iterator[Crew]:
    expect.set_options(timeout=WITHIN_S * 1000)
    try:
        with ExitStack() as stack:
            yield Crew(stack, browser, stack.enter_context(first_start(tmp_path / "home", empty=True)))
    finally:
        expect.set_options(timeout=5_000)


def _looked_at(page: Page, name: str) -> None:
    """On a desk, on a phone, in the dark: nothing runs over the edge. The pictures are left for somebody to look at."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for way, size, theme in (("desk", DESK, "light"), ("phone", PHONE, "light"), ("dark", DESK, "dark")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{name} on a {way} runs over the edge"
        page.screenshot(path=SCREENS / f"{name}-{way}.png", full_page=True, caret="initial")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")


def _tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages of this incident").get_by_role("link", name=name, exact=True).click()
    expect(page.locator("#page-title")).to_contain_text(name)


def _inject(fay: Page, title: str) -> Locator:
    return fay.locator(".script > details", has=fay.locator("summary", has_text=title))


def _sees_nothing(page: Page, drill: str, incident: str) -> None:
    """What was planted and what the script says is on no page, in no answer, export or search of a player."""
    word = "lookup"
    for path in (
        f"/drills/{drill}/", f"/api/v1/drills/{drill}", "/api/v1/drills", f"/api/v1/incidents/{incident}",
        f"/api/v1/incidents/{incident}/export", f"/api/v1/incidents/{incident}/timeline",
        "/search/?q=campus+tier+list", f"/search/?q={word}", f"/incidents/{incident}/", "/systems/",
    ):  # fmt: skip
        answer = page.request.get(path)
        assert answer.ok, (path, answer.status)
        text = answer.body().decode(errors="replace")
        for hidden in HIDDEN:
            assert hidden not in text, (path, hidden)
            assert json.dumps(hidden)[1:-1] not in text, (path, hidden)


def test_a_drill_is_led_played_and_talked_over(crew: Crew) -> None:
    ana = crew.enter(crew.hotwash.sign_in)
    fay, bo = crew.invited(ana, "fay", "Commander"), crew.invited(ana, "bo", "Commander")
    cy = crew.invited(ana, "cy", "Responder")

    # Fay plans it for the two, and begins
    fay.goto("/drills/")
    fay.get_by_text(f"Plan or play “{SCENARIO.title}”").click()
    form = fay.locator("form", has=fay.locator(f"input[value={SCENARIO.name}]"))
    form.get_by_label("Team (optional)").fill("Matching")
    form.get_by_label("Players, by account name, with commas").fill("bo, cy")
    form.get_by_role("button", name="Plan it").click()
    expect(fay.get_by_role("heading", name=SCENARIO.title)).to_be_visible()
    drill = fay.url.rstrip("/").split("/")[-1]
    bo.goto(f"/drills/{drill}/")
    expect(bo.get_by_text("the drill has not begun")).to_be_visible()
    expect(bo.get_by_role("button", name="Begin")).to_have_count(0)
    fay.get_by_role("button", name="Begin").click()
    expect(fay.locator("#drill-head")).to_contain_text("running")
    fay.get_by_label("Speed").select_option("5")
    fay.get_by_role("button", name="Set", exact=True).click()
    expect(fay.locator("#drill-head")).to_contain_text("5 times as fast")
    fay.get_by_role("button", name="Pause").click()
    expect(fay.locator("#drill-head")).to_contain_text("paused")

    # The players' page renews itself: the first alert is there, and nothing of the script
    expect(bo.locator("#drill-came")).to_contain_text("Invited share by university is below its limit")
    expect(bo.locator("#drill-head")).to_contain_text("paused")
    expect(bo.get_by_text("A good team")).to_have_count(0)
    bo.get_by_role("link", name="Now", exact=True).click()
    expect(bo.get_by_text(f"You are in a drill: {SCENARIO.title}.")).to_be_visible()
    bo.goto(f"/drills/{drill}/")

    # While Fay writes, things come; nothing that is typed is lost
    note = fay.get_by_label("What you see")
    note.fill("They looked at the alert ")
    letter = _inject(fay, "A second graduate, a second university")
    letter.locator("summary").click()
    letter.get_by_role("button", name="Send it now").click()
    expect(letter.locator(".tag")).to_have_text("came")
    expect(letter.get_by_role("button")).to_have_count(0)
    expect(bo.locator("#drill-came")).to_contain_text("A second graduate, a second university")
    expect(note).to_have_value("They looked at the alert ")

    # The players work in the ordinary room
    bo.get_by_role("link", name="Declare an incident", exact=True).last.click()
    bo.get_by_label("What is happening?").fill("Graduates of one university are rejected")
    bo.get_by_label("Fairness").check()
    bo.get_by_role("button", name="Declare", exact=True).click()
    expect(bo.locator(".incident")).to_contain_text("Drill")
    room = bo.url.split("?")[0]
    incident = room.rstrip("/").split("/")[-1]
    expect(fay.locator("#drill-ways")).to_contain_text(incident)
    expect(note).to_have_value("They looked at the alert ")
    note.press_sequentially("at once, and declared.")
    fay.get_by_role("button", name="Write it down").click()
    expect(fay.locator("#drill-notes")).to_contain_text("They looked at the alert at once, and declared.")
    expect(note).to_have_value("")
    _tab(bo, "People")
    bo.get_by_label("Role").first.select_option(label="Incident commander")
    bo.get_by_label("Person").first.fill("bo")
    bo.get_by_role("button", name="Assign", exact=True).click()
    expect(bo.locator(".incident .strip")).to_contain_text("bo")

    # Improvised by the facilitator, it stands on the team's timeline
    fay.get_by_label("From", exact=True).fill("A works council")
    fay.get_by_label("Title", exact=True).fill("We want to be told first")
    fay.locator("#text").fill("Is it true that you reject people by where they studied?")
    fay.get_by_role("button", name="Send it to the team").click()
    expect(fay.locator("#drill-came")).to_contain_text("We want to be told first")
    expect(fay.get_by_label("Title", exact=True)).to_have_value("")
    cy.goto(room)
    expect(cy.locator(".timeline")).to_contain_text("Call from A works council: We want to be told first")
    _looked_at(fay, "console")
    bo.goto(f"/drills/{drill}/")
    _looked_at(bo, "player")

    # Evidence, the switch, a question, a cause
    bo.goto(room)
    _tab(bo, "Containment")
    bo.get_by_text("Keep a file or a text").click()
    bo.get_by_label("Or a text").fill("campus_tier of v7, as it was")
    bo.get_by_role("button", name="Keep it as evidence").click()
    bo.get_by_role("button", name="A person decides").click()
    expect(bo.locator(".incident .harm")).to_have_count(0)
    expect(_inject(fay, "Do not switch anything off").locator(".tag")).to_be_attached()
    _tab(cy, "Questions")
    cy.get_by_label("Which decisions did harm?").fill("decision = 'reject'")
    cy.locator("#blast-radius").get_by_label("Only among").fill(f"{TWO} and model_version = 'v7'")
    cy.get_by_label("Compared with what is usual").fill(f"{TWO} and model_version = 'v6'")
    cy.get_by_role("button", name="Count them").click()
    expect(cy.locator(".inquiry").first.get_by_role("link", name="finding")).to_be_visible(timeout=120_000)
    _tab(cy, "Causes")
    cy.get_by_text("Add a contributing factor").click()
    cy.get_by_label("What contributed").fill("No check by group stands between training and release")
    cy.get_by_role("button", name="Add the factor").click()
    expect(cy.get_by_text("No check by group stands between training and release").first).to_be_visible()
    _sees_nothing(bo, drill, incident)
    bo.goto(room)
    expect(bo.locator(".timeline .chart svg").first).to_be_attached()
    _looked_at(bo, "room")

    # The end, and the debrief for everybody
    bo.goto(f"/drills/{drill}/")
    fay.get_by_role("button", name="End the play").click()
    expect(bo.locator("#drill-head")).to_contain_text("ended")
    expect(bo.get_by_role("button", name="Begin the debrief")).to_have_count(0)
    cy.goto(f"/drills/{drill}/")
    fay.get_by_role("button", name="Begin the debrief").click()
    for page in (fay, bo, cy):
        expect(page.get_by_role("heading", name=f"Debrief: {SCENARIO.title}")).to_be_visible()
        expect(page.get_by_text(SCENARIO.truth.factors[0].text).first).to_be_visible()
    rules = bo.locator("details", has_text=re.compile("Rule:"))
    assert rules.count() >= 10

    # Filled in together: both answers stand, each with its name
    question = SCENARIO.debrief[0].question
    cy.get_by_label(question).fill("I was still reading the first letter ")
    bo.get_by_label(question).fill("The letters would have been enough.")
    bo.locator("form", has=bo.get_by_label(question)).get_by_role("button", name="Say it").click()
    expect(cy.locator("#said-1")).to_contain_text("The letters would have been enough.")
    expect(cy.get_by_label(question)).to_have_value("I was still reading the first letter ")
    cy.get_by_label(question).press_sequentially("when the second came.")
    cy.locator("form", has=cy.get_by_label(question)).get_by_role("button", name="Say it").click()
    for page in (fay, bo, cy):
        expect(page.locator("#said-1 > li")).to_have_count(2)
    expect(fay.locator("#said-1")).to_contain_text("when the second came.")

    # A lesson becomes an action like any other
    bo.get_by_label("What we will do").fill("Read the applicants' mailbox every day")
    bo.get_by_label("Owner").fill("cy")
    bo.get_by_role("button", name="Make it an action").click()
    expect(cy.locator("#drill-lessons")).to_contain_text("Read the applicants' mailbox every day")
    cy.goto(f"{room}actions/")
    expect(cy.get_by_text("Read the applicants' mailbox every day").first).to_be_visible()
    with bo.expect_download() as caught:
        bo.get_by_role("link", name="Report as PDF").click()
    told = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(caught.value.path().read_bytes())).pages)
    for words in ("The letters would have been enough.", "Read the applicants' mailbox every day"):
        assert words in " ".join(told.replace("’", "'").split())
    _looked_at(bo, "debrief")
    fay.goto("/drills/")
    expect(fay.get_by_role("table", name=re.compile("What was exercised"))).to_contain_text("Matching (1)")
    _looked_at(fay, "programme")
    assert crew.watch.wrong == []
