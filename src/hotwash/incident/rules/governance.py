"""Rules for costs, controls and proposed changes of rules."""

import re

from hotwash.incident.events import (
    ControlJudged,
    ControlJudgementWithdrawn,
    CostRecorded,
    CostWithdrawn,
    Event,
    PolicyChangeDecided,
    PolicyChangeProposed,
    PolicyChangeWithdrawn,
)
from hotwash.incident.events.governance import ChangeDecision, ControlVerdict, CostBasis, CostFor
from hotwash.incident.state import Incident
from hotwash.knowledge.controls import OWN, controls
from hotwash.ledger.rule import Asked, NotAllowed, need

AMOUNT_MAX = 1e12


def record_cost(
    incident: Incident,
    asked: Asked,
    *,
    amount: float,
    currency: str,
    purpose: CostFor,
    what: str,
    basis: CostBasis = "estimate",
    evidence: str = "",
    replaces: int | None = None,
) -> list[Event]:
    """Record what something cost the organisation, as an estimate or as booked."""
    if not 0 < amount <= AMOUNT_MAX:
        raise NotAllowed("A cost is more than nothing, and at most a million millions.")
    currency = currency.strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise NotAllowed("The currency is three letters, such as EUR.")
    if replaces is not None:
        older = incident.costs.get(replaces)
        if older is None or not older.counts:
            raise NotAllowed(f"Entry {replaces} is no cost that still counts in {incident.id}.")
    if basis == "booked":
        evidence = need(evidence, "Where it stands in the books")
    return [CostRecorded(amount, currency, purpose, basis, need(what, "What it was for"), evidence.strip(), replaces)]


def withdraw_cost(incident: Incident, asked: Asked, *, cost: int, reason: str) -> list[Event]:
    """Take back a cost that was recorded by mistake; it stays visible."""
    known = incident.costs.get(cost)
    if known is None:
        raise NotAllowed(f"Entry {cost} is no cost of {incident.id}.")
    if not known.counts:
        raise NotAllowed(f"The cost of entry {cost} does not count any more.")
    return [CostWithdrawn(cost, need(reason, "The reason"))]


def judge_control(
    incident: Incident,
    asked: Asked,
    *,
    control: str,
    verdict: ControlVerdict,
    reason: str,
    shown_by: int | None = None,
) -> list[Event]:
    """Say how a control did here: it failed, it was missing, or it held."""
    control = known_control(control)
    if shown_by is not None and not 1 <= shown_by <= incident.number:
        raise NotAllowed(f"{incident.id} has no entry {shown_by}.")
    return [ControlJudged(control, verdict, need(reason, "The reason"), shown_by)]


def withdraw_control_judgement(incident: Incident, asked: Asked, *, judgement: int, reason: str) -> list[Event]:
    """Take back what was said of a control; it stays visible."""
    known = incident.judgements.get(judgement)
    if known is None:
        raise NotAllowed(f"Entry {judgement} says nothing of a control in {incident.id}.")
    if known.withdrawn is not None:
        raise NotAllowed(f"What entry {judgement} says of a control was taken back already.")
    return [ControlJudgementWithdrawn(judgement, need(reason, "The reason"))]


def propose_policy_change(
    incident: Incident,
    asked: Asked,
    *,
    policy: str,
    change: str,
    because: str,
    control: str = "",
    factor: int | None = None,
) -> list[Event]:
    """Propose that a rule of the organisation reads otherwise, because of what happened here."""
    if factor is not None and factor not in incident.factors:
        raise NotAllowed(f"Entry {factor} is no contributing factor of {incident.id}.")
    proposed = PolicyChangeProposed(
        need(policy, "The policy"),
        need(change, "The change"),
        need(because, "The reason"),
        known_control(control) if control.strip() else "",
        factor,
    )
    return [proposed]


def decide_policy_change(
    incident: Incident, asked: Asked, *, proposal: int, decision: ChangeDecision, reason: str
) -> list[Event]:
    """Decide on a proposed change, as somebody other than who proposed it."""
    known = incident.proposals.get(proposal)
    if known is None:
        raise NotAllowed(f"Entry {proposal} proposes no change in {incident.id}.")
    if known.state != "open":
        raise NotAllowed(f"The change of entry {proposal} is {known.state} already.")
    if known.proposed.by == asked.by:
        raise NotAllowed("Whoever proposed a change does not decide on it: somebody else does.")
    return [PolicyChangeDecided(proposal, decision, need(reason, "The reason"))]


def withdraw_policy_change(incident: Incident, asked: Asked, *, proposal: int, reason: str) -> list[Event]:
    """Take back a proposed change that nobody has decided on."""
    known = incident.proposals.get(proposal)
    if known is None:
        raise NotAllowed(f"Entry {proposal} proposes no change in {incident.id}.")
    if known.state != "open":
        raise NotAllowed(f"The change of entry {proposal} is {known.state} already.")
    return [PolicyChangeWithdrawn(proposal, need(reason, "The reason"))]


def known_control(control: str) -> str:
    """The id of a control of the catalogue, or of one of the organisation's own.

    :raises NotAllowed: if it is neither
    """
    control = control.strip()
    if re.fullmatch(rf"{OWN}[a-z0-9][a-z0-9-]{{0,59}}", control):
        return control
    if control not in controls().by_id:
        raise NotAllowed(f"The catalogue has no control `{control[:60]}`: `hotwash controls` lists them.")
    return control
