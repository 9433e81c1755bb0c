"""The verbs of an incident: pure functions from a state and a request to events, or to `NotAllowed`.

Pages, API, CLI and drills say these words and no others. Who may say which is `knowledge/data/access.toml`; in which
state, `knowledge/data/life.toml`.
"""

from collections.abc import Callable
from typing import Any

from hotwash.incident.events import Event
from hotwash.incident.rules import (
    causes,
    command,
    complaints,
    evidence,
    facts,
    filings,
    life,
    linking,
    messages,
    paging,
    playbooks,
    recovery,
    redress,
    signals,
    switch,
    trees,
    work,
)
from hotwash.incident.state import Incident
from hotwash.knowledge.life import permitted_in
from hotwash.ledger.rule import NotAllowed

Rule = Callable[..., list[Event]]

VERBS: dict[str, Rule] = {
    rule.__name__.replace("_", "-"): rule
    for rule in (
        life.declare,
        life.retitle,
        life.summarise,
        life.assess,
        life.resolve,
        life.close,
        life.reopen,
        life.not_confirm,
        life.redact,
        facts.note,
        facts.happened,
        facts.link_signal,
        facts.detect,
        facts.acknowledge,
        facts.begin_harm,
        facts.remediate,
        facts.record_awareness,
        filings.withdraw_awareness,
        filings.answer_applicability,
        filings.submit_filing,
        filings.withdraw_filing,
        work.assign,
        work.hand_over,
        work.contain,
        work.release,
        recovery.sign_off,
        work.decide,
        work.add_action,
        work.close_action,
        work.reopen_action,
        work.owe_remedy,
        work.complete_remedy,
        linking.link,
        linking.unlink,
        linking.merge,
        linking.undo_merge,
        linking.settle_leftover,
        linking.split,
        command.start_period,
        command.settle_objective,
        paging.page,
        paging.acknowledge_page,
        playbooks.start_playbook,
        playbooks.record_step,
        playbooks.raise_playbook,
        playbooks.end_playbook,
        messages.draft_message,
        messages.edit_message,
        messages.submit_message,
        messages.approve_message,
        messages.refuse_message,
        messages.withdraw_message,
        messages.send_message,
        messages.answer_message,
        messages.open_status_page,
        messages.close_status_page,
        causes.add_evidence,
        evidence.hold,
        evidence.verify_evidence,
        evidence.hand_over_evidence,
        evidence.seal_record,
        evidence.export_case,
        causes.record_finding,
        causes.estimate_harm,
        causes.add_factor,
        causes.add_why,
        causes.dissent,
        causes.observe,
        causes.ask_question,
        causes.answer_question,
        trees.keep_tree,
        trees.judge_tree_event,
    )
}
"""Every verb by its word: the name of its function, with hyphens."""


_STEPS: dict[str, tuple[Rule, str | None]] = (
    switch.STEPS
    | recovery.STEPS
    | redress.STEPS
    | messages.STEPS
    | linking.STEPS
    | paging.STEPS
    | signals.STEPS
    | complaints.STEPS
)
STEPS: dict[str, Rule] = {step: rule for step, (rule, _) in _STEPS.items()}
"""Every step that no person says (see `switch`, `recovery` and `redress`), by its word."""


def allow(incident: Incident, verb: str, /, *args: Any, **request: Any) -> list[Event]:
    """Ask a rule, after the table of states.

    :raises NotAllowed: if the state of the incident does not permit the verb, or the rule says no
    """
    states = permitted_in(verb)
    if incident.standing not in states:
        raise NotAllowed(_not_now(incident, verb, states))
    return VERBS[verb](incident, *args, **request)


def take(incident: Incident, step: str, /, *args: Any, **request: Any) -> list[Event]:
    """Ask the rule of a step that no person says, after the table of states.

    :raises NotAllowed: if the state of the incident does not permit it, or the rule says no
    """
    rule, within = _STEPS[step]
    if within is not None and incident.standing not in permitted_in(within):
        raise NotAllowed(_not_now(incident, within, permitted_in(within)))
    return rule(incident, *args, **request)


def _not_now(incident: Incident, verb: str, states: frozenset[str]) -> str:
    if incident.standing == "undeclared":
        return f"There is no incident {incident.id}."
    if states == {"undeclared"}:
        return f"{incident.id} is declared already."
    wanted = " or ".join(sorted(states))
    return f"{incident.id} is {incident.standing.replace('-', ' ')}: `{verb}` is possible only while it is {wanted}."
