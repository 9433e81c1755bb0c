"""Figures in the text form that Prometheus reads (version 0.0.4 of its exposition format).

They say how much and how fast, never who, what or which record: nobody's name, no incident, no address.
"""

import os
import resource
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from itertools import accumulate
from pathlib import Path

from django.db import Error

from hotwash.web.operating.counting import BOUNDS_S, EXCHANGES, Seen
from hotwash.web.operating.parts import Standing, standing
from hotwash.web.tables.models import CommitRow

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BEGAN = time.time()


@dataclass(frozen=True, slots=True)
class Sample:
    """One number, with the name it adds to its figure's."""

    value: float
    labels: Mapping[str, object] | None = None
    ending: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its numbers. ``kind`` is ``gauge``, ``counter`` or ``histogram``."""

    name: str
    kind: str
    sentence: str
    samples: tuple[Sample, ...]

    def lines(self) -> Iterator[str]:
        """How it is written."""
        yield f"# HELP hotwash_{self.name} {self.sentence}"
        yield f"# TYPE hotwash_{self.name} {self.kind}"
        for one in self.samples:
            named = ",".join(f'{name}="{_escaped(str(value))}"' for name, value in (one.labels or {}).items())
            yield f"hotwash_{self.name}{one.ending}{f'{{{named}}}' if named else ''} {one.value:.12g}"


def text() -> str:
    """Every figure of this process, and of the installation that it belongs to."""
    figures = [*_own(), *_exchanges(EXCHANGES.seen()), *_installation(standing())]
    return "".join(f"{line}\n" for figure in figures for line in figure.lines())


def _own() -> Iterator[Figure]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    yield _one("info", "gauge", "The version that runs.", 1, version=metadata.version("hotwash"))
    yield _one("started_seconds", "gauge", "When this process began, in seconds since 1970.", _BEGAN)
    yield _one("cpu_seconds_total", "counter", "Processor time of this process.", used.ru_utime + used.ru_stime)
    yield _one("memory_bytes", "gauge", "Memory that this process holds.", _memory())
    yield _one("open_files", "gauge", "Files and connections that this process holds open.", _open_files())


def _exchanges(seen: Seen) -> Iterator[Figure]:
    yield _one("requests_open", "gauge", "Requests that are being answered, streams among them.", seen.going_on)
    counted = tuple(
        Sample(count, {"area": area, "method": method, "status": status})
        for (area, method, status), count in sorted(seen.ended.items())
    )
    yield Figure("requests_total", "counter", "Requests that were answered.", counted)
    lasted: list[Sample] = []
    for area, counts in sorted(seen.lasted.items()):
        for bound, count in zip((*BOUNDS_S, "+Inf"), accumulate(counts), strict=True):
            lasted.append(Sample(count, {"area": area, "le": bound}, "_bucket"))
        lasted += [
            Sample(seen.lasted_s[area], {"area": area}, "_sum"),
            Sample(sum(counts), {"area": area}, "_count"),
        ]
    yield Figure("request_seconds", "histogram", "How long requests took until the answer began.", tuple(lasted))


def _installation(found: Standing) -> Iterator[Figure]:
    yield _one("ready", "gauge", "Whether this server can do its work.", found.ready)
    well = tuple(Sample(part.well, {"part": part.name}) for part in found.parts)
    yield Figure("part_well", "gauge", "Whether each part is well.", well)
    worker = found.worker
    if worker is None:
        return
    yield _one("workers", "gauge", "Workers that were heard of lately.", len(worker.workers))
    yield _one("worker_behind_seconds", "gauge", "How long the oldest job has been due.", worker.lag_s)
    counts = {"due": worker.due, "running": worker.running, "later": worker.later, "failed": worker.failed}
    jobs = tuple(Sample(count, {"state": state}) for state, count in counts.items())
    yield Figure("jobs", "gauge", "Jobs by what became of them.", jobs)
    try:
        position = CommitRow.objects.values_list("position", flat=True).get(id=1)
    except (Error, CommitRow.DoesNotExist):
        return
    yield _one("entries_total", "counter", "Entries in all records.", position)


def _one(name: str, kind: str, sentence: str, value: float, **labels: object) -> Figure:
    return Figure(name, kind, sentence, (Sample(value, labels),))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _memory() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * os.sysconf("SC_PAGE_SIZE")


def _open_files() -> int:
    try:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())
    except OSError:
        return -1
