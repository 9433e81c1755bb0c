"""What stored words are called for people: groups, kinds of incident, states of a switch, tags, awareness."""

from typing import Literal

Group = Literal[
    "life", "severity", "story", "roles", "containment", "evidence", "harm", "redress", "causes", "actions", "playbook",
    "duties", "notes", "record",
]  # fmt: skip
"""What an entry is about, in one word: for an icon beside a word, and for filters."""

GROUPS: dict[str, Group] = {
    "declared": "life",
    "retitled": "life",
    "summarised": "life",
    "severity-assessed": "severity",
    "resolved": "life",
    "closed": "life",
    "reopened": "life",
    "not-confirmed": "life",
    "entry-redacted": "record",
    "signal-linked": "story",
    "detected": "story",
    "acknowledged": "roles",
    "harm-began": "harm",
    "remediated": "story",
    "awareness-recorded": "story",
    "awareness-withdrawn": "story",
    "applicability-answered": "duties",
    "filing-submitted": "duties",
    "filing-withdrawn": "duties",
    "noted": "notes",
    "happened": "story",
    "role-assigned": "roles",
    "role-handed-over": "roles",
    "containment-ordered": "containment",
    "containment-applied": "containment",
    "containment-changed": "containment",
    "containment-expired": "containment",
    "order-failed": "containment",
    "recovery-planned": "containment",
    "gate-run": "containment",
    "recovery-signed-off": "containment",
    "ramp-step-ordered": "containment",
    "ramp-step-applied": "containment",
    "ramp-step-failed": "containment",
    "ramp-step-passed": "containment",
    "recovery-tripped": "containment",
    "containment-re-engaged": "containment",
    "recovery-completed": "containment",
    "ungated-recovery-asked": "containment",
    "ungated-recovery-agreed": "containment",
    "order-confirmed": "containment",
    "release-proposed": "containment",
    "release-ordered": "containment",
    "containment-released": "containment",
    "decision-made": "actions",
    "evidence-added": "evidence",
    "evidence-held": "evidence",
    "evidence-verified": "evidence",
    "evidence-handed-over": "evidence",
    "record-sealed": "record",
    "case-file-exported": "evidence",
    "finding-recorded": "harm",
    "harm-estimated": "harm",
    "remedy-owed": "redress",
    "remedy-completed": "redress",
    "factor-added": "causes",
    "why-added": "causes",
    "dissent-recorded": "causes",
    "observation-added": "causes",
    "question-raised": "causes",
    "question-answered": "causes",
    "period-started": "roles",
    "objective-settled": "roles",
    "paged": "roles",
    "page-attempted": "roles",
    "page-acknowledged": "roles",
    "page-unanswered": "roles",
    "escalated": "roles",
    "reminded": "roles",
    "playbook-started": "playbook",
    "playbook-raised": "playbook",
    "step-recorded": "playbook",
    "playbook-ended": "playbook",
    "action-added": "actions",
    "action-closed": "actions",
    "action-reopened": "actions",
}
"""The group of every kind; kinds that are not known to this version belong to the record."""

KINDS: dict[str, str] = {
    "normal": "Incident",
    "drill": "Drill",
    "test": "Test",
    "backdated": "Recorded after the event",
}
SWITCH: dict[str, str] = {
    "serve": "it decides again",
    "fallback": "a fallback decides instead",
    "human": "a person decides instead",
    "off": "it no longer decides",
}
TAGS: dict[str, str] = {
    "data": "data",
    "labels": "labels",
    "training": "training",
    "evaluation": "evaluation",
    "deployment": "deployment",
    "monitoring": "monitoring",
    "guardrail": "guardrails",
    "human-oversight": "human oversight",
    "organisation": "organisation",
    "vendor": "vendor",
    "law": "law",
}
AWARENESS: dict[str, str] = {
    "aware": "became aware of the harm",
    "suspected": "suspected that the AI system caused it",
    "classified": "classified the incident",
    "determined": "determined what had happened",
    "discovered": "discovered the breach",
    "payment": "made an extortion payment",
    "adverse_action": "took an adverse action",
    "application": "received a completed application",
    "counteroffer": "made a counteroffer",
    "correction_available": "had a corrective measure available",
    "handling_ended": "ended the handling of the incident",
}
OBSERVED: dict[str, str] = {"well": "Went well", "hard": "Was hard", "luck": "Luck helped"}
STANDING: dict[str, str] = {
    "undeclared": "not declared",
    "open": "open",
    "resolved": "resolved",
    "closed": "closed",
    "not-confirmed": "not confirmed",
}
SEVERITY_SIGN: dict[str, str] = {"Critical": "▲", "Major": "◆", "Minor": "●"}
"""A shape beside the word, so that colour is never the only sign."""
ACTION_KINDS: dict[str, str] = {
    "prevent": "prevent",
    "detect": "detect sooner",
    "mitigate": "limit",
    "redress": "make good",
    "learn": "learn",
}
STRENGTHS: dict[str, str] = {
    "barrier": "barrier",
    "automation": "automation",
    "procedure": "procedure",
    "reminder": "reminder",
}

OUTCOME: dict[str, str] = {
    "open": "Open again",
    "late": "Late",
    "done": "Done",
    "skipped": "Skipped",
    "not-applicable": "Does not apply",
}
"""What came of a step of a playbook."""
