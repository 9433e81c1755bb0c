"""What a hold asks, one kind each: files that versions name, the prediction log, a model registry, a store of data."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import file_digest
from mimetypes import guess_type
from pathlib import Path

import msgspec

from hotwash.incident.state import Incident
from hotwash.investigate import Cancelled as Stopped
from hotwash.investigate import LogError, Predictions
from hotwash.investigate.engine import Watch
from hotwash.investigate.excerpts import Cut, cut, is_files, samples, whole
from hotwash.ledger.entry import digest_of
from hotwash.ledger.rule import NotAllowed
from hotwash.reports.phrases import when
from hotwash.response.holding import FILE_MAX, Held, NotTaken, as_json
from hotwash.response.inquiries import described, within
from hotwash.response.provenance import CHAMPION, DataVersions, ModelRegistry, traced
from hotwash.response.request import BadRequest
from hotwash.response.spans import Span, SpanSource, Which
from hotwash.systems.state import System

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]

WINDOW = timedelta(days=7)
"""How much of the log before the declaration is cut out, where nobody has said since when people are harmed."""


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a log that is cut out: from, until (half-open)."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """Files of this machine that the versions in use name as their source: prompts, configurations, models.

    :param folders: where files may lie; what is named elsewhere is left to other holders
    """

    folders: Sequence[Path]
    title: str = "files that the versions in use name"

    def snapshot(self, system: System) -> Iterator[Held]:
        """See `Holder.snapshot`."""
        for part, deployed in sorted(system.running.items()):
            event = deployed.event
            try:
                path = Path(within(event.source, folders=self.folders)) if event.source else None
            except (BadRequest, ValueError):
                continue
            if path is None or not path.is_file():
                continue
            media_type = guess_type(path.name)[0] or "application/octet-stream"
            # What lies beside the logs may be one, whatever the deployment called it.
            people = part == "data" or path.suffix.lower() in _ROWS
            if path.stat().st_size > FILE_MAX:
                digest, size = _digest_of_file(path)
                said = _same(event.digest, digest)
                yield Held(path.name, media_type, None, str(path), said, part, people, digest, size)
                continue
            data = path.read_bytes()
            yield Held(path.name, media_type, data, str(path), _same(event.digest, digest_of(data)), part, people)


_ROWS = frozenset({".csv", ".tsv", ".gz", ".parquet", ".pq", ".jsonl", ".ndjson", ".json", ".sqlite", ".duckdb", ".db"})
"""Endings of files that hold rows, and so may name people."""


def _same(recorded: str, found: str) -> str:
    if not recorded.startswith("sha256:"):
        return "No digest was recorded when it went live."
    return "The same bytes as when it went live." if recorded == found else f"NOT what went live: that was {recorded}."


def _digest_of_file(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return "sha256:" + file_digest(file, "sha256").hexdigest(), path.stat().st_size


@dataclass(frozen=True, slots=True)
class LogOf:
    """The prediction log of an AI system: what it was, the window of the harm, and some rows.

    :param folders: where logs may lie
    """

    folders: Sequence[Path]
    window: Window
    on_progress: Progress | None = None
    cancelled: Cancelled | None = None
    title: str = "the prediction log"

    def snapshot(self, system: System) -> Iterator[Held]:
        """See `Holder.snapshot`."""
        if system.log is None:
            raise NotTaken("No log is described for this AI system.")
        log = described(system.log, folders=self.folders)
        yield self._whole(log)
        if not is_files(log):
            yield self._left_out(log, "The log is a table elsewhere: rows are cut out of files only.")
            return
        try:
            yield self._cut(log)
        except LogError as no:
            yield self._left_out(log, str(no))
        try:
            sample = samples(log, since=self.window.since, until=self.window.until, watch=self._watch(2))
        except LogError as no:
            yield Held("log-samples.jsonl", "", None, log.named, what="samples", failed=str(no))
            return
        shown = sample.count(b"\n")
        yield Held(
            "log-samples.jsonl", "application/jsonl", sample, log.named,
            f"The newest {shown} decisions of the window; who they were about is left out, and texts are masked.",
            "samples",
        )  # fmt: skip

    def _whole(self, log: Predictions) -> Held:
        found = whole(log, watch=self._watch(2))
        said = {
            "source": log.named,
            "fingerprint": found.fingerprint,
            "rows": found.rows,
            "columns": list(found.columns),
            "window": {"since": self.window.since.isoformat(), "until": self.window.until.isoformat()},
        }
        return Held(
            "log.json", "application/json", as_json(said), log.named,
            f"The log had {found.rows:,} rows; its fingerprint was {found.fingerprint}.", "log",
        )  # fmt: skip

    def _cut(self, log: Predictions) -> Held:
        with tempfile.TemporaryDirectory(prefix="hotwash-hold-") as place:
            made: Cut = cut(
                log, Path(place) / "slice.parquet", since=self.window.since, until=self.window.until,
                watch=self._watch(3),
            )  # fmt: skip
            data = made.path.read_bytes() if made.path else None
        span = (
            f"from {when(self.window.since)} to {when(self.window.until)}"
            if log.time
            else "all of it, since no column says when"
        )
        if data is None:
            why = "too many to be kept" if made.rows else "none"
            return self._left_out(log, f"The window ({span}) has {made.rows:,} decisions: {why}.")
        return Held(
            "log-slice.parquet", "application/vnd.apache.parquet", data, log.named,
            f"{made.rows:,} decisions, {span}.", "log-slice", restricted=True,
        )  # fmt: skip

    def _left_out(self, log: Predictions, why: str) -> Held:
        return Held("log-slice.parquet", "", None, log.named, what="log-slice", restricted=True, failed=why)

    def _watch(self, steps: int) -> Watch:
        return Watch(self.on_progress, self.cancelled, steps=steps)


def window_of(
    incident: Incident, *, now: datetime, since: datetime | None = None, until: datetime | None = None
) -> Window:
    """The part of the log to cut out: since people are harmed, if that is known; else the days before the declaration.

    :raises NotAllowed: if it would be empty
    """
    if since is None and incident.beginnings:
        began = incident.beginnings[-1]
        since = began.event.low or began.at
    if since is None:
        since = (incident.declared.at if incident.declared else now) - WINDOW
    until = until or now
    if since >= until:
        raise NotAllowed("The window of the log is empty: `since` is not before `until`.")
    return Window(since, until)


@dataclass(frozen=True, slots=True)
class RegistryOf:
    """A model in a registry: which version its alias points at, every version with its aliases, and how it was made.

    :param model: what the registry calls it
    """

    registry: ModelRegistry
    model: str
    alias: str = CHAMPION
    data: DataVersions | None = None
    title: str = "the model registry"

    def snapshot(self, system: System) -> Iterator[Held]:
        """See `Holder.snapshot`."""
        champion = self.registry.champion(self.model, self.alias)
        where = f"registry, {self.model}@{self.alias}"
        yield Held(
            f"{self.model}-{self.alias}.json", "application/json", as_json(msgspec.to_builtins(champion)), where,
            f"The alias {self.alias} of {self.model} points at version {champion.version}.", "registry",
        )  # fmt: skip
        versions = self.registry.versions(self.model)
        yield Held(
            f"{self.model}-versions.json", "application/json", as_json(msgspec.to_builtins(versions)), where,
            f"{len(versions)} versions.", "registry",
        )  # fmt: skip
        lineage = traced(self.registry, self.model, champion.version, data=self.data, system=system.slug)
        gaps = f" {' '.join(lineage.gaps)}" if lineage.gaps else ""
        yield Held(
            f"{self.model}-lineage.json", "application/json", as_json(msgspec.to_builtins(lineage)), where,
            f"How version {champion.version} was made: run, commit and data.{gaps}", "model",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DataOf:
    """The commit of the code, and every data file at it.

    :param revision: which; such as the commit that is in use
    """

    data: DataVersions
    revision: str
    title: str = "the repository of code and data"

    def snapshot(self, system: System) -> Iterator[Held]:  # noqa: ARG002 - the promise of a holder
        """See `Holder.snapshot`."""
        commit = self.data.commit(self.revision)
        yield Held(
            "commit.json", "application/json", as_json(msgspec.to_builtins(commit)), f"repository, {self.revision}",
            f"The code at {self.revision}.", "code",
        )  # fmt: skip
        versions = self.data.versions(self.revision)
        yield Held(
            "data-versions.json", "application/json", as_json(msgspec.to_builtins(versions)),
            f"repository, {self.revision}", f"{len(versions)} data files and folders with their digests.", "data",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CallsOf:
    """Calls of a generative system with their judgements, as its tracing tells them, in the window of the harm.

    :param name: of the project, for the name of the file
    """

    source: SpanSource
    name: str
    window: Window
    which: Which = "LLM"
    cancelled: Cancelled | None = None
    title: str = "the traces"

    def snapshot(self, system: System) -> Iterator[Held]:  # noqa: ARG002 - the promise of a holder
        """See `Holder.snapshot`. What is larger than a hold keeps is cut off, and says so."""
        kept, size, calls, after, whole = list[bytes](), 0, 0, "", False
        while not whole:
            if self.cancelled is not None and self.cancelled():
                raise Stopped("Somebody asked to stop.")
            page = self.source.page(since=self.window.since, until=self.window.until, which=self.which, after=after)
            lines = [_told(span) for span in page.spans]
            if size + sum(map(len, lines)) > FILE_MAX:
                break
            kept += lines
            size, calls, after = size + sum(map(len, lines)), calls + len(lines), page.after
            whole = not after
        span = f"from {when(self.window.since)} to {when(self.window.until)}"
        cut_off = "" if whole else " The first of them: more would not be kept."
        yield Held(
            f"{self.name}-calls.jsonl", "application/jsonl", b"".join(kept), self.source.place,
            f"{calls:,} calls with their judgements, {span}.{cut_off}", "traces", restricted=True,
        )  # fmt: skip


def _told(span: Span) -> bytes:
    judged = msgspec.to_builtins(span.annotations)
    return msgspec.json.encode({"span": span.raw, "annotations": judged}, order="deterministic") + b"\n"
