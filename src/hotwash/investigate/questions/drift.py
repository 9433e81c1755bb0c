"""Has the data changed? Every column of a reference held against the same column now, the worst first."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from hotwash.investigate.asking import WHERE_UNKNOWN, Asking, Progress, Stop, asked
from hotwash.investigate.columnar import Columnar
from hotwash.investigate.engine import Ask
from hotwash.investigate.errors import AskedWrongly, EmptyLog, TooMany
from hotwash.investigate.expression import Column, Expression, Name
from hotwash.investigate.features import VALUES_MAX, needs_numpy
from hotwash.investigate.finding import Data, Finding
from hotwash.investigate.kinds import names
from hotwash.investigate.predictions import Log, described
from hotwash.investigate.questions.drift_reports import evidently, is_profile, is_report, profiles

if TYPE_CHECKING:
    from numpy import ndarray

    from hotwash.investigate.questions.drift_parts import Compared, Words
    from hotwash.investigate.spread import Spread

    Pair = tuple[ndarray[Any, Any], ndarray[Any, Any]]

BASELINE_UNKNOWN = "it cannot be told to which side the row belongs (a value of a condition is missing)"
AHEAD_MOST, AHEAD_NUMBERS = 5, 5_000_000
"""So many columns are fetched from a log at once, and no more numbers in all."""
NEITHER = "on neither side (in the baseline no, in against no)"


def drift(
    reference: Log,
    other: Log | None = None,
    /,
    *,
    current: str | None = None,
    baseline: str | None = None,
    against: str | None = None,
    columns: str | Sequence[str] | None = None,
    where: str | None = None,
    alarm: float = 0.05,
    floor: float = 0.02,
    bins: int = 10,
    level: float = 0.95,
    smallest_cell: int = 0,
    on_progress: Progress | None = None,
    cancelled: Stop | None = None,
) -> Finding:
    """How far each column has moved from the reference: PSI, KS, Jensen-Shannon, Wasserstein, chi-square, missingness.

    Either two logs are compared, or two parts of one log. A column has drifted if its change is larger than chance
    explains (the share of false alarms among all alarms is kept under ``alarm`` by Benjamini and Hochberg's way) and
    larger than ``floor`` (with many rows, chance explains next to nothing).

    Formulas and their sources stand with the functions of `distances` and `tails`.

    :param reference: the log as it should be; or a whylogs profile, or alone a report of Evidently (`drift_reports`)
    :param other: the log as it is now
    :param current: the same as a text, for those who ask by words
    :param baseline: instead of a second log: a condition, which rows of the one log are the reference
    :param against: a condition: which rows are compared with it; by itself, all that are not in the baseline
    :param columns: which columns; by itself all that both have, but for times, the person, and what is different in
        nearly every row
    :param where: a condition that rows of both sides must meet
    :param floor: the smallest change that counts, as a share of the rows: of the largest gap between the distribution
        functions (numbers), of the rows in another category (categories), of the missing values
    :param bins: into how many ranges of equal size (in the reference) numbers are cut for PSI and Jensen-Shannon
    :param smallest_cell: hide values and ranges with fewer rows on a side (but more than none), and what would give
        them away
    :raises LogError: if a log or the question is wrong in a way that the person can mend
    :raises Cancelled: if ``cancelled`` said so
    """
    second = other if other is not None else current
    for right, what in (
        (0 < alarm <= 0.5, f"The share of false alarms lies between 0 and 0.5, such as 0.05; {alarm} does not."),
        (0 <= floor < 1, f"The floor is a share of the rows between 0 and 1, such as 0.02; {floor} is not."),
        (smallest_cell >= 0, "The smallest cell is at least 0."),
        (2 <= bins <= 100, f"Numbers are cut into 2 to 100 ranges (bins), not {bins}."),
        (0.5 <= level < 1, f"The level of an interval lies between 0.5 and 1, such as 0.95; {level} does not."),
        (
            second is not None or baseline is not None or is_report(described(reference).source),
            "Name a second log (current), or say which rows of this one are the reference (baseline).",
        ),
        (
            second is None or (baseline is None and against is None),
            "Either name a second log (current), or divide one by conditions (baseline, against); not both.",
        ),
    ):
        if not right:
            raise AskedWrongly(what)
    if second is None and is_report(source := described(reference).source):
        return evidently(source)
    needs_numpy()
    from hotwash.investigate.questions.drift_parts import Words, answer

    wanted = [part.strip() for part in columns.split(",")] if isinstance(columns, str) else columns
    arguments = {
        "current": None if second is None else described(second).named,
        "baseline": baseline,
        "against": against,
        "columns": list(wanted) if wanted is not None else None,
        "where": where,
        "alarm": alarm,
        "floor": floor,
        "bins": bins,
        "level": level,
        "smallest_cell": smallest_cell or None,
    }
    words = Words(alarm=alarm, floor=floor, bins=bins, level=level, cell=smallest_cell)
    if second is not None and is_profile(one := described(reference).source):
        return profiles(one, described(second).source, words)
    with _sides(
        reference, second, arguments, baseline=baseline, against=against, where=where, watch=(on_progress, cancelled)
    ) as sides:
        sides.choose(wanted)
        compared = [one for name in sides.shared if (one := sides.compared(name, words)) is not None]
        sides.told()
        result, sentence, chart = answer(compared, sides.schema, sides.left_out, words)
        return sides.sealed(
            sides.asking[0].finding(used=sum(sides.rows), sentence=sentence, result=result, chart=chart)
        )


@dataclass(slots=True)
class _Sides:
    """Both sides of the comparison: two logs, or one that conditions divide."""

    asking: list[Asking]
    facts: list[list[Expression]]
    scopes: list[Expression | None]
    against: bool = False
    shared: list[str] = field(default_factory=list)
    schema: dict[str, Any] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    rows: list[int] = field(default_factory=lambda: [0, 0])
    given: bool = False
    ahead: "dict[tuple[int, str], Pair]" = field(default_factory=dict)
    """Columns of numbers that were fetched with one before them, by side."""
    most: int = 1
    """So many columns of numbers are fetched at once."""

    @property
    def divided(self) -> bool:
        """Whether it is one log."""
        return len(self.asking) == 1

    def column(self, side: int, name: str) -> Column:
        return self.asking[0 if self.divided else side].columns[name]

    def choose(self, wanted: Sequence[str] | None) -> None:
        """Which columns can be compared, and how the columns themselves have changed.

        :raises ColumnMissing: if a column that was named is on neither side
        """
        one, two = self.asking[0].columns, self.asking[-1].columns
        self.given = wanted is not None
        if wanted is not None:
            for name in wanted:
                self.asking[0 if name in one else -1].column(name, "a column to compare")
        named = list(dict.fromkeys(wanted)) if wanted is not None else list(dict.fromkeys([*one, *two]))
        self.schema = {
            "added": [n for n in named if n not in one],
            "removed": [n for n in named if n not in two],
            "changed": [
                {"name": n, "reference": one[n].stored, "current": two[n].stored}
                for n in named
                if n in one and n in two and one[n].kind != two[n].kind
            ],
        }
        roles = {self.asking[0].log.subject, self.asking[0].log.time} if wanted is None else set()
        spoken = set().union(*map(names, self.facts[0])) if self.divided and wanted is None else set()
        for name in named:
            if name not in one or name not in two:
                continue
            kind = one[name].kind
            if kind != two[name].kind:
                continue
            if kind not in ("number", "text", "boolean"):
                self.left_out[name] = "it holds times" if kind in ("time", "day") else f"it holds {one[name].stored}"
            elif name in roles:
                self.left_out[name] = "it names the person or the time"
            elif name in spoken:
                self.left_out[name] = "the two sides are divided by it"
            else:
                self.shared.append(name)
        for asking, facts in zip(self.asking, self.facts, strict=True):
            if isinstance(asking.engine, Columnar):
                asking.engine.hold([*self.shared, *(n for fact in facts for n in sorted(names(fact)))])

    def compared(self, name: str, words: "Words") -> "Compared | None":
        """One column, compared. None if it cannot be: then it is left out, with the reason."""
        from hotwash.investigate.questions import drift_parts as parts

        found: Compared | str
        if self.column(0, name).kind == "number":
            spreads = self._numbers(name)
            found = spreads if isinstance(spreads, str) else parts.numbers(name, *spreads, words, given=self.given)
        else:
            tables = self._counted(name)
            if tables is None or (not self.given and max(map(len, tables)) > VALUES_MAX):
                found = f"it has more than {VALUES_MAX:,} different values"
            else:
                found = parts.categories(name, tables[0], tables[1], words)
        if isinstance(found, str):
            self.left_out[name] = found
            return None
        return found

    def _counted(self, name: str) -> list[dict[Any, int]] | None:
        """How many rows have each value, on both sides. None if there are too many values."""
        tables: list[dict[Any, int]] = [{}, {}]
        try:
            for side, asking in enumerate(self.asking):
                keys = (Name(name, column=asking.columns[name]), *self.facts[side])
                for cell in asking.engine.counts(Ask(keys, (tuple(range(len(keys))),), self.scopes[side])):
                    place = self._place(side, cell.values[1:])
                    if place is not None:
                        into = tables[place]
                        into[cell.values[0]] = into.get(cell.values[0], 0) + cell.rows
        except TooMany:
            return None
        return tables

    def _place(self, side: int, facts: Sequence[Any]) -> int | None:
        """To which side a row belongs whose conditions came out so (where comes last). None if to neither."""
        if not self.divided:
            return side if all(facts) else None
        base = facts[0]
        rest = facts[1] if self.against else base is False
        if base is None or (len(facts) > 1 + self.against and not facts[-1]):
            return None
        return 0 if base else 1 if rest else None

    def _numbers(self, name: str) -> "tuple[Spread, Spread] | str":
        from hotwash.investigate.spread import counted, on_the_same, sorted_out, spread

        if all(isinstance(asking.engine, Columnar) for asking in self.asking):
            parts = [self._taken(side, name) for side in range(len(self.asking))]
            one, two = parts[0] if self.divided else (parts[0][0], parts[1][0])
            return sorted_out(one), sorted_out(two)
        tables = self._counted(name)
        if tables is not None:
            return counted(tables[0]), counted(tables[1])
        if self.divided:
            return "it has too many different values for this engine; compare two logs, or a shorter time"
        # One of the logs can only be counted in cells: both are then counted in the same.
        (first, a), (second, b) = ((asking.engine, asking.name(name, "a column")) for asking in self.asking)
        like = spread(first, a, self.scopes[0])
        if like.exact:
            like = spread(second, b, self.scopes[1])
        return on_the_same(first, a, self.scopes[0], like), on_the_same(second, b, self.scopes[1], like)

    def _taken(self, side: int, name: str) -> "Pair":
        """The numbers of a column, which the next ones are fetched with: of a log, or of both parts of the one log."""
        if (side, name) not in self.ahead:
            left = [n for n in self.shared[self.shared.index(name) :] if self.column(side, n).kind == "number"]
            some = left[: self.most]
            pairs = self._vectors(side, some)
            self.ahead.update({(side, n): pair for n, pair in zip(some, pairs, strict=True)})
            rows = max(1, sum(map(len, pairs[0])))
            self.most = max(1, min(AHEAD_MOST, AHEAD_NUMBERS // rows))
        return self.ahead.pop((side, name))

    def _vectors(self, side: int, some: Sequence[str]) -> "list[Pair]":
        asking = self.asking[side]
        engine = asking.engine
        assert isinstance(engine, Columnar)
        keys = [*(Name(name, column=asking.columns[name]) for name in some), *self.facts[side]]
        found = engine.vectors(keys, self.scopes[side])
        columns, facts = found[: len(some)], found[len(some) :]
        if not self.divided:
            return [((values[facts[0] == 1] if facts else values), values[:0]) for values in columns]
        base = facts[0]
        ones, rest = base == 1, base == 0
        if self.against:
            rest &= facts[1] == 1
        if len(facts) > 1 + self.against:
            ones, rest = ones & (facts[-1] == 1), rest & (facts[-1] == 1)
        return [(values[ones], values[rest]) for values in columns]

    def told(self) -> None:
        """Count the rows of both sides, and those that belong to neither.

        :raises EmptyLog: if a side has no rows
        """
        for side, asking in enumerate(self.asking):
            keys = tuple(self.facts[side])
            for cell in asking.engine.counts(Ask(keys, (tuple(range(len(keys))),), self.scopes[side])):
                place = self._place(side, cell.values)
                if place is not None:
                    self.rows[place] += cell.rows
                elif self.scopes[side] is not None and not cell.values[-1]:
                    if cell.values[-1] is None:
                        self.asking[0].skip(WHERE_UNKNOWN, cell.rows)
                else:
                    known = cell.values[0] is not None and not (self.against and cell.values[1] is None)
                    asking.skip(NEITHER if known else BASELINE_UNKNOWN, cell.rows)
        for name, rows in zip(("reference", "current side"), self.rows, strict=True):
            if not rows:
                raise EmptyLog(f"The {name} has not a single row. Widen the conditions, or name another log.")

    def sealed(self, finding: Finding) -> Finding:
        """With the digest and the statements of both logs."""
        prints = [finding.data.fingerprint, *(asking.engine.fingerprint() for asking in self.asking[1:])]
        for side, name in enumerate(("reference", "current")):
            finding.result[name] = {"n": self.rows[side]}
            if not self.divided:
                finding.result[name] |= {"source": self.asking[side].log.named, "fingerprint": prints[side]}
        if self.divided:
            return finding
        weak = "weak:" if any(one.startswith("weak:") for one in prints) else ""
        both = sha256("".join(f"{one}\n" for one in prints).encode()).hexdigest()
        return replace(
            finding,
            data=Data(finding.data.source, f"{weak}sha256:{both}"),
            recipe=replace(finding.recipe, sql=(*finding.recipe.sql, *self.asking[1].engine.sql)),
        )


@contextmanager
def _sides(
    reference: Log,
    current: Log | None,
    arguments: Mapping[str, Any],
    *,
    baseline: str | None,
    against: str | None,
    where: str | None,
    watch: tuple[Progress | None, Stop | None],
) -> Iterator[_Sides]:
    told, cancelled = watch
    if current is None:
        with asked("drift", reference, dict(arguments), steps=60, on_progress=told, cancelled=cancelled) as asking:
            assert baseline is not None
            facts = [asking.condition(baseline, "baseline")]
            facts += [asking.condition(against, "against")] if against else []
            scope = asking.condition(where, "where") if where else None
            yield _Sides([asking], [facts + ([scope] if scope is not None else [])], [scope], bool(against))
        return
    limit = described(reference).memory_mb  # two logs are open at once, and each keeps to it
    current = replace(described(current), memory_mb=described(current).memory_mb or limit)
    with (
        asked("drift", reference, dict(arguments), steps=60, on_progress=told, cancelled=cancelled) as first,
        asked("drift", current, {}, steps=60, on_progress=None, cancelled=cancelled) as second,
    ):
        both = [first, second]
        scopes = [asking.condition(where, "where") if where else None for asking in both]
        yield _Sides(both, [[scope] if scope is not None else [] for scope in scopes], scopes)
