"""What MLflow tells by itself: a real server calls, and every kind of forged call is turned away."""

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue

import pytest
from tests import mlflow as real
from tests.connect.conftest import point

from hotwash.connect.mlflow import webhook
from hotwash.connect.senders import SENDERS
from hotwash.response.outside import NotVerified, Refused

Call = tuple[dict[str, str], bytes]
SECRET = "a secret of the tests"
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
BODY = b'{"entity":"model_version_alias","action":"created","data":{"name":"bot","alias":"champion","version":"3"}}'
HEADERS = {
    "X-MLflow-Delivery-Id": "d-1",
    "X-MLflow-Timestamp": "1795428000",
    "X-MLflow-Signature": "v1,xurNmIy/n1r+oRkmq6J3S41GAzQIj8myObjT/n1YvQ0=",
}


@contextmanager
def listening() -> Iterator[tuple[str, "Queue[Call]"]]:
    calls: Queue[Call] = Queue()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            calls.put((dict(self.headers.items()), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hooks/mlflow", calls
        server.shutdown()
        thread.join()


@pytest.mark.real("mlflow")
@pytest.mark.xdist_group("mlflow")
def test_somebody_who_moves_an_alias_in_mlflow_is_heard(mlflow_server: real.Server, bot: str) -> None:
    with listening() as (url, calls):
        made = mlflow_server.call(
            "POST",
            "2.0/mlflow/webhooks",
            name=bot,
            url=url,
            secret=SECRET,
            events=[{"entity": "MODEL_VERSION_ALIAS", "action": one} for one in ("CREATED", "DELETED")],
        )
        point(mlflow_server, bot, 2)
        headers, body = calls.get(timeout=60)
        mlflow_server.call("DELETE", "2.0/mlflow/registered-models/alias", name=bot, alias="champion")
        later = calls.get(timeout=60)
        mlflow_server.call("DELETE", f"2.0/mlflow/webhooks/{made['webhook']['webhook_id']}")
    now = datetime.now(UTC)
    told = webhook(headers, body, secret=SECRET, now=now)
    assert (told.model, told.alias, told.version) == (bot, "champion", "2")
    assert told.sentence == f"The alias champion of {bot} was pointed at version 2 in MLflow."
    assert abs(told.at - now) < timedelta(minutes=2)
    gone = webhook(*later, secret=SECRET, now=now)
    assert gone.sentence == f"The alias champion of {bot} was taken away in MLflow."
    assert gone.delivery != told.delivery
    with pytest.raises(NotVerified, match="signature of the call is wrong"):
        webhook(headers, body.replace(b'"2"', b'"3"'), secret=SECRET, now=now)


def test_a_signed_call_is_taken_in() -> None:
    told = webhook(HEADERS, BODY, secret=SECRET, now=AT)
    assert (told.delivery, told.at, told.what) == ("d-1", AT, "model_version_alias created")


@pytest.mark.parametrize("name", HEADERS)
def test_a_call_that_lacks_a_header_or_has_another_is_not_taken_in(name: str) -> None:
    for headers in (
        {key: value for key, value in HEADERS.items() if key != name},
        {**HEADERS, name: "v1,AAAA"},
        {**HEADERS, name: "1795428001"},
    ):
        with pytest.raises(NotVerified, match="not taken in"):
            webhook(headers, BODY, secret=SECRET, now=AT)


def test_another_secret_and_no_secret_open_nothing() -> None:
    for secret in ("another", ""):
        with pytest.raises(NotVerified, match="not taken in"):
            webhook(HEADERS, BODY, secret=secret, now=AT)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_call_played_back_or_a_clock_that_is_wrong_is_not_taken_in(minutes: int) -> None:
    with pytest.raises(NotVerified, match="more than 5 minutes from now"):
        webhook(HEADERS, BODY, secret=SECRET, now=AT + timedelta(minutes=minutes))
    assert webhook(HEADERS, BODY, secret=SECRET, now=AT + timedelta(minutes=minutes * 4 // 6))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"data": 3}', b"\xff"])
def test_a_signed_body_of_something_else_is_refused(body: bytes) -> None:
    headers = {**HEADERS, "X-MLflow-Signature": signed(body)}
    with pytest.raises(Refused, match="not one of a registry's webhook"):
        webhook(headers, body, secret=SECRET, now=AT)


def test_an_event_that_is_not_known_yet_is_told_all_the_same() -> None:
    body = json.dumps({"entity": "prompt", "action": "created", "data": {"name": "greeting"}}).encode()
    headers = {**HEADERS, "X-MLflow-Signature": signed(body)}
    assert webhook(headers, body, secret=SECRET, now=AT).sentence == "MLflow tells of greeting: prompt created."


def signed(body: bytes) -> str:
    made = hmac.digest(SECRET.encode(), b"d-1.1795428000." + body, "sha256")
    return "v1," + base64.b64encode(made).decode()


def test_a_call_is_a_signal_for_the_inbox_and_the_same_one_when_it_is_told_twice() -> None:
    sender = SENDERS["mlflow"]
    assert sender.verify
    sender.verify({name.lower(): value for name, value in HEADERS.items()}, BODY, SECRET, AT)
    first, again = (sender.read(HEADERS, BODY)[0] for _ in range(2))
    assert first == again
    assert (first.title, first.state) == (
        "The alias champion of bot was pointed at version 3 in MLflow.",
        "information",
    )
    assert first.labels == {"model": "bot", "version": "3", "alias": "champion"}
    assert first.alert_at == AT
    with pytest.raises(NotVerified):
        sender.verify(HEADERS, BODY + b" ", SECRET, AT)
