# ruff: noqa: S608 - statements are put together here from parts that `dialect` has quoted
"""The engine that remembers: counts a log of files once, by more than was asked, and answers the next question from it.

Wraps the engine that reads the files and gives the same findings, byte for byte: its statements are told as they would
run over the log.
"""

import os
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import duckdb

from hotwash.investigate import files
from hotwash.investigate.columnar import Coding
from hotwash.investigate.counting import cells, counting
from hotwash.investigate.coverage import Covers, Forgotten, answers, of_ask, of_columns, through
from hotwash.investigate.dialect import Dialect, literal, quoted
from hotwash.investigate.embedded import Embedded
from hotwash.investigate.engine import Ask, Cell, People, PeopleAsk, Person, Sums, SumsAsk, Watch
from hotwash.investigate.engines.tables import zone_of
from hotwash.investigate.errors import LogChanged
from hotwash.investigate.expression import Column, Expression
from hotwash.investigate.shelves import PARTS_MAX, Cube, Known, Part, Shelf, Shelves, settled, stand

if TYPE_CHECKING:
    from numpy import ndarray

CELLS_KEPT = 500_000
"""A cube with more cells than this is no shorter way."""
ROWS = "hotwash rows"


_NAME = f"duckdb {duckdb.__version__}"


class Kept:
    """One log of files with stored counts. Keeps the promise of `engine.Engine`."""

    def __init__(
        self,
        source: str,
        zone: str | None,
        watch: Watch,
        memory_mb: int | None,
        *,
        cubes: Shelves,
        roles: Iterable[str] = (),
    ) -> None:
        """:raises LogError: if the log cannot be read"""
        self._source, self._log_zone, self._watch, self._memory = source, zone, watch, memory_mb
        self._cubes, self._roles = cubes, tuple(roles)
        self._dialect, self._zone = Dialect(zone), zone_of(zone)
        self._changed = False
        self._open = ExitStack()
        self._reader: Embedded | None = None
        self._looked = time.time_ns()
        self._paths = files.found(source)
        self._state = files.state(self._paths)
        self._shelf = self._shelved()
        self._sql = list(self._shelf.opened)

    def _shelved(self) -> Shelf:
        """The log's shelf, without whatever no longer holds."""
        shelf = self._cubes.read(self._source, self._log_zone)
        if shelf is not None and shelf.engine == _NAME:
            new, same = stand(shelf.known, self._paths, self._state)
            if not new and len(same) == len(shelf.known):
                return shelf
        reader = self._read()
        fresh = Shelf(engine=_NAME, opened=reader.sql, columns=reader.columns())
        if shelf is None or (shelf.engine, shelf.columns) != (fresh.engine, fresh.columns):
            return fresh
        cubes = (replace(c, parts=tuple(p for p in c.parts if same.issuperset(p.covers))) for c in shelf.cubes)
        known = {name: known for name, known in shelf.known.items() if name in same}
        return replace(fresh, known=known, cubes=tuple(cube for cube in cubes if cube.parts))

    def _read(self) -> Embedded:
        """The engine that reads the log itself."""
        if self._reader is None:
            self._reader = self._open.enter_context(Embedded(self._source, self._log_zone, self._watch, self._memory))
        return self._reader

    @property
    def name(self) -> str:
        """The engine that read the log."""
        return self._shelf.engine

    @property
    def sql(self) -> tuple[str, ...]:
        """What gives the same over the log."""
        return tuple(self._sql)

    def columns(self) -> tuple[Column, ...]:
        """The columns in their order."""
        return self._shelf.columns

    def fingerprint(self) -> str:
        """The digest of the files' bytes; those that are known are not read again.

        :raises LogChanged: if a file was written to since it was opened
        """
        known = self._shelf.known
        new = [path for path in self._paths if str(path) not in known]
        found = dict(zip(map(str, new), files.digests(new, self._watch) if new else [], strict=True))
        if files.state(self._paths) != self._state:
            raise LogChanged(f'"{self._source}" was written to while it was read. Ask again when it is at rest.')
        self._watch.step()
        if (new or self._changed) and settled(self._state, self._looked):
            states = dict(zip(map(str, self._paths), self._state, strict=True))
            more = {name: Known(states[name], digest) for name, digest in found.items()}
            self._shelf = replace(self._shelf, known=known | more)
            self._cubes.write(self._source, self._log_zone, self._shelf)
        each = [found.get(str(path)) or known[str(path)].digest for path in self._paths]
        return files.combined(self._paths, each)

    def counts(self, ask: Ask) -> list[Cell]:
        """Counts by keys: from stored counts, if they hold all that is spoken of."""
        statement, numbers = counting(self._dialect, ask)
        cube, made = self._cube(ask, statement)
        if cube is None:
            return self._scanned(ask)
        self._watch.check()
        seen = Ask(
            tuple(through(key, cube.covers, self._dialect, cube.named) for key in ask.keys),
            ask.margins,
            through(ask.where, cube.covers, self._dialect, cube.named),
        )
        asked, _ = counting(self._dialect, seen, count=f"sum({quoted(ROWS)})::BIGINT")
        try:
            rows = self._over(cube, asked)
        except duckdb.Error:  # another process threw a part away
            return self._scanned(ask)
        self._sql.append(statement)
        if not made:
            self._watch.step()
        return cells(rows, ask.keys, ask.margins, numbers=numbers, zone=self._zone)

    def _scanned(self, ask: Ask) -> list[Cell]:
        found: list[Cell] = self._delegated(lambda reader: reader.counts(ask))
        return found

    def _cube(self, ask: Ask, statement: str) -> tuple[Cube | None, bool]:
        """A cube that can answer, made or made whole if need be; and whether it was."""
        mark = sha256(statement.encode()).hexdigest()[:32]
        found = next((c for c in self._shelf.cubes if answers(ask, c.covers, self._dialect)), None)
        if found is None:
            if mark in self._shelf.refused or not settled(self._state, self._looked):
                return None, False
            self._changed = True
            found = self._made(ask)
            if found is None:
                self._shelf = replace(self._shelf, refused=self._shelf.refused | {mark})
            return found, True
        missing = [path for path in self._paths if not any(str(path) in part.covers for part in found.parts)]
        if missing and not settled(self._state, self._looked):
            return None, False
        if missing:
            self._changed = True
            part = self._counted(found.covers, found.named, missing)
            if part is None:
                self._shelf = replace(self._shelf, cubes=tuple(c for c in self._shelf.cubes if c is not found))
                return None, False
            whole = replace(found, parts=(*found.parts, part), made=time.time())
            if len(whole.parts) > PARTS_MAX:
                whole = self._joined(whole)
            self._shelf = replace(self._shelf, cubes=(whole, *(c for c in self._shelf.cubes if c is not found)))
            found = whole
        return found, bool(missing)

    def _made(self, ask: Ask) -> Cube | None:
        """A new cube: by as much as is likely to be asked next, else by what was asked."""
        try:
            least = of_ask(ask, self._dialect)
        except Forgotten:
            return None
        columns = {column.name: column for column in self._shelf.columns}
        wide = least | of_columns(self._roles, columns)
        more = [wide | self._shelf.cubes[0].covers] if self._shelf.cubes else []
        for covers in dict.fromkeys([*more, wide, least, *self._by_conditions(ask)]):
            named = {text: f"said {i}" for i, (text, _) in enumerate(sorted(covers.said))}
            if (part := self._counted(covers, named, self._paths)) is not None:
                cube = Cube(covers, named, (part,), time.time())
                kept = (c for c in self._shelf.cubes if not c.covers <= covers)
                self._shelf = replace(self._shelf, cubes=(cube, *kept))
                return cube
        return None

    def _by_conditions(self, ask: Ask) -> list[Covers]:
        try:
            return [of_ask(ask, self._dialect, said=True)]
        except Forgotten:
            return []

    def _counted(self, covers: Covers, named: dict[str, str], paths: Sequence[Path]) -> Part | None:
        """Count some files into a part. None if it would be too large, or the files hold other types."""
        place = self._cubes.place(self._source, self._log_zone)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        there = {column.name: column for column in self._shelf.columns}
        spoken = covers.plain | covers.days
        keys = [f"{quoted(name)}" for name in sorted(covers.plain)]
        keys += [f"date_trunc('day', {quoted(n)})::{there[n].stored} AS {quoted(n)}" for n in sorted(covers.days)]
        keys += [f"{text} AS {quoted(named[text])}" for text, _ in sorted(covers.said)]
        to = place / f"{secrets.token_hex(12)}.parquet"
        with _Some(paths, self._log_zone, self._watch, self._memory, place) as some:
            types = {column.name: column.stored for column in some.columns()}
            if any(types.get(name) != there[name].stored for name in spoken):
                return None
            shown = "".join(f"{key}, " for key in keys)
            some.keep(f"SELECT {shown}count(*) AS {quoted(ROWS)} FROM log GROUP BY ALL LIMIT {CELLS_KEPT + 1}", to)
        with _cursor(os.getpid()) as connection:
            found = connection.execute(f"SELECT count(*) FROM read_parquet({literal(str(to))})").fetchone()
        if found is None or found[0] > CELLS_KEPT:
            to.unlink(missing_ok=True)
            return None
        return Part(to.name, tuple(map(str, paths)))

    def _joined(self, cube: Cube) -> Cube:
        """The cube with one part."""
        place = self._cubes.place(self._source, self._log_zone)
        to = place / f"{secrets.token_hex(12)}.parquet"
        with _cursor(os.getpid()) as connection:
            connection.execute(
                f"COPY (SELECT * EXCLUDE ({quoted(ROWS)}), sum({quoted(ROWS)})::BIGINT AS {quoted(ROWS)} FROM "
                f"{self._parts(cube)} GROUP BY ALL) TO {literal(str(to))} (FORMAT parquet)"
            )
        return replace(cube, parts=(Part(to.name, tuple(name for part in cube.parts for name in part.covers)),))

    def _parts(self, cube: Cube) -> str:
        place = self._cubes.place(self._source, self._log_zone)
        return f"read_parquet([{', '.join(literal(str(place / part.name)) for part in cube.parts)}])"

    def _over(self, cube: Cube, statement: str) -> list[tuple[Any, ...]]:
        """Ask a cube, in which every column has the type that it has in the log."""
        stored = {column.name: column.stored for column in self._shelf.columns}
        types = {name: stored[name] for name in cube.covers.plain | cube.covers.days}
        types.update((cube.named[text], kind) for text, kind in cube.covers.said)
        shown = "".join(f"{quoted(name)}::{kind} AS {quoted(name)}, " for name, kind in types.items())
        with _cursor(os.getpid()) as connection:
            connection.execute(f"SET TimeZone = {literal(self._dialect.zone)}")
            connection.execute(f"CREATE TEMP VIEW log AS SELECT {shown}{quoted(ROWS)} FROM {self._parts(cube)}")
            return connection.execute(statement).fetchall()

    def _delegated(self, asked: Any) -> Any:
        """What the engine that reads the log answers, with its statements."""
        reader = self._read()
        before = len(reader.sql)
        found = asked(reader)
        self._sql += reader.sql[before:]
        return found

    def sums(self, ask: SumsAsk) -> Sums:
        """Sums by keys, from a scan."""
        found: Sums = self._delegated(lambda reader: reader.sums(ask))
        return found

    def people(self, ask: PeopleAsk) -> People:
        """How many different subjects, from a scan: people do not add up."""
        found: People = self._delegated(lambda reader: reader.people(ask))
        return found

    def affected(self, subject: Expression, where: Expression, time: Expression | None) -> Iterator[Person]:
        """The subjects themselves, from a scan."""
        yield from self._read().affected(subject, where, time)

    def hold(self, names: Iterable[str]) -> None:
        """As `columnar.Columnar` says."""
        self._delegated(lambda reader: reader.hold(names))

    def vectors(self, keys: Sequence[Expression | Coding], where: Expression | None) -> "list[ndarray[Any, Any]]":
        """As `columnar.Columnar` says."""
        found: list[ndarray[Any, Any]] = self._delegated(lambda reader: reader.vectors(keys, where))
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()


@cache
def _base(process: int) -> "duckdb.DuckDBPyConnection":  # noqa: ARG001 - a child of this process has none of its threads
    return duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )


def _cursor(process: int) -> "duckdb.DuckDBPyConnection":
    """A connection to ask stored counts with: to open one anew would take longer than the question."""
    return _base(process).cursor()


class _Some(Embedded):
    """Some files of a log, and a folder to write counts to."""

    def __init__(
        self, paths: Sequence[Path], zone: str | None, watch: Watch, memory_mb: int | None, place: Path
    ) -> None:
        self._chosen, self._place = list(paths), place
        super().__init__(str(paths[0]), zone, watch, memory_mb)

    def _locate(self, source: Any) -> None:  # noqa: ARG002 - the promise of the base
        self._paths = self._chosen
        self._form = files.form_of(self._paths)
        self._state = files.state(self._paths)
        self._delimiter = files.csv_form(self._paths) if self._form == "csv" else ""

    def _attach(self, connection: "duckdb.DuckDBPyConnection") -> None:
        connection.execute(f"SET allowed_directories = [{literal(str(self._place))}]")

    def keep(self, statement: str, to: Path) -> None:
        """Write what a statement gives."""
        self._run(f"COPY ({statement}) TO {literal(str(to))} (FORMAT parquet)")
