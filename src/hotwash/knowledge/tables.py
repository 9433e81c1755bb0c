"""The data as Markdown tables: the pages of `docs/reference` that belong to this room.

``python -m hotwash.knowledge.tables`` prints them; with a folder, writes them there. A test finds a stale page.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from hotwash.knowledge.access import AccessVerb, access
from hotwash.knowledge.cause_tables import causes_page
from hotwash.knowledge.controls import controls
from hotwash.knowledge.duties import NOT_ADVICE, Duty, Stage, duties, named
from hotwash.knowledge.harms import harms
from hotwash.knowledge.indicators import indicators
from hotwash.knowledge.life import life
from hotwash.knowledge.measures import measures
from hotwash.knowledge.message_tables import messages_page
from hotwash.knowledge.notices import notices
from hotwash.knowledge.postmortem_tables import postmortem_page
from hotwash.knowledge.roles import roles
from hotwash.knowledge.severity import Condition, rubric

_MADE = "<!-- Made from `src/hotwash/knowledge/data/{file}` by `python -m hotwash.knowledge.tables`. Edit the data. -->"
_COUNTS = {"restated": "the one written down last", "first": "the earliest", "last": "the latest"}


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {
        "severity.md": severity_page(),
        "roles.md": roles_page(),
        "harms.md": harms_page(),
        "access.md": access_page(),
        "life-and-measures.md": life_and_measures_page(),
        "duties.md": duties_page(),
        "controls.md": controls_page(),
        "indicators.md": indicators_page(),
        "messages.md": messages_page(),
        "causes.md": causes_page(),
        "post-mortem.md": postmortem_page(),
    }


def severity_page() -> str:
    """The questions and the rows of the decision table."""
    table = rubric()
    questions = [(f"`{q.id}`", q.text, _answer(q.kind), q.reaches, q.help, q.evidence) for q in table.questions]
    rows = [
        (str(number), row.level, _condition(row.when), table.reason_of(row), f"`{row.id}`")
        for number, row in enumerate(table.rows, 1)
    ]
    unknown = (
        f"`{table.provisional.id}`: while a question that reaches Critical is unknown and its answer could raise the "
        f"level, the severity is at least {table.provisional.level}, and provisional."
    )
    return _page(
        "severity.toml",
        "# Severity",
        f"Version {table.version}. {table.source}",
        "Why the table is as it is, and how it does against human labels: [Severity](../explanation/severity.md).",
        "## Questions",
        "Each can be answered `unknown`. A question without an answer counts as unknown.",
        _table(("Question", "Text", "Answer", "Reaches", "Help", "Evidence"), questions),
        "## Rows",
        "The first row that holds decides, and its reason is printed.",
        _table(("", "Severity", "If", "Reason", "Rule"), rows),
        "## Beside the rows",
        _list(
            (
                unknown,
                f"`continuing`: {table.sentences.urgent}",
                "A severity goes down only with a recorded reason.",
                f"Critical: {table.sentences.lawyer} It does not say that the incident is reportable.",
            )
        ),
    )


def roles_page() -> str:
    """Roles in an incident."""
    parts = [
        part
        for role in roles().roles
        for part in (
            f"## {role.title} (`{role.id}`)",
            role.sentence,
            "In the first 15 minutes:",
            _list(role.first_quarter),
            "In the first hour:",
            _list(role.first_hour),
            f"Hands over: {'; '.join(role.hands_over)}.",
        )
    ]
    return _page("roles.toml", "# Roles in an incident", f"Version {roles().version}. {roles().source}", *parts)


def harms_page() -> str:
    """Types of harm and their crosswalk."""
    known = harms()
    parts = [
        part
        for harm in known.harms
        for part in (
            f"## {harm.title} (`{harm.id}`)",
            harm.definition,
            "For example:",
            _list(harm.examples),
            _table(("Kind", "Meaning"), [(f"{one.title} (`{one.id}`)", one.definition) for one in harm.subtypes]),
        )
    ]
    near = [
        (scheme.title, *(", ".join(harm.crosswalk.get(scheme.id, ())) or "–" for harm in known.harms))
        for scheme in known.schemes
        if scheme.id != "mit"
    ]
    subdomains = [
        (
            scheme.title,
            *(", ".join(n for n, near in known.mit.items() if harm.id in near) or "–" for harm in known.harms),
        )
        for scheme in known.schemes
        if scheme.id == "mit"
    ]
    return _page(
        "harms.toml",
        "# Types of harm",
        f"Version {known.version}. An incident may have several.",
        *parts,
        "## What others call them",
        "Near, not equal: an id may stand under several types, and a pair that could not be checked is left out.",
        _table(("Taxonomy", *(harm.title for harm in known.harms)), [*near, *subdomains]),
        _list([f"{scheme.title}: {scheme.source}." for scheme in known.schemes]),
    )


def access_page() -> str:
    """Which account may do what."""
    known = access()
    headings = {"incident": "On incidents", "system": "On AI systems", "installation": "Everything else"}
    parts: list[str] = []
    for realm, heading in headings.items():
        rows = [
            (f"`{verb.id}`", verb.sentence, *(_grant(verb, role.id) for role in known.roles))
            for verb in known.verbs
            if verb.on == realm
        ]
        parts += [f"## {heading}", _table(("Verb", "", *(role.title for role in known.roles)), rows)]
    return _page(
        "access.toml",
        "# Who may do what",
        f"Version {known.version}. This one table is asked before anything enters a record. Nobody deletes.",
        _list([f"**{role.title}** (`{role.id}`): {role.sentence}" for role in known.roles]),
        "● yes. ○ only on what is their own: what they declared, or their own tokens. Empty: no.",
        *parts,
    )


def life_and_measures_page() -> str:
    """States, verbs, kinds of entry and measures."""
    known, timed = life(), measures()
    verbs = [
        (
            f"`{verb.id}`",
            ", ".join(verb.within),
            verb.to or "–",
            ", ".join(f"`{kind}`" for kind in verb.records),
        )
        for verb in known.verbs
    ]
    facts = [(one.id, f"`{one.entry}`", _COUNTS[one.counts], one.sentence) for one in timed.facts]
    spans = [(f"{one.name} (`{one.id}`)", one.short, one.since, one.until, one.sentence) for one in timed.measures]
    return _page(
        "life.toml` and `measures.toml",
        "# Life of an incident, and its measures",
        f"Life: version {known.version}. Measures: version {timed.version}.",
        "## States",
        _table(("State", "Meaning"), [(state.id, state.sentence) for state in known.states]),
        "## Verbs, where they are possible and what they record",
        _table(("Verb", "Possible while", "Leads to", "May record"), verbs),
        "## Facts that measures stand on",
        _table(("Fact", "Stated by", "Of several counts", "Meaning"), facts),
        "## Measures",
        "Each is the time between two facts. Without both it is undefined, and says which is missing.",
        _table(("Measure", "Short", "From", "To", "Meaning"), spans),
    )


def controls_page() -> str:
    """Every control of the catalogue."""
    known = controls()
    parts = [
        part
        for framework in known.frameworks
        for part in (
            f"## {framework.title}",
            framework.source,
            _table(
                ("Control", "Id", "About", "Kinds of cause that speak of it"),
                [
                    (one.code, f"`{one.id}`", one.text or "–", ", ".join(one.tags))
                    for one in known.controls
                    if one.framework == framework.id
                ],
            ),
        )
    ]
    return _page(
        "controls.toml",
        "# Controls",
        f"Version {known.version}. Controls of the organisation's own are added in the page *Governance*.",
        "What they are for: [Metrics and governance](../explanation/figures.md).",
        *parts,
    )


def indicators_page() -> str:
    """Every risk indicator."""
    known = indicators()
    rows = [
        (f"`{one.id}`", one.title, f"{one.limit:g} {one.unit}", str(one.least or "–"), one.sentence)
        for one in known.indicators
    ]
    return _page(
        "indicators.toml",
        "# Risk indicators",
        f"Version {known.version}. Above its limit an indicator is breached. The organisation sets limits of its own, "
        "also for the median of any measure (`median:MEASURE`, in hours).",
        _table(("Indicator", "Title", "Limit", "At least", "Counts"), rows),
    )


def duties_page() -> str:
    """Every duty with its stages, the questions, the places and the forms."""
    known, forms = duties(), notices()
    doubtful = sum(duty.unverified for duty in known.duties.values())
    rows = [part for duty in known.duties.values() for part in _duty(duty)]
    questions = [(f"`{one.id}`", one.scope, one.text, one.help) for one in known.questions]
    places = [(f"`{one.id}`", one.name, one.zone, one.holidays or "weekends only") for one in known.places.values()]
    drafts = [
        (f"`{one.id}`", one.title, one.provision, "yes" if one.verified else "no", str(len(one.fields)))
        for one in forms.forms.values()
    ]
    return _page(
        "duties/*.toml",
        "# Duties",
        f"Version {known.version}. {known.source}",
        f"**{NOT_ADVICE}** {doubtful} of {len(known.duties)} rows are marked unverified: hold them against the primary "
        "text before relying on them.",
        "How they are counted, and why the early end is the deadline: [Clocks](../explanation/clocks.md).",
        *rows,
        "## Questions on which they depend",
        "An answer of the organisation holds until an incident gives its own. Nobody's answer means unknown, and "
        "unknown means that the duty is shown.",
        _table(("Question", "Usually answered for", "Text", "Help"), questions),
        "## Places whose days count",
        _table(("Place", "Name", "Time zone", "Holidays"), places),
        "## Forms of notices",
        f"{forms.source}",
        _table(("Form", "Title", "Provision", "Verified", "Fields"), drafts),
    )


def _duty(duty: Duty) -> tuple[str, ...]:
    doubt = f": {duty.doubt}" if duty.doubt else ""
    checked = f" {duty.checked}" if duty.checked else ""
    facts = [
        ("Provision", f"{duty.instrument}, {duty.provision}"),
        ("Who, to whom", f"{duty.who}, to {duty.recipient}"),
        ("Trigger", duty.trigger),
        ("Starts", duty.starts),
        ("Stages", "; ".join(_stage(stage) for stage in duty.stages)),
        ("Calendar", f"`{duty.calendar}`, days of {duty.place}"),
        ("In force", f"{duty.in_force_from or 'before'} to {duty.in_force_until or 'now'}. {duty.status}"),
        ("Applies if", " and ".join(" or ".join(f"`{one}`" for one in named(each)) for each in duty.applies)),
        ("Confidence", f"{duty.confidence}{doubt}{' **Unverified.**' if duty.unverified else ''}"),
        ("Source", f"{duty.source}. Compiled {duty.checked_on}.{checked}"),
    ]
    return f"## {duty.title} (`{duty.id}`)", _table(("", ""), facts), *duty.notes


def _stage(stage: Stage) -> str:
    number = f"{stage.n} {stage.words}" if stage.n else stage.promptness
    start = f"after `{stage.after}`" if stage.after else f"from `{'` or `'.join(stage.start)}`"
    cap = f", at most {stage.cap.n} {stage.cap.unit}s from `{stage.cap.start}`" if stage.cap else ""
    return f"*{stage.name}*: {number} {start}{cap}"


def _page(file: str, *parts: str) -> str:
    return "\n\n".join((_MADE.format(file=file), *parts)) + "\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _answer(kind: str) -> str:
    return "yes or no" if kind == "yes_no" else "whole number"


def _grant(verb: AccessVerb, role: str) -> str:
    return "●" if role in verb.may else "○" if role in verb.own else ""


def _condition(condition: Condition) -> str:
    if condition.question is not None:
        least = f" ≥ {rubric().thresholds[condition.at_least]:,}" if condition.at_least else ""
        return f"`{condition.question}`{least}"
    parts = [_condition(part) for part in condition.all or condition.any or ()]
    if not parts:
        return "otherwise"
    return f"({(' and ' if condition.all else ' or ').join(parts)})"


def main(arguments: Sequence[str]) -> None:
    """Print the pages, or write them into the folder that is named."""
    for name, text in pages().items():
        if arguments:
            Path(arguments[0], name).write_text(text, encoding="utf-8")
        else:
            sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
