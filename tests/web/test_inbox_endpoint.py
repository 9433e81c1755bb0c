"""Where senders deliver: every kept payload through the endpoint, and what is refused with its reason."""

import json
import logging
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import new as hmac
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hotwash.connect.senders import SENDERS
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import Person
from hotwash.response.request import BadRequest
from hotwash.web.door import desk
from hotwash.web.inbox import addresses, endpoint
from hotwash.web.options import Options
from hotwash.web.rates import Rate
from hotwash.web.tables.models import Address, KeptBody, SignalGroup, SignalRow, Triage

pytestmark = pytest.mark.usefixtures("sqlite")

BODY = json.dumps({"specversion": "1.0", "id": "1", "source": "/loans", "type": "drift", "data": {"title": "PSI"}})
EVENTS = "application/cloudevents+json"


def address(sender: str, **words: Any) -> str:
    return addresses.add(sender, words.pop("name", sender), by="ana", **words).path


def post(path: str, body: str | bytes, *, kind: str = "application/json", **headers: str) -> Any:
    return Client(headers={name.replace("_", "-"): value for name, value in headers.items()}).post(
        path, body, content_type=kind
    )


def payloads(shared: Path) -> dict[str, tuple[str, bytes]]:
    """Each kept payload with the sender that sends it; of the mocks, what Keep wraps."""
    folder, found = shared / "alert_payloads", {}
    for file in sorted(folder.rglob("*.json")):
        place = str(file.relative_to(folder))
        if file.parent.name == "keep_mocks":
            for name, mock in json.loads(file.read_bytes()).items():
                found[f"{place} {name}"] = (file.stem, json.dumps(mock["payload"]).encode())
            continue
        sender = "pagerduty" if "PagerDuty" in place or "pagerduty" in place else file.parent.name
        sender = {"goalert": "alertmanager" if "alertmanager" in place else "grafana"}.get(sender, sender)
        if sender == "zulip":
            sender = "azure" if "azure" in place else "alertmanager"
        found[place] = (sender, file.read_bytes())
    return found


def test_every_kept_payload_becomes_its_signals_through_the_endpoint(shared: Path) -> None:
    found = payloads(shared)
    assert len(found) >= 21
    paths = {sender: address(sender) for sender in {sender for sender, _ in found.values()}}
    for place, (sender, body) in found.items():
        expected = SENDERS[sender].read({}, body)
        # Two of them hold the same words without a time, which would be a retry of one sender.
        SignalGroup.objects.all().delete()
        answer = post(paths[sender], body)
        assert answer.status_code == 202, (place, answer.content)
        assert answer.json()["taken"] == len(expected)
        rows = {(row.key, row.title): row for row in SignalRow.objects.select_related("group")}
        assert len(rows) == len({(one.key, one.title) for one in expected}), place
        for one in expected:
            row = rows[one.key, one.title]
            assert (row.state, row.grade, row.alert_at, row.data_at) == (
                one.state,
                one.grade,
                one.alert_at,
                one.data_at,
            )
            assert tuple(row.links) == one.links
            assert row.group.group == (one.group or one.key)[:300]
            assert {measured["metric"] for measured in row.measured} == {m.metric for m in one.measured[:50]}
            assert row.body is not None
            assert row.body.digest == f"sha256:{sha256(body).hexdigest()}"


def test_what_is_no_json_is_refused_and_kept_with_the_reason() -> None:
    answer = post(address("alertmanager"), b"\x00<script>alert(1)</script>")
    assert answer.status_code == 400
    assert "not JSON" in answer.json()["detail"]
    kept = KeptBody.objects.get()
    assert bytes(kept.content) == b"\x00<script>alert(1)</script>"
    assert kept.refused == answer.json()["detail"]
    assert Address.objects.get().refused == kept.refused
    assert not SignalGroup.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"7", b"{}", b'{"alerts": 7}', b"[" * 100_000, b"\xff\xfe", b'"x']
)
def test_no_sender_fails_over_a_strange_body(body: bytes) -> None:
    for sender in SENDERS:
        answer = post(address(sender), body)
        assert answer.status_code in (202, 400), (sender, answer.content)


def test_an_unknown_address_and_one_of_another_sender_are_not_there() -> None:
    path = address("cloudevents")
    assert post(path[:-3] + "xyz", BODY).status_code == 404
    assert post(path.replace("cloudevents", "alertmanager"), BODY).status_code == 404
    assert not KeptBody.objects.exists()


def test_a_signed_delivery_is_taken_and_a_wrong_signature_is_kept_with_the_reason() -> None:
    path = address("pagerduty", signing="s3cret")
    body = json.dumps({"event": {"event_type": "incident.triggered", "data": {"id": "P1", "title": "Drift"}}})
    right = hmac(b"s3cret", body.encode(), "sha256").hexdigest()
    assert post(path, body, X_PagerDuty_Signature=f"v1={right}").status_code == 202
    for wrong in ({}, {"X_PagerDuty_Signature": "v1=" + "0" * 64}):
        answer = post(path, body, **wrong)
        assert answer.status_code == 401
    assert KeptBody.objects.exclude(refused="").count() == 2
    assert SignalRow.objects.count() == 1


def test_a_sender_that_cannot_sign_shows_its_token() -> None:
    path = address("cloudevents", signing="tok-en")
    assert post(path, BODY, kind=EVENTS).status_code == 401
    assert post(path, BODY, kind=EVENTS, Authorization="Bearer tok-en").status_code == 202


def test_a_body_that_is_too_large_is_refused() -> None:
    answer = post(address("cloudevents"), b" " * (endpoint.BODY_MAX + 1))
    assert answer.status_code == 413
    assert "larger than" in KeptBody.objects.get().refused


def test_too_many_signals_in_one_delivery_are_refused() -> None:
    alerts = [{"labels": {"alertname": "A"}, "fingerprint": str(n)} for n in range(endpoint.SIGNALS_MAX + 1)]
    assert post(address("alertmanager"), json.dumps({"alerts": alerts})).status_code == 400


def test_an_address_that_delivers_too_much_is_told_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "A_MINUTE", 3)
    monkeypatch.setattr(endpoint, "RATE", Rate("in"))
    path = address("cloudevents")
    answers = [post(path, BODY, kind=EVENTS) for _ in range(4)]
    assert [one.status_code for one in answers] == [202, 202, 202, 429]
    assert 1 <= int(answers[3]["Retry-After"]) <= 61
    assert post(address("cloudevents", name="other"), BODY, kind=EVENTS).status_code == 202


def test_a_paused_address_takes_nothing_and_a_closed_one_is_gone() -> None:
    path = address("cloudevents")
    addresses.pause("cloudevents")
    answer = post(path, BODY, kind=EVENTS)
    assert (answer.status_code, answer["Retry-After"]) == (503, "600")
    addresses.resume("cloudevents")
    assert post(path, BODY, kind=EVENTS).status_code == 202
    addresses.close("cloudevents")
    assert post(path, BODY, kind=EVENTS).status_code == 404
    with pytest.raises(NotAllowed, match="was closed"):
        addresses.rotate("cloudevents")


def test_a_new_secret_ends_the_former_one() -> None:
    path = address("cloudevents")
    newer = addresses.rotate("cloudevents").path
    assert (post(path, BODY, kind=EVENTS).status_code, post(newer, BODY, kind=EVENTS).status_code) == (404, 202)


def test_the_secrets_of_an_address_are_not_kept_in_the_clear(sqlite: Options) -> None:
    path = address("pagerduty", signing="a-signing-secret")
    stored = str(Address.objects.values().get())
    assert path.rsplit("/", 1)[1] not in stored
    assert "a-signing-secret" not in stored
    assert addresses.signing(Address.objects.get()) == "a-signing-secret"


def test_no_log_holds_the_secret_of_an_address(caplog: pytest.LogCaptureFixture) -> None:
    path = address("alertmanager")
    with caplog.at_level(logging.DEBUG):
        post(path, "no json")
        Client().get(path)
        post(path + "x", "{}")
    assert path.rsplit("/", 1)[1] not in caplog.text


def test_a_mapping_of_ones_own_reads_any_other_json() -> None:
    mapping = {"paths": {"title": "rule.name", "key": ["id"], "state": "st"}, "values": {"state": {"0": "resolved"}}}
    path = address("mapped", name="house", mapping=mapping)
    assert post(path, json.dumps({"id": 7, "rule": {"name": "PSI"}, "st": "1"})).status_code == 202
    assert post(path, json.dumps({"id": 7, "rule": {"name": "PSI"}, "st": "0"})).status_code == 202
    assert (SignalGroup.objects.get().state, SignalGroup.objects.get().sender) == (Triage.RESOLVED, "mapped")
    answer = post(path, "{}")
    assert (answer.status_code, "There is no title at `rule.name`" in answer.json()["detail"]) == (400, True)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"sender": "nobody"}, "is not known"),
        ({"name": "Ünfit"}, "lower-case"),
        ({"system": "no-such"}, "there is no AI system"),
        ({"signing": "a\nb"}, "printable"),
        ({"mapping": {"paths": {"title": "a"}}}, "only an address of `mapped`"),
        ({"sender": "mapped"}, "needs `paths`"),
        ({"sender": "mapped", "mapping": {"paths": {"colour": "a"}}}, "`colour` is no word"),
        ({"sender": "mapped", "mapping": {"paths": {"title": 7}}}, "Expected `array`"),
    ],
)
def test_an_address_that_cannot_be_is_refused_by_its_word(words: dict[str, Any], why: str) -> None:
    told = {"sender": "cloudevents", "name": "a", **words}
    with pytest.raises(BadRequest, match=why):
        addresses.add(told.pop("sender"), told.pop("name"), by="ana", **told)


def test_pagerdutys_events_api_is_answered_as_its_senders_expect() -> None:
    payload = {"summary": "Refusals", "source": "loans", "severity": "critical"}
    answer = post(
        address("pagerduty"), json.dumps({"event_action": "trigger", "dedup_key": "k", "payload": payload})
    ).json()
    assert (answer["status"], answer["dedup_key"]) == ("success", "k")


def test_cloud_events_are_told_that_they_are_welcome() -> None:
    answer = Client(headers={"WebHook-Request-Origin": "events.example.org"}).options(address("cloudevents"))
    assert (answer.status_code, answer["WebHook-Allowed-Origin"]) == (200, "events.example.org")


def test_a_delivery_says_what_its_address_is_about() -> None:
    desk().register(by=Person("ana", "administrator"), name="loans")
    post(address("cloudevents", system="loans"), BODY, kind=EVENTS)
    assert SignalGroup.objects.get().system == "loans"
    heard = Address.objects.get().heard_at
    assert heard is not None
    assert datetime.now(UTC) - heard < timedelta(minutes=1)
