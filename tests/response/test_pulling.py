"""Calls become rows of a log; what breaks off is gone on with, and the same calls give the same log."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as some

from hotwash.investigate import Predictions, blast_radius
from hotwash.response.outside import Unreachable
from hotwash.response.pulling import days, pull, widen
from hotwash.response.request import BadRequest
from hotwash.response.spans import (
    Annotation,
    AnnotationRule,
    Page,
    Span,
    Which,
    columns_of,
    row_of,
    signals_of,
)

MORNING = datetime(2026, 11, 20, 9, tzinfo=UTC)
EVENING = MORNING + timedelta(hours=12)


def span(number: int, *judged: Annotation, **told: Any) -> Span:
    at = MORNING + timedelta(minutes=number)
    attributes = {
        "llm.model_name": "toy",
        "user.id": f"u{number % 3}",
        "input.value": "hi",
        "output.value": "ho",
    } | told
    return Span(
        f"{number:016x}", f"{number:032x}", "", "chat", "LLM", "OK", "", at, at + timedelta(seconds=1), attributes, {},
        judged,
    )  # fmt: skip


def judged(
    number: int, name: str = "toxicity", label: str = "toxic", score: float | None = None, **more: Any
) -> Annotation:
    at = more.pop("at", EVENING)
    return Annotation(more.pop("id", "a"), f"{number:016x}", name, label, score, "a reason", "code", at, **more)


class Traces:
    """Spans in memory, two a page; breaks off where it is told to."""

    def __init__(self, spans: Sequence[Span], fails_at: int = 10**9) -> None:
        self.spans, self.fails_at, self.asked = spans, fails_at, list[str]()

    place = "the traces of the tests"

    def page(self, *, since: datetime, until: datetime, which: Which, after: str = "") -> Page:
        begin = int(after or 0)
        self.asked.append(after)
        if begin >= self.fails_at:
            raise Unreachable("Traces", "The line is dead.")
        there = [one for one in self.spans if since <= one.start < until]
        return Page(tuple(there[begin : begin + 2]), str(begin + 2) if len(there) > begin + 2 else "")

    def link(self, span: Span) -> str:
        return f"https://traces.example/{span.id}"


def rows(path: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as duck:
        found = duck.execute(f"SELECT * REPLACE (CAST(time AS VARCHAR) AS time) FROM '{path}' ORDER BY time")
        names = [name for name, *_ in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


SPANS = [
    span(1),
    span(2, judged(2)),
    span(3, judged(3, score=0.25, label="")),
    span(4),
    span(5, judged(5, "Tone!", "rude")),
]


def test_a_question_is_asked_of_what_was_pulled(tmp_path: Path) -> None:
    pulled = pull(Traces(SPANS), tmp_path / "log.parquet", since=MORNING, until=EVENING)
    assert pulled is not None
    assert (pulled.rows, pulled.columns["toxicity"]) == (5, ("toxicity_label", "toxicity_score"))
    log = Predictions(str(pulled.path), time="time", version="model", subject="user")
    found = blast_radius(log, harm="toxicity_label = 'toxic'")
    assert (found.result["decisions"], found.rows.used + found.rows.skipped) == (1, 5)


@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
def test_what_broke_off_is_gone_on_with_and_is_the_same_in_the_end(tmp_path: Path, ending: str) -> None:
    whole = pull(Traces(SPANS), tmp_path / f"whole.{ending}", since=MORNING, until=EVENING)
    to = tmp_path / f"log.{ending}"
    with pytest.raises(Unreachable):
        pull(Traces(SPANS, fails_at=4), to, since=MORNING, until=EVENING)
    assert not to.exists()
    # A process that dies between the rows and the state leaves half a line.
    with (tmp_path / f".log.{ending}.part" / "rows.jsonl").open("ab") as file:
        file.write(b'{"time": "2026-')
    again = Traces(SPANS)
    pulled = pull(again, to, since=MORNING, until=EVENING)
    assert whole is not None
    assert pulled is not None
    assert (again.asked, pulled.resumed, pulled.rows) == (["4"], 4, 5)
    assert to.read_bytes() == whole.path.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([to.name, whole.path.name])


def test_another_question_does_not_go_on_with_the_rows_of_the_first(tmp_path: Path) -> None:
    to = tmp_path / "log.parquet"
    with pytest.raises(Unreachable):
        pull(Traces(SPANS, fails_at=4), to, since=MORNING, until=EVENING)
    pulled = pull(Traces(SPANS), to, since=MORNING + timedelta(minutes=3), until=EVENING)
    assert pulled is not None
    assert [one["span"][-1] for one in rows(to)] == ["3", "4", "5"]


def test_a_pull_that_is_stopped_leaves_the_former_log_alone(tmp_path: Path) -> None:
    to = tmp_path / "log.parquet"
    pull(Traces(SPANS[:2]), to, since=MORNING, until=EVENING)
    before, traces = to.read_bytes(), Traces(SPANS)
    assert pull(traces, to, since=MORNING, until=EVENING, cancelled=lambda: len(traces.asked) > 1) is None
    assert to.read_bytes() == before


def test_each_page_is_told_once_it_is_kept(tmp_path: Path) -> None:
    told: list[str] = []
    pull(
        Traces(SPANS), tmp_path / "log.parquet", since=MORNING, until=EVENING,
        seen=lambda page: told.extend(one.id[-1] for one in page),
    )  # fmt: skip
    assert told == ["1", "2", "3", "4", "5"]


def test_days_read_as_one_log_also_if_a_judgement_is_new(tmp_path: Path) -> None:
    for name, spans in (("1", SPANS[:1]), ("2", SPANS[1:3]), ("3", SPANS[3:])):
        pull(Traces(spans), tmp_path / f"{name}.parquet", since=MORNING, until=EVENING)
    columns = columns_of(["toxicity", "Tone!"])
    assert widen(tmp_path, columns) == 3
    assert widen(tmp_path, columns) == 0
    log = Predictions(str(tmp_path / "*.parquet"), time="time")
    assert blast_radius(log, harm="toxicity_label = 'toxic' or tone_label = 'rude'").result["decisions"] == 2


@pytest.mark.parametrize(("since", "to"), [(EVENING, "log.parquet"), (MORNING, "log.csv"), (MORNING, "log")])
def test_what_makes_no_log_is_said(tmp_path: Path, since: datetime, to: str) -> None:
    with pytest.raises(BadRequest):
        pull(Traces(SPANS), tmp_path / to, since=since, until=EVENING)
    assert list(tmp_path.iterdir()) == []


def test_the_days_of_a_range_touch_and_stay_within_it() -> None:
    found = list(days(MORNING, MORNING + timedelta(days=2)))
    assert [str(day) for day, _, _ in found] == ["2026-11-20", "2026-11-21", "2026-11-22"]
    assert all(one[2] == two[1] for one, two in pairwise(found))
    assert found[-1][2] == MORNING + timedelta(days=2)


# ── rows ─────────────────────────────────────────────────────────────────────


def test_a_row_says_what_went_in_and_what_came_out() -> None:
    row = row_of(
        span(
            1,
            **{
                "llm.input_messages.0.message.role": "system", "llm.input_messages.0.message.content": "Be kind.",
                "llm.input_messages.1.message.role": "user", "llm.input_messages.1.message.content": "Where is it?",
                "llm.output_messages.0.message.content": "Nowhere.", "llm.token_count.prompt": 5,
                "llm.token_count.completion": 7, "metadata": '{"model_version": 3, "prompt_version": "p7"}',
            },
        )
    )  # fmt: skip
    assert (row["input"], row["output"], row["total_tokens"]) == ("Where is it?", "Nowhere.", 12)
    assert (row["version"], row["prompt_version"], row["latency_ms"]) == ("3", "p7", 1000.0)


def test_the_newest_judgement_counts_and_all_are_kept(tmp_path: Path) -> None:
    two = (judged(1, label="toxic", id="1"), judged(1, label="ok", id="2", at=EVENING + timedelta(hours=1)))
    pull(Traces([span(1, *two)]), tmp_path / "log.parquet", since=MORNING, until=EVENING)
    (row,) = rows(tmp_path / "log.parquet")
    assert row["toxicity_label"] == "ok"
    assert [one["label"] for one in json.loads(row["annotations"])] == ["toxic", "ok"]


@given(some.lists(some.text(max_size=80), max_size=30))
def test_no_two_judgements_share_a_column(names: list[str]) -> None:
    columns = [column for pair in columns_of(names).values() for column in pair]
    assert len({column.lower() for column in columns}) == 2 * len(set(names))


@given(some.dictionaries(some.text(max_size=20), some.none() | some.booleans() | some.integers() | some.text()))
def test_whatever_a_span_tells_is_a_row(told: dict[str, Any]) -> None:
    line = json.dumps(row_of(span(1, **told)), ensure_ascii=False).encode()
    assert b"\\u0000" not in line


# ── signals ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rule", "one", "meets"),
    [
        (AnnotationRule("toxicity", ("toxic",)), judged(1), True),
        (AnnotationRule("toxicity", ("toxic",)), judged(1, label="ok"), False),
        (AnnotationRule("tone", ("toxic",)), judged(1), False),
        (AnnotationRule("toxicity", least=0.5), judged(1, score=0.5, label=""), True),
        (AnnotationRule("toxicity", least=0.5), judged(1, score=0.4, label=""), False),
        (AnnotationRule("toxicity", most=0.5), judged(1, score=0.4, label=""), True),
        (AnnotationRule("toxicity", ("toxic",), least=0.5), judged(1, score=0.1), True),
        (AnnotationRule("toxicity"), judged(1, label="ok"), True),
        (AnnotationRule("toxicity", least=0.5), judged(1, label=""), False),
    ],
)
def test_a_rule_meets_labels_and_limits(rule: AnnotationRule, one: Annotation, meets: bool) -> None:
    assert rule.meets(one) is meets


def test_a_judgement_that_meets_a_rule_is_a_signal_with_both_times() -> None:
    rules = [AnnotationRule("toxicity", ("toxic",), grade="high")]
    told = span(2, judged(2, score=0.9), judged(2, "tone", "rude"))
    (signal,) = signals_of(told, rules, source="phoenix", project="bot", link="https://p.example/s")
    assert (signal.data_at, signal.alert_at) == (told.start, EVENING)
    assert (signal.key, signal.group, signal.grade) == (f"span {2:016x} toxicity", "bot: toxicity toxic", "high")
    assert (signal.measured[0].value, signal.links, signal.detail) == (0.9, ("https://p.example/s",), "a reason")
    later = EVENING + timedelta(seconds=1)
    assert signals_of(told, rules, source="phoenix", project="bot", link="", since=later) == []


def test_the_longest_row_that_there_can_be_is_written(tmp_path: Path) -> None:
    long = "é" * 3_000_000
    many = [judged(1, f"name {n}", long, id=f"{n:04}") for n in range(30)]
    pull(
        Traces([span(1, *[replace(one, explanation=long) for one in many], **{"output.value": long, "user.id": long})]),
        tmp_path / "log.parquet", since=MORNING, until=EVENING,
    )  # fmt: skip
    (row,) = rows(tmp_path / "log.parquet")
    assert (len(row["output"]), len(json.loads(row["annotations"]))) == (100_007, 30)
