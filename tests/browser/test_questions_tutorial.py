"""The tutorial for a risk lead, step by step, as `docs/tutorial/who-was-harmed.md` tells it, on the data that it names.

Its pictures are left in ``build/pictures/who-was-harmed``; copy them to ``docs/tutorial/pictures`` when the pages have
changed.
"""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.serving import Server, Watch

pytestmark = pytest.mark.real("browser")
ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build" / "pictures" / "who-was-harmed"
TUTORIAL = ROOT / "docs" / "tutorial" / "who-was-harmed.md"
HARM = "two_year_recid = 0 and decile_score >= 5"
KEPT = ("id", "compas_screening_date", "sex", "age_cat", "race", "c_charge_degree", "decile_score", "two_year_recid")


def _table(shared: Path, place: Path) -> Path:
    """The columns that the tutorial keeps, as a spreadsheet would save them."""
    with (shared / "compas" / "compas-scores-two-years.deidentified.csv").open(newline="") as given:
        rows = [[row[name] for name in KEPT] for row in csv.DictReader(given)]
    with place.open("w", newline="") as file:
        csv.writer(file).writerows([list(KEPT), *rows])
    return place


def _picture(page: Page, name: str, *, card: bool = False) -> None:
    """A picture of the window, or of its middle column alone."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.wait_for_load_state("networkidle")
    clip = None
    if card:
        page.locator("#page-title").evaluate("one => { one.scrollIntoView(); window.scrollBy(0, -72); }")
        box, title = page.locator("section.page").bounding_box(), page.locator("#page-title").bounding_box()
        assert box is not None
        assert title is not None
        clip = {"x": box["x"] - 12, "y": title["y"] - 12, "width": box["width"] + 24, "height": 740}
    page.screenshot(path=PICTURES / f"{name}.png", clip=clip, caret="initial")  # type: ignore[arg-type]


def _tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages of this incident").get_by_role("link", name=name, exact=True).click()
    expect(page.locator("#page-title")).to_contain_text(name)


def _form(page: Page, question: str) -> Locator:
    line = page.locator(f"#{question} > summary")
    if not line.is_visible():
        page.locator(".shelves > summary").click()
    if page.locator(f"#{question}").get_attribute("open") is None:
        line.click()
    form = page.locator(f"#{question} > form")
    expect(form).to_be_visible()
    return form


def _ask(page: Page, form: Locator, said: list[str]) -> None:
    form.locator("button.first").click()
    link = page.locator(".inquiry").first.get_by_role("link", name="finding")
    expect(link).to_be_visible(timeout=120_000)
    link.click()
    expect(page.locator(".card .chart svg").first).to_be_visible()
    said.append(" ".join(page.locator(".lead.ink").inner_text().split()))


def test_who_was_harmed_can_be_followed(browser: Browser, empty_server: Server, shared: Path, tmp_path: Path) -> None:
    watch = Watch(empty_server.url)
    context = browser.new_context(
        viewport={"width": 1180, "height": 820}, color_scheme="light", timezone_id="America/New_York", locale="en-GB"
    )
    watch.on(context)
    page, said = context.new_page(), list[str]()
    page.set_default_timeout(40_000)
    page.goto(empty_server.sign_in)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/account/"))

    page.goto(f"{empty_server.url}/systems/")
    page.get_by_label("Name", exact=True).fill("COMPAS")
    page.get_by_label("What does it decide or say").fill(
        "Scores people before trial from 1 to 10: will they offend again?"
    )
    page.get_by_label("Risk tier").select_option("high")
    page.get_by_role("button", name="Register").click()
    page.get_by_role("link", name="Describe its log").click()
    page.get_by_label("File").set_input_files(_table(shared, tmp_path / "compas.csv"))
    page.get_by_role("button", name="Bring it here").click()
    page.get_by_label("Whom it was about").select_option("id")
    _picture(page, "columns")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("The log is described")).to_be_visible()

    page.keyboard.press("d")
    page.get_by_label("What is happening?").fill("People who do not offend again are scored as high risk")
    page.get_by_label("Fairness").check()
    page.get_by_label("Which AI system?").select_option(label="COMPAS")
    page.get_by_label("Is it real?").select_option(label="A drill")
    page.get_by_role("button", name="Declare", exact=True).click()

    _tab(page, "Questions")
    form = _form(page, "blast-radius")
    form.get_by_label("Which decisions did harm?").fill(HARM)
    _picture(page, "harm", card=True)
    form.get_by_text("Columns and settings").click()
    form.get_by_label("Course over time, by").select_option("month")
    _ask(page, form, said)
    _picture(page, "people", card=True)

    _tab(page, "Questions")
    form = _form(page, "fairness")
    form.get_by_label("sex").uncheck()
    form.get_by_label("age_cat").uncheck()
    form.get_by_label("Instead of a decision: the score in column").select_option("decile_score")
    form.get_by_label("which counts as yes from").fill("5")
    _ask(page, form, said)
    _picture(page, "groups", card=True)

    _tab(page, "Questions")
    form = _form(page, "scores")
    form.get_by_label("The threshold in use").fill("5")
    form.get_by_label("sex").uncheck()
    form.get_by_label("age_cat").uncheck()
    _ask(page, form, said)
    _picture(page, "scores", card=True)

    _tab(page, "Questions")
    form = _form(page, "slices")
    expect(form.get_by_label("Which decisions did harm?")).to_have_value(HARM)
    _ask(page, form, said)
    _picture(page, "cohorts", card=True)

    _tab(page, "Questions")
    form = _form(page, "onset")
    expect(form.get_by_label("The rate of what?")).to_have_value(HARM)
    form.get_by_text("Columns and settings").click()
    form.get_by_label("Course over time, by").select_option("week")
    _ask(page, form, said)

    told = " ".join(re.sub(r"^> ?", "", line) for line in TUTORIAL.read_text(encoding="utf-8").splitlines())
    told = " ".join(told.split())
    assert HARM in told
    for sentence in said:
        assert sentence in told, sentence
    assert watch.wrong == []
    context.close()


def test_every_picture_of_the_tutorial_is_there_and_small() -> None:
    shown = re.findall(r"!\[[^\]]+\]\((pictures/[^)]+)\)", TUTORIAL.read_text(encoding="utf-8"))
    assert len(shown) == 6
    assert {TUTORIAL.parent / name for name in shown} == set((TUTORIAL.parent / "pictures").iterdir())
    for name in shown:
        assert (TUTORIAL.parent / name).stat().st_size < 150_000, name
