"""Rules for publishing a post-mortem: inside as it was signed; outside only the sentences that somebody picked.

Whoever wrote or picked is never the one who publishes: another person reads first what becomes readable.
"""

from collections.abc import Iterator

from hotwash.incident.events import (
    Event,
    PostmortemAcknowledged,
    PostmortemPublished,
    PostmortemPublishedOutside,
    PublicationWithdrawn,
    PublicPart,
    PublicVersionProposed,
)
from hotwash.incident.postmortem import Submission, sentences
from hotwash.incident.rules.messages import SLUG
from hotwash.incident.rules.postmortem import unsigned
from hotwash.incident.state import Action, Incident
from hotwash.knowledge.postmortem import postmortem_book
from hotwash.ledger.rule import Asked, NotAllowed, need

TITLE_LENGTH_MAX = 200


def offered(incident: Incident, as_of: int) -> Iterator[tuple[str, str, list[str]]]:
    """What can be picked to become public: of each part its id, its title and its sentences, as of an entry."""
    summaries = [said for said in incident.summaries if said.entry <= as_of]
    if summaries:
        yield "summary", "Summary", sentences(summaries[-1].event.text)
    for section in postmortem_book().sections:
        heads = incident.postmortem.heads(section.id, as_of)
        if heads:
            yield section.id, section.title, [one for said in heads for one in sentences(said.event.text)]
    factors = [said.event.text for entry, said in incident.factors.items() if entry <= as_of]
    if factors:
        yield "factors", "What contributed to it", factors
    actions = [_title(one, as_of) for entry, one in incident.actions.items() if entry <= as_of]
    if actions:
        yield "actions", "What will prevent it", actions


def _title(action: Action, as_of: int) -> str:
    titles = [said.event.title for said in action.changes if said.event.title and said.entry <= as_of]
    return titles[-1] if titles else action.added.event.title


def publish_postmortem(incident: Incident, asked: Asked, *, submission: int, remark: str = "") -> list[Event]:
    """Let everybody inside read a signed submission. Neither its owner nor whoever submitted it does so."""
    known = _signed(incident, submission)
    plan = incident.postmortem.plan
    if asked.by == known.said.by or (plan is not None and asked.by == plan.event.owner):
        raise NotAllowed("You own or submitted it: somebody else publishes it.")
    if any(
        isinstance(one.event, PostmortemPublished) and one.event.submission == submission
        for one in incident.postmortem.in_force(outside=False)
    ):
        raise NotAllowed("It is published already.")
    return [PostmortemPublished(submission, remark.strip())]


def propose_public_version(
    incident: Incident, asked: Asked, *, submission: int, title: str, picks: tuple[str, ...]
) -> list[Event]:
    """Pick the sentences of a signed submission that may become public. ``picks`` are such as ``lessons:0``."""
    known = _signed(incident, submission)
    title = " ".join(need(title, "The title").split())
    if len(title) > TITLE_LENGTH_MAX:
        raise NotAllowed(f"The title has {len(title)} characters; {TITLE_LENGTH_MAX} fit.")
    wanted = set(picks)
    parts = []
    for part, heading, lines in offered(incident, known.said.event.as_of):
        names = [f"{part}:{place}" for place in range(len(lines))]
        kept = tuple(line for name, line in zip(names, lines, strict=True) if name in wanted)
        wanted -= set(names)
        if kept:
            parts.append(PublicPart(heading, kept, len(lines) - len(kept)))
    if wanted:
        raise NotAllowed(f"There is no sentence {sorted(wanted)[0][:60]} to pick.")
    if not parts:
        raise NotAllowed("Nothing was picked: a public version needs at least one sentence.")
    return [PublicVersionProposed(submission, title, tuple(parts))]


def publish_outside(incident: Incident, asked: Asked, *, version: int, slug: str, reason: str) -> list[Event]:
    """Let everybody read a public version. Neither its owner, nor who submitted it, nor who picked it does so."""
    proposal = incident.postmortem.proposal(version)
    if proposal is None:
        raise NotAllowed(f"Entry {version} proposes no public version.")
    known = _signed(incident, proposal.event.submission)
    plan = incident.postmortem.plan
    if asked.by in (proposal.by, known.said.by) or (plan is not None and asked.by == plan.event.owner):
        raise NotAllowed("You own, submitted or picked it: somebody else publishes it outside.")
    slug = slug.strip()
    if not SLUG.fullmatch(slug) or "--" in slug:
        raise NotAllowed("The end of the address is 8 to 60 lower-case letters, digits and single hyphens.")
    if incident.postmortem.in_force(outside=True):
        raise NotAllowed("A version is public already: take it back first.")
    return [PostmortemPublishedOutside(version, slug, need(reason, "The reason"))]


def withdraw_publication(incident: Incident, asked: Asked, *, publication: int, reason: str) -> list[Event]:
    """Take a publication back. Who has read it has read it."""
    held = incident.postmortem
    if all(one.entry != publication for one in (*held.in_force(outside=False), *held.in_force(outside=True))):
        raise NotAllowed(f"Entry {publication} publishes nothing that stands.")
    return [PublicationWithdrawn(publication, need(reason, "The reason"))]


def acknowledge_postmortem(incident: Incident, asked: Asked, *, publication: int) -> list[Event]:
    """Say that one has read what was published inside."""
    held = incident.postmortem
    if all(one.entry != publication for one in held.in_force(outside=False)):
        raise NotAllowed(f"Entry {publication} publishes nothing that stands.")
    if asked.by in held.acknowledged_by(publication):
        raise NotAllowed("You have said so already.")
    return [PostmortemAcknowledged(publication)]


def _signed(incident: Incident, submission: int) -> Submission:
    known = next((one for one in incident.postmortem.submissions if one.number == submission), None)
    if known is None:
        raise NotAllowed(f"Entry {submission} submits no post-mortem.")
    if why := unsigned(incident, known):
        raise NotAllowed(f"It cannot be published yet. {why}")
    return known
