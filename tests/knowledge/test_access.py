"""Who may do what."""

import pytest

from hotwash.incident.rules import VERBS as INCIDENT_VERBS
from hotwash.knowledge.access import AccountRole, access, may, may_own
from hotwash.systems.rules import VERBS as SYSTEM_VERBS

ROLES: tuple[str, ...] = AccountRole.__args__  # type: ignore[attr-defined]
VERBS = [verb.id for verb in access().verbs]


def granted(role: str) -> set[str]:
    return {verb for verb in VERBS if may(role, verb)}


def test_every_verb_of_a_record_stands_in_the_table_once() -> None:
    assert {verb.id for verb in access().verbs if verb.on == "incident"} == set(INCIDENT_VERBS)
    assert {verb.id for verb in access().verbs if verb.on == "system"} == set(SYSTEM_VERBS)
    assert len(VERBS) == len(set(VERBS))
    assert tuple(role.id for role in access().roles) == ROLES


def test_an_administrator_may_do_everything() -> None:
    assert granted("administrator") == set(VERBS)


def test_a_commander_may_do_all_but_run_the_installation_and_erase() -> None:
    assert set(VERBS) - granted("commander") == {
        "redact", "import", "manage-users", "manage-tokens", "seal",
        "lift-legal-hold", "erase-record", "set-retention", "drop-retention",
    }  # fmt: skip


def test_a_responder_may_not_do_more_than_a_commander() -> None:
    assert granted("responder") < granted("commander")
    assert not granted("responder") & {"resolve", "close", "not-confirm", "release", "export"}


def test_a_reviewer_disagrees_and_does_not_act() -> None:
    assert {"dissent", "ask-question", "note", "reopen"} <= granted("reviewer")
    assert not granted("reviewer") & {
        "contain",
        "release",
        "assign",
        "assess",
        "resolve",
        "close",
        "redact",
        "work-list",
    }


def test_an_observer_only_reads() -> None:
    assert granted("observer") == {"read", "verify", "calendar"}


def test_a_reporter_declares_and_sees_what_is_their_own() -> None:
    assert granted("reporter") == {"declare", "take-complaint"}
    assert {verb for verb in VERBS if may_own("reporter", verb)} == {"declare", "read", "take-complaint"}


def test_a_service_brings_in_facts_and_decides_nothing() -> None:
    assert granted("service") == {
        "link-signal",
        "note",
        "happened",
        "record-finding",
        "deploy",
        "report-gate",
        "read",
        "take-complaint",
    }


def test_nobody_may_delete() -> None:
    assert not [verb for verb in VERBS if "delete" in verb or "remove" in verb]


def test_an_unknown_role_may_nothing_and_an_unknown_verb_is_a_mistake() -> None:
    assert not any(may_own("dee", verb) for verb in VERBS)
    with pytest.raises(KeyError):
        may("administrator", "delete")
    with pytest.raises(KeyError):
        may_own("administrator", "delete")
