"""The reference page of causes, from the data: where factors lie, what others call them, what to ask in a chain."""

from collections.abc import Iterable, Iterator, Sequence

from hotwash.knowledge.factors import factors
from hotwash.knowledge.whys import When, whys

_MADE = (
    "<!-- Made from `src/hotwash/knowledge/data/factors.toml` and `whys.toml` by "
    "`python -m hotwash.knowledge.tables`. Edit the data. -->"
)
_WHERE: dict[When, str] = {
    "first": "where a chain begins",
    "condition": "under an answer that speaks of a condition",
    "person": "under an answer in which a person acts, errs or leaves something undone",
    "training": "under an answer that stops at training or care",
    "believed": "under a last answer that nothing shows yet",
}


def causes_page() -> str:
    """Everything that the data says of factors and whys."""
    return "\n\n".join([_MADE, *_parts()]) + "\n"


def _parts() -> Iterator[str]:
    known, chains = factors(), whys()
    yield "# Causes"
    yield "How to use them: [Find causes](../how-to/find-causes.md)."
    yield "## Where a factor lies"
    yield f"Version {known.version}. There are several factors, never one: a draft with a single one is warned of."
    yield _table(
        ("Tag", "Meaning", "What to ask there"),
        [(f"`{tag.id}`", tag.definition, " ".join(tag.asks)) for tag in known.tags],
    )
    yield "## What others call it"
    yield (
        f"Failures: {known.gmf}. Causes: {known.mit}. Each name stands under the tag where it is usually found; a "
        "factor may have any of them, and none is filled in without being chosen."
    )
    yield _table(
        ("Tag", "GMF failures", "MIT: usually"),
        [
            (
                f"`{tag.id}`",
                ", ".join(tag.failures) or "–",
                ", ".join((tag.usually.entity, tag.usually.intent, tag.usually.timing)),
            )
            for tag in known.tags
        ],
    )
    yield "## What to ask in a chain of whys"
    yield f"Version {chains.version}. The questions are our own; each rests on the source that stands behind it."
    for when, where in _WHERE.items():
        yield f"Asked {where}:"
        yield "\n".join(f"- {one.ask} ({chains.source(one.source).title})" for one in chains.asks(when))
    yield "## What a chain is warned of"
    said = chains.warnings
    rows = [
        (
            "`circle`",
            said.circle.format(other="…"),
            "an answer says in the same words what stands above it, or rests on it",
        ),
        ("`chain`", said.chain.format(length="…"), "three or more answers, one below the other, and no branch"),
        ("`person`", said.person, "the last answer has a person who acts as its subject, or finds a person in fault"),
        (
            "`training`",
            said.training,
            "the last answer asks people for training or care; a model's training is no such answer",
        ),
        ("`single`", said.single, "the incident has one factor"),
    ]
    yield _table(("Warning", "What is said", "When"), rows)
    yield "Answers are read as English. A warning holds nothing back."


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
