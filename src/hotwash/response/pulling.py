"""Pull calls into a prediction log: page by page onto the disk, resumed where it broke off, put in place when whole.

Invariants:

- A page is on the disk before the word that leads to the next is; what was half written is cut off at the next start.
- Memory holds one page. The table is written by DuckDB from what lies on the disk.
- The log in its place is the former one or the new one, never a part of it.
- The same calls give the same rows: nothing says when they were pulled.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import duckdb
import msgspec

from hotwash.ledger.rule import NotAllowed
from hotwash.response.request import BadRequest
from hotwash.response.spans import COLUMNS, Span, SpanSource, Which, columns_of, row_of, widened

Seen = Callable[[Sequence[Span]], None]
"""Told each page, when it is on the disk. After a break-off a page may be told twice."""

ENDINGS = (".parquet", ".jsonl")
MEMORY = "128MB"
ROW_MAX = 16 << 20
"""Longer than any row can be: DuckDB keeps two of these ready."""
_ROWS, _STATE = "rows.jsonl", "state.json"


@dataclass(slots=True)
class State:
    """How far a pull has come.

    :param asked: what was asked; another question does not go on with these rows
    :param size: how many bytes of the rows are whole
    """

    asked: dict[str, str]
    after: str = ""
    size: int = 0
    rows: int = 0
    names: list[str] = field(default_factory=list)
    done: bool = False


@dataclass(frozen=True, slots=True)
class Pulled:
    """A log that was written.

    :param resumed: how many rows an earlier attempt had brought
    :param columns: for each name of a judgement the columns of its label and score
    """

    path: Path
    rows: int
    resumed: int
    columns: Mapping[str, tuple[str, str]]


def pull(
    source: SpanSource,
    to: Path,
    *,
    since: datetime,
    until: datetime,
    which: Which = "LLM",
    names: Sequence[str] = (),
    work: Path | None = None,
    seen: Seen = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
    told: Callable[[int], None] = lambda _: None,
) -> Pulled | None:
    """Write the calls that began in a half-open range as a log; None if it was stopped, to be gone on with later.

    :param to: a file that ends in ``.parquet`` or ``.jsonl``
    :param names: judgements that have columns of their own in any case
    :param work: where unfinished rows lie; beside ``to`` if left out
    :param told: how many rows there are, after each page
    :raises BadRequest: if the range is empty or the ending is another
    :raises NotAllowed: if another process is at it
    :raises OutsideFault: if the source cannot be asked; what came before is kept for the next attempt
    """
    if since >= until:
        raise BadRequest("since", "is not before the end of the range.")
    if to.suffix not in ENDINGS:
        raise BadRequest("to", f"ends in {' or '.join(ENDINGS)}.")
    folder = work or to.with_name(f".{to.name}.part")
    asked = {
        "place": source.place, "which": which,
        "since": since.astimezone(UTC).isoformat(), "until": until.astimezone(UTC).isoformat(),
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        state = _begun(folder, asked)
        resumed = state.rows
        if not _read(
            source, folder, state, since=since, until=until, which=which, seen=seen, cancelled=cancelled, told=told
        ):
            return None
        columns = columns_of([*names, *sorted(set(state.names) - set(names))])
        _put(folder, to, columns)
        shutil.rmtree(folder)
    return Pulled(to, state.rows, resumed, columns)


def _read(
    source: SpanSource,
    folder: Path,
    state: State,
    *,
    since: datetime,
    until: datetime,
    which: Which,
    seen: Seen,
    cancelled: Callable[[], bool],
    told: Callable[[int], None],
) -> bool:
    """Bring the pages that are still missing onto the disk; whether all are there."""
    with (folder / _ROWS).open("r+b") as file:
        file.truncate(state.size)
        file.seek(state.size)
        while not state.done:
            if cancelled():
                return False
            page = source.page(since=since, until=until, which=which, after=state.after)
            rows = [row_of(span) for span in page.spans]
            file.write(b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows))
            file.flush()
            os.fsync(file.fileno())
            state.after, state.size, state.rows = page.after, file.tell(), state.rows + len(rows)
            state.done = not page.after
            known = dict.fromkeys([*state.names, *(one["name"] for row in rows for one in row["annotations"])])
            state.names = list(known)
            seen(page.spans)
            _write(folder / _STATE, msgspec.json.encode(asdict(state)))
            told(state.rows)
    return True


def widen(folder: Path, columns: Mapping[str, tuple[str, str]]) -> int:
    """Give every table of a folder the columns of these judgements, so that they can be read as one log; how many."""
    wanted = _types(columns)
    changed = 0
    for path in sorted(folder.glob("*.parquet")):
        with _duck() as duck:
            there = [
                name for name, *_ in duck.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
            ]
            if there == list(wanted):
                continue
            listed = ", ".join(
                _quoted(name) if name in there else f"CAST(NULL AS {kind}) AS {_quoted(name)}"
                for name, kind in wanted.items()
            )
            part = path.with_name(f".{path.name}.new")
            # Rows stay in their order: the same calls are the same bytes.
            read = f"SELECT {listed} FROM read_parquet({_literal(path)})"  # noqa: S608 - names are quoted
            duck.execute(f"COPY ({read}) TO {_literal(part)} (FORMAT parquet)")
            _in_place(part, path)
            changed += 1
    return changed


def days(since: datetime, until: datetime) -> Iterator[tuple[date, datetime, datetime]]:
    """The days (UTC) of a half-open range, each with its beginning and end within it."""
    day = since.astimezone(UTC).date()
    while (begin := datetime.combine(day, time(), UTC)) < until:
        yield day, begin, min(begin + timedelta(days=1), until)
        day += timedelta(days=1)


# ── on the disk ──────────────────────────────────────────────────────────────


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else writes to this folder meanwhile; the lock ends with the process.

    :raises NotAllowed: if somebody does
    """
    with (folder / "lock").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise NotAllowed("Another process is pulling this at the moment.") from taken
        yield


def _begun(folder: Path, asked: dict[str, str]) -> State:
    try:
        state = State(**msgspec.json.decode((folder / _STATE).read_bytes()))
        if state.asked == asked and (folder / _ROWS).stat().st_size >= state.size:
            return state
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, TypeError):
        pass
    (folder / _ROWS).write_bytes(b"")
    state = State(asked)
    _write(folder / _STATE, msgspec.json.encode(asdict(state)))
    return state


def _put(folder: Path, to: Path, columns: Mapping[str, tuple[str, str]]) -> None:
    """The rows with a column for each judgement, in place."""
    wide = folder / "wide.jsonl"
    with (folder / _ROWS).open("rb") as rows, wide.open("wb") as file:
        for line in rows:
            row = widened(msgspec.json.decode(line), columns)
            file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    to.parent.mkdir(parents=True, exist_ok=True)
    if to.suffix == ".jsonl":
        _in_place(wide, to)
        return
    types = ", ".join(f"{_literal(name)}: {_literal(kind)}" for name, kind in _types(columns).items())
    part = to.with_name(f".{to.name}.new")
    with _duck() as duck:
        read = (
            f"read_json({_literal(wide)}, format = 'newline_delimited', columns = {{{types}}}, "
            f"maximum_object_size = {ROW_MAX})"
        )
        duck.execute(f"COPY (FROM {read}) TO {_literal(part)} (FORMAT parquet)")
    _in_place(part, to)


def _types(columns: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    judged = {name: kind for pair in columns.values() for name, kind in zip(pair, ("VARCHAR", "DOUBLE"), strict=True)}
    own = {name: kind for name, kind in COLUMNS.items() if name != "annotations"}
    return {**own, **judged, "annotations": "VARCHAR"}


def _duck() -> "duckdb.DuckDBPyConnection":
    offline = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    duck = duckdb.connect(":memory:", config={**offline, "memory_limit": MEMORY, "threads": "1"})
    duck.execute("SET TimeZone = 'UTC'")
    return duck


def _literal(word: object) -> str:
    return "'" + str(word).replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.new")
    part.write_bytes(data)
    _in_place(part, path)


def _in_place(part: Path, path: Path) -> None:
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)
