"""Spans and judgements from a real Phoenix server: as a log that a question is asked of, and what can go wrong."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from tests import phoenix as real
from tests.api.speaking import installation
from tests.connect.between import Between, Trouble, between
from tests.databases import sqlite, sqlite_fresh, sqlite_tables

from hotwash.connect import phoenix as connector
from hotwash.connect.phoenix import Phoenix, projects
from hotwash.connect.wire import Wire
from hotwash.investigate import Predictions, blast_radius, texts
from hotwash.response import inquiries
from hotwash.response.desk import Desk, Person
from hotwash.response.holders import Window
from hotwash.response.outside import NotLetIn, NotThere, OutsideFault, Refused, Unreachable
from hotwash.response.pulling import pull
from hotwash.response.spans import AnnotationRule, signals_of
from hotwash.web.door import desk as the_desk
from hotwash.web.holders import holders_for
from hotwash.web.index import DatabaseIndex
from hotwash.web.options import Options
from hotwash.web.pulls import keeping
from hotwash.web.store import DatabaseStore
from hotwash.web.tables.models import Pull, SignalGroup, SignalRow
from hotwash.web.work import pulling
from hotwash.web.work.kinds import KINDS as EVERY
from hotwash.web.work.worker import Worker

pytestmark = [pytest.mark.real("phoenix"), pytest.mark.xdist_group("phoenix")]

__all__ = ["sqlite", "sqlite_fresh", "sqlite_tables"]

ANA = Person("ana", "administrator")
KINDS = type(EVERY)({name: EVERY.by_name[name] for name in (pulling.LOOK, pulling.ONE)})
PROJECT = "support-bot"
MORNING = datetime(2026, 11, 20, 9, tzinfo=UTC)
EVENING = MORNING + timedelta(hours=12)
CALLS = 30
HARMED = tuple(range(2, 24, 3))


def span_id(number: int) -> str:
    return f"{number:016x}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[real.Server]:
    """A server with thirty requests, each with one call of a model; eight answers are insults, and were judged so."""
    with real.server(tmp_path_factory.mktemp("phoenix")) as started:
        spans = []
        for number in range(1, CALLS + 1):
            at = MORNING + timedelta(minutes=number)
            said = "you always complain, you idiot." if number in HARMED else "ships today."
            said = f"Parcel {number} {said}"
            whole, trace = f"{number:015x}f", f"{number:032x}"
            spans.append(
                real.Sent(
                    trace, whole, at, at + timedelta(seconds=2),
                    {"openinference.span.kind": "CHAIN", "input.value": "Where is it?", "output.value": said},
                )
            )  # fmt: skip
            spans.append(
                real.Sent(
                    trace, span_id(number), at, at + timedelta(seconds=1),
                    {
                        "openinference.span.kind": "LLM", "llm.model_name": f"toy-{1 + (number > 10)}",
                        "llm.input_messages.0.message.role": "user",
                        "llm.input_messages.0.message.content": "Where is it?",
                        "llm.output_messages.0.message.content": said, "output.value": said,
                        "llm.token_count.prompt": 5, "llm.token_count.completion": 7, "user.id": f"u{number % 7}",
                        "session.id": f"s{number}", "metadata": '{"model_version": "3"}',
                    },
                    name="llm", parent=whole, fault="cut off" if number == 30 else "",
                )
            )  # fmt: skip
        started.send(PROJECT, *spans)
        for number in range(1, CALLS + 1):
            bad = number in HARMED
            started.judge(
                span_id(number), "toxicity", label="toxic" if bad else "ok", score=float(bad), explanation="w"
            )
        started.judge(span_id(5), "tone", by="HUMAN", label="rude")
        yield started


@pytest.fixture
def project(server: real.Server) -> Iterator[Phoenix]:
    with Phoenix(Wire("Phoenix", server.url, headers=connector.headers(real.TOKEN), timeout_s=60), PROJECT) as opened:
        yield opened


@pytest.fixture
def mishaps(server: real.Server) -> Iterator[Between]:
    with between(server.url) as made:
        yield made


def test_the_log_that_was_pulled_answers_who_was_harmed_and_by_what(
    project: Phoenix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "PAGE", 7)
    monkeypatch.setattr(connector, "IDS", 3)
    pulled = pull(project, tmp_path / "log.parquet", since=MORNING, until=EVENING)
    assert pulled is not None
    assert pulled.rows == CALLS
    log = Predictions(str(pulled.path), time="time", version="model", subject="user")
    found = blast_radius(log, harm="toxicity_label = 'toxic'")
    assert (found.result["decisions"], found.result["subjects"]) == (8, 7)
    said = texts(log, text="output", harm="toxicity_label = 'toxic'")
    assert "idiot" in [one["term"] for one in said.result["terms"]]


def test_a_row_has_what_the_program_traced(project: Phoenix, tmp_path: Path) -> None:
    page = project.page(since=MORNING, until=EVENING)
    assert [one.id for one in page.spans] == [span_id(number) for number in range(1, CALLS + 1)]
    one = page.spans[4]
    assert (one.parent, one.trace, one.kind, one.status) == (f"{5:015x}f", f"{5:032x}", "LLM", "OK")
    assert {(judged.name, judged.label, judged.by) for judged in one.annotations} == {
        ("toxicity", "toxic", "code"),
        ("tone", "rude", "human"),
    }
    assert (page.spans[-1].status, page.spans[-1].message) == ("ERROR", "cut off")


def test_requests_as_a_whole_or_every_step_can_be_asked_for(project: Phoenix) -> None:
    whole = project.page(since=MORNING, until=EVENING, which="ROOT")
    assert {one.kind for one in whole.spans} == {"CHAIN"}
    assert len(project.page(since=MORNING, until=EVENING, which="ALL").spans) == 2 * CALLS


def test_a_range_is_half_open(project: Phoenix) -> None:
    page = project.page(since=MORNING + timedelta(minutes=2), until=MORNING + timedelta(minutes=5))
    assert [one.id for one in page.spans] == [span_id(number) for number in (2, 3, 4)]


def test_what_was_judged_harmful_is_a_signal_that_leads_to_the_span(project: Phoenix) -> None:
    rules = [AnnotationRule("toxicity", least=0.5)]
    signals = [
        signal
        for one in project.page(since=MORNING, until=EVENING).spans
        for signal in signals_of(one, rules, source="phoenix", project=PROJECT, link=project.link(one))
    ]
    assert [one.key for one in signals] == [f"span {span_id(number)} toxicity" for number in HARMED]
    assert {one.group for one in signals} == {"support-bot: toxicity"}
    shown = httpx.get(signals[0].links[0], headers=connector.headers(real.TOKEN), timeout=60, trust_env=False)
    assert shown.status_code == 200


def test_the_worker_delivers_signals_describes_the_log_and_holds_the_calls(
    server: real.Server, sqlite: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installation(tmp_path):
        settings.HOTWASH = replace(settings.HOTWASH, inside=("127.0.0.1",))
        desk = Desk(DatabaseStore(), the_desk().vault, index=DatabaseIndex(), clock=lambda: EVENING)
        monkeypatch.setattr(keeping, "desk", lambda: desk)
        desk.record_system("bot", "register", by=ANA, name="Support bot", purpose="Answers")
        keeping.add(
            "phoenix", "bot",
            {"url": server.url, "project": PROJECT, "since": MORNING.isoformat(), "rules": [{"name": "tone"}]},
            by=ANA, system="bot", secret=real.TOKEN, describe=True,
        )  # fmt: skip
        keeping.change("bot", {"rules": [{"name": "toxicity", "labels": ["toxic"], "grade": "high"}]})
        Worker(desk, KINDS).run_due()
        row = Pull.objects.get()
        assert (row.error, row.told) == ("", "30 calls today; 1 line of the inbox.")
        line = SignalGroup.objects.get()
        assert (line.title, line.count, line.grade, line.system) == (
            'toxicity is "toxic" in a call of support-bot', len(HARMED), "high", "bot",
        )  # fmt: skip
        first = SignalRow.objects.order_by("data_at")[0]
        assert first.data_at == MORNING + timedelta(minutes=HARMED[0])
        assert first.alert_at is not None
        incident = desk.declare(title="The bot insults people", by=ANA, system="bot").id
        asked = inquiries.ask(
            desk, incident, "blast-radius", {"harm": "toxicity_label = 'toxic'"}, by=ANA, folders=(tmp_path / "logs",)
        )
        assert asked.entries[0].body is not None
        assert asked.entries[0].body["figures"]["decisions"] == len(HARMED)
        window = Window(MORNING, EVENING)
        (traces,) = [one for one in holders_for(desk, incident, window, folders=()) if "traces" in one.title]
        (held,) = traces.snapshot(desk.system("bot"))
        assert held.data is not None
        assert (held.what, held.restricted, held.data.count(b"\n")) == ("traces", True, CALLS)
        # The same again changes nothing, and nothing counts twice.
        before = {path.name: path.read_bytes() for path in (tmp_path / "logs" / "pulled-bot").iterdir()}
        keeping.soon("bot")
        Worker(desk, KINDS).run_due()
        assert {path.name: path.read_bytes() for path in (tmp_path / "logs" / "pulled-bot").iterdir()} == before
        assert SignalGroup.objects.get().count == len(HARMED)


def test_the_projects_are_listed_for_whoever_sets_it_up(server: real.Server) -> None:
    with Wire("Phoenix", server.url, headers=connector.headers(real.TOKEN), timeout_s=60) as wire:
        assert PROJECT in projects(wire)


def test_a_wrong_token_and_a_wrong_project_are_told_apart(server: real.Server) -> None:
    with Wire("Phoenix", server.url, headers=connector.headers("wrong"), timeout_s=60) as wire, pytest.raises(NotLetIn):
        projects(wire)
    with (
        Phoenix(Wire("Phoenix", server.url, headers=connector.headers(real.TOKEN), timeout_s=60), "other") as other,
        pytest.raises(NotThere, match="no project other"),
    ):
        other.page(since=MORNING, until=EVENING)


def test_a_page_that_would_be_too_long_is_asked_for_in_pieces(
    project: Phoenix, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("hotwash.connect.wire.BYTES_MAX", 9_000)
    assert len(project.page(since=MORNING, until=EVENING).spans) == 3
    pulled = pull(project, tmp_path / "log.jsonl", since=MORNING, until=EVENING)
    assert pulled is not None
    assert pulled.rows == CALLS


def test_what_broke_off_is_gone_on_with(mishaps: Between, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "PAGE", 10)
    to = tmp_path / "log.jsonl"
    with Phoenix(Wire("Phoenix", mishaps.url, headers=connector.headers(real.TOKEN), timeout_s=60), PROJECT) as broken:
        with pytest.raises(OutsideFault):
            pull(
                broken, to, since=MORNING, until=EVENING,
                told=lambda _: mishaps.trouble("GET", "/spans", "answer lost"),
            )  # fmt: skip
        mishaps.troubles.clear()
        pulled = pull(broken, to, since=MORNING, until=EVENING)
    assert pulled is not None
    assert (pulled.resumed, pulled.rows) == (10, CALLS)


@pytest.mark.parametrize("name", ["", "a/b", "a?b", "a#b", "x" * 201])
def test_a_name_that_can_be_no_project_is_refused_here(name: str) -> None:
    with pytest.raises(Refused):
        Phoenix(Wire("Phoenix", "http://phoenix.example"), name)


@pytest.mark.parametrize("trouble", ["rubbish", "swallowed", "500", "lost on the way"])
def test_what_is_no_phoenix_is_said(trouble: Trouble) -> None:
    with between() as other, Phoenix(Wire("Phoenix", other.url, timeout_s=5), PROJECT) as opened:
        other.trouble("GET", "/spans", trouble)
        with pytest.raises(Unreachable):
            opened.page(since=MORNING, until=EVENING)
