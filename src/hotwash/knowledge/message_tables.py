"""The reference page of messages, from the data: audiences, approvals, rhythm, placeholders, templates, plain words."""

from collections.abc import Iterable, Iterator, Sequence

from hotwash.knowledge.message_templates import (
    HARM,
    PASSAGES,
    PERSON,
    Fact,
    facts,
    language_title,
    person_fields,
    templates,
)
from hotwash.knowledge.messages import LANGUAGES, approval, cadence, rules
from hotwash.knowledge.plainness import Plainness, plainness

_MADE = (
    "<!-- Made from `src/hotwash/knowledge/data/messages/` by `python -m hotwash.knowledge.tables`. Edit the data. -->"
)


def messages_page() -> str:
    """Everything that the data says of messages."""
    return "\n\n".join([_MADE, *_parts()]) + "\n"


def _parts() -> Iterator[str]:
    table = rules()
    yield "# Messages"
    yield (
        f"Version {table.version}. {table.source} How to write and send one: "
        "[Tell people](../how-to/tell-people.md). Why it is so: "
        "[decision 0093](../decisions/0093-a-text-goes-as-it-was-approved.md)."
    )
    yield "## Audiences"
    yield _table(
        ("Audience", "Name", "Who they are", "Outside"),
        [(f"`{one.id}`", one.title, one.sentence, "yes" if one.outside else "") for one in table.audiences],
    )
    yield "## Stages"
    yield _table(("Stage", "Name", "When"), [(f"`{one.id}`", one.title, one.sentence) for one in table.stages])
    yield "## Whose word a message needs"
    yield (
        "Each role that is named must approve the text as it stands. *: while nobody holds a role, the commander may "
        "answer for it. †: somebody other than whoever wrote the text must be among those who approve."
    )
    heads = ("Audience", *[stage.title for stage in table.stages])
    yield _table(heads, [(one.title, *[_needs(one.id, stage.id) for stage in table.stages]) for one in table.audiences])
    yield from _rhythm()
    yield from _placeholders()
    yield "## Templates"
    yield (
        "Each is filled from the record. What the record does not know stands as `[missing: …]` in the text, and a "
        "text with a gap cannot go for approval. Templates of the organisation's own go first: "
        "`hotwash organisation add-message-template`."
    )
    yield _table(
        ("Template", "Language", "Subject"),
        [(f"`{one.audience}/{one.stage}`", language_title(one.language), one.subject) for one in templates()],
    )
    for language in LANGUAGES:
        known = plainness(language)
        if known is not None:
            yield from _plain(known)


def _needs(audience: str, stage: str) -> str:
    row = approval(audience, stage)
    return ", ".join(row.needs) + ("*" if row.stand_in else "") + ("†" if row.second else "")


def _rhythm() -> Iterator[str]:
    table = cadence()
    yield "## When the next word is due"
    yield (
        f"{table.source} An incident that nobody has assessed counts as Major. A time that a sent message promised "
        "counts where it is earlier. Once an incident is resolved, whoever heard of it is owed a word that it has "
        "stopped; after that nothing is due."
    )
    levels: tuple[str, ...] = ("Critical", "Major", "Minor")
    rows = [
        (
            rules().audience(audience).title,
            *[_minutes(table.first_word[audience][level]) for level in levels],  # type: ignore[index]
            *[_minutes(minutes[level]) for level in levels],  # type: ignore[index]
        )
        for audience, minutes in table.minutes.items()
    ]
    yield _table(
        ("Audience", *[f"First word, {one}" for one in levels], *[f"Then every, {one}" for one in levels]), rows
    )


def _minutes(minutes: int) -> str:
    if not minutes:
        return "–"
    if minutes % 1440 == 0:
        return "1 day" if minutes == 1440 else f"{minutes // 1440} days"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def _placeholders() -> Iterator[str]:
    yield "## Placeholders"
    yield (
        "`{{name}}` is replaced by what the record says. `{{#name}}…{{/name}}` stands only if it says something, "
        "`{{^name}}…{{/name}}` only if it does not. There is no code, no attribute and no nesting of names; what was "
        "filled in is never read as a template again. “Own words” are in the language of the record, and stay out of "
        "texts in another language. “Inside” is never told outside."
    )
    yield _table(
        ("Name", "What it is", "While it is missing", ""),
        [(f"`{one.id}`", one.label, one.ask, ", ".join(_marks(one))) for one in facts().values()],
    )
    yield (
        f"Passages for the kind of harm: {', '.join(f'`{HARM}{one}`' for one in PASSAGES)}. In letters to the people "
        f"harmed, filled from the register when they are taken out: "
        f"{', '.join(f'`{PERSON}{one}`' for one in person_fields())}, and `{PERSON}` with any other column of the list "
        "that filled the register."
    )


def _marks(fact: Fact) -> Iterator[str]:
    if fact.words:
        yield "own words"
    if fact.inside:
        yield "inside"


def _plain(known: Plainness) -> Iterator[str]:
    yield f"## Plain language: {LANGUAGES[known.language]}"
    grade = f", grade at most {known.grade_max:g}" if known.grade_max else ""
    yield (
        f"{known.formula} ({known.source}); at least {known.ease_min:g}{grade}. At most {known.sentence_max} words in "
        "a sentence. A passive is a question: who did it?"
    )
    yield _table(
        ("What a message has to say", "At", "To"),
        [(one.title, ", ".join(one.stages), ", ".join(one.audiences) or "everyone") for one in known.parts],
    )
    yield _table(("Instead of", "Write"), [(one.say, one.instead or "nothing: take it out") for one in known.jargon])


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
