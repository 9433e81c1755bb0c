"""What every page does in a browser: keys, drafts, local time, theme, charts, and no word wider than a phone."""

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.real("chromium")

CHART = {
    "width": 300,
    "data": {"values": [{"group": "A", "share": 0.4485}, {"group": "B", "share": 0.2345}]},
    "mark": "bar",
    "encoding": {"x": {"field": "share", "type": "quantitative"}, "y": {"field": "group", "type": "nominal"}},
}


def test_the_keys_are_listed_and_lead_somewhere(page: Page) -> None:
    page.keyboard.press("?")
    keys = page.get_by_role("dialog")
    expect(keys).to_contain_text("People")
    keys.get_by_label("Keys are on in this browser").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile("/account/$"))
    page.keyboard.press("?")
    keys.get_by_label("Keys are on in this browser").check()
    keys.get_by_role("button", name="Close").click()
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile("/people/$"))


def test_letters_typed_into_a_form_are_no_keys(page: Page) -> None:
    page.get_by_label("Display name").press_sequentially("gp?")
    expect(page).to_have_url(re.compile("/account/$"))
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_draft_survives_leaving_and_signing_out_and_goes_when_it_is_sent(page: Page) -> None:
    page.goto("/people/")
    page.get_by_label("Display name").fill("Cy Okafor")
    page.get_by_label("Role").select_option("reviewer")
    page.context.clear_cookies()
    page.goto("/people/")
    expect(page).to_have_url(re.compile("/sign-in/"))
    page.get_by_label("Name").fill("ana")
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Display name")).to_have_value("Cy Okafor")
    expect(page.get_by_label("Role")).to_have_value("reviewer")
    expect(page.get_by_text("A draft from")).to_be_visible()
    page.get_by_label("Name in records").fill("cy")
    page.get_by_role("button", name="Make the invitation").click()
    expect(page.get_by_text("Cy Okafor is invited as Reviewer.")).to_be_visible()
    page.goto("/people/")
    expect(page.get_by_label("Display name")).to_have_value("")
    expect(page.get_by_text("A draft from")).to_have_count(0)


def test_a_draft_can_be_discarded(page: Page) -> None:
    page.goto("/people/")
    page.get_by_label("Display name").fill("Cy")
    page.reload()
    page.get_by_role("button", name="Discard the draft").click()
    page.reload()
    expect(page.get_by_label("Display name")).to_have_value("")


def test_times_are_those_of_the_reader(page: Page) -> None:
    since = page.locator("time").first
    expect(since).to_contain_text(re.compile(r"\d{2}:\d{2} CES?T \(just now\)|\d{2}:\d{2} CES?T \(\d+ min ago\)"))
    expect(since).to_have_attribute("title", re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"))


def test_the_theme_is_chosen_and_kept(page: Page) -> None:
    def background() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light = background()
    button = page.locator("footer [data-do=theme]")
    button.click()
    button.click()
    expect(button).to_contain_text("dark")
    dark = background()
    assert dark != light
    page.reload()
    assert background() == dark


def test_a_chart_is_drawn_under_the_policy(page: Page) -> None:
    page.evaluate(
        """spec => {
            const main = document.querySelector("main");
            main.innerHTML = '<div class="chart" data-chart="spec"></div>';
            const data = document.createElement("script");
            data.type = "application/json";
            data.id = "spec";
            data.textContent = spec;
            main.append(data);
            document.body.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: main } }));
        }""",
        json.dumps(CHART),
    )
    expect(page.locator(".chart svg path[aria-roledescription=bar]")).to_have_count(2)


@pytest.mark.parametrize("path", ["/account/", "/account/password/", "/people/", "/people/ana/", "/people/bo/"])
def test_no_page_is_wider_than_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_stranger_on_a_phone_can_sign_in_without_a_pointer(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/sign-in/")
    page.keyboard.type("bo")
    page.keyboard.press("Tab")
    page.keyboard.type("correct horse battery staple")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing is open")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_of_words_stands_out_enough(page: Page, theme: str) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for words, 3 to 1 for the edges of fields and the focus ring."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    ratios = page.evaluate(
        """() => {
            const colour = (name) => {
                const probe = document.createElement("i");
                probe.style.color = `var(${name})`;
                document.body.append(probe);
                const parts = getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map(Number);
                probe.remove();
                return parts;
            };
            const light = (name) => colour(name)
                .map((part) => part / 255)
                .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
                .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
            const ratio = (one, other) => {
                const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
                return (high + 0.05) / (low + 0.05);
            };
            const words = ["ink", "quiet", "accent", "harm", "good", "care", "critical", "major", "minor"];
            const pairs = [
                ...words.flatMap((name) => [[`--${name}`, "--paper", 4.5], [`--${name}`, "--sunk", 4.5]]),
                ["--accent-ink", "--accent", 4.5], ["--accent", "--accent-sunk", 4.5], ["--harm", "--harm-sunk", 4.5],
                ["--ink", "--harm-sunk", 4.5], ["--ink", "--care-sunk", 4.5], ["--ink", "--good-sunk", 4.5],
                ["--edge", "--paper", 3],
                ...[1, 2, 3, 4, 5].map((number) => [`--chart-${number}`, "--paper", 3]),
            ];
            return pairs.map(([one, other, least]) => [one, other, least, ratio(one, other)]);
        }"""
    )
    assert [pair for pair in ratios if pair[3] < pair[2]] == []
