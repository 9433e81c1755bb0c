"""Worlds that talk read like a log: many templates, few near copies, and bad answers only where they were planted."""

import copy
import re
import tomllib
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from hotwash.drills.worlds import WorldWrong, read, truth, write
from hotwash.drills.worlds.deciding import Deciding
from hotwash.drills.worlds.phrases import available, phrases
from hotwash.investigate.neighbours import shingles

ROWS = 4_000
TABLE: dict[str, Any] = tomllib.loads("""
kind = "chat"
rows = 4_000
before = "30 days"
visits = 1.4
columns = { id = "talk", time = "at", subject = "user", score = "", decision = "", label = "unsafe" }
chat = { phrases = "health-line", flagged = "thumb", bad = 0.004 }
label = { unknown = 0.5, delay = "2 days", positive = "yes", negative = "no" }
[[attributes]]
name = "channel"
values = { web = 0.6, app = 0.4 }
[[versions]]
name = "p1"
[[versions]]
name = "p2"
at = "-3 days"
[[harms]]
name = "dangerous advice"
how = "answers"
since = "-3 days"
who = "channel = 'app'"
intents = ["dose", "child"]
by = 0.6
""")


def world(name: str = "health-line", **changes: Any) -> Any:
    table = copy.deepcopy(TABLE) | changes
    table["chat"]["phrases"] = name
    return read(table)


def everywhere(name: str) -> Any:
    harm = {"name": "all", "how": "answers", "since": "-10 days", "by": 0.4}
    return Deciding(world(name, harms=[harm]), rows=ROWS, seed=1).block(0)


def near_copies(texts: list[str]) -> float:
    """The share of texts of which at least one other shares eight in ten of its runs of three words."""
    held = [shingles(text) for text in texts]
    where: dict[int, list[int]] = {}
    near: set[int] = set()
    for place, own in enumerate(held):
        common: dict[int, int] = {}
        for one in own:
            for other in where.setdefault(one, []):
                common[other] = common.get(other, 0) + 1
            where[one].append(place)
        for other, shared in common.items():
            if shared / (len(own) + len(held[other]) - shared) >= 0.8:
                near |= {place, other}
    return len(near) / len(texts)


def test_the_measure_of_near_copies_finds_them() -> None:
    one = "the same words stand here once more and nobody has changed a thing in them at all"
    other = "nothing of this is like the first text, as every single word of it was chosen anew"
    assert near_copies([one, one + " yes", other]) == pytest.approx(2 / 3)


@pytest.mark.parametrize("name", available())
def test_exchanges_have_many_templates_and_few_near_copies(name: str) -> None:
    known, made = phrases(name), everywhere(name)
    assert known.sentences >= 150
    assert known.templates >= 200
    questions, answers = made.columns["question"], made.columns["answer"]
    shapes = {unfilled(name, text) for text in questions}
    assert len(shapes) >= 200
    assert near_copies([f"{q} {a}" for q, a in zip(questions, answers, strict=True)]) < 0.2


def unfilled(name: str, text: str) -> str:
    """A text with what was filled in taken out again."""
    values = sorted({value for slot in phrases(name).slots.values() for value in slot}, key=len, reverse=True)
    return re.sub("|".join(re.escape(value) for value in values), "…", text)


@pytest.mark.parametrize("name", available())
def test_phrases_name_only_slots_that_there_are_and_no_sentence_stands_twice_in_a_list(name: str) -> None:
    known = phrases(name)
    for one in known.intents:
        for part in (one.asks, one.details, one.replies, one.bad):
            assert len(part) == len(set(part)), one.name
            assert {slot for text in part for slot in re.findall(r"\{(\w+)\}", text)} <= set(known.slots), one.name
    assert not any("{" in text for text in everywhere(name).columns["answer"])


def test_answers_go_bad_only_for_whom_and_about_what_it_was_planted() -> None:
    made = Deciding(world(), rows=ROWS, seed=2).block(0)
    hurt = np.flatnonzero(made.harmed)
    assert len(hurt) > 15
    channel, intent = made.frame["channel"], made.frame["intent"]
    assert {channel.values[code] for code in channel.codes[hurt]} == {"app"}
    assert {intent.values[code] for code in intent.codes[hurt]} == {"dose", "child"}
    bad = {one.name: one.bad for one in phrases("health-line").intents}
    for place in hurt:
        kept = [said(text) for text in bad[intent.values[intent.codes[place]]]]
        assert any(re.search(shape, made.columns["answer"][place]) for shape in kept)


def said(text: str) -> str:
    return re.sub(r"\\\{\w+\\\}", ".+", re.escape(text))


def test_questions_are_the_same_without_the_harm_and_so_are_the_answers_that_it_did_not_turn() -> None:
    bad, good = (Deciding(one, rows=ROWS, seed=2).block(0) for one in (world(), world().harmless()))
    assert (bad.columns["question"] == good.columns["question"]).all()
    changed = bad.columns["answer"] != good.columns["answer"]
    assert (changed == bad.harmed).all()


def test_truth_and_log_of_a_talking_world_agree(tmp_path: Path) -> None:
    file, again = tmp_path / "talks.parquet", tmp_path / "again.parquet"
    assert write(world(), file, seed=3) == ROWS
    write(world(), again, seed=3)
    assert file.read_bytes() == again.read_bytes()
    known = truth(world(), seed=3)
    sql = f"SELECT count(*) FILTER (unsafe = 'yes'), count(*) FILTER (unsafe = 'no'), count(thumb) FROM '{file}'"
    unsafe, safe, thumbs = duckdb.connect().execute(sql).fetchone() or (0, 0, 0)
    assert 0 < unsafe < 3 * known.harmed.decisions
    assert safe > 1_000
    assert 0.15 * ROWS < thumbs < 0.3 * ROWS


def test_the_question_about_texts_finds_what_was_planted(tmp_path: Path) -> None:
    from hotwash.investigate.questions.texts import texts

    file = tmp_path / "talks.csv"
    write(world(harms=[{"name": "all", "how": "answers", "since": "-20 days", "by": 0.5}]), file, seed=3)
    found = texts(str(file), text="answer", harm="unsafe = 'yes'")
    assert found.result["harmful"] > 50


def test_phrases_that_are_not_there_are_named() -> None:
    with pytest.raises(WorldWrong, match=r"world\.chat\.phrases.*health-line"):
        world("nothing")
