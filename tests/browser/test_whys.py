"""Two people at browsers of their own build one tree of whys: both write, both change one answer, nothing is lost."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.lender import WITHIN_S, House

pytestmark = pytest.mark.real("browser")

OURS = "The check compared nobody with anybody"
THEIRS = "The check compared ages and nothing else"


@pytest.fixture
def house(browser: Browser, tmp_path: Path) -> Iterator[House]:
    expect.set_options(timeout=WITHIN_S * 1000)
    try:
        with ExitStack() as stack:
            yield House(stack, browser, tmp_path)
    finally:
        expect.set_options(timeout=5_000)


def _came(house: House, ana: Page) -> Page:
    bo = house.invited(ana, "bo", "Commander")
    for field in bo.locator("input[type=password]").all():
        field.fill("a long word of bo's own 77")
    bo.locator("main button[type=submit]").first.click()
    bo.wait_for_load_state()
    return bo


def test_two_people_build_one_tree_and_nothing_that_either_wrote_is_lost(house: House) -> None:
    made = house.say("/incidents", title="Women are refused loans that men get", system="loans")["incident"]
    house.say(f"/incidents/{made}/add-factor", text="Nobody saw refusals by sex", tag="monitoring", evidence="mails")
    why = house.say(f"/incidents/{made}/add-why", question="Why?", answer="The check had no groups", parent=3)
    number = why["entries"][0]["number"] if "entries" in why else 4
    ana = house.enter(house.hotwash.sign_in)
    bo = _came(house, ana)
    room = f"/incidents/{made}/"

    # The picture of one grows while the other writes, and asks on where a chain stops at a person
    for page in (ana, bo):
        page.goto(f"{room}causes/")
        expect(page.locator("#whys svg")).to_contain_text("The check had no groups")
    place = bo.locator(f"#e{number}")
    place.locator("summary", has_text="Ask why again").click()
    place.get_by_label("Why …?").fill("Why had it none?")
    place.get_by_label("Because").fill("The engineer forgot to add them")
    expect(place.locator(".wording")).to_contain_text("forgot")
    place.get_by_role("button", name="Add the answer").click()
    expect(bo.locator("#whys")).to_contain_text("The chain stops at a person.")
    expect(ana.locator("#whys svg")).to_contain_text("The engineer forgot to add")

    # Both change the same answer: the second sees both texts and chooses
    for page in (ana, bo):
        page.goto(f"{room}whys/{number}/")
        page.wait_for_load_state()
    ana.get_by_label("Because").fill(OURS)
    bo.get_by_label("Because").fill(THEIRS)
    ana.get_by_role("button", name="Keep these words").click()
    expect(ana.locator(f"#e{number}")).to_contain_text(OURS)
    bo.get_by_role("button", name="Keep these words").click()
    expect(bo.locator("#two")).to_contain_text("ana wrote this meanwhile")
    expect(bo.locator("#two")).to_contain_text(OURS)
    expect(bo.locator("#two")).to_contain_text(THEIRS)
    bo.get_by_role("button", name="Put mine in its place").click()
    expect(bo.locator(f"#e{number}")).to_contain_text(THEIRS)
    bo.goto(f"{room}whys/{number}/")
    bo.locator("summary", has_text="Earlier versions").click()
    expect(bo.locator("main")).to_contain_text(OURS)
    house.watch.wrong = [one for one in house.watch.wrong if "409" not in one]
    assert house.watch.wrong == [], "\n".join(house.watch.wrong)


def test_other_words_are_taken_with_one_press_and_only_where_they_belong(house: House) -> None:
    made = house.say("/incidents", title="The ward missed an alert", system="loans")["incident"]
    ana = house.enter(house.hotwash.sign_in)
    ana.goto(f"/incidents/{made}/causes/")
    ana.locator("summary", has_text="Add a contributing factor").click()
    text = ana.locator("#add-factor-text")
    text.press_sequentially("In May the nurse failed to notice the alert")
    notes = ana.locator("#add-factor .worded-notes").first
    expect(notes).to_contain_text("What made this the sensible thing to do at that moment?")
    notes.get_by_role("button", name="take it").click()
    expect(text).to_have_value("In May the nurse did not …; at that moment … the alert")
    expect(notes).not_to_contain_text("failed to notice")
    ana.locator("#add-factor").get_by_role("button", name="Add the factor").click()
    expect(ana.locator(".factors")).to_contain_text("at that moment")
    assert house.watch.wrong == [], "\n".join(house.watch.wrong)
