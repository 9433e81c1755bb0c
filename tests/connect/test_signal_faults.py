"""Bodies and signatures that are not what they claim: refused with the reason, whatever comes."""

import contextlib
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.connect.senders import SENDERS
from hotwash.response.outside import NotVerified, Refused

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sender", "body", "why"),
    [
        ("alertmanager", b"{", "not JSON"),
        ("alertmanager", b"[]", "sends an object"),
        ("alertmanager", b'{"alerts": []}', "no `alerts`"),
        ("grafana", b'{"a": 1}', "neither `alerts` nor"),
        ("pagerduty", b'{"event_action": "dance"}', "can be trigger"),
        ("pagerduty", b'{"event_action": "trigger", "payload": {}}', "`payload.summary` is missing"),
        ("pagerduty", b'{"event_action": "resolve"}', "`dedup_key` is missing"),
        ("pagerduty", b"{}", "neither an `event_action`"),
        ("sentry", b"{}", "no metric alert"),
        ("azure", b"{}", "common alert schema"),
        ("datadog", b"{}", "no `title`"),
        ("datadog", b'{"title": "$EVENT_TITLE"}', "was not filled"),
        ("sagemaker", b"{}", "no `violations`"),
        ("whylabs", b"{}", "names no monitor"),
        ("whylabs", b'{"monitor": "<[[monitor-id]]>"}', "macro was not filled"),
        ("evidently", b"{}", "no `metrics`"),
        ("cloudevents", b'{"id": "1"}', "has no `source`"),
        ("cloudevents", b'{"id": "1", "source": "a", "type": "b", "specversion": "0.3"}', "1.0 is read"),
    ],
)
def test_a_body_that_is_not_what_it_claims_is_refused_with_its_reason(sender: str, body: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        SENDERS[sender].read({}, body)


def _hex(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


BODY = b'{"a": 1}'
STAMP = str(int(NOW.timestamp()))
SIGNED = {
    "grafana": {
        "x-grafana-alerting-timestamp": STAMP,
        "x-grafana-alerting-signature": _hex("s", f"{STAMP}:".encode() + BODY),
    },
    "pagerduty": {"x-pagerduty-signature": f"v1=0000,v1={_hex('s', BODY)}"},
    "sentry": {"sentry-hook-signature": _hex("s", BODY), "sentry-hook-timestamp": STAMP},
    "arize": {
        "x-arize-webhook-timestamp": STAMP,
        "x-arize-webhook-signature": f"v1={_hex('s', f'{STAMP}.'.encode() + BODY)}",
    },
}


@pytest.mark.parametrize("sender", SIGNED)
def test_a_right_signature_is_taken_and_any_other_is_not(sender: str) -> None:
    verify = SENDERS[sender].verify
    assert verify is not None
    verify(SIGNED[sender], BODY, "s", NOW)
    for headers, body, secret in (
        (SIGNED[sender], BODY + b" ", "s"),
        (SIGNED[sender], BODY, "t"),
        ({}, BODY, "s"),
        (SIGNED[sender], BODY, ""),
    ):
        with pytest.raises(NotVerified):
            verify(headers, body, secret, NOW)


@pytest.mark.parametrize("sender", ["grafana", "sentry", "arize"])
def test_an_old_delivery_is_not_played_back(sender: str) -> None:
    verify = SENDERS[sender].verify
    assert verify is not None
    for late in (timedelta(minutes=6), timedelta(minutes=-6)):
        with pytest.raises(NotVerified, match="more than 5 minutes"):
            verify(SIGNED[sender], BODY, "s", NOW + late)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["alerts", "labels", "violations", "metrics", "data", "event", "issue", "event_action", "payload", "summary",
         "schemaId", "essentials", "config", "type", "title", "monitor", "analyzerResult", "blocks", "startsAt",
         "status", "detail", "links", "tags", "columnStatistics", "anomalySample", "numAnomalies", "tests", "value",
         "id", "source", "specversion", "metric_alert", "alert_rule", "triggers", "ruleName", "evalMatches",
         "custom_details"]
    ), inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@given(sender=st.sampled_from(sorted(SENDERS)), body=JSON)
def test_whatever_comes_is_read_or_refused(sender: str, body: Any) -> None:
    with contextlib.suppress(Refused):
        signals = SENDERS[sender].read({}, json.dumps(body).encode())
        assert all(signal.title and signal.key and len(signal.key) <= 300 for signal in signals)


@pytest.mark.parametrize("sender", sorted(set(SENDERS) - {"mlflow"}))
def test_bytes_that_are_no_text_are_refused(sender: str) -> None:
    with pytest.raises(Refused, match="not JSON"):
        SENDERS[sender].read({}, b'{"title": "\xb6"}')
