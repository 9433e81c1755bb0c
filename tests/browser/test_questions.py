"""Questions asked in the room in a real browser: forms that come when they are opened, and what each card shows."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.serving import Server, Watch

pytestmark = pytest.mark.real("browser")
SCREENS = Path(__file__).parents[2] / "build" / "screens"
HARM = "qualified = 'yes' and decision = 'reject'"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@contextmanager
def room_of(browser: Browser, server: Server) -> Iterator[tuple[Page, str]]:
    """The room of the worked example, for somebody who came by the one-time link."""
    watch = Watch(server.url)
    context = browser.new_context(viewport=WIDE, timezone_id="Europe/Berlin", locale="en-GB")  # type: ignore[arg-type]
    watch.on(context)
    page = context.new_page()
    page.set_default_timeout(40_000)
    page.goto(server.sign_in)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/account/"))
    yield page, f"{server.url}/incidents/{server.incident}/"
    assert watch.wrong == []
    context.close()


def opened(page: Page, question: str) -> Locator:
    """The form of a question, which is fetched when its line is opened."""
    more = page.locator(".shelves > summary")
    line = page.locator(f"#{question} > summary")
    if not line.is_visible():
        more.click()
    if not page.locator(f"#{question}").get_attribute("open"):
        line.click()
    form = page.locator(f"#{question} > form")
    expect(form).to_be_visible()
    return form


def answered(page: Page, form: Locator) -> None:
    """Ask, wait for the answer, and open its card."""
    form.locator("button.first").click()
    link = page.locator(".inquiry").first.get_by_role("link", name="finding")
    expect(link).to_be_visible(timeout=120_000)
    link.click()
    expect(page.locator(".card .chart svg").first).to_be_visible()
    for part in ("What it assumes, and cannot show", "rows were used", "hotwash reproduce"):
        expect(page.locator(".card")).to_contain_text(part)


def looked_at(page: Page, name: str) -> None:
    """On a desk, on a phone, in the dark: nothing runs over the edge. The pictures are left for somebody to look at."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for way, size, theme in (("desk", WIDE, "light"), ("phone", NARROW, "light"), ("dark", WIDE, "dark")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, way
        page.screenshot(path=SCREENS / f"card-{name}-{way}.png", full_page=True, caret="initial")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")


def test_since_when_which_cohorts_and_has_the_data_changed(browser: Browser, fresh_example: Server) -> None:
    with room_of(browser, fresh_example) as (page, room):
        page.goto(f"{room}questions/")
        expect(page.locator("#slices > summary")).to_be_visible()
        expect(page.locator("#drift > summary")).not_to_be_visible()
        form = opened(page, "onset")
        form.get_by_label("The rate of what?").fill("decision = 'reject'")
        form.get_by_label("Only among").click()
        form.locator(".chip", has_text="qualified").first.click()
        expect(form.get_by_label("Only among")).to_have_value("qualified ")
        form.get_by_label("Only among").press_sequentially("= 'yes'")
        form.get_by_label("The gap between groups of").select_option("university")
        answered(page, form)
        expect(page.locator(".card .big")).to_contain_text("it began")
        expect(page.locator(".card table").first).to_contain_text("points")
        looked_at(page, "onset")

        page.goto(f"{room}questions/")
        form = opened(page, "slices")
        expect(form.get_by_label("Which decisions did harm?")).to_have_value("decision = 'reject'")
        form.get_by_label("Which decisions did harm?").fill(HARM)
        answered(page, form)
        expect(page.locator(".card table").first).to_contain_text("v7 · university: Kaapveer")
        looked_at(page, "slices")

        page.goto(f"{room}questions/")
        form = opened(page, "drift")
        expect(form.get_by_label("As it should be: version")).to_have_value("v6")
        expect(form.get_by_label("The moment")).not_to_be_visible()
        form.get_by_label("Before and after a moment").check()
        expect(form.get_by_label("As it should be: version")).not_to_be_visible()
        expect(form.get_by_label("The moment")).not_to_have_value("")
        answered(page, form)
        expect(page.locator(".card table").first).to_contain_text("drifted")
        looked_at(page, "drift")


def test_samples_of_texts_are_opened_by_key_and_covered_again(
    browser: Browser, fresh_example: Server, tmp_path: Path, shared: Path
) -> None:
    place = tmp_path / "home" / "logs" / "prompts.csv"
    place.parent.mkdir(exist_ok=True)
    with place.open("w", newline="") as file, (shared / "xstest" / "completions_llama2orig.csv").open() as answers:
        write = csv.writer(file)
        write.writerow(["prompt", "completion", "label"])
        for row in csv.DictReader(answers):
            write.writerow([row["prompt"], row["completion"], row["final_label"]])
    with room_of(browser, fresh_example) as (page, room):
        page.goto(f"{room}questions/?log=prompts.csv")
        form = opened(page, "texts")
        expect(form.get_by_label("The text is in column")).to_have_value("prompt")
        form.get_by_label("Which rows are harmful?").fill("label = '2_full_refusal'")
        answered(page, form)
        first = page.locator(".sample").first
        words = first.locator("blockquote")
        expect(words).not_to_be_visible()
        assert "blur" in first.locator(".blurred").evaluate("one => getComputedStyle(one).filter")
        expect(page.locator(".samples")).to_contain_text("May be upsetting")
        looked_at(page, "texts")
        first.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(words).to_be_visible()
        expect(first.locator(".blurred")).not_to_be_visible()
        page.keyboard.press("Space")
        expect(words).not_to_be_visible()
        page.emulate_media(media="print")
        expect(first).not_to_be_visible()
        expect(page.get_by_text("Samples are not printed")).to_be_visible()
        page.emulate_media(media="screen")


def test_a_finding_opens_in_place_below_the_questions(browser: Browser, fresh_example: Server) -> None:
    with room_of(browser, fresh_example) as (page, room):
        page.goto(f"{room}questions/")
        newest = page.locator("details.card").first
        newest.locator("summary").first.click()
        expect(newest.locator(".chart svg").first).to_be_visible()
        expect(newest.locator("table").first).to_contain_text("Wrongly rejected")
        newest.get_by_role("link", name="The page of the manual").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Does it treat groups differently?")
        expect(page.locator(".manual")).to_contain_text("What it assumes")
        page.screenshot(path=SCREENS / "manual-desk.png", full_page=True, caret="initial")
