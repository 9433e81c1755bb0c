"""Forms about costs, controls and changes of rules."""

from hotwash.incident.state import Incident
from hotwash.knowledge.controls import controls
from hotwash.reports.governance_words import PURPOSES, control_title
from hotwash.reports.phrases import brief, measured
from hotwash.web.door import desk
from hotwash.web.room.forms.act import Act, choice, line, number, passage

CONTROLS = [(one.id, brief(control_title(one.id), 110)) for one in controls().controls]


class RecordCost(Act):
    """What something cost."""

    verb, tab, button, fold = "record-cost", "governance", "Record the cost", "Record a cost"
    beside = ("amount", "currency", "basis")
    more, more_title = ("replaces",), "It takes the place of an estimate"
    what = line("What it was for")
    purpose = choice("Kind", list(PURPOSES.items()))
    amount = number("Amount", whole=False)
    currency = line("Currency", help_text="Three letters, such as EUR.")
    basis = choice("It is", (("estimate", "an estimate"), ("booked", "booked")))
    evidence = line("Where it stands", required=False, help_text="Needed if it is booked: an account, an invoice.")
    replaces = choice("In place of", (), required=False)

    def settle(self, incident: Incident) -> None:
        """Offer the costs that still count."""
        counted = [
            (str(entry), f"{entry}: {measured(said.amount, 'money', said.currency)}, {brief(said.what, 60)}")
            for entry, cost in incident.costs.items()
            if cost.counts
            for said in [cost.recorded.event]
        ]
        self.fields["replaces"].widget.choices = [("", "–"), *counted]


class WithdrawCost(Act):
    """A cost was recorded by mistake."""

    verb, tab, button, fold = "withdraw-cost", "governance", "Take it back", "It was recorded by mistake"
    fixed = ("cost",)
    reason = line("Why")


class JudgeControl(Act):
    """How a control did here."""

    verb, tab, button, fold = "judge-control", "governance", "Record it", "Say how a control did"
    beside = ("verdict", "shown_by")
    control = choice("Control", CONTROLS)
    verdict = choice("It", (("failed", "failed"), ("missing", "was missing"), ("held", "held")))
    shown_by = choice("Shown by", (), required=False)
    reason = passage("How one can tell", rows=2)

    def settle(self, incident: Incident) -> None:
        """Offer the organisation's own controls too, and what can show it: factors, findings, actions, gates."""
        own = [(one.control, one.title) for one in desk().organisation().governance.controls.values()]
        self.fields["control"].widget.choices = [("", "–"), *own, *CONTROLS]
        shown = [(entry, f"factor {entry}: {brief(one.event.text, 60)}") for entry, one in incident.factors.items()]
        shown += [
            (entry, f"finding {entry}: {brief(one.event.sentence, 60)}") for entry, one in incident.findings.items()
        ]
        shown += [(entry, f"action {entry}: {brief(one.wanted.title, 60)}") for entry, one in incident.actions.items()]
        shown += [(entry, f"gate {entry}: {brief(one.event.title, 60)}") for entry, one in incident.gates.items()]
        self.fields["shown_by"].widget.choices = [("", "–"), *((str(entry), text) for entry, text in sorted(shown))]


class WithdrawControlJudgement(Act):
    """What was said of a control does not hold."""

    verb, tab, button, fold = "withdraw-control-judgement", "governance", "Take it back", "It does not hold"
    fixed = ("judgement",)
    reason = line("Why")


class ProposePolicyChange(Act):
    """A rule should read otherwise."""

    verb, tab, button, fold = "propose-policy-change", "governance", "Propose it", "Propose a change of a rule"
    more, more_title = ("control", "factor"), "The control and the cause that it is about"
    policy = line("Which rule", help_text="A policy, a procedure, a standard of the organisation.")
    change = passage("What it should say", rows=3)
    because = passage("Because of what happened here", rows=2)
    control = choice("Control", CONTROLS, required=False)
    factor = choice("Cause", (), required=False)

    def settle(self, incident: Incident) -> None:
        """Offer the organisation's own controls, and the factors."""
        own = [(one.control, one.title) for one in desk().organisation().governance.controls.values()]
        self.fields["control"].widget.choices = [("", "–"), *own, *CONTROLS]
        found = [(str(entry), f"{entry}: {brief(one.event.text, 80)}") for entry, one in incident.factors.items()]
        self.fields["factor"].widget.choices = [("", "–"), *found]


class DecidePolicyChange(Act):
    """Somebody other than who proposed it decides."""

    verb, tab, button, fold = "decide-policy-change", "governance", "Record the decision", "Decide"
    fixed = ("proposal",)
    decision = choice("The change is", (("accepted", "accepted"), ("refused", "refused")))
    reason = line("Why, and who agreed")


class WithdrawPolicyChange(Act):
    """A proposal is taken back."""

    verb, tab, button, fold = "withdraw-policy-change", "governance", "Take it back", "Take the proposal back"
    fixed = ("proposal",)
    reason = line("Why")
