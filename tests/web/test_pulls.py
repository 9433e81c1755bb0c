"""Sources that the worker asks: what they tell is in the inbox once, faults stand at the pull, nothing leads inside."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.api.speaking import installation
from tests.saying import Call, Saying, saying
from tests.web.people import enter, person

from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Desk, NotFound, Person
from hotwash.response.request import BadRequest
from hotwash.response.signals import Signal
from hotwash.web.door import desk as the_desk
from hotwash.web.inbox.taking import take
from hotwash.web.index import DatabaseIndex
from hotwash.web.options import Options
from hotwash.web.pulls import keeping
from hotwash.web.pulls.shown import shown
from hotwash.web.store import DatabaseStore
from hotwash.web.tables.models import JobRow, Pull, SignalGroup, SignalRow
from hotwash.web.work import pulling
from hotwash.web.work.worker import Worker

ANA = Person("ana", "administrator")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MONITOR = {
    "id": "TW9uaXRvcjox", "name": "toxicity > 5%", "type": "TRACING", "project_id": "UHJvajox",
    "uri": "https://app.example/m/1", "status": "TRIGGERED", "metric": "COUNT",
    "threshold": {"type": "MANUAL_SINGLE", "operator": "GREATER_THAN", "value": 0.05},
    "dimension": {"category": "LLM_EVAL", "name": "toxicity"}, "latest_computed_value": 0.31,
    "evaluated_at": "2026-11-23T11:58:00Z", "evaluation_window_length_seconds": 86400,
}  # fmt: skip
"""A monitor as Arize's published client reads it."""
ANOMALY = {
    "column": "income", "segment": "", "datasetTimestamp": 1795392000000, "analyzerId": "drift-1",
    "monitorIds": ["m-1"],
    "metric": "histogram", "metricValue": 0.9, "upperThreshold": 0.7, "lowerThreshold": None, "isAnomaly": True,
    "failureExplanation": "",
}  # fmt: skip
"""A result as the source of WhyLabs' platform tells it."""


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def on(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def made(folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with installation(folder):
        settings.HOTWASH = replace(settings.HOTWASH, inside=("127.0.0.1",))
        desk = Desk(DatabaseStore(), the_desk().vault, index=DatabaseIndex(), clock=clock)
        monkeypatch.setattr(keeping, "desk", lambda: desk)
        yield desk


@pytest.fixture
def desk(sqlite: Options, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    yield from made(tmp_path, clock, monkeypatch)


@pytest.fixture
def either(database: Options, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The same on SQLite and on PostgreSQL."""
    yield from made(tmp_path, clock, monkeypatch)


@pytest.fixture
def arize() -> Iterator[Saying]:
    """Arize AX with one triggered monitor, over two pages."""

    def answers(call: Call) -> tuple[int, Any]:
        if call.headers.get("authorization") != "Bearer key":
            return 401, {"title": "Unauthorized", "status": 401}
        if "cursor=2" in call.path:
            return 200, {"monitors": [MONITOR], "pagination": {"has_more": False}}
        return 200, {"monitors": [], "pagination": {"has_more": True, "next_cursor": "2"}}

    with saying(answers) as server:
        yield server


def run(desk: Desk) -> int:
    """What the worker does now."""
    from hotwash.web.work.kinds import KINDS

    only = {name: kind for name, kind in KINDS.by_name.items() if name in (pulling.LOOK, pulling.ONE)}
    JobRow.objects.filter(kind=pulling.LOOK).delete()
    return Worker(desk, type(KINDS)(only)).run_due()


def add(server: Saying, secret: str = "key") -> Pull:
    return keeping.add("arize", "ax", {"url": server.url, "space": "U3BhY2U6MQ"}, by=ANA, secret=secret)


def lines() -> list[tuple[str, int, int]]:
    return list(SignalGroup.objects.order_by("title").values_list("title", "count", "firing"))


# ── Arize AX ─────────────────────────────────────────────────────────────────


def test_a_triggered_monitor_is_a_signal_once_and_its_end_is_told(either: Desk, clock: Clock, arize: Saying) -> None:
    add(arize)
    run(either)
    signal = SignalRow.objects.get()
    assert (signal.key, signal.alert_at, signal.links) == (
        "monitor TW9uaXRvcjox", datetime(2026, 11, 23, 11, 58, tzinfo=UTC), ["https://app.example/m/1"],
    )  # fmt: skip
    assert signal.measured[0] == {"metric": "toxicity", "value": 0.31, "limit": 0.05, "of": ""}
    clock.on(minutes=2)
    run(either)
    assert lines() == [("toxicity > 5%", 1, 1)]
    arize.answers = lambda _: (200, {"monitors": [], "pagination": {"has_more": False}})
    clock.on(minutes=2)
    run(either)
    assert lines() == [("toxicity > 5%", 2, 0)]
    assert {call.path.split("?")[0] for call in arize.calls} == {"/v2/monitors"}
    assert all("status=TRIGGERED" in call.path and "space_id=U3BhY2U6MQ" in call.path for call in arize.calls)


def test_a_hint_of_a_webhook_is_confirmed_or_ended_by_what_the_api_says(
    either: Desk, clock: Clock, arize: Saying
) -> None:
    def hint(key: str, title: str) -> Signal:
        return Signal("arize", f"monitor {key}", title, title, alert_at=NOON - timedelta(hours=1), confirm=True)

    take(
        "arize",
        [hint("TW9uaXRvcjox", "toxicity > 5%"), hint("other", "latency")],
        received_at=NOON - timedelta(hours=1),
    )
    add(arize)
    run(either)
    assert not SignalRow.objects.filter(open=True, confirm=True).exists()
    assert lines() == [("latency", 2, 0), ("toxicity > 5%", 2, 1)]


def test_of_one_project_a_silent_api_says_nothing_about_hints_of_others(desk: Desk, arize: Saying) -> None:
    other = Signal("arize", "monitor other", "latency", "latency", alert_at=NOON, confirm=True)
    take("arize", [other], received_at=NOON - timedelta(hours=1))
    keeping.add("arize", "ax", {"url": arize.url, "project": "UHJvajox"}, by=ANA, secret="key")
    run(desk)
    assert ("latency", 1, 1) in lines()


def test_a_wrong_key_stands_at_the_pull_and_waits_grow(desk: Desk, clock: Clock, arize: Saying) -> None:
    add(arize, secret="wrong")
    waits = []
    for _ in range(3):
        run(desk)
        row = Pull.objects.get()
        waits.append((row.next_at - clock.now).total_seconds())
        clock.now = row.next_at
    assert waits == [60, 120, 240]
    told = shown(row, clock.now)
    assert (told["state"], told["failures"]) == ("failing", 3)
    assert "does not accept the token" in told["sentence"]
    assert not JobRow.objects.filter(kind=pulling.ONE).exists()
    keeping.change("ax", {}, secret="key")
    run(desk)
    assert shown(Pull.objects.get(), clock.now)["state"] == "well"


@pytest.mark.parametrize(
    "answer",
    [
        (200, []),
        (200, {}),
        (200, {"monitors": "x"}),
        (200, {"monitors": [1]}),
        (404, {}),
        (500, {}),
        (422, {"title": "no"}),
    ],
)
def test_an_answer_that_is_none_is_a_fault_of_the_source(desk: Desk, arize: Saying, answer: tuple[int, Any]) -> None:
    arize.answers = lambda _: answer
    add(arize)
    run(desk)
    assert Pull.objects.get().error
    assert not SignalGroup.objects.exists()


# ── WhyLabs ──────────────────────────────────────────────────────────────────


def test_anomalies_of_whylabs_are_signals_once(desk: Desk, clock: Clock) -> None:
    with saying(lambda _: (200, {"results": [ANOMALY, {**ANOMALY, "isAnomaly": False, "column": "age"}]})) as server:
        words = {"url": server.url, "organisation": "org-1", "dataset": "model-1"}
        keeping.add("whylabs", "wl", words, by=ANA, secret="wl-key")
        run(desk)
        clock.on(minutes=10)
        run(desk)
    assert [(one.data_at, one.labels["column"]) for one in SignalRow.objects.all()] == [
        (datetime.fromtimestamp(1795392000, UTC), "income")
    ]
    first = server.calls[0]
    assert first.path == "/v0/organizations/org-1/dataset/model-1/data/analysis-results"
    assert first.body == {"interval": "2026-11-21T12:00:00Z/2026-11-23T12:00:00Z", "onlyAnomalies": True, "limit": 1000}
    assert first.headers["x-api-key"] == "wl-key"


# ── what may be set up ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "http://10.0.0.1/", "http://[::1]/", "http://0x7f.1:1/", "file:///etc/passwd",
            "https://u:p@api.arize.com"],
)  # fmt: skip
def test_no_address_inside_can_be_asked(desk: Desk, url: str) -> None:
    settings.HOTWASH = replace(settings.HOTWASH, inside=())
    with pytest.raises(BadRequest) as no:
        keeping.add("arize", "ax", {"url": url, "space": "s"}, by=ANA)
    assert no.value.field == "url"


def test_an_address_that_the_operator_no_longer_wants_is_asked_no_more(desk: Desk, clock: Clock, arize: Saying) -> None:
    add(arize)
    settings.HOTWASH = replace(settings.HOTWASH, inside=())
    run(desk)
    assert "HOTWASH_INSIDE" in Pull.objects.get().error
    assert arize.calls == []


def test_another_address_needs_the_key_again(desk: Desk, arize: Saying) -> None:
    add(arize)
    with saying(lambda _: (200, {})) as thief:
        with pytest.raises(BadRequest, match="is needed again"):
            keeping.change("ax", {"url": thief.url})
        assert thief.calls == []
    assert keeping.settings(Pull.objects.get()).url == arize.url


def test_a_key_is_sealed_and_in_no_answer(desk: Desk, arize: Saying) -> None:
    row = add(arize, secret="a very secret key")
    assert "a very secret key" not in repr(Pull.objects.values().get())
    assert "a very secret key" not in repr(shown(row, NOON))
    assert keeping.secret_of(row) == "a very secret key"


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("other", {}, "kind"),
        ("arize", {"url": "http://127.0.0.1"}, "space"),
        ("arize", {"url": "http://127.0.0.1", "space": "s", "colour": "red"}, "colour"),
        ("phoenix", {"url": "http://127.0.0.1"}, "settings"),
        ("phoenix", {"url": "http://127.0.0.1", "project": "p", "since": "2026-11-20T00:00:00"}, "since"),
        ("phoenix", {"url": "http://127.0.0.1", "project": "p", "refresh_days": 0}, "refresh_days"),
        ("phoenix", {"url": "http://127.0.0.1", "project": "p", "rules": [{"name": " "}]}, "rules"),
        ("phoenix", {"url": "http://127.0.0.1", "project": "p\n"}, "settings"),
        ("whylabs", {"url": "http://127.0.0.1", "organisation": 1, "dataset": "d"}, "settings"),
    ],
)
def test_a_wrong_setting_is_named(desk: Desk, kind: str, given: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRequest) as no:
        keeping.add(kind, "one", given, by=ANA)
    assert no.value.field == field


def test_a_pull_that_was_changed_while_it_was_asked_keeps_the_change(
    either: Desk, clock: Clock, arize: Saying, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(arize)
    real = pulling.ask

    def meanwhile(row: Pull, **more: Any) -> pulling.Asked:
        keeping.change("ax", {"project": "P"})
        return real(row, **more)

    monkeypatch.setattr(pulling, "ask", meanwhile)
    run(either)
    row = Pull.objects.get()
    assert (row.cursor, row.done_at, row.settings["project"]) == ({}, None, "P")


def test_a_full_disk_stands_at_the_pull(desk: Desk, arize: Saying, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    add(arize)
    monkeypatch.setattr(pulling, "ask", full)
    run(desk)
    assert Pull.objects.get().error == "The log could not be written (No space left on device)."


def test_a_paused_pull_is_not_asked_and_goes_on_when_it_is_taken_up(desk: Desk, clock: Clock, arize: Saying) -> None:
    add(arize)
    keeping.pause("ax")
    run(desk)
    assert arize.calls == []
    with pytest.raises(NotAllowed):
        keeping.soon("ax")
    keeping.resume("ax")
    run(desk)
    assert len(arize.calls) == 2
    keeping.remove("ax")
    run(desk)
    assert len(arize.calls) == 2
    with pytest.raises(NotFound):
        keeping.named("ax")


# ── pages ────────────────────────────────────────────────────────────────────


def test_the_page_tells_lag_and_last_fault_and_escapes_what_was_told(desk: Desk, clock: Clock, arize: Saying) -> None:
    arize.answers = lambda _: (422, {"title": "<script>alert(1)</script>"})
    add(arize)
    run(desk)
    Pull.objects.update(next_at=the_desk().clock() - timedelta(minutes=5))
    person("bo", role="commander")
    page = enter("bo").get("/inbox/pulls/").content.decode()
    assert "Failed once" in page
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page
    assert "Behind by" in page


def test_a_commander_sets_a_source_up_on_the_page_and_a_responder_may_only_look(desk: Desk, arize: Saying) -> None:
    person("bo", role="commander")
    person("cy", role="responder")
    words = {
        "name": "bot", "url": arize.url, "project": "support-bot", "which": "LLM", "refresh_days": "2",
        "every_s": "900", "rules": "toxicity = toxic\ntoxicity = insult\nrelevance <= 0.2", "secret": "k",
    }  # fmt: skip
    client = enter("bo")
    assert client.get("/inbox/pulls/add/phoenix/").status_code == 200
    assert client.post("/inbox/pulls/add/phoenix/", words).status_code == 302
    row = Pull.objects.get()
    assert [(one["name"], one["labels"], one["most"]) for one in row.settings["rules"]] == [
        ("toxicity", ["toxic", "insult"], None),
        ("relevance", [], 0.2),
    ]
    page = client.get("/inbox/pulls/bot/").content.decode()
    assert "relevance &lt;= 0.2" in page
    wrong = client.post("/inbox/pulls/bot/", {"url": "http://10.0.0.1", "every_s": "900", "refresh_days": "2"})
    assert wrong.status_code == 422
    assert client.post("/inbox/pulls/bot/pause/").status_code == 302
    assert Pull.objects.get().paused_at is not None
    other = enter("cy")
    assert other.get("/inbox/pulls/").status_code == 200
    assert other.get("/inbox/pulls/add/phoenix/").status_code == 403
    assert other.post("/inbox/pulls/bot/remove/").status_code == 403
