"""The pages of the inbox: what they show, that what came is never more than text, and what each costs."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.api.speaking import installation
from tests.web.people import enter, person
from tests.web.test_inbox_endpoint import post
from tests.web.test_pages import _statements, _text

from hotwash.response.desk import Desk, Person
from hotwash.response.signals import Measured, Signal
from hotwash.web.door import desk
from hotwash.web.inbox import addresses
from hotwash.web.inbox.taking import take
from hotwash.web.options import Options
from hotwash.web.tables.models import Address, KeptBody, Role, SignalGroup, Triage, TriageRow

BO = Person("bo", "commander")
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}"


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Desk]:
    for name, role in (("bo", Role.COMMANDER), ("cy", Role.RESPONDER), ("eve", Role.OBSERVER), ("dee", Role.REPORTER)):
        person(name, role=role)
    with installation(tmp_path):
        yield desk()


def came(*keys: str, **words: Any) -> int:
    now = datetime.now(UTC) - timedelta(minutes=5)
    told: dict[str, Any] = {"group": "refusals", "alert_at": now} | words
    return take("grafana", [Signal("grafana", key, f"Refusals {key}", **told) for key in keys])[0]


def test_an_empty_inbox_teaches_and_now_says_nothing_of_it(house: Desk) -> None:
    assert "Connect a sender" in _text(enter("bo"), "/inbox/")
    assert "To triage" not in _text(enter("bo"), "/")


def test_the_worst_stands_first_and_now_tells_how_many_wait(house: Desk) -> None:
    for number in range(7):
        came(f"k{number}", group=f"g{number}", grade="low")
    came("worst", group="w", grade="critical")
    page = _text(enter("cy"), "/inbox/")
    assert page.index("Refusals worst") < page.index("Refusals k6") < page.index("Refusals k0")
    assert "To triage (8)" in _text(enter("cy"), "/")


def test_the_list_goes_on_over_pages_and_can_be_narrowed(house: Desk) -> None:
    for number in range(60):
        came(f"n{number:02}", group=f"g{number}")
    bo = enter("bo")
    first = _text(bo, "/inbox/")
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = _text(bo, older)
    assert ("Refusals n59" in first, "Refusals n09" in first) == (True, False)
    assert ("Refusals n59" in second, "Refusals n09" in second) == (False, True)
    assert "No line fits" in _text(bo, "/inbox/?grade=critical")
    assert "No line fits" in _text(bo, "/inbox/?sender=sentry&after=rubbish")
    assert "Refusals n59" in _text(bo, "/inbox/?view=nonsense&grade=nonsense&sender=grafana")


def test_a_line_shows_both_times_numbers_and_links(house: Desk) -> None:
    pk = came(
        "a",
        data_at=datetime(2026, 3, 1, tzinfo=UTC),
        detail="Twice as many",
        links=("https://g.example.org/d/1", "javascript:alert(1)"),
        measured=(Measured("PSI", 0.31, 0.2, "age"),),
        labels={"env": "production"},
    )
    page = _text(enter("cy"), f"/inbox/{pk}/")
    for shown in ("1 Mar 2026", "Twice as many", "PSI of age is 0.31, limit 0.2", "production"):
        assert shown in page
    assert 'href="https://g.example.org/d/1" rel="noopener noreferrer nofollow external"' in page
    assert "javascript:" not in page


def test_what_came_is_shown_as_text_wherever_it_stands(house: Desk) -> None:
    path = addresses.add("cloudevents", "events", by="bo").path
    event = {"specversion": "1.0", "id": "1", "source": EVIL, "type": EVIL, "data": {"title": EVIL, "message": EVIL}}
    assert post(path, json.dumps(event), kind="application/cloudevents+json").status_code == 202
    assert post(path, EVIL).status_code == 400
    pk = SignalGroup.objects.get().pk
    good, bad = KeptBody.objects.order_by("pk").values_list("pk", flat=True)
    bo = enter("bo")
    pages = ["/", "/inbox/", f"/inbox/{pk}/", "/inbox/refused/", "/inbox/addresses/"]
    pages += [f"/inbox/deliveries/{one}/" for one in (good, bad)]
    for address in pages:
        page = _text(bo, address)
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address
        assert "14" not in page.split("alert(1)&gt;")[-1][:3], address
    saved = bo.get(f"/inbox/deliveries/{bad}/bytes/")
    assert saved.content == EVIL.encode()
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved["X-Content-Type-Options"] == "nosniff"


def test_a_refused_delivery_stands_with_its_reason(house: Desk) -> None:
    post(addresses.add("alertmanager", "am", by="bo").path, '{"alerts": []}')
    page = _text(enter("bo"), "/inbox/refused/")
    assert "The body has no `alerts`." in page
    assert "am" in page


def test_promoting_leads_into_the_room(house: Desk) -> None:
    pk = came("a", data_at=datetime(2026, 3, 1, tzinfo=UTC))
    bo = enter("bo")
    sent = {"promote-title": "Loans refused", "promote-harms": ["fairness"], "promote-begin_harm": "on"}
    answer = bo.post(f"/inbox/{pk}/promote/", sent)
    incident = SignalGroup.objects.get().incident
    assert (answer.status_code, answer["Location"]) == (302, f"/incidents/{incident}/")
    assert house.incident(incident).title == "Loans refused"
    assert "Refusals a" in _text(bo, f"/incidents/{incident}/")
    assert incident in _text(bo, f"/inbox/{pk}/")
    again = bo.post(f"/inbox/{pk}/promote/", sent)
    assert again.status_code == 409
    assert f"went to {incident} already" in again.content.decode()


def test_joining_snoozing_dismissing_and_taking_back(house: Desk) -> None:
    pk, cy = came("a"), enter("cy")
    assert cy.post(f"/inbox/{pk}/snooze/", {"snooze-hours": "4", "snooze-reason": "Lunch"}).status_code == 302
    assert SignalGroup.objects.get().state == Triage.SNOOZED
    assert "Sleeps until" in _text(cy, f"/inbox/{pk}/")
    assert cy.post(f"/inbox/{pk}/undo/").status_code == 302
    assert cy.post(f"/inbox/{pk}/dismiss/", {"dismiss-reason": ""}).status_code == 422
    assert cy.post(f"/inbox/{pk}/dismiss/", {"dismiss-reason": "Known"}).status_code == 302
    assert cy.post(f"/inbox/{pk}/undo/").status_code == 302
    assert cy.post(f"/inbox/{pk}/join/", {"join-incident": "INC-2026-9999"}).status_code == 409
    incident = house.declare(by=BO, title="Loans").id
    assert cy.post(f"/inbox/{pk}/join/", {"join-incident": incident}).status_code == 302
    assert house.incident(incident).signals[0].event.title == "Refusals a"
    assert TriageRow.objects.count() == 5


def test_several_are_dismissed_or_joined_at_once(house: Desk) -> None:
    first, second, third = came("a", group="1"), came("b", group="2"), came("c", group="3")
    cy = enter("cy")
    sent = {"line": [first, second], "act": "dismiss", "dismiss-reason": "A test"}
    assert cy.post("/inbox/together/", sent).status_code == 302
    incident = house.declare(by=BO, title="Loans").id
    assert cy.post("/inbox/together/", {"line": [third], "act": "join", "incident": incident}).status_code == 302
    assert [one.state for one in SignalGroup.objects.order_by("pk")] == ["dismissed", "dismissed", "joined"]
    nothing = cy.post("/inbox/together/", {"act": "dismiss", "dismiss-reason": "x"})
    assert nothing.status_code == 409
    assert "name 1 to 200" in nothing.content.decode()


def test_an_address_is_shown_once_and_can_be_changed_paused_and_closed(house: Desk) -> None:
    bo = enter("bo")
    made = bo.post("/inbox/addresses/", {"sender": "pagerduty", "name": "pd", "signing": "s3cret"}).content.decode()
    path = "/in/pagerduty/" + made.split("/in/pagerduty/")[1].split("<")[0]
    assert addresses.known("pagerduty", path.rsplit("/", 1)[1]) is not None
    for address in ("/inbox/addresses/", "/inbox/addresses/pd/"):
        page = _text(bo, address)
        assert path not in page
        assert "s3cret" not in page
    assert (
        "There is an address pd already"
        in bo.post("/inbox/addresses/", {"sender": "pagerduty", "name": "pd"}).content.decode()
    )
    assert bo.post("/inbox/addresses/pd/", {"team": "Loans", "act": "keep"}).status_code == 302
    assert addresses.signing(Address.objects.get()) == "s3cret"
    bo.post("/inbox/addresses/pd/", {"forget_signing": "on", "act": "keep"})
    assert addresses.signing(Address.objects.get()) == ""
    for verb, field in (("pause", "paused_at"), ("close", "revoked_at")):
        assert bo.post(f"/inbox/addresses/pd/{verb}/").status_code == 302
        assert getattr(Address.objects.get(), field) is not None
    assert bo.post("/inbox/addresses/pd/burn/").status_code == 404


def test_a_mapping_is_tried_on_a_body_before_it_is_kept(house: Desk) -> None:
    bo = enter("bo")
    mapping = {"paths": {"title": "rule.name"}}
    sent = {"sender": "mapped", "name": "house", "mapping": json.dumps(mapping)}
    assert bo.post("/inbox/addresses/", sent).status_code == 200
    other = json.dumps({"paths": {"title": "name"}})
    tried = bo.post("/inbox/addresses/house/", {"act": "try", "mapping": other, "body": '{"name": "PSI & co"}'})
    assert "It reads 1 signal" in tried.content.decode()
    assert "PSI &amp; co" in tried.content.decode()
    assert Address.objects.get().mapping == mapping
    wrong = bo.post("/inbox/addresses/house/", {"act": "try", "mapping": other, "body": "{}"})
    assert (wrong.status_code, "There is no title at" in wrong.content.decode()) == (422, True)
    assert bo.post("/inbox/addresses/house/", {"act": "keep", "mapping": "[1"}).status_code == 422
    assert not SignalGroup.objects.exists()


@pytest.mark.parametrize(("name", "sees", "triages", "manages"), [("eve", 200, 403, 403), ("dee", 403, 403, 403)])
def test_who_may_not_does_not(house: Desk, name: str, sees: int, triages: int, manages: int) -> None:
    pk, client = came("a"), enter(name)
    post(addresses.add("alertmanager", "am", by="bo").path, "{}")
    body = KeptBody.objects.get().pk
    for path in ("/inbox/", f"/inbox/{pk}/"):
        assert client.get(path).status_code == sees
    for path in ("/inbox/refused/", f"/inbox/deliveries/{body}/", f"/inbox/deliveries/{body}/bytes/"):
        assert client.get(path).status_code == triages
    for path in (f"/inbox/{pk}/dismiss/", f"/inbox/{pk}/promote/", "/inbox/together/"):
        assert client.post(path, {"dismiss-reason": "x", "line": pk}).status_code == triages
    assert client.get("/inbox/addresses/").status_code == manages
    for verb in ("rotate", "pause", "close"):
        assert client.post(f"/inbox/addresses/am/{verb}/").status_code == manages
    assert SignalGroup.objects.get(pk=pk).state == Triage.WAITING
    assert Client().get("/inbox/").status_code == 302


def test_statements_do_not_grow_with_lines_and_signals(house: Desk) -> None:
    client, few = enter("bo"), {}
    pk = came("a")
    paths = ["/inbox/", "/inbox/?view=all", f"/inbox/{pk}/"]
    few = {path: _statements(client, path) for path in paths}
    came(*(str(number) for number in range(300)))
    for number in range(120):
        came(f"n{number}", group=f"g{number}")
    for path in paths:
        assert _statements(client, path) == few[path] <= 7, path
    assert _statements(client, "/") <= 10


def test_the_room_tells_how_many_signals_came(house: Desk) -> None:
    pk = came(*(str(number) for number in range(12)))
    bo = enter("bo")
    bo.post(f"/inbox/{pk}/promote/", {"promote-title": "Loans refused"})
    page = _text(bo, f"/incidents/{SignalGroup.objects.get().incident}/harm/")
    assert f'href="/inbox/{pk}/"' in page
    assert "12 signals in all, 12 firing" in page
