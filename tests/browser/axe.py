"""axe-core in a page: which rules of accessibility it breaks, and where."""

from typing import Any

from playwright.sync_api import Page
from tests import envs

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """What is wrong with a page as it stands: rule, how grave, place and what axe says of it."""
    script = envs.place("axe") / "node_modules" / "axe-core" / "axe.min.js"
    if not page.evaluate("typeof window.axe === 'object'"):
        # By the protocol of the browser, not as a script of the page: the page's policy stays as it is.
        page.evaluate(script.read_text(encoding="utf-8") + "\n;0")
    found: dict[str, Any] = page.evaluate(
        "rules => window.axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", RULES
    )
    return [
        f"{rule['id']} ({rule['impact']}): {node['target'][0]} · {' '.join(node['failureSummary'].split())[:300]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
