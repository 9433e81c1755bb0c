"""The page of speed is what the kept figures give."""

import json

from bench.page import FIGURES, PAGE, page
from bench.pairs import paired


def test_the_page_of_speed_is_what_its_figures_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(json.loads(FIGURES.read_text(encoding="utf-8")))


def test_the_page_names_every_target_that_is_missed() -> None:
    run = {"date": "1 May 2026", "machine": "a machine", "load": 1, "form": "short"}
    rows = [
        {"work": "kept", "figures": {"CPU s": 1.0}, "kept": True},
        {"work": "too slow", "figures": {"CPU s": 9.0}, "kept": False},
        {"work": "a yardstick", "figures": {"CPU s": 1.0}, "kept": None},
    ]
    told = page({"drift": run | {"rows": rows}})
    assert "1 of 2 targets are kept. Missed:\n\n- Drift: too slow\n" in told


def test_two_pieces_of_work_take_turns() -> None:
    script = """
order = []
def bare(): order.append("bare"); return sum(range(200_000))
def ours(): order.append("ours"); return sum(range(800_000))
def tell(found): return found
"""
    pair = paired(script, rounds=2)
    assert pair.told == sum(range(800_000))
    assert pair.ours_s > 0
    assert pair.bare_s > 0
