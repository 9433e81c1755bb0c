"""What others ask of a report of an incident: AVID's labels, the OECD's criteria (`data/exchange/`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from msgspec import Struct

from hotwash.knowledge.shelf import take


@dataclass(frozen=True, slots=True)
class Avid:
    """The labels of AVID's effect codes, and the editions that a report names."""

    version: str
    data_version: str
    taxonomy_version: str
    lifecycle: str
    labels: Mapping[str, str]


class Criterion(Struct, frozen=True, rename={"source": "from"}):
    """One thing that the OECD's framework asks; ``source`` says where a record has the answer."""

    id: int
    group: str
    title: str
    source: str
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class Oecd:
    """The framework: its groups and criteria in their order."""

    version: str
    source: str
    confidence: str
    groups: tuple[str, ...]
    criteria: tuple[Criterion, ...] = field(default=())


@cache
def avid() -> Avid:
    """AVID's words."""
    return take("exchange/avid.toml", Avid)


@cache
def oecd() -> Oecd:
    """The OECD's criteria."""
    return take("exchange/oecd.toml", Oecd)
