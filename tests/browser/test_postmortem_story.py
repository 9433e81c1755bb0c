"""A post-mortem in real browsers: two people write one section at once, and a meeting ends with what is published.

All parts are real: `hotwash up`, four people at browsers of their own, and a fifth window in which nobody is signed in.
Pictures of the steps and of the PDFs are left for somebody to look at.
"""

import io
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader
from tests.browser.lender import DESK, PHONE, WITHIN_S, House

pytestmark = pytest.mark.real("browser")

SCREENS = Path(__file__).parents[2] / "build" / "screens" / "postmortem"
TITLE = "Women are refused loans that men get"
CREW = {"bo": "Commander", "cy": "Responder", "lea": "Reviewer"}
PASSWORD = "a long word of cy's own 77"
MINE = "We look at refusals by group every week. Nobody owned the monitor."
THEIRS = "We look at refusals by group every week. The monitor was muted in May."


@pytest.fixture
def house(browser: Browser, tmp_path: Path) -> Iterator[House]:
    expect.set_options(timeout=WITHIN_S * 1000)
    try:
        with ExitStack() as stack:
            yield House(stack, browser, tmp_path)
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


def _open(page: Page, field: Locator) -> Locator:
    """A field, after whatever hides it was opened."""
    page.wait_for_load_state()
    for _ in range(3):
        if field.first.is_visible():
            break
        page.locator("details:not([open])").filter(has=field).locator("> summary").first.click()
    return field.first


def _press(page: Page, name: str) -> None:
    # By its text: a button that is folded away has no role yet.
    _open(page, page.locator("button", has_text=re.compile(rf"^\s*{re.escape(name)}\s*$"))).click()
    page.wait_for_load_state()


def _resolved(house: House) -> str:
    """A Major incident that was resolved, as the responders left it."""
    made = house.say("/incidents", title=TITLE, system="loans", harms=["fairness"])["incident"]
    here = f"/incidents/{made}"
    for role, person in (("commander", "bo"), ("legal", "lea")):
        house.say(f"{here}/assign", role=role, person=person)
    house.say(f"{here}/assess", answers={"disparity_confirmed": {"value": "yes", "evidence": "the log"}})
    house.say(f"{here}/contain", switch="loans", state="human", reason="Stop it", unheld_because="It went on.")
    house.say(
        f"{here}/begin-harm",
        source="the log of loans",
        at=f"{datetime.now(UTC) - timedelta(days=9):%Y-%m-%dT%H:%M:%SZ}",
    )
    house.say(f"{here}/estimate-harm", what="Women refused wrongly", value=1243, low=1180, high=1306, unit="people",
              basis="Counted in the log.")  # fmt: skip
    house.say(f"{here}/estimate-harm", what="Interest that they paid elsewhere", value=310000, low=250000, high=380000,
              unit="money", currency="EUR", basis="250 each.")  # fmt: skip
    house.say(f"{here}/remediate", how="The rule is out.", source="A week of refusals by group.")
    house.say(f"{here}/add-factor", text="The limit on loans came from years in which few women applied.", tag="data")
    house.say(f"{here}/add-action", title="The release stops where refusals differ by group", kind="prevent",
              owner="cy", due="2027-01-15", measure="A planted gap stops it", strength="barrier")  # fmt: skip
    house.say(f"{here}/add-action", title="Look at refusals by group every week", kind="detect", owner="bo",
              due="2027-02-01", measure="A planted gap is seen", strength="reminder")  # fmt: skip
    house.say(f"{here}/summarise", text="For nine days our loan system refused women more often than men. A rule that "
              "was meant for another product had been switched on. People decide since, and it is out.")  # fmt: skip
    house.say(f"{here}/resolve", how="The rule is out, and refusals are alike again.")
    return str(made)


def _planned(bo: Page, room: str) -> None:
    bo.goto(room + "post-mortem/")
    expect(bo.locator("#page-title")).to_have_text("Post-mortem")
    expect(bo.locator("main")).to_contain_text("Plan it, or waive it with a reason.")
    form = bo.locator("#plan-postmortem")
    _open(bo, form.get_by_label("Who owns it")).fill("ana")
    form.get_by_label("Who leads the meeting").fill("cy")
    _press(bo, "Plan it")
    expect(bo.locator("main")).to_contain_text("ana owns it, cy leads the meeting.")
    _open(bo, bo.locator("#send-pre-read").get_by_label("Readers")).fill("ana\ncy\nlea")
    _press(bo, "Send it round")
    expect(bo.locator("#pre-read")).to_contain_text("0 of 3 have read it")
    _press(bo, "Open a page for contributions without a name")
    expect(bo.locator("#contributions code")).to_contain_text("/say/")


def _read(lea: Page, bo: Page) -> None:
    lea.goto("/")
    lea.get_by_role("link", name="Read before the meeting of the post-mortem").click()
    lea.locator("#read-first").get_by_role("button", name="I have read it").click()
    expect(lea.locator("#pre-read")).to_contain_text("1 of 3 have read it")
    bo.reload()
    expect(bo.locator("#pre-read")).to_contain_text("1 of 3 have read it")


def _contributed(house: House, bo: Page) -> None:
    """Somebody writes without a name, where nobody is signed in."""
    window = house.window(viewport=PHONE)
    window.goto(bo.locator("#contributions code").inner_text())
    _looked_at(window, "02-without-a-name")
    window.set_viewport_size(PHONE)  # type: ignore[arg-type]
    window.get_by_label("What you want to be looked at").fill("The alert had been muted since May.")
    window.get_by_role("button", name="Send it without a name").click()
    expect(window.get_by_role("heading", name="Thank you")).to_be_visible()
    assert [one for one in window.context.cookies() if one.get("name") != "hotwash-zone"] == []


def _both_write(ana: Page, cy: Page, room: str) -> None:
    """Two people have the same section open, and save one after the other; the second one's session has ended."""
    for page in (ana, cy):
        page.goto(room + "post-mortem/sections/lessons/")
        expect(page.locator("#page-title")).to_have_text("What we learned")
    ana.locator("#editor textarea").fill("We look at refusals by group every week.")
    ana.get_by_role("button", name="Save this text").click()
    expect(ana.locator("main")).to_contain_text("Change it")
    cy.reload()
    expect(cy.locator("#editor textarea")).to_have_value("We look at refusals by group every week.")
    expect(cy.locator("#section-live")).to_contain_text("ana has this section open too")
    cy.locator("#editor textarea").fill(THEIRS)
    ana.locator("#editor textarea").fill(MINE)
    ana.get_by_role("button", name="Save this text").click()
    expect(ana.locator("p.compared").first).to_have_text(MINE)
    expect(cy.locator("#section-live")).to_contain_text("ana saved another text meanwhile")
    _looked_at(cy, "03-saved-meanwhile")
    # The session of the second one ends before they save: what was typed, and what it was made from, come back.
    cy.context.clear_cookies(name="hotwash")
    cy.get_by_role("button", name="Save this text").click()
    cy.wait_for_url("**/sign-in/**")
    cy.get_by_label("Name").fill("cy")
    cy.get_by_label("Password").fill(PASSWORD)
    cy.get_by_role("button", name="Sign in").click()
    expect(cy.locator("#page-title")).to_have_text("What we learned")
    expect(cy.locator("#editor textarea")).to_have_value(THEIRS)
    expect(cy.locator(".draft")).to_contain_text("is back in the form")
    cy.get_by_role("button", name="Save this text").click()
    expect(cy.locator("#two-title")).to_have_text("2 texts stand side by side")
    expect(cy.locator("#two")).to_contain_text(MINE)
    expect(cy.locator("#two")).to_contain_text(THEIRS)
    _looked_at(cy, "04-two-texts")
    both = cy.locator("#editor textarea").input_value()
    for sentence in ("Nobody owned the monitor.", "The monitor was muted in May.", "every week."):
        assert both.count(sentence) == 1
    cy.get_by_role("button", name="Save this text").click()
    expect(cy.locator("#two")).to_have_count(0)
    expect(cy.locator("p.compared").first).to_have_text(both)
    expect(cy.locator("main")).to_contain_text("3 earlier versions")


def _met(ana: Page, cy: Page, room: str) -> None:
    """Cy leads the meeting by the guide; Ana sees the notes as they come."""
    cy.goto(room + "post-mortem/meeting/")
    expect(cy.locator("#agenda")).to_contain_text("90 minutes")
    _looked_at(cy, "05-guide")
    _press(cy, "Begin the meeting")
    expect(cy.locator(".timer-left")).to_contain_text(re.compile(r"\d+:\d\d"))
    ana.goto(room + "post-mortem/meeting/")
    cy.get_by_label("Note", exact=True).fill("Lea speaks for the people harmed.")
    cy.get_by_role("button", name="Write the note").click()
    expect(ana.locator("#agenda")).to_contain_text("Lea speaks for the people harmed.")
    for title in ("The people harmed", "Walk the timeline", "What made it possible"):
        _press(cy, f"Go on: {title}")
        expect(cy.locator(".timer strong")).to_have_text(title)
    expect(ana.locator(".timer strong")).to_have_text("What made it possible")
    cy.get_by_label("Note", exact=True).fill("The limit made sense for the product that it was made for.")
    cy.get_by_role("button", name="Write the note").click()
    expect(ana.locator("#agenda")).to_contain_text("The limit made sense")
    _looked_at(cy, "06-meeting")
    _press(cy, "End the meeting")
    expect(cy.locator("main")).to_contain_text("2 notes")


def _taken_in(cy: Page, room: str) -> None:
    cy.goto(room + "post-mortem/")
    expect(cy.locator("#contributions")).to_contain_text("The alert had been muted since May.")
    _press(cy, "Take them into the record")
    expect(cy.locator("#contributions")).to_contain_text("without a name")


def _signed(ana: Page, bo: Page, lea: Page, room: str) -> None:
    ana.goto(room + "post-mortem/sections/in-plain-words/")
    ana.locator("#editor textarea").fill(
        "For nine days a computer refused loans to women which men in the same place got. We stopped it, told "
        "everybody whom it touched, and decide again by hand."
    )
    ana.get_by_role("button", name="Save this text").click()
    expect(ana.locator("main")).to_contain_text("Change it")
    ana.goto(room + "post-mortem/")
    _press(ana, "Submit it as it stands")
    expect(ana.locator("#signing")).to_contain_text("waits for the signature of commander and legal")
    for page in (bo, lea):
        page.goto(room + "post-mortem/")
        _press(page, "Sign it")
    expect(lea.locator("#page-title + .tag")).to_have_text("signed")
    _looked_at(lea, "07-signed")


def _published(house: House, bo: Page, cy: Page, lea: Page, room: str) -> None:
    bo.goto(room + "post-mortem/")
    _press(bo, "Publish it inside")
    expect(bo.locator("#page-title + .tag")).to_have_text("published inside")
    lea.goto(room + "post-mortem/")
    lea.locator("#publishing").get_by_role("button", name="I have read it").click()
    expect(lea.locator("#publishing")).to_contain_text("1 has read it: lea")
    cy.goto(room + "post-mortem/publishing/")
    _open(cy, cy.get_by_label("Title of the public page")).fill("Loans refused to women in spring 2026")
    for sentence in ("For nine days our loan system refused women", "People decide since", "Nobody owned the monitor."):
        cy.locator("#pick").get_by_label(sentence).check()
    _looked_at(cy, "08-pick")
    _press(cy, "Propose exactly these")
    expect(cy.locator("#exactly")).to_contain_text("Nobody owned the monitor.")
    bo.goto(room + "post-mortem/publishing/")
    _open(bo, bo.get_by_label("Why it is published")).fill("We promised it to the people harmed.")
    _press(bo, "Publish it outside")
    address = bo.locator("main a[href*='/published/']").first.inner_text()
    stranger = house.window()
    stranger.goto(address)
    expect(stranger.locator("h1")).to_have_text("Loans refused to women in spring 2026")
    expect(stranger.locator("main")).to_contain_text("Nobody owned the monitor.")
    expect(stranger.locator("main")).not_to_contain_text("muted in May")
    expect(stranger.locator("main")).to_contain_text("left out")
    assert stranger.context.cookies() == []
    _looked_at(stranger, "09-public")


def _in_print(bo: Page, room: str, incident: str) -> None:
    """The executive page is one page, and says what the record says."""
    bo.goto(room + "post-mortem/executive/")
    expect(bo.locator(".document")).to_contain_text("1,243")
    _looked_at(bo, "10-on-one-page")
    api = f"/api/v1/incidents/{incident}"
    for name in ("executive", "post-mortem"):
        data = bo.context.request.get(f"{api}/{name}?format=pdf").body()
        (SCREENS / f"{name}.pdf").write_bytes(data)
        pdf = PdfReader(io.BytesIO(data))
        text = " ".join(" ".join(one.extract_text() for one in pdf.pages).split())
        if name == "executive":
            assert len(pdf.pages) == 1
            for said in ("1,243", "310,000 EUR", "a computer refused loans", "The release stops where refusals differ"):
                assert said in text, said
        else:
            assert "Nobody owned the monitor. The monitor was muted in May." in text
            assert "The limit made sense for the product" in text
            assert "The alert had been muted since May." in text
            assert "Signed, legal" in text


def test_two_write_at_once_and_nothing_is_lost_and_a_meeting_leads_to_what_is_published(house: House) -> None:
    ana = house.enter(house.hotwash.sign_in)
    people = {name: house.invited(ana, name, role) for name, role in CREW.items()}
    bo, cy, lea = people["bo"], people["cy"], people["lea"]
    cy.get_by_label("New password").fill(PASSWORD)
    cy.get_by_role("button", name="Save the password").click()
    cy.wait_for_load_state()
    incident = _resolved(house)
    room = f"{house.url}/incidents/{incident}/"
    _planned(bo, room)
    _looked_at(bo, "01-planned")
    _read(lea, bo)
    _contributed(house, bo)
    _both_write(ana, cy, room)
    _met(ana, cy, room)
    _taken_in(cy, room)
    _signed(ana, bo, lea, room)
    _published(house, bo, cy, lea, room)
    _in_print(bo, room, incident)
    house.command("ledger", "verify", incident)
