"""Every page, on a desk and on a phone, light and dark: nothing runs over the edge, and nothing goes wrong.

The pictures are left in ``build/screens`` for somebody to look at.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests.browser import axe
from tests.browser.serving import Server, Watch

pytestmark = pytest.mark.real("browser")
SCREENS = Path(__file__).parents[2] / "build" / "screens"
WIDTHS = {"desk": (1280, 900), "phone": (390, 844)}
CLOSED = re.compile(r"^/(api|static|sign-out)/|/(cancel|do|news|chart|card|form|entries|seal-key)/")
SEEDS = (
    "/",
    "/declare/",
    "/search/?q=university",
    "/drills/",
    "/installation/",
    "/people/",
    "/nowhere/",
)
PAGES_MAX = 60


@pytest.fixture(scope="session")
def signed_in(browser: Browser, example_server: Server) -> dict[str, object]:
    """The cookies of somebody who came by the one-time link."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(example_server.sign_in)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/account/"))
    state = context.storage_state()
    context.close()
    return dict(state)


def _links(page: Page, url: str) -> list[str]:
    """Where the page leads within the product, each kind of page once."""
    found = page.eval_on_selector_all("main a[href], header a[href]", "all => all.map(one => one.href)")
    own = [urlsplit(address) for address in found if address.startswith(url)]
    return [parts.path for parts in own if not CLOSED.search(parts.path)]


def _kind(path: str) -> str:
    return re.sub(r"/library/questions/[^/]+/", "/library/questions/one/", re.sub(r"/\d+/", "/N/", path))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", list(WIDTHS))
def test_every_page_looks_right(
    browser: Browser, example_server: Server, signed_in: dict[str, object], width: str, theme: str
) -> None:
    wide, high = WIDTHS[width]
    watch = Watch(example_server.url)
    context: BrowserContext = browser.new_context(
        viewport={"width": wide, "height": high},
        color_scheme=theme,  # type: ignore[arg-type]
        storage_state=signed_in,  # type: ignore[arg-type]
        timezone_id="Europe/Berlin",
        locale="en-GB",
    )
    watch.on(context)
    page = context.new_page()
    SCREENS.mkdir(parents=True, exist_ok=True)
    turn = str(example_server.incident).removeprefix("INC-")
    own = [f"/incidents/INC-{turn}/", f"/drills/DRL-{turn}/", f"/systems/drill--{turn}/log/"]
    waiting, seen, over, broken = [*SEEDS, *own], set[str](), [], []
    while waiting and len(seen) < PAGES_MAX:
        path = waiting.pop(0)
        if _kind(path) in seen:
            continue
        seen.add(_kind(path))
        answer = page.goto(example_server.url + path)
        assert answer is not None
        assert answer.status == (404 if path == "/nowhere/" else 200), path
        if page.locator(".chart, .document").count():
            page.wait_for_load_state("networkidle")
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if too_wide > 0:
            over.append(f"{path} by {too_wide} px")
        broken += [f"{path}: {one}" for one in axe.violations(page)]
        name = re.sub(r"[^a-z0-9]+", "-", _kind(path).casefold()).strip("-") or "now"
        page.screenshot(path=SCREENS / f"{name}-{width}-{theme}.png", full_page=True, caret="initial")
        waiting += _links(page, example_server.url)
    context.close()
    assert len(seen) >= 25, sorted(seen)
    assert over == []
    assert broken == [], "\n".join(broken)
    assert watch.wrong == []
