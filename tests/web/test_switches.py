"""The server side of switches, held to the protocol's page: signatures, tags, confirmations, tokens, OFREP."""

import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from tests.api.speaking import installation
from tests.databases import (
    postgresql,
    postgresql_fresh,
    postgresql_server,
    postgresql_tables,
    sqlite,
    sqlite_fresh,
    sqlite_tables,
)

from hotwash.guard.signing import access, etag, key, signature, signed
from hotwash.guard.snapshot import read
from hotwash.ledger.rule import NotAllowed
from hotwash.response.desk import NotFound, Person
from hotwash.response.request import BadRequest
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.switches import confirmations, services, snapshots, waking
from hotwash.web.switches.setting import switching
from hotwash.web.tables.models import InstanceRow, Service, ServiceToken

__all__ = [
    "postgresql",
    "postgresql_fresh",
    "postgresql_server",
    "postgresql_tables",
    "sqlite",
    "sqlite_fresh",
    "sqlite_tables",
]

ANA, BO = Person("ana", "responder"), Person("bo", "commander")
NO_TIME = "People are harmed by the minute."


class Follower:
    """A service as its processes speak for it."""

    def __init__(self, token: str) -> None:
        self.token, self.key = token, key(token)
        self.client = Client()

    def _headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {access(self.token)}", **more}

    def snapshot(self, tag: str = "", nonce: str = "00ff") -> Any:
        headers = self._headers(**{"Guard-Nonce": nonce, **({"If-None-Match": f'"{tag}"'} if tag else {})})
        return self.client.get("/guard/v1/snapshot", headers=headers)

    def orders(self, switch: str = "loans") -> list[dict[str, Any]]:
        return [dict(one.told) for one in read(self.snapshot().content).switches[switch].orders]

    def confirm(self, *, instance: str = "host-1", tag: str | None = None, at: str = "", **more: Any) -> int:
        tag = Service.objects.get().etag if tag is None else tag
        at = at or timezone.now().isoformat()
        body = json.dumps({"instance": instance, "etag": tag, "serial": 1, "at": at, **more}).encode()
        digest = hashlib.sha256(body).hexdigest()
        headers = self._headers(
            **{"Guard-Nonce": "0102", "Guard-Signature": signature(self.key, "confirm", "0102", digest)}
        )
        return int(
            self.client.post("/guard/v1/confirm", body, content_type="application/json", headers=headers).status_code
        )

    def ask(self, path: str, context: Any = None, **headers: str) -> Any:
        body = json.dumps({"context": context or {}})
        return self.client.post(
            f"/ofrep/v1/evaluate/flags{path}", body, content_type="application/json", headers=self._headers(**headers)
        )


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Path]:
    with installation(tmp_path) as logs:
        desk().register(by=BO, name="Loans", slug="loans")
        desk().declare(by=ANA, title="Loans refused", system="loans")
        yield logs
        waking.WATCH.rest()


@pytest.fixture
def api(house: Path) -> Follower:
    return Follower(services.add("loans-api", ["loans"], by="bo")[1])


def contain(state: str = "human", **words: Any) -> int:
    done = switching().contain("INC-2026-0001", switch="loans", state=state, by=ANA, unheld_because=NO_TIME, **words)
    assert done.applied, done.sentence
    return done.containment


def test_a_snapshot_is_what_stands_and_is_signed_for_the_question(api: Follower) -> None:
    contain(cohort="region = 'EU' and age >= 50", share=("applicant", 0.25), until=timezone.now() + timedelta(hours=1))
    answer = api.snapshot(nonce="abcd")
    tag = answer["ETag"].strip('"')
    assert tag == etag(answer.content)
    assert answer["Content-Type"] == "application/json"
    assert signed(answer["Guard-Signature"], api.key, "snapshot", "abcd", tag, answer["Guard-Time"])
    assert not signed(answer["Guard-Signature"], api.key, "snapshot", "abce", tag, answer["Guard-Time"])
    [order] = api.orders()
    assert order["when"] == {
        "all": [
            {"attribute": "region", "is": "=", "value": "EU"},
            {"attribute": "age", "is": ">=", "value": 50},
        ]
    }
    assert order["share"] == {"of": "applicant", "part": 0.25, "salt": "INC-2026-0001/3"}
    assert (order["set_by"], order["incident"]) == ("ana", "INC-2026-0001")


def test_nothing_new_is_said_without_a_body_and_signed_too(api: Follower) -> None:
    tag = api.snapshot()["ETag"].strip('"')
    answer = api.snapshot(tag)
    assert (answer.status_code, answer.content) == (304, b"")
    assert signed(answer["Guard-Signature"], api.key, "snapshot", "00ff", tag, answer["Guard-Time"])


def test_the_serial_grows_with_each_change_and_with_nothing_else(api: Follower) -> None:
    first = read(api.snapshot().content).serial
    snapshots.publish([Service.objects.get().pk])
    assert read(api.snapshot().content).serial == first
    contain()
    assert read(api.snapshot().content).serial > first


def test_the_serial_grows_also_where_the_clock_went_back(api: Follower) -> None:
    Service.objects.update(serial=2**50)
    contain()
    assert read(api.snapshot().content).serial == 2**50 + 1


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer ä"])
def test_who_is_not_known_learns_nothing(api: Follower, shown: str) -> None:
    headers = {"Authorization": shown} if shown else {}
    for path in ("/guard/v1/snapshot", "/guard/v1/stream", "/ofrep/v1/sse"):
        assert Client().get(path, headers=headers).status_code == 401
    for path in ("/guard/v1/confirm", "/ofrep/v1/evaluate/flags", "/ofrep/v1/evaluate/flags/loans"):
        answer = Client().post(path, b"{}", content_type="application/json", headers=headers)
        assert answer.status_code == 401
        assert b"loans-api" not in answer.content


def test_the_token_itself_is_not_what_is_shown_and_is_kept_nowhere(api: Follower) -> None:
    assert Client().get("/guard/v1/snapshot", headers={"Authorization": f"Bearer {api.token}"}).status_code == 401
    kept = json.dumps([list(ServiceToken.objects.values_list()), list(Service.objects.values_list())], default=str)
    for secret in (api.token, access(api.token), api.key.hex()):
        assert secret not in kept


def test_a_service_sees_only_the_switches_of_its_systems(api: Follower) -> None:
    desk().register(by=BO, name="Cards", slug="cards")
    assert set(read(api.snapshot().content).switches) == {"loans"}
    services.follow("loans-api", ["loans", "cards"])
    assert set(read(api.snapshot().content).switches) == {"loans", "cards"}


def test_a_policy_reaches_the_processes(api: Follower) -> None:
    desk().record_system(
        "loans", "describe-switch", by=BO, stale="engage", never_synced="engage", stale_after_s=30, engaged="human"
    )
    snapshots.publish([Service.objects.get().pk])
    policy = read(api.snapshot().content).switches["loans"].policy
    assert policy is not None
    assert (policy.stale, policy.stale_after_s, policy.engaged) == ("engage", 30, "human")


def test_confirmations_are_signed_and_the_latest_word_of_an_instance_counts(api: Follower) -> None:
    contain()
    assert api.confirm(at="2026-11-23T03:02:11+00:00", tag="sha256-older") == 204
    assert not confirmations.instances("loans")[0].confirmed_at
    assert api.confirm(at="2026-11-23T03:02:12+00:00") == 204
    assert confirmations.instances("loans")[0].confirmed_at
    assert api.confirm(at="2026-11-23T03:02:11+00:00", tag="sha256-older") == 204
    assert confirmations.instances("loans")[0].confirmed_at
    other = Follower(api.token)
    other.key = b"another"
    assert other.confirm() == 403


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"instance": "", "etag": "", "at": "2026-11-23T03:02:11Z"}',
             b'{"instance": "a", "etag": "", "at": "2026-11-23T03:02:11"}', b'{"instance": "a", "etag": 7, "at": "x"}',
             b'{"instance": "a\\u0000", "etag": "", "at": "2026-11-23T03:02:11Z"}', b'{"instance": "a", "faults": 1}'],
)  # fmt: skip
def test_what_is_no_confirmation_is_refused(api: Follower, body: bytes) -> None:
    digest = hashlib.sha256(body).hexdigest()
    proof = signature(api.key, "confirm", "00", digest)
    headers = {"Authorization": f"Bearer {access(api.token)}", "Guard-Nonce": "00", "Guard-Signature": proof}
    answer = Client().post("/guard/v1/confirm", body, content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert not InstanceRow.objects.exists()


def test_who_confirmed_and_who_is_silent_is_told_by_name(api: Follower) -> None:
    contain()
    api.confirm(instance="a")
    api.confirm(instance="b", tag="sha256-older")
    heard = switching().standing("loans").heard
    assert (heard.confirmed, heard.silent) == (("a",), ("b",))
    InstanceRow.objects.filter(name="a").update(heard_at=timezone.now() - timedelta(seconds=91))
    assert switching().standing("loans").heard.silent == ("a", "b")
    InstanceRow.objects.filter(name="b").update(heard_at=timezone.now() - timedelta(minutes=16))
    assert [one.name for one in switching().standing("loans").heard.instances] == ["a"]


def test_the_record_says_who_confirmed(api: Follower) -> None:
    contain()
    api.confirm(instance="a")
    assert "1 of 1 instance confirmed after" in switching().settle("INC-2026-0001")[0]
    assert desk().incident("INC-2026-0001").orders[3].confirmed is not None


def test_without_a_service_a_containment_rests_on_the_persons_word(house: Path) -> None:
    done = switching().contain("INC-2026-0001", switch="loans", state="off", by=ANA, unheld_because=NO_TIME)
    assert not done.driven
    assert "No service follows loans yet" in done.sentence
    assert done.entries[0].kind == "containment-applied"


def test_a_new_token_leaves_the_former_one_good_for_a_while(api: Follower) -> None:
    _, fresh = services.rotate("loans-api", by="bo")
    assert Follower(fresh).snapshot().status_code == api.snapshot().status_code == 200
    _, last = services.rotate("loans-api", by="bo", overlap=timedelta(0))
    assert Follower(fresh).snapshot().status_code == api.snapshot().status_code == 401
    assert Follower(last).snapshot().status_code == 200


def test_a_revoked_service_is_not_known_any_more(api: Follower) -> None:
    services.revoke("loans-api")
    assert api.snapshot().status_code == 401
    with pytest.raises(NotAllowed, match="revoked"):
        services.rotate("loans-api", by="bo")
    done = switching().contain("INC-2026-0001", switch="loans", state="off", by=ANA, unheld_because=NO_TIME)
    assert not done.driven


def test_a_service_has_a_name_and_systems_that_are_there(house: Path) -> None:
    for name, given in (("Loans API", ["loans"]), ("", ["loans"]), ("api", []), ("api", ["cards"]), ("api", ["../x"])):
        with pytest.raises(BadRequest):
            services.add(name, given, by="bo")
    services.add("api", ["loans"], by="bo")
    with pytest.raises(NotAllowed, match="already"):
        services.add("api", ["loans"], by="bo")
    with pytest.raises(NotFound):
        services.revoke("nobody")


def test_a_stream_begins_at_once_and_its_words_are_numbered_and_signed(api: Follower) -> None:
    headers = {"Authorization": f"Bearer {access(api.token)}", "Guard-Nonce": "0a", "Guard-Ping": "0.1"}
    answer = Client().get("/guard/v1/stream", headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/event-stream")
    flow = iter(answer)
    first, second = next(flow).decode().splitlines(), next(flow).decode().splitlines()
    answer.close()
    for number, (name, lines) in enumerate((("snapshot", first), ("ping", second)), 1):
        assert lines[0] == f"event: {name}"
        head = json.loads(lines[1].removeprefix("data: "))
        parts = ("event", "0a", name, str(number), head["etag"], head["time"])
        assert signed(head["signature"], api.key, *parts)
    assert etag(first[2].removeprefix("data: ").encode()) == json.loads(first[1].removeprefix("data: "))["etag"]
    assert not waking.WATCH.listeners


def test_a_stream_that_knows_the_state_begins_with_a_ping(api: Follower) -> None:
    tag = api.snapshot()["ETag"]
    headers = {"Authorization": f"Bearer {access(api.token)}", "Guard-Nonce": "0a", "If-None-Match": tag}
    answer = Client().get("/guard/v1/stream", headers=headers)
    assert next(iter(answer)).startswith(b"event: ping\n")
    answer.close()


def test_beyond_the_limit_a_stream_is_refused_and_told_when_to_come_back(
    api: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waking.WATCH, "listeners", {waking.Listener(0) for _ in range(1000)})
    headers = {"Authorization": f"Bearer {access(api.token)}", "Guard-Nonce": "0a"}
    answer = Client().get("/guard/v1/stream", headers=headers)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_a_sleeping_stream_holds_no_connection(api: Follower) -> None:
    headers = {"Authorization": f"Bearer {access(api.token)}", "Guard-Nonce": "0a", "Guard-Ping": "0.1"}
    answer = Client().get("/guard/v1/stream", headers=headers)
    flow = iter(answer)
    next(flow), next(flow)
    assert connections["default"].connection is None
    answer.close()


def test_ofrep_answers_as_a_guard_would(api: Follower) -> None:
    contain(cohort="region = 'EU'")
    whole = api.ask("/loans", {"targetingKey": "p1", "region": "US"}).json()
    assert (whole["value"], whole["variant"], whole["reason"]) == (True, "serve", "DEFAULT")
    part = api.ask("/loans", {"targetingKey": "p1", "region": "EU"}).json()
    assert (part["key"], part["value"], part["variant"], part["reason"]) == ("loans", False, "human", "TARGETING_MATCH")
    assert part["metadata"]["incident"] == "INC-2026-0001"
    assert api.ask("/loans:state", {"region": "EU"}).json()["value"] == "human"
    assert api.ask("/loans", {}).json()["value"] is False, "what cannot be known is held"


def test_ofrep_shares_traffic_by_the_targeting_key(api: Follower) -> None:
    contain(share=("applicant", 0.5))
    held = [api.ask("/loans", {"targetingKey": f"p{n}"}).json() for n in range(60)]
    assert {one["reason"] for one in held} == {"SPLIT", "DEFAULT"}
    again = [api.ask("/loans", {"applicant": f"p{n}"}).json()["value"] for n in range(60)]
    assert again == [one["value"] for one in held]


def test_ofrep_says_in_its_words_what_is_wrong(api: Follower) -> None:
    missing = api.ask("/cards")
    assert (missing.status_code, missing.json()["errorCode"]) == (404, "FLAG_NOT_FOUND")
    for body, code in ((b"{", "PARSE_ERROR"), (b"[]", "PARSE_ERROR"), (b'{"context": 7}', "INVALID_CONTEXT")):
        answer = Client().post(
            "/ofrep/v1/evaluate/flags/loans", body, content_type="application/json",
            headers={"Authorization": f"Bearer {access(api.token)}"},
        )  # fmt: skip
        assert (answer.status_code, answer.json()["errorCode"]) == (400, code)


def test_ofrep_in_bulk_has_a_tag_over_what_this_context_gets(api: Follower) -> None:
    first = api.ask("", {"region": "EU"})
    assert {one["key"] for one in first.json()["flags"]} == {"loans", "loans:state"}
    assert api.ask("", {"region": "EU"}, **{"If-None-Match": first["ETag"]}).status_code == 304
    contain(cohort="region = 'EU'")
    assert api.ask("", {"region": "EU"}, **{"If-None-Match": first["ETag"]}).status_code == 200
    assert api.ask("", {"region": "US"}, **{"If-None-Match": first["ETag"]}).status_code == 200


def test_ofrep_tells_by_stream_when_to_ask_again(api: Follower) -> None:
    [told] = api.ask("").json()["eventStreams"]
    answer = Client().get(told["endpoint"]["requestUri"])
    flow = iter(answer)
    assert next(flow) == b": here\n\n"
    contain()
    line = next(flow).decode()
    assert json.loads(line.splitlines()[1].removeprefix("data: "))["type"] == "refetchEvaluation"
    answer.close()
    assert Client().get("/ofrep/v1/sse?ticket=nonsense").status_code == 401
    services.revoke("loans-api")
    assert Client().get(told["endpoint"]["requestUri"]).status_code == 401


def test_an_order_that_is_over_holds_nobody_in_ofrep(api: Follower) -> None:
    contain(until=timezone.now() + timedelta(seconds=0.2))
    import time

    until = time.monotonic() + 5
    while not api.ask("/loans").json()["value"] and time.monotonic() < until:
        time.sleep(0.02)
    assert api.ask("/loans").json()["value"] is True


@pytest.mark.real("postgresql")
def test_a_process_keeps_only_so_many_connections(postgresql: Options) -> None:
    from django.core.signals import request_finished

    from hotwash.web import connections as kept

    opened = []

    def answer() -> None:
        connections["default"].ensure_connection()
        opened.append(connections["default"].connection)
        together.wait()
        request_finished.send(sender=None)
        done.wait()
        still.append(connections["default"].connection is not None)
        connections["default"].close()

    still: list[bool] = []
    count = kept.KEPT + 8
    together, done = threading.Barrier(count), threading.Barrier(count)
    threads = [threading.Thread(target=answer) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == count
    assert sum(still) <= kept.KEPT
