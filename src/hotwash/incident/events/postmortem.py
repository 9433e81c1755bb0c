"""Facts about the post-mortem: planned or waived, written, read, met, signed, published.

- A text is never replaced: each version names the versions that it was made from. Where two people wrote at once there
  are two, and both stand until somebody makes one of them.
- What was contributed without a name comes in as one entry by whoever leads the meeting: in no order, with no time.
- What is published is what was submitted and signed: the record up to the entry that the submission names.
"""

from dataclasses import dataclass
from datetime import date, datetime

from hotwash.incident.events.work import RoleId
from hotwash.knowledge.postmortem import MeetingForm, SectionId


@dataclass(frozen=True, slots=True)
class PostmortemPlanned:
    """A post-mortem is held: who owns it, who leads the meeting, until when. Planned anew, the last plan holds.

    :param required: whether the severity asked for it at that moment
    """

    form: MeetingForm
    owner: str
    facilitator: str
    due: date | None
    required: bool
    meet_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PostmortemWaived:
    """No post-mortem is held, and why. ``required``: the severity asked for one."""

    reason: str
    required: bool
    severity: str = ""


@dataclass(frozen=True, slots=True)
class SectionWritten:
    """A version of a section. ``made_from`` are the entries of the versions that its writer had before them."""

    section: SectionId
    text: str
    made_from: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PreReadSent:
    """The draft as of an entry was sent round, to be read before the meeting."""

    as_of: int
    readers: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class PreReadConfirmed:
    """Somebody has read what was sent round."""

    sent: int


@dataclass(frozen=True, slots=True)
class ContributionMade:
    """Something that somebody wants to be looked at, under their name."""

    text: str


@dataclass(frozen=True, slots=True)
class ContributionsOpened:
    """A page takes contributions without a name. ``until`` is the last day."""

    until: date | None = None


@dataclass(frozen=True, slots=True)
class ContributionsTaken:
    """What was contributed without a name. Nobody knows by whom, when, or in which order."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeetingOpened:
    """A meeting began, by the agenda of this version."""

    form: MeetingForm
    agenda: str
    attendees: tuple[str, ...]
    item: str


@dataclass(frozen=True, slots=True)
class MeetingMoved:
    """A meeting went on to a point of its agenda."""

    meeting: int
    item: str


@dataclass(frozen=True, slots=True)
class MeetingNoted:
    """A note of a meeting, at a point of its agenda."""

    meeting: int
    item: str
    text: str


@dataclass(frozen=True, slots=True)
class MeetingEnded:
    """A meeting ended."""

    meeting: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PostmortemSubmitted:
    """The post-mortem as of an entry is ready to be signed."""

    as_of: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PostmortemSigned:
    """Somebody signed a submission for a role; ``standing_in`` if the commander did for a role that nobody held."""

    submission: int
    role: RoleId
    remark: str = ""
    standing_in: bool = False


@dataclass(frozen=True, slots=True)
class PostmortemReturned:
    """Somebody sent a submission back, and said why. What was signed of it no longer counts."""

    submission: int
    role: RoleId
    reason: str


@dataclass(frozen=True, slots=True)
class PublicPart:
    """A part of what becomes public. ``left_out`` counts the sentences that do not."""

    title: str
    paragraphs: tuple[str, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class PublicVersionProposed:
    """Every word that would become public, from a signed submission."""

    submission: int
    title: str
    parts: tuple[PublicPart, ...]


@dataclass(frozen=True, slots=True)
class PostmortemPublished:
    """A signed submission can be read by everybody inside."""

    submission: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class PostmortemPublishedOutside:
    """A public version can be read by everybody. ``slug`` is the end of its address."""

    version: int
    slug: str
    reason: str


@dataclass(frozen=True, slots=True)
class PublicationWithdrawn:
    """A publication was taken back. Who has read it has read it."""

    publication: int
    reason: str


@dataclass(frozen=True, slots=True)
class PostmortemAcknowledged:
    """Somebody has read what was published inside."""

    publication: int


@dataclass(frozen=True, slots=True)
class PulseOpened:
    """A few statements were put to those who took part, to be answered without a name."""

    book: str


@dataclass(frozen=True, slots=True)
class PulseTally:
    """How often each answer was given to a statement, from the least to the most agreeing."""

    statement: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PulseClosed:
    """What came of the pulse. Of fewer answers than can be shown only that there were too few."""

    pulse: int
    enough: bool
    answers: int | None = None
    tallies: tuple[PulseTally, ...] = ()
