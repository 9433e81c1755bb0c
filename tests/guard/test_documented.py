"""The page of the protocol: its examples work, and it names every word."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest
from tests.guard.conftest import Make, Until

from hotwash.guard import Guard, Policy, faults, signing
from hotwash.guard.conditions import SIGNS
from hotwash.guard.double import Double
from hotwash.guard.policy import COURSES, STATES
from hotwash.guard.snapshot import Order, read

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "guard.md").read_text(encoding="utf-8")


def value(name: str) -> str:
    found = re.search(rf"^{re.escape(name)} {{2,}}(\S.*)$", PAGE, re.MULTILINE)
    assert found, name
    return found[1]


def test_the_example_of_signing_is_right() -> None:
    token, body = "hwg_example_token", value("body").encode()
    key = signing.key(token)
    assert (value("access"), value("key (hex)")) == (signing.access(token), key.hex())
    assert value("etag") == signing.etag(body)
    told = re.search(r'^signature\("snapshot", "(\w+)", etag, "([\d.]+)"\)\n +(\w+)$', PAGE, re.MULTILINE)
    assert told
    assert told[3] == signing.signature(key, "snapshot", told[1], signing.etag(body), told[2])
    assert read(body).serial == 1795436364862


def test_the_example_of_a_snapshot_is_one() -> None:
    example = PAGE.split("```json\n")[1].split("```")[0]
    snapshot = read(json.dumps(json.loads(example)).encode())
    assert [len(switch.orders) for switch in snapshot.switches.values()] == [2, 0]
    assert snapshot.switches["resume-screening"].policy == Policy("engage", "engage", 60, "human")


def test_a_confirmation_has_the_words_of_the_page(server: Double, guard_of: Make, until: Until) -> None:
    guard_of(server)
    until(lambda: server.confirmations)
    example = json.loads(PAGE.split("## `POST /guard/v1/confirm`")[1].split("```json\n")[1].split("```")[0])
    assert set(example) == set(server.confirmations[0])


@pytest.mark.parametrize(
    "word",
    [
        *STATES,
        *COURSES,
        *SIGNS,
        *(field.name for field in fields(Policy)),
        *(field.name for field in fields(Order) if field.name not in ("holds_unknown", "told")),
        *(
            one.kind
            for one in vars(faults).values()
            if isinstance(one, type) and hasattr(one, "kind") and one is not faults.Fault
        ),
        *(name for name in vars(Guard) if not name.startswith("_")),
    ],
)
def test_every_word_has_its_place(word: str) -> None:
    assert re.search(rf'[`"]{re.escape(word)}\b|[`"]{re.escape(word)}[`"]', PAGE)


@pytest.mark.parametrize("page", ["docs/how-to/guard.md", "guard/README.md", "src/hotwash/guard/openfeature.py"])
def test_the_code_of_the_pages_compiles(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    pieces = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert pieces or page.endswith(".py")
    for piece in pieces:
        compile(piece, page, "exec")
