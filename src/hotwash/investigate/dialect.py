"""Writes trees of conditions and keys as DuckDB's SQL. Names and values are always quoted here, never passed through.

Rules that hold wherever a number stands: NaN is missing, and arithmetic is done in double precision, where dividing by
zero gives a missing value.
"""

from hotwash.investigate import expression as node
from hotwash.investigate.columnar import Coding
from hotwash.investigate.expression import Column, Expression, Kind

INTEGERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
)
_TIMES = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a literal."""
    return "'" + text.replace("'", "''") + "'"


def column_of(name: str, stored: str) -> Column:
    """What a DuckDB type holds."""
    plain = stored.split("(", maxsplit=1)[0]
    kind: Kind = "other"
    if plain in INTEGERS or plain in ("FLOAT", "DOUBLE", "DECIMAL"):
        kind = "text" if stored.endswith("]") else "number"
    elif plain in ("VARCHAR", "ENUM", "UUID"):
        kind = "text"
    elif plain == "BOOLEAN":
        kind = "boolean"
    elif plain == "DATE":
        kind = "day"
    elif plain in _TIMES or plain == "TIMESTAMP WITH TIME ZONE":
        kind = "time"
    if stored.endswith("]"):
        kind = "other"
    return Column(name, kind, stored, zoned=stored == "TIMESTAMP WITH TIME ZONE")


class Dialect:
    """DuckDB's tongue, for a log whose times without a zone belong to ``zone``."""

    def __init__(self, zone: str | None) -> None:
        self.zone = zone or "UTC"

    def write(self, tree: Expression) -> str:  # noqa: PLR0911, PLR0912 - one line a node
        """The tree as SQL. Times come out as microseconds since 1970."""
        match tree:
            case node.Name(column=column):
                return self.column(column)
            case node.Number(text):
                return text if text.lstrip("-").isdigit() and len(text) < 18 else f"({text})::DOUBLE"
            case node.Text(value):
                return literal(value)
            case node.Truth(value):
                return str(value).upper()
            case node.Moment(micros):
                return str(micros)
            case node.Day(text):
                return f"DATE {literal(text)}"
            case node.Arithmetic("/", left, right):
                return f"(({self.write(left)})::DOUBLE / nullif(({self.write(right)})::DOUBLE, 0))"
            case node.Arithmetic(operator, left, right):
                return f"(({self.write(left)})::DOUBLE {operator} ({self.write(right)})::DOUBLE)"
            case node.Negative(part):
                return f"(-({self.write(part)})::DOUBLE)"
            case node.Call("abs", argument):
                return f"abs(({self.write(argument)})::DOUBLE)"
            case node.Call(function, argument):
                return f"{function}({self.write(argument)})"
            case node.Start(time, every):
                return self.start(time.column, every)
            case node.Step(item, edges):
                held = self.write(item)
                bare = quoted(item.name)  # past the first test it is no NaN
                return f"CASE WHEN {held} IS NULL THEN NULL ELSE {_cells(bare, edges, 0, len(edges))} END"
            case _:
                return self.truth(tree)

    def truth(self, tree: Expression) -> str:  # noqa: PLR0911 - one line a node
        """A part that is true, false or unknown."""
        match tree:
            case node.Comparison(operator, left, right):
                return f"({self.write(left)} {operator} {self.write(right)})"
            case node.Membership(item, options):
                return f"({self.write(item)} IN ({', '.join(map(self.write, options))}))"
            case node.Between(item, low, high):
                return f"({self.write(item)} BETWEEN {self.write(low)} AND {self.write(high)})"
            case node.Missing(item):
                return f"({self.write(item)} IS NULL)"
            case node.Like(item, pattern):
                return f"({self.write(item)} LIKE {literal(pattern.value)})"
            case node.All(parts):
                return "(" + " AND ".join(map(self.write, parts)) + ")"
            case node.Any(parts):
                return "(" + " OR ".join(map(self.write, parts)) + ")"
            case node.Not(part):
                return f"(NOT {self.write(part)})"
        raise TypeError(f"{tree!r} was not checked against the columns.")

    def column(self, column: Column | None) -> str:
        """A column's value."""
        if column is None:
            raise TypeError("A name was not checked against the columns.")
        name = quoted(column.name)
        if column.stored in ("FLOAT", "DOUBLE"):
            # Not nullif(x, 'nan'): the minima and maxima in Parquet leave NaN out, and DuckDB trusts them.
            return f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END"
        if column.kind == "text" and column.stored != "VARCHAR":
            return f"{name}::VARCHAR"
        if column.kind == "time":
            if column.zoned or self.zone == "UTC":
                return f"epoch_us({name})"
            return f"epoch_us({name}::TIMESTAMP WITH TIME ZONE)"
        return name

    def start(self, column: Column | None, every: str) -> str:
        """The start of the hour, day, week or month in which a time lies: a date, or microseconds."""
        if column is None:
            raise TypeError("A time was not checked against the columns.")
        name = quoted(column.name)
        if column.kind == "day":
            return name if every == "day" else f"date_trunc({literal(every)}, {name})::DATE"
        if self.zone != "UTC":
            clock = f"{name}::TIMESTAMP WITH TIME ZONE"
            if every == "hour":  # date_trunc makes one of the hour that comes twice
                return f"(epoch_us({clock}) - extract(minute FROM {clock}) * 60000000 - extract(us FROM {clock}))"
            return f"epoch_us(date_trunc({literal(every)}, {clock}))"
        clock = f"make_timestamp(epoch_us({name}))" if column.stored != "TIMESTAMP" else name
        if every == "hour":
            return f"epoch_us(date_trunc('hour', {clock}))"
        return f"{clock}::DATE" if every == "day" else f"date_trunc({literal(every)}, {clock}::DATE)::DATE"

    def vector(self, key: Expression | Coding, number: int) -> str:
        """A key as `columnar.Columnar` hands it out; the words of a `Coding` are the type ``word`` with its number."""
        match key:
            case Coding(item, values):
                held, end = self.write(item), len(values)
                code = f"coalesce(enum_code(try_cast({held} AS word{number})), {end + 1})"
                return f"(CASE WHEN {held} IS NULL THEN {end} ELSE {code} END)::{_narrow(end + 1)}"
            case node.Step(item, edges):
                low, end = edges[0] - 1 if edges else 0.0, len(edges)
                whole = item.column is not None and item.column.stored in INTEGERS
                if whole and edges == tuple(low + 1 + i for i in range(end)) and abs(low) < 2**53:
                    # A whole number among neighbours: no comparison is needed. (least and greatest pass over NULL.)
                    held = self.write(item)
                    near = f"least(greatest({held}, {int(low)}), {int(low) + end})"
                    cell = f"CASE WHEN {held} IS NOT NULL THEN {near} - {int(low)} END"
                else:
                    cell = self.write(key)
                return f"coalesce({cell}, {end + 1})::{_narrow(end + 1)}"
            case node.Name(column=column) if column is not None and column.kind == "number":
                return f"{quoted(column.name)}::DOUBLE"
            case _:
                held = self.write(key)
                return f"(CASE WHEN {held} THEN 1 WHEN {held} IS NULL THEN 2 ELSE 0 END)::UTINYINT"


def _narrow(most: int) -> str:
    return "UTINYINT" if most < 256 else "USMALLINT" if most < 65_536 else "UINTEGER"


def _cells(item: str, edges: tuple[float, ...], first: int, last: int) -> str:
    """Halving: as many comparisons as the logarithm of the number of edges."""
    if first == last:
        return str(first)
    middle = (first + last) // 2
    below, above = _cells(item, edges, first, middle), _cells(item, edges, middle + 1, last)
    return f"CASE WHEN {item} < {edges[middle]!r}::DOUBLE THEN {below} ELSE {above} END"
