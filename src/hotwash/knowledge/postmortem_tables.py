"""The reference page of the post-mortem, from the data: when one is due, who signs, sections, meetings, pulse."""

from collections.abc import Iterable, Iterator, Sequence

from hotwash.knowledge.postmortem import MeetingKind, postmortem_book
from hotwash.knowledge.roles import roles

_MADE = (
    "<!-- Made from `src/hotwash/knowledge/data/postmortem.toml` by `python -m hotwash.knowledge.tables`. "
    "Edit the data. -->"
)


def postmortem_page() -> str:
    """Everything that the data says of post-mortems."""
    return "\n\n".join([_MADE, *_parts()]) + "\n"


def _parts() -> Iterator[str]:
    book = postmortem_book()
    yield "# The post-mortem: process"
    yield (
        f"Version {book.version}. How to lead one: [Lead a post-mortem](../how-to/lead-a-post-mortem.md). What the "
        "document says: [The post-mortem](../explanation/post-mortem.md). Why the process is so: "
        "[decision 0105](../decisions/0105-no-text-is-replaced-and-no-one-is-named.md)."
    )
    yield "## When one is held, and who signs"
    yield (
        "Days count from the moment when the incident was resolved. An incident that is not assessed counts as Major. "
        "Drills, tests and incidents recorded after the event are asked for none. A required one is waived only by a "
        "commander or an administrator, with a reason. *: while nobody holds a role, the commander may sign for it. "
        "Whoever submitted it never signs it alone."
    )
    yield _table(
        ("Severity", "Required", "Days", "Meeting", "Signed by"),
        [
            (
                one.id,
                "yes" if one.required else "no",
                str(one.days),
                book.meeting(one.form).title,
                ", ".join(roles().role(role).title for role in one.signs) + (" *" if one.stand_in else ""),
            )
            for one in book.severities
        ],
    )
    yield "## Sections that people write"
    yield _table(
        ("Section", "Name", "What it asks", "Characters"),
        [(f"`{one.id}`", one.title, one.prompt, f"{one.length_max:,}") for one in book.sections],
    )
    for kind in book.meetings:
        yield from _meeting(kind)
    yield "## Ground rules"
    yield "\n".join(f"- {one.text}" for one in book.rules)
    yield "## When you hear"
    yield _table(("Heard", "Ask"), [(one.heard, one.ask) for one in book.prompts])
    yield "## The pulse"
    yield f"{book.pulse.note} Shown from {book.pulse.least} answers up. Answers: {', '.join(book.pulse.answers)}."
    yield "\n".join(f"- `{one.id}`: {one.text}" for one in book.pulse.statements)
    yield "## Sources"
    yield "\n".join(f"- {one}" for one in book.sources)


def _meeting(kind: MeetingKind) -> Iterator[str]:
    yield f"## {kind.title} (`{kind.id}`, {kind.minutes} minutes)"
    yield kind.sentence
    yield _table(
        ("Point", "Name", "Minutes", "What is said", "What can be asked"),
        [(f"`{one.id}`", one.title, str(one.minutes), one.say, " ".join(one.prompts)) for one in kind.items],
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]
    return "\n".join(lines)
