"""Evaluation logs of Inspect in an incident: kept as they are, told with their status, whether cancelled or whole."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from tests.api.conftest import ana, bo, cy, dee, house
from tests.api.speaking import Speaker, declared
from tests.databases import sqlite, sqlite_fresh, sqlite_tables
from tests.web.people import enter, person

from hotwash.connect.inspect_logs import read
from hotwash.ledger.entry import digest_of
from hotwash.response.outside import Refused

__all__ = ["ana", "bo", "cy", "dee", "house", "sqlite", "sqlite_fresh", "sqlite_tables"]


@pytest.fixture
def logs(shared: Path) -> dict[str, bytes]:
    """The two real logs."""
    folder = shared / "inspect_logs"
    return {name: (folder / f"{name}.json").read_bytes() for name in ("popularity", "security-guide")}


def archive(log: bytes, *, ended: bool = True) -> bytes:
    """The same log as Inspect packs it: a header, and each sample for itself."""
    held = json.loads(log)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        start = {name: held[name] for name in ("version", "eval", "plan")}
        made.writestr("_journal/start.json", json.dumps(start))
        for sample in held["samples"]:
            made.writestr(f"samples/{sample['id']}_epoch_{sample['epoch']}.json", json.dumps(sample))
        if ended:
            header = {name: value for name, value in held.items() if name not in ("samples", "reductions")}
            made.writestr("header.json", json.dumps(header))
    return packed.getvalue()


def test_an_evaluation_that_was_cancelled_is_never_told_as_a_whole_one(logs: dict[str, bytes]) -> None:
    cancelled, whole = read(logs["popularity"]), read(logs["security-guide"])
    assert (cancelled.task, cancelled.model, cancelled.status) == ("popularity", "openai/gpt-4o-mini", "cancelled")
    assert "was cancelled before its end, with 3 of 3 samples completed; its data set has 100." in cancelled.sentence
    assert "accuracy 0.667 (match)" in cancelled.sentence
    assert "not of a whole evaluation" in cancelled.sentence
    assert "came to its end" in whole.sentence
    assert "accuracy 1 (model_graded_fact)" in whole.sentence
    assert "not of a whole evaluation" not in whole.sentence


def test_the_archive_says_what_the_json_says(logs: dict[str, bytes]) -> None:
    for log in logs.values():
        assert read(archive(log)) == read(log)


def test_an_archive_without_an_end_has_none_on_record(logs: dict[str, bytes]) -> None:
    told = read(archive(logs["security-guide"], ended=False))
    assert (told.status, told.scores) == ("started", ())
    assert "has no end on record. It tells no score." in told.sentence


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "neither"),
        (b"[1]", "no evaluation log"),
        (b'{"eval": {"task": 1}}', "names no task"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"[" * 100_000, "neither"),
    ],
)
def test_what_is_no_log_is_refused_with_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read(data)


def test_a_header_that_unpacks_to_more_than_any_header_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("header.json", " " * (17 << 20))
    with pytest.raises(Refused, match="larger than 16 MiB"):
        read(packed.getvalue())
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as made:
        made.writestr("other.json", "{}")
    with pytest.raises(Refused, match="has no header"):
        read(empty.getvalue())


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(ANY, ANY, ANY, ANY)
def test_whatever_else_stands_in_a_log_it_is_told_in_a_sentence(
    results: Any, error: Any, data: Any, status: Any
) -> None:
    held = {"eval": {"task": "t", "model": "m", "dataset": data}, "results": results, "error": error, "status": status}
    assert read(json.dumps(held).encode()).sentence.startswith("By Inspect, imported")
    scores = [{"name": "x", "metrics": {"a": {"value": results}}}]
    assert read(json.dumps({**held, "results": {"scores": scores}}).encode()).task == "t"


def test_the_log_is_kept_as_evidence_and_its_figures_are_on_record(ana: Speaker, logs: dict[str, bytes]) -> None:
    incident = declared(ana)
    log = archive(logs["popularity"])
    answer = ana.send(f"/incidents/{incident}/imported-results", log, name="popularity.eval", tool="inspect")
    assert answer.status_code == 201, answer.content
    said = answer.json()["entries"][0]["body"]
    assert said["figures"] == {
        "task": "popularity", "model": "openai/gpt-4o-mini", "status": "cancelled", "samples": 3, "completed": 3,
        "scores": {"match accuracy": pytest.approx(0.6667, abs=1e-4), "match stderr": pytest.approx(0.3333, abs=1e-4)},
    }  # fmt: skip
    entries = ana.get(f"/incidents/{incident}/entries")["entries"]
    [kept] = [one["body"] for one in entries if one["kind"] == "evidence-added"]
    assert kept["digest"] == digest_of(log)
    assert "popularity, openai/gpt-4o-mini, which was cancelled before its end" in kept["note"]
    whole = ana.get(f"/incidents/{incident}/findings/{answer.json()['number']}")
    assert whole["result"]["evaluation"]["commit"] == "e9a9d7161"
    refused = ana.send(f"/incidents/{incident}/imported-results", b"{}", name="x.json", tool="inspect")
    assert refused.status_code == 422
    assert "names no task and model" in refused.json()["detail"]


def test_the_page_takes_a_log_and_shows_how_it_ended(ana: Speaker, logs: dict[str, bytes]) -> None:
    incident = declared(ana)
    person("rea", role="responder")
    rea = enter("rea")
    file = SimpleUploadedFile("popularity.json", logs["popularity"])
    done = rea.post(f"/incidents/{incident}/do/import-result/", {"tool": "inspect", "upload": file})
    assert done.status_code == 302, done.content
    entry = ana.get(f"/incidents/{incident}/entries")["entries"][-1]["number"]
    page = rea.get(f"/incidents/{incident}/findings/{entry}/").content.decode()
    assert "was cancelled before its end" in page
    assert "match" in page
    bad = rea.post(
        f"/incidents/{incident}/do/import-result/", {"tool": "inspect", "upload": SimpleUploadedFile("x.json", b"{}")}
    )
    assert bad.status_code == 422
    assert "names no task and model" in bad.content.decode()
