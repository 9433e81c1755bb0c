"""What an incident cost, which controls failed or held in it, and which rules should change because of it."""

from dataclasses import dataclass
from typing import Literal

CostFor = Literal["people", "repair", "redress", "law", "business", "advice", "other"]
CostBasis = Literal["estimate", "booked"]
ControlVerdict = Literal["failed", "missing", "held"]
ChangeDecision = Literal["accepted", "refused"]


@dataclass(frozen=True, slots=True)
class CostRecorded:
    """What something cost the organisation. An ``estimate`` is marked as one; what is ``booked`` stands in its books.

    :param amount: in whole or broken units of the currency
    :param currency: three letters, such as EUR
    :param replaces: the entry of the estimate that this one takes the place of
    """

    amount: float
    currency: str
    purpose: CostFor
    basis: CostBasis
    what: str
    evidence: str = ""
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class CostWithdrawn:
    """A cost was recorded by mistake; it stays visible and no longer counts."""

    cost: int
    reason: str


@dataclass(frozen=True, slots=True)
class ControlJudged:
    """How a control did here: it failed, it was missing, or it held.

    :param control: its id in the catalogue, or ``own:…`` for one of the organisation's own
    :param shown_by: the entry that shows it: a factor, a finding, an action, a gate that was run
    """

    control: str
    verdict: ControlVerdict
    reason: str
    shown_by: int | None = None


@dataclass(frozen=True, slots=True)
class ControlJudgementWithdrawn:
    """What was said of a control does not hold; it stays visible with the reason."""

    judgement: int
    reason: str


@dataclass(frozen=True, slots=True)
class PolicyChangeProposed:
    """A rule of the organisation should read otherwise, because of what happened here.

    :param policy: what it is called: a policy, a procedure, a standard
    :param control: the control to which it belongs, if it is known
    """

    policy: str
    change: str
    because: str
    control: str = ""
    factor: int | None = None


@dataclass(frozen=True, slots=True)
class PolicyChangeDecided:
    """Somebody other than who proposed it decided."""

    proposal: int
    decision: ChangeDecision
    reason: str


@dataclass(frozen=True, slots=True)
class PolicyChangeWithdrawn:
    """A proposal was taken back before it was decided."""

    proposal: int
    reason: str
