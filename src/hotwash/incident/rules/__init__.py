"""The verbs of an incident: pure functions from a state and a request to events, or to `NotAllowed`.

Pages, API, CLI and drills say these words and no others. Who may say which is `knowledge/data/access.toml`; in which
state, `knowledge/data/life.toml`.
"""

from collections.abc import Callable
from typing import Any

from hotwash.incident.events import Event
from hotwash.incident.rules import (
    actions,
    causes,
    command,
    complaints,
    evidence,
    facts,
    filings,
    gates,
    governance,
    life,
    linking,
    meeting,
    messages,
    paging,
    playbooks,
    postmortem,
    publishing,
    reasons,
    recovery,
    redress,
    retention,
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
        gates.leave_gate,
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
        actions.add_action,
        actions.change_action,
        actions.finish_action,
        actions.close_action,
        actions.reopen_action,
        actions.drop_action,
        actions.withdraw_effect,
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
        reasons.add_factor,
        reasons.edit_factor,
        reasons.withdraw_factor,
        reasons.add_why,
        reasons.edit_why,
        reasons.withdraw_why,
        causes.dissent,
        causes.observe,
        causes.ask_question,
        causes.answer_question,
        postmortem.plan_postmortem,
        postmortem.waive_postmortem,
        postmortem.write_section,
        postmortem.send_pre_read,
        postmortem.confirm_pre_read,
        meeting.contribute,
        meeting.open_contributions,
        meeting.open_meeting,
        meeting.move_meeting,
        meeting.note_meeting,
        meeting.end_meeting,
        postmortem.submit_postmortem,
        postmortem.sign_postmortem,
        postmortem.return_postmortem,
        publishing.publish_postmortem,
        publishing.propose_public_version,
        publishing.publish_outside,
        publishing.withdraw_publication,
        publishing.acknowledge_postmortem,
        meeting.open_pulse,
        governance.record_cost,
        governance.withdraw_cost,
        governance.judge_control,
        governance.withdraw_control_judgement,
        governance.propose_policy_change,
        governance.decide_policy_change,
        governance.withdraw_policy_change,
        retention.place_legal_hold,
        retention.lift_legal_hold,
        retention.erase_record,
        trees.keep_tree,
        trees.judge_tree_event,
    )
}
"""Every verb by its word: the name of its function, with hyphens."""


_STEPS: dict[str, tuple[Rule, str | None]] = (
    switch.STEPS
    | recovery.STEPS
    | gates.STEPS
    | redress.STEPS
    | messages.STEPS
    | linking.STEPS
    | paging.STEPS
    | signals.STEPS
    | actions.STEPS
    | complaints.STEPS
    | meeting.STEPS
    | retention.STEPS
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
