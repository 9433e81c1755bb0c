"""Every address of the API against the one table of access, role by role; a new address cannot be forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.api.finding import finding
from tests.api.speaking import API, Speaker, declared, problem, speaker, whole
from tests.web.people import PASSWORD, enter, person

from hotwash.incident.rules import VERBS as INCIDENT_VERBS
from hotwash.knowledge.access import AccountRole, may, may_own
from hotwash.response.cases import Case, Collection
from hotwash.response.complaints import Attached, Report
from hotwash.response.signals import Signal
from hotwash.systems.rules import VERBS as SYSTEM_VERBS
from hotwash.systems.rules_organisation import VERBS as ORGANISATION_VERBS
from hotwash.web.api.urls import api
from hotwash.web.cases import bring_in
from hotwash.web.complaints.receiving import receive
from hotwash.web.door import desk
from hotwash.web.inbox.taking import take
from hotwash.web.seals import making
from hotwash.web.tables.models import KeptBody

ROLES: tuple[str, ...] = AccountRole.__args__  # type: ignore[attr-defined]

NEEDS: dict[str, tuple[str, ...]] = {
    "list_incidents": ("read",),
    "get_incident": ("read",),
    "get_timeline": ("read",),
    "get_entries": ("read",),
    "get_post_mortem": ("read",),
    "list_evidence": ("read",),
    "get_evidence": ("read",),
    "get_held": ("read",),
    "get_case_file": ("export-case",),
    "get_finding": ("read",),
    "list_inquiries": ("read",),
    "get_inquiry": ("read",),
    "list_systems": ("read",),
    "get_system": ("read",),
    "get_system_gates": ("read",),
    "import_systems": ("register", "deploy", "set-purpose"),
    "get_system_entries": ("read",),
    "search": ("read",),
    "keep": ("add-evidence",),
    "keep_finding": ("record-finding",),
    "import_result": ("add-evidence", "record-finding"),
    "get_work_list": ("work-list",),
    "ask": ("ask", "record-finding"),
    "cancel_inquiry": ("ask",),
    "export": ("export",),
    "export_system": ("export",),
    "verify_incident": ("verify",),
    "verify_system": ("verify",),
    "verify": ("verify", "read"),
    "import": ("import",),
    "get_retention": ("erase-record",),
    "list_seals": ("verify",),
    "make_seal": ("seal",),
    "check_seal": ("verify",),
    "get_seal_key": ("verify",),
    "get_seal": ("seal",),
    "get_seal_stamp": ("seal",),
    "change_reach": ("contain",),
    "settle_incident": ("contain",),
    "settle_switches": ("contain",),
    "get_recovery": ("read",),
    "recovery_plan": ("release",),
    "recovery_ask": ("ask",),
    "recovery_begin": ("release",),
    "recovery_stop": ("contain",),
    "recovery_without_gate": ("release",),
    "recovery_agree_without_gate": ("release",),
    "worker": ("read",),
    "list_scenarios": ("read",),
    "get_drill_programme": ("read",),
    "list_drills": ("read",),
    "get_drill": ("read",),
    "get_drill_report": ("read",),
    "plan_drill": ("play-drills",),
    "say_drill": ("play-drills",),
    "list_jobs": ("read",),
    "list_playbooks": ("read",),
    "list_fault_trees": ("read",),
    "incident_trees": ("read",),
    "incident_whys": ("read",),
    "list_factors": ("read",),
    "incident_tree": ("read",),
    "postmortem_process": ("read",),
    "get_executive": ("read",),
    "take_contributions": ("read", "write-section"),
    "close_pulse": ("read", "open-pulse"),
    "get_playbook": ("read",),
    "incident_playbooks": ("read",),
    "get_form": ("read",),
    "get_briefing": ("read",),
    "get_redress": ("read",),
    "open_redress": ("open-redress",),
    "close_redress": ("open-redress",),
    "reopen_redress": ("open-redress",),
    "record_redress": ("work-redress",),
    "redress_act": ("work-redress",),
    "import_redress": ("work-redress",),
    "redress_results": ("work-redress",),
    "redress_from_finding": ("work-redress", "work-list"),
    "list_redress": ("work-list",),
    "get_redress_person": ("work-list",),
    "get_redress_list": ("work-list",),
    "redress_identity": ("see-identities",),
    "erase_redress_identities": ("see-identities",),
    "get_system_lineage": ("read",),
    "retry_job": ("retry-job",),
    "list_targets": ("read",),
    "add_target": ("manage-targets",),
    "test_target": ("manage-targets",),
    "remove_target": ("manage-targets",),
    "get_on_call": ("read",),
    "import_calendar": ("import-shifts",),
    "get_reached": (),
    "add_way": (),
    "first_way": (),
    "test_way": (),
    "remove_way": (),
    "set_quiet": (),
    "list_switches": ("read",),
    "get_switch": ("read",),
    "list_services": ("read",),
    "add_service": ("manage-services",),
    "rotate_service": ("manage-services",),
    "follow_systems": ("manage-services",),
    "revoke_service": ("manage-services",),
    "list_trackers": ("read",),
    "add_tracker": ("manage-trackers",),
    "change_tracker": ("manage-trackers",),
    "pause_tracker": ("manage-trackers",),
    "resume_tracker": ("manage-trackers",),
    "run_tracker": ("manage-trackers",),
    "remove_tracker": ("manage-trackers",),
    "track": ("add-action",),
    "list_actions": ("read",),
    "incident_actions": ("read",),
    "plan_effect": ("add-action",),
    "measure_effect": ("ask",),
    "list_pulls": ("read",),
    "add_pull": ("manage-pulls",),
    "change_pull": ("manage-pulls",),
    "pause_pull": ("manage-pulls",),
    "resume_pull": ("manage-pulls",),
    "run_pull": ("manage-pulls",),
    "remove_pull": ("manage-pulls",),
    "get_clocks": ("read",),
    "list_notices": ("read",),
    "list_messages": ("read",),
    "get_message": ("read",),
    "draft_from_record": ("read",),
    "write_letters": ("send-message", "work-list"),
    "list_message_templates": ("read",),
    "check_plain_language": (),
    "check_wording": (),
    "get_notice": ("read",),
    "list_duties": ("read",),
    "get_organisation": ("read",),
    **{verb.replace("-", "_"): (verb,) for verb in ORGANISATION_VERBS},
    "list_complaints": ("read-complaints",),
    "take_complaint": ("take-complaint",),
    "take_letter": ("take-complaint",),
    "get_complaint": ("read-complaints",),
    "get_contact": ("see-contact",),
    "get_complaint_file": ("read-complaints",),
    "answer_complaint": ("answer-complaints",),
    "close_complaint": ("sort-complaints",),
    "move_complaint": ("sort-complaints",),
    "list_clusters": ("read-complaints",),
    "get_cluster": ("read-complaints",),
    "merge_cluster": ("sort-complaints",),
    "rename_cluster": ("sort-complaints",),
    "link_cluster": ("link-signal",),
    "answer_cluster": ("answer-complaints",),
    "sort_anew": ("sort-complaints",),
    "list_inbox": ("read",),
    "get_line": ("read",),
    "take_signals": ("link-signal",),
    "promote_line": ("triage", "declare"),
    "join_lines": ("triage",),
    "snooze_lines": ("triage",),
    "dismiss_lines": ("triage",),
    "undo_line": ("triage",),
    "list_bodies": ("triage",),
    "get_body": ("triage",),
    "list_addresses": ("manage-addresses",),
    "add_address": ("manage-addresses",),
    "change_address": ("manage-addresses",),
    "rotate_address": ("manage-addresses",),
    "pause_address": ("manage-addresses",),
    "resume_address": ("manage-addresses",),
    "close_address": ("manage-addresses",),
    "try_mapping": ("manage-addresses",),
    "list_chats": ("manage-chats",),
    "add_chat": ("manage-chats",),
    "change_chat": ("manage-chats",),
    "rotate_chat": ("manage-chats",),
    "close_chat": ("manage-chats",),
    "make_chat_code": (),
    "get_metrics": ("read",),
    "get_prometheus": ("read",),
    "list_risks": ("read",),
    "list_controls": ("read",),
    "get_board_report": ("read",),
    "similar": ("read",),
    "incident_similar": ("read",),
    "export_as": ("export",),
    "import_template": ("import",),
    "import_incidents": ("import",),
    "bring_in_collection": ("import",),
    "list_collections": ("read",),
    "remove_collection": ("import",),
    "collection_case": ("read",),
    "me": (),
    "list_questions": (),
}
"""What each address needs that is not a verb of a record (those need the verb of their name)."""

SEEN_IF_OWN = {
    "list_incidents",
    "get_incident",
    "get_timeline",
    "get_entries",
    "get_post_mortem",
    "get_clocks",
    "get_recovery",
    "incident_actions",
    "incident_playbooks",
    "incident_trees",
    "incident_whys",
    "incident_tree",
    "postmortem_process",
    "get_executive",
    "get_form",
    "get_briefing",
    "get_redress",
    "list_notices",
    "list_messages",
    "get_message",
    "draft_from_record",
    "get_notice",
    "list_evidence",
    "get_evidence",
    "get_held",
    "get_finding",
    "list_inquiries",
    "get_inquiry",
    "search",
    "similar",
    "incident_similar",
    "list_collections",
}
"""Where somebody who reads only their own is answered: with what is theirs, else as if nothing were there."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address."""

    id: str
    method: str
    path: str

    def __str__(self) -> str:
        return self.id


def operations() -> Iterator[Operation]:
    for path, methods in api.get_openapi_schema(path_prefix="")["paths"].items():
        for method, described in methods.items():
            yield Operation(described["operationId"], method.upper(), path)


OPERATIONS = list(operations())


def needed(operation: Operation) -> tuple[str, ...]:
    verb = operation.id.replace("_", "-")
    return (verb,) if verb in INCIDENT_VERBS or verb in SYSTEM_VERBS else NEEDS[operation.id]


@pytest.fixture
def place(ana: Speaker, house: Path) -> dict[str, Any]:
    """An incident, a system, a finding and a question to be asked for."""
    (house / "log.csv").write_text("decision,who\nrefused,1\ngranted,2\n")
    ana.say("/systems", {"name": "Loans"})
    incident = declared(ana, system="loans")
    held = ana.say(f"/incidents/{incident}/hold")
    ana.say(f"/incidents/{incident}/export-case")
    ana.say(f"/incidents/{incident}/redress/open")
    ana.say(f"/incidents/{incident}/keep-tree", {"text": "tree loans\ngate top = a AND b\nevent a\nevent b\n"})
    kept = ana.send(f"/incidents/{incident}/evidence", b"1,2,3").json()
    found = ana.say(f"/incidents/{incident}/findings", finding(house))
    asked = ana.say(f"/incidents/{incident}/inquiries", {"question": "blast-radius", "source": str(house / "log.csv")})
    ana.say("/inbox/addresses", {"sender": "grafana", "name": "loans-api"})
    there = {"url": "https://1.1.1.1", "space": "s"}
    ana.say("/pulls", {"kind": "arize", "name": "loans-api", "settings": there})
    ana.say("/chats", {"chat": "slack", "name": "loans-api", "signing": "s"})
    issues = {"url": "https://1.1.1.1", "project": "bank/loans"}
    ana.say("/trackers", {"kind": "github", "name": "loans-api", "settings": issues, "secret": "s"})
    [line] = take("grafana", [Signal("grafana", "k", "Refusals")], raw=b"{}")
    return {
        "line": line,
        "number": KeptBody.objects.get().pk,
        "incident_id": incident,
        "slug": "loans",
        "form": "eu-gdpr-33",
        "ics": "ics-201",
        "scheme": "avid",
        "collection": brought_in(),
        "key": "7",
        "playbook": "biased-decisions",
        "tree": "loans",
        "evidence": kept["number"],
        "held": held["number"],
        "item": 1,
        "findings": found["number"],
        "inquiry": asked["inquiry"],
        "switch": "loans",
        "job": 1,
        "complaint": receive(Report("form", "My loan", files=[Attached("a.txt", b"a")])).id,
        "cluster": 1,
        "file": 1,
        "message": drafted(ana, incident),
        "rota": "first",
        "digest": making.keep(making.make(desk(), None), by="ana", places=()).digest,
        "drill_id": ana.say("/drills", {"scenario": "resume-screening", "seed": 7})["id"],
        "verb": "say",
        "way": 1,
        "target": ana.say("/targets", {"name": "staff", "kind": "mail", "address": "all@example.org"})["target"][
            "name"
        ],
        "name": ana.say("/services", {"name": "loans-api", "systems": ["loans"]})["service"],
    }


def brought_in() -> str:
    bring_in(Collection("aiid", "Cases", "Somebody", "CC BY-SA 4.0", "", (Case("7", "Loans"),)), by="ana", digest="d")
    return "aiid"


def drafted(ana: Speaker, incident: str) -> int:
    words = {"audience": "staff", "stage": "first-word", "subject": "We look into it", "body": "More by noon."}
    return int(ana.say(f"/incidents/{incident}/draft-message", words)["number"])


def address(operation: Operation, place: dict[str, Any]) -> str:
    entry = place["evidence"] if "/evidence/" in operation.path else place["findings"]
    entry = place["held"] if "{item}" in operation.path else entry
    path = operation.path.format(**place, entry=entry)
    return path + {"search": "?query=loans", "draft_from_record": "?audience=staff"}.get(operation.id, "")


def test_every_address_says_what_it_needs() -> None:
    assert len({operation.id for operation in OPERATIONS}) == len(OPERATIONS)
    verbs = {verb.replace("-", "_") for verb in [*INCIDENT_VERBS, *SYSTEM_VERBS]}
    assert {operation.id for operation in OPERATIONS} == verbs | set(NEEDS)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_what_the_table_grants_and_nothing_else(role: str, place: dict[str, Any]) -> None:
    someone = speaker("someone", role)
    for operation in OPERATIONS:
        response = someone.ask(operation.method, address(operation, place))
        status = response.status_code
        whole(response)
        granted = all(may(role, verb) for verb in needed(operation))
        own = operation.id in SEEN_IF_OWN and may_own(role, "read") and not granted
        if granted:
            assert status not in (401, 403, 404, 405, 500), (operation, status, response.content[:300])
        elif own:
            assert status == (404 if "{" in operation.path else 200), (operation, status)
        else:
            assert status == 403, (operation, status)
            assert problem(response)["type"].endswith("not-permitted")


def test_nobody_reaches_anything_without_signing_in(place: dict[str, Any]) -> None:
    for operation in OPERATIONS:
        response = Client().generic(operation.method, API + address(operation, place))
        assert response.status_code == 401, operation
        assert problem(response)["type"].endswith("not-signed-in")


@pytest.mark.parametrize("header", ["Bearer nothing", "Bearer ", "Bearer hotwash_ÿ", "Basic YTpi", "hotwash.local", ""])
def test_a_wrong_token_opens_nothing(header: str, place: dict[str, Any]) -> None:
    response = Client().get(f"{API}/me", headers={"Authorization": header})
    assert response.status_code == 401


def test_a_wrong_token_is_not_saved_by_a_session(house: Path) -> None:
    person("cy")
    browser = enter("cy", PASSWORD)
    assert browser.get(f"{API}/me").status_code == 200
    assert browser.get(f"{API}/me", headers={"Authorization": "Bearer nothing"}).status_code == 401


def test_what_a_client_sends_never_makes_it_the_operator(house: Path) -> None:
    sent = {"hotwash.local": "1", "Hotwash-Local": "1", "X-Forwarded-For": "127.0.0.1"}
    assert Client().get(f"{API}/me", headers=sent).status_code == 401
    assert Client().get(f"{API}/me", **{"hotwash.local": "1"}).status_code == 401  # type: ignore[arg-type]


def test_a_token_narrows_and_never_widens(place: dict[str, Any]) -> None:
    noting = speaker("ana", "administrator", scopes=("note",))
    widening = speaker("eve", "observer", scopes=("resolve", "read"))
    for operation in OPERATIONS:
        path = address(operation, place)
        if needed(operation) not in ((), ("note",)):
            assert noting.ask(operation.method, path).status_code == 403, operation
    noting.say(f"/incidents/{place['incident_id']}/note", {"text": "Only this."})
    assert widening.ask("POST", f"/incidents/{place['incident_id']}/resolve").status_code == 403


def test_a_browser_needs_the_token_against_forged_requests(house: Path) -> None:
    person("cy")
    browser = Client(enforce_csrf_checks=True)
    assert browser.login(username="cy", password=PASSWORD)
    assert browser.get(f"{API}/incidents").status_code == 200
    forged = browser.post(f"{API}/incidents", '{"title": "Forged"}', content_type="application/json")
    assert forged.status_code == 403
    assert problem(forged)["type"].endswith("forged")
    plain = browser.post(f"{API}/incidents", '{"title": "Forged"}', content_type="text/plain")
    assert plain.status_code == 403
    assert browser.get(f"{API}/incidents").json()["incidents"] == []


def test_a_reporter_sees_only_what_they_declared(dee: Speaker, cy: Speaker) -> None:
    theirs, own = declared(cy, "Somebody else's quokka"), declared(dee, "My own quokka")
    assert [one["incident"] for one in dee.get("/incidents")["incidents"]] == [own]
    assert {hit["incident"] for hit in dee.get("/search?query=quokka")["hits"]} == {own}
    assert dee.get(f"/incidents/{own}")["title"] == "My own quokka"
    hidden = dee.refused("GET", f"/incidents/{theirs}")
    missing = dee.refused("GET", "/incidents/INC-2026-9999")
    assert hidden | {"detail": ""} == missing | {"detail": ""}
    assert hidden["detail"].replace(theirs, "INC-2026-9999") == missing["detail"]


def test_a_part_of_one_incident_is_not_reached_through_another(ana: Speaker, place: dict[str, Any]) -> None:
    other = declared(ana, "Another")
    for part in ("evidence", "findings"):
        assert ana.ask("GET", f"/incidents/{other}/{part}/{place[part]}").status_code == 404
    assert ana.ask("GET", f"/incidents/{other}/inquiries/{place['inquiry']}").status_code == 404
    assert ana.ask("DELETE", f"/incidents/{other}/inquiries/{place['inquiry']}").status_code == 404


def test_a_closed_account_has_no_token(cy: Speaker) -> None:
    from hotwash.web.tables.models import Account

    Account.objects.filter(name="cy").update(is_active=False)
    assert cy.ask("GET", "/me").status_code == 401
