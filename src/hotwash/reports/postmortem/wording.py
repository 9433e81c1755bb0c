"""The wording of a whole draft: what could be said otherwise, by section. For whoever leads the meeting."""

from collections.abc import Iterator
from dataclasses import dataclass

from hotwash.reports.document import Document, Section
from hotwash.reports.render.json import as_data
from hotwash.reports.wording import Flag, check

FLAGS_MAX = 60


@dataclass(frozen=True, slots=True)
class Worded:
    """A section with its flags."""

    section: Section
    flags: tuple[Flag, ...]


def wording(document: Document) -> tuple[Worded, ...]:
    """The sections in which something could be said otherwise; appendices hold the record and are left as they are."""
    found, left = [], FLAGS_MAX
    for section in document.sections:
        if section.appendix or left <= 0:
            continue
        flags = check("\n\n".join(_texts(section)))[:left]
        left -= len(flags)
        if flags:
            found.append(Worded(section, tuple(flags)))
    return tuple(found)


def _texts(section: Section) -> Iterator[str]:
    """Every passage of a section as one text: the runs of a passage belong together, its pointers are left out."""
    yield from _passages(as_data(section)["blocks"])


def _passages(value: object) -> Iterator[str]:
    if isinstance(value, list):
        if value and all(isinstance(one, dict) and "text" in one and "block" not in one for one in value):
            yield "".join(str(one["text"]) for one in value if "entry" not in one)
        else:
            for one in value:
                yield from _passages(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _passages(one)
