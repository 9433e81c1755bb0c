"""Calls as a log from a terminal, and sources that the worker asks, over a data folder and over a server."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.cli.terminal import Terminal
from tests.saying import Call, Saying, saying

SPAN: dict[str, Any] = {
    "name": "llm", "context": {"trace_id": "a" * 32, "span_id": "b" * 16}, "span_kind": "LLM", "parent_id": None,
    "start_time": "2026-11-20T10:00:00+00:00", "end_time": "2026-11-20T10:00:01+00:00", "status_code": "OK",
    "status_message": "", "attributes": {"llm.model_name": "toy", "output.value": "You idiot"}, "events": [],
}  # fmt: skip
JUDGED = {
    "id": "1", "span_id": "b" * 16, "name": "toxicity", "annotator_kind": "CODE",
    "updated_at": "2026-11-20T11:00:00+00:00", "created_at": "2026-11-20T11:00:00+00:00",
    "result": {"label": "toxic", "score": 1.0, "explanation": None},
}  # fmt: skip
SPAN_OF_TIME = ("--since", "2026-11-20T00:00:00Z", "--until", "2026-11-21T00:00:00Z")


@pytest.fixture
def phoenix() -> Iterator[Saying]:
    """A project with one call, in the words of a real server (see `tests/connect/test_phoenix.py`)."""

    def answers(call: Call) -> tuple[int, Any]:
        path = call.path.split("?")[0]
        if path == "/v1/projects/bot/spans":
            return 200, {"data": [SPAN], "next_cursor": None}
        if path == "/v1/projects/bot/span_annotations":
            return 200, {"data": [JUDGED], "next_cursor": None}
        return 404, {"detail": "none"}

    with saying(answers) as server:
        yield server


def test_calls_are_written_as_a_log_that_a_question_is_asked_of(hotwash: Terminal, phoenix: Saying) -> None:
    made = hotwash.json("pull", "phoenix", phoenix.url, "bot", "--to", "calls.parquet", *SPAN_OF_TIME)
    assert (made["rows"], made["annotations"]) == (1, {"toxicity": ["toxicity_label", "toxicity_score"]})
    found = hotwash.json("ask", "blast-radius", "calls.parquet", "--harm", "toxicity_label = 'toxic'", "--time", "time")
    assert found["result"]["decisions"] == 1


def test_a_log_can_be_kept_as_evidence_at_once(hotwash: Terminal, phoenix: Saying) -> None:
    incident = hotwash.json("declare", "The bot insults people")["incident"]
    words = ("--to", "calls.jsonl", *SPAN_OF_TIME, "--incident", incident)
    made = hotwash.json("pull", "phoenix", phoenix.url, "bot", *words)
    [kept] = hotwash.json("evidence", "list", incident)["evidence"]
    assert (kept["entry"], kept["name"]) == (made["evidence"], "calls.jsonl")
    assert phoenix.url in kept["source"]


def test_what_cannot_be_pulled_is_refused_with_its_reason(hotwash: Terminal, phoenix: Saying) -> None:
    assert "no project other" in hotwash.refused(
        "pull", "phoenix", phoenix.url, "other", "--to", "x.parquet", *SPAN_OF_TIME
    )
    assert "ends in" in hotwash.refused("pull", "phoenix", phoenix.url, "bot", "--to", "x.csv", *SPAN_OF_TIME)
    assert "cannot be reached" in hotwash.refused("pull", "phoenix", "http://127.0.0.1:1", "bot", "--to", "x.parquet")
    assert "must begin with http" in hotwash.refused("pull", "phoenix", "ftp://x", "bot", "--to", "x.parquet")
    assert hotwash.run("pull", "phoenix", phoenix.url, "bot", "--to", "x.parquet", "--since", "never").code == 2


def test_a_source_is_set_up_changed_paused_and_removed(hotwash: Terminal) -> None:
    words = (
        "--set",
        "url=https://1.1.1.1",
        "--set",
        "project=bot",
        "--rule",
        "toxicity=toxic",
        "--rule",
        "toxicity=vile",
    )
    made = hotwash.json("pull", "add", "phoenix", "bot", *words, "--rule", "relevance<=0.2", "--every", "3600")
    assert [(one["name"], one["labels"], one["most"]) for one in made["settings"]["rules"]] == [
        ("toxicity", ["toxic", "vile"], None),
        ("relevance", [], 0.2),
    ]
    assert hotwash.json("pull", "change", "bot", "--set", "refresh_days=3")["settings"]["refresh_days"] == 3
    assert hotwash.json("pull", "pause", "bot")["state"] == "paused"
    assert "is paused" in hotwash.refused("pull", "run", "bot")
    hotwash.json("pull", "resume", "bot")
    hotwash.json("pull", "run", "bot")
    assert "bot" in hotwash.run("pull", "list").out
    hotwash.json("pull", "remove", "bot")
    assert hotwash.json("pull", "list")["pulls"] == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--set", "url=http://169.254.169.254", "--set", "project=p"), "HOTWASH_INSIDE"),
        (("--set", "url=https://1.1.1.1"), "project"),
        (("--set", "url=https://1.1.1.1", "--set", "project=p", "--system", "nobody"), "no AI system"),
        (("--set", "url=https://1.1.1.1", "--set", "project=p", "--describe"), "needs the AI system"),
    ],
)
def test_a_source_that_cannot_be_asked_is_refused(hotwash: Terminal, words: tuple[str, ...], why: str) -> None:
    assert why in hotwash.refused("pull", "add", "phoenix", "one", *words)


def test_a_rule_that_compares_with_no_number_is_wrong_usage(hotwash: Terminal) -> None:
    assert hotwash.run("pull", "add", "phoenix", "one", "--rule", "toxicity>=much").code == 2
    assert hotwash.run("pull", "add", "phoenix", "one", "--set", "url").code == 2


def test_a_result_of_another_tool_is_brought_in(hotwash: Terminal) -> None:
    incident = hotwash.json("declare", "Women are refused")["incident"]
    told = {"metrics": {"disparate_impact": 0.5}, "unprivileged": {"sex": "f"}, "privileged": {"sex": "m"}}
    (hotwash.folder / "metrics.json").write_text(json.dumps(told))
    ran = hotwash.run("import-result", "aif360", "metrics.json", "--incident", incident)
    assert ran.code == 0, ran
    assert ran.out.startswith(
        "By AIF360, imported and not computed here: the selection rate of sex f is 0.5 times that of m"
    )
    (hotwash.folder / "table.txt").write_text("a,b")
    assert "no JSON" in hotwash.refused("import-result", "aif360", "table.txt", "--incident", incident)


def test_a_second_engine_that_is_not_here_is_said_before_anything_is_counted(hotwash: Terminal) -> None:
    (hotwash.folder / "rows.csv").write_text("decision,label,sex\n" + "1,1,f\n0,0,m\n" * 20)
    words = ("ask", "fairness", "rows.csv", "--decision", "decision", "--label", "label", "--group", "sex")
    assert "HOTWASH_AIF360_PYTHON=" in hotwash.refused(*words, "--check", "aif360")
