"""Signals from vendors' own bodies: times, grades, links, keys and signatures; and what is not what it claims."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hotwash.connect import mapped
from hotwash.connect.bodies import grade, moment
from hotwash.connect.senders import SENDERS
from hotwash.response.outside import Refused
from hotwash.response.signals import Measured, Signal

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.fixture
def bodies(shared: Path) -> Callable[[str], bytes]:
    return lambda name: (shared / "alert_payloads" / name).read_bytes()


def read(sender: str, body: bytes | dict[str, Any], **headers: str) -> list[Signal]:
    told = body if isinstance(body, bytes) else json.dumps(body).encode()
    return SENDERS[sender].read({name.replace("_", "-"): value for name, value in headers.items()}, told)


def test_two_alerts_of_alertmanager_are_two_signals_with_their_fingerprints(bodies: Callable[[str], bytes]) -> None:
    first, second = read("alertmanager", bodies("zulip/alertmanager_v4_two_alerts.json"))
    assert (first.key, second.key) == ("a1bc48475b20e73d", "c2ea85182f28cbd9")
    assert (first.title, first.group, first.state, first.grade) == (
        "High CPU core temperature",
        "High CPU Temperature",
        "firing",
        "critical",
    )
    assert first.alert_at == utc(2020, 2, 6, 0, 17, 58, 432911)
    assert first.links[0].startswith("http://cobalt:9090/graph?")
    assert first.labels["host"] == "andromeda"


def test_the_year_one_of_alertmanager_means_that_it_goes_on() -> None:
    alert = {"status": "resolved", "labels": {"alertname": "A"}, "fingerprint": "f", "startsAt": "2026-03-03T08:00:00Z"}
    [over] = read("alertmanager", {"alerts": [{**alert, "endsAt": "2026-03-03T08:30:00Z"}]})
    [open_] = read("alertmanager", {"alerts": [{**alert, "status": "firing", "endsAt": "0001-01-01T00:00:00Z"}]})
    assert (over.state, over.alert_at) == ("resolved", utc(2026, 3, 3, 8, 30))
    assert (open_.state, open_.alert_at, open_.key) == ("firing", utc(2026, 3, 3, 8), over.key)


def test_an_alert_without_a_fingerprint_is_known_by_its_labels(bodies: Callable[[str], bytes]) -> None:
    [signal] = read("alertmanager", bodies("goalert/prometheus_alertmanager.json"))
    assert signal.key == "alertname=TestAlert instance=foobar"
    assert (signal.title, signal.detail, signal.alert_at) == ("My alert summary", "My description", None)


def test_an_older_grafana_sends_one_rule(bodies: Callable[[str], bytes]) -> None:
    [signal] = read("grafana", bodies("goalert/grafana_legacy.json"))
    assert (signal.key, signal.title, signal.group, signal.state, signal.links) == (
        "rule 1",
        "woot",
        "bob",
        "firing",
        (),
    )


def test_a_link_of_grafana_that_leads_nowhere_is_left_out() -> None:
    alert = {
        "labels": {"alertname": "A"},
        "fingerprint": "f",
        "generatorURL": "?orgId=1",
        "values": {"B": 22, "C": None},
    }
    [signal] = read("grafana", {"alerts": [{**alert, "dashboardURL": "https://g.example.org/d/1"}]})
    assert signal.links == ("https://g.example.org/d/1",)
    assert signal.measured == (Measured("B", 22.0), Measured("C", None))


def test_mocks_of_grafana_sentry_and_datadog_are_read(bodies: Callable[[str], bytes]) -> None:
    def mock(file: str, name: str) -> dict[str, Any]:
        payload: dict[str, Any] = json.loads(bodies(f"keep_mocks/{file}"))[name]["payload"]
        return payload

    [memory] = read("grafana", mock("grafana.json", "HighMemoryConsumption"))
    assert (memory.key, memory.grade) == ("rule High Memory Usage", "high")
    [timeout] = read("sentry", mock("sentry.json", "browser_timeout"))
    assert (timeout.key, timeout.grade, timeout.alert_at) == ("issue 4616132097", "high", None)
    assert timeout.data_at == utc(2024, 3, 9, 13, 34, 45, 873000)
    assert timeout.links == ("https://keep-dr.sentry.io/issues/4616132097/",)
    assert "user" not in timeout.labels
    assert "198.51.100.42" not in str(timeout)
    [cpu] = read("datadog", mock("datadog.json", "high_cpu_usage"))
    assert (cpu.group, cpu.title, cpu.measured) == (
        "monitor 1234567890",
        "High CPU Usage",
        (Measured("query", None, 90.0),),
    )
    assert cpu.labels == {"environment": "production", "team": "backend"}


def test_pagerdutys_own_webhook_is_read(bodies: Callable[[str], bytes]) -> None:
    [signal] = read("pagerduty", bodies("zulip/pagerduty_v3_incident_triggered.json"))
    assert (signal.key, signal.title, signal.group, signal.grade) == ("PFQZPSY", "Test Incident 3", "pig208", "high")
    assert signal.alert_at == utc(2021, 6, 4, 13, 35, 29, 781000)
    assert signal.links == ("https://pig208.pagerduty.com/incidents/PFQZPSY",)


def test_whylabs_through_pagerduty_keeps_data_time_and_alert_time_apart(bodies: Callable[[str], bytes]) -> None:
    [digest] = read("pagerduty", bodies("whylabs/DigestPagerDutyContent.json"))
    assert (digest.source, digest.grade) == ("whylabs", "low")
    assert (digest.data_at, digest.alert_at) == (utc(2022, 5, 3), utc(2022, 9, 8, 10, 50, 46, 119000))
    [anomaly] = read("pagerduty", bodies("whylabs/EveryAnomalyPagerDutyContent.json"))
    assert anomaly.data_at == utc(2022, 8, 10)
    assert anomaly.key.startswith("EVERY_ANOMALY-model-0-drift-monitor-1-")
    assert anomaly.measured == (Measured("count_null_ratio", None, of="hours-per-week"),)


def test_an_event_of_the_events_api_ends_by_its_key() -> None:
    payload = {
        "summary": "Refusals doubled",
        "source": "loans",
        "severity": "critical",
        "timestamp": "2026-03-03T08:00:00Z",
    }
    [begun] = read("pagerduty", {"event_action": "trigger", "dedup_key": "k", "payload": payload})
    [ended] = read("pagerduty", {"event_action": "resolve", "dedup_key": "k"})
    assert (begun.state, begun.grade, ended.state) == ("firing", "critical", "resolved")
    assert begun.key == ended.key == "k"


def test_violations_of_sagemaker_give_their_numbers_out_of_the_sentence(bodies: Callable[[str], bytes]) -> None:
    batch = read("sagemaker", bodies("sagemaker/bias_drift_violations_batch.json"))
    endpoint = read("sagemaker", bodies("sagemaker/bias_drift_violations_endpoint.json"))
    assert (len(batch), len(endpoint)) in ((8, 9), (9, 8))
    assert batch[0].measured == (Measured("CDDPL", 0.374894782529513, 0.28176563733194276, "Sex = 0"),)
    assert batch[1].measured == (Measured("DAR", -0.26530612244897955, -0.09508196721311479, "Sex = 0"),)
    assert all(signal.measured[0].limit is not None for signal in batch)
    infinite = [signal for signal in batch if signal.measured[0].value is None]
    assert [signal.detail.split()[2] for signal in infinite] == ["Infinity"]
    assert len({signal.key for signal in batch}) == len(batch)


def test_an_event_bridge_event_gives_sagemakers_time_and_endpoint() -> None:
    violation = {
        "constraint_check_type": "data_type_check",
        "feature_name": "age",
        "description": "Value: 5.0 exceeds threshold 0.1",
    }
    event = {
        "detail-type": "x",
        "time": "2026-03-03T08:00:00Z",
        "detail": {"endpoint_name": "loans", "violations": [violation]},
    }
    [signal] = read("sagemaker", event)
    assert (signal.key, signal.alert_at) == ("loans data_type_check age", utc(2026, 3, 3, 8))
    assert signal.measured == (Measured("data_type_check", None, 0.1, "age"),)


@pytest.mark.parametrize("name", ["clarify_bias_1", "clarify_bias_2", "clarify_explainability"])
def test_an_analysis_of_clarify_informs_and_alarms_nobody(bodies: Callable[[str], bytes], name: str) -> None:
    [signal] = read("sagemaker", bodies(f"sagemaker/{name}_analysis.json"))
    assert signal.state == "information"
    assert signal.measured[:1] == (
        ()
        if "explain" in name
        else (
            Measured(
                "AD",
                {"1": -0.017711586081682884, "2": -0.025751072961373356}[name[-1]],
                of="customer_gender_female = 1",
            ),
        )
    )


def test_azures_gravest_severity_is_nought(bodies: Callable[[str], bytes]) -> None:
    body = json.loads(bodies("zulip/azure_monitor_common_schema_metric_fired.json"))
    [signal] = read("azure", body)
    assert (signal.title, signal.grade) == ("WCUS-R2-Gen2 on wcus-r2-gen2", "low")
    assert (signal.data_at, signal.alert_at) == (
        utc(2019, 3, 22, 13, 40, 3, 64000),
        utc(2019, 3, 22, 13, 58, 24, 371321),
    )
    assert signal.measured == (Measured("Percentage CPU", 31.1105, 25.0),)
    body["data"]["essentials"]["severity"] = "Sev0"
    assert read("azure", body)[0].grade == "critical"


def test_messages_of_whylabs_tell_data_time_from_creation(bodies: Callable[[str], bytes]) -> None:
    [digest] = read("whylabs", bodies("whylabs/digestTestMessageWithoutImages.json"))
    assert digest.title == "drift-monitor-1 found 14 anomalies on model-0"
    assert digest.data_at == utc(2022, 5, 3)
    assert digest.alert_at is not None
    assert digest.alert_at.date().isoformat() == "2022-08-02"
    assert len(digest.measured) == 14
    [anomaly] = read("whylabs", bodies("whylabs/everyAnomalyTestMessageWithoutImage.json"))
    assert (anomaly.data_at, anomaly.grade) == (utc(2022, 8, 10), "low")
    assert anomaly.measured == (Measured("count_null_ratio", 0.8439526999274416, 0.9184534255775587, "hours-per-week"),)


@pytest.mark.parametrize(
    "name",
    [
        "SlackDigestContent",
        "digestV3TestMessage",
        "everyAnomalyTestMessageComposite",
        "everyAnomalyTestMessageWithImage",
    ],
)
def test_every_other_message_of_whylabs_is_read(bodies: Callable[[str], bytes], name: str) -> None:
    [signal] = read("whylabs", bodies(f"whylabs/{name}.json"))
    assert signal.source == "whylabs"
    assert signal.title
    assert signal.state == "firing"


def test_the_default_webhook_of_whylabs_says_only_its_monitor() -> None:
    [signal] = read("whylabs", {"monitorId": "m-1", "monitorName": "Drift"})
    assert (signal.key, signal.title, signal.confirm) == ("monitor m-1", "Drift found something", False)
    [fuller] = read("whylabs", {"org": "o", "dataset": "d", "monitor": "m", "name": "Drift", "run": "r"})
    assert (fuller.key, fuller.confirm) == ("monitor d m r", True)


def test_a_report_of_evidently_says_how_many_columns_drifted(bodies: Callable[[str], bytes]) -> None:
    [signal] = read("evidently", bodies("evidently/data_drift_report_compas_2013_vs_2014.json"))
    assert (signal.title, signal.state) == ("3 of 7 columns drifted", "firing")
    assert Measured("Wasserstein distance (normed)", 0.1496097794110473, 0.1, "age") in signal.measured


def test_a_small_p_value_of_evidently_is_the_drift() -> None:
    def report(value: float) -> dict[str, Any]:
        config = {"type": "evidently:metric_v2:ValueDrift", "column": "a", "method": "K-S p_value", "threshold": 0.05}
        return {"metrics": [{"config": config, "value": value}]}

    assert read("evidently", report(0.001))[0].state == "firing"
    assert read("evidently", report(0.8))[0].state == "resolved"


def test_a_binary_and_a_structured_cloud_event_are_the_same_signal() -> None:
    data = {"title": "Refusals doubled", "severity": "high", "data_time": "2026-03-01T00:00:00Z"}
    event = {"specversion": "1.0", "id": "1", "source": "/loans", "type": "drift.found", "time": "2026-03-03T08:00:00Z"}
    [structured] = read("cloudevents", {**event, "data": data}, content_type="application/cloudevents+json")
    told = {f"ce_{name}": value for name, value in event.items()}
    [binary] = read("cloudevents", json.dumps(data).encode(), **told)
    assert structured == binary
    assert (binary.data_at, binary.grade) == (utc(2026, 3, 1), "high")
    batch = json.dumps([{**event, "data": data}] * 2).encode()
    assert len(read("cloudevents", batch, content_type="application/cloudevents-batch+json")) == 2


def test_arize_is_a_hint_that_its_own_api_confirms() -> None:
    body = {
        "monitor": {"id": "m1", "name": "PSI of age"},
        "status": "TRIGGERED",
        "evaluated_at": "2026-03-03T08:00:00Z",
    }
    [signal] = read("arize", body, x_arize_webhook_id="d-1")
    assert (signal.key, signal.state, signal.confirm) == ("monitor m1", "firing", True)
    [unknown] = read(
        "arize", {"hello": "there"}, x_arize_webhook_event="PROMPT_VERSION_CREATED", x_arize_webhook_id="d-2"
    )
    assert (unknown.key, unknown.state) == ("delivery d-2", "information")


def test_a_body_of_ones_own_is_read_by_a_mapping() -> None:
    mapping = mapped.Mapped(
        "house",
        {
            "title": ("rule.name", "name"),
            "key": ("id",),
            "state": ("st",),
            "grade": ("prio",),
            "alert_at": ("t",),
            "value": ("v",),
            "limit": ("max",),
        },
        values={"state": {"0": "resolved", "1": "firing"}, "grade": {"A": "critical"}},
        many="items",
        labels="tags",
    )
    items = [
        {
            "id": 7,
            "rule": {"name": "PSI"},
            "st": "1",
            "prio": "A",
            "t": 1772528400,
            "v": "0.31",
            "max": 0.2,
            "tags": {"x": "y"},
        },
        {"name": "KS", "st": "0"},
    ]
    first, second = mapped.read(mapping, json.dumps({"items": items}).encode())
    assert (first.key, first.title, first.state, first.grade) == ("7", "PSI", "firing", "critical")
    assert (first.alert_at, first.measured, first.labels) == (NOW, (Measured("value", 0.31, 0.2),), {"x": "y"})
    assert (second.title, second.state) == ("KS", "resolved")
    with pytest.raises(Refused, match=r"no title at `rule\.name` or `name`"):
        mapped.read(mapping, b'{"items": [{}]}')
    with pytest.raises(Refused, match="no list at `items`"):
        mapped.read(mapping, b"{}")


@pytest.mark.parametrize(
    ("paths", "values", "why"),
    [
        ({"colour": ("a",)}, {}, "`colour` is no word"),
        ({"key": ("a",)}, {}, "`title` has no path"),
        ({"title": ("a",)}, {"state": {"0": "gone"}}, "cannot be 'gone'"),
    ],
)
def test_a_mapping_that_cannot_be_used_names_the_word(
    paths: dict[str, tuple[str, ...]], values: dict[str, dict[str, str]], why: str
) -> None:
    with pytest.raises(mapped.BadMapping, match=why):
        mapped.Mapped("house", paths, values)


@pytest.mark.parametrize(
    ("found", "at"),
    [
        ("2026-03-03T09:00:00Z", NOW),
        ("2026-03-03 09:00:00", NOW),
        ("2026-03-03T10:00:00.123456789+0100", NOW.replace(microsecond=123456)),
        (1772528400, NOW),
        ("1772528400", NOW),
        (1772528400000, NOW),
        (1772528400000000, NOW),
        ("0001-01-01T00:00:00Z", None),
        ("2026-02-30T00:00:00Z", None),
        ("soon", None),
        (True, None),
        (None, None),
        (float("nan"), None),
        (-1, None),
    ],
)
def test_times_are_read_as_vendors_write_them(found: object, at: datetime | None) -> None:
    assert moment(found) == at


def test_grades_are_words_that_vendors_use() -> None:
    assert [grade(word) for word in ("FATAL", "warning", "P5", "purple")] == ["critical", "high", "low", "unknown"]
