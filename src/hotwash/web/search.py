"""Full text over incidents, entries and systems: FTS5 on SQLite, tsvector and GIN on PostgreSQL.

Every word asked for must occur, whole or as the beginning of a longer one.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connections

from hotwash.web.tables.models import SearchRow
from hotwash.web.upsert import Upsert

TEXT_MAX = 200_000
"""How many characters of one row are indexed: PostgreSQL's limit for one row is 1 MiB of words."""


@dataclass(frozen=True, slots=True)
class Words:
    """What search should know of a record (number 0), or of one entry of it. Only a record has a title."""

    stream: str
    number: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that was found, with the title of its record.

    In ``excerpt`` the words that fitted stand between ``\\x02`` and ``\\x03``.
    """

    stream: str
    number: int
    title: str
    excerpt: str


_SQLITE = """
    SELECT row.stream, row.number, coalesce(record.title, row.title),
           snippet(hotwash_search, -1, char(2), char(3), ' … ', 24)
    FROM hotwash_search JOIN hotwash_search_row AS row ON row.id = hotwash_search.rowid
    LEFT JOIN hotwash_search_row AS record ON record.stream = row.stream AND record.number = 0
    WHERE hotwash_search MATCH %s {more}
    ORDER BY bm25(hotwash_search, 4.0, 1.0), row.id LIMIT %s OFFSET %s
"""
_POSTGRESQL = """
    SELECT best.stream, best.number, coalesce(record.title, best.title),
           ts_headline('simple', ltrim(best.title || ' · ' || best.text, ' ·'), query,
                       'StartSel=' || chr(2) || ', StopSel=' || chr(3) || ', MaxWords=24, MinWords=8, MaxFragments=1')
    FROM (SELECT row.*, query FROM hotwash_search_row AS row, to_tsquery('simple', %s) AS query
          WHERE row.words @@ query {more} ORDER BY ts_rank(row.words, query) DESC, row.id LIMIT %s OFFSET %s) AS best
    LEFT JOIN hotwash_search_row AS record ON record.stream = best.stream AND record.number = 0
    ORDER BY ts_rank(best.words, query) DESC, best.id
"""


_PUT = Upsert(SearchRow, unique=("stream", "number"))
_ROWS_MAX = 1000


def find(
    asked: str,
    *,
    prefix: str = "",
    within: Collection[str] | None = None,
    without: Collection[str] = (),
    limit: int = 20,
    offset: int = 0,
    using: str = "default",
) -> list[Hit]:
    """The rows that hold every word, best first.

    :param prefix: only records whose name begins so, such as ``incident/``
    :param within: the only records that the asker may see; None for all
    :param without: records that the asker may not see
    """
    words = re.findall(r"[^\W_]+", asked)[:20]
    if not words or (within is not None and not within):
        return []
    more = ""
    values: list[str | int] = []
    if prefix:
        more, values = "AND substr(row.stream, 1, %s) = %s ", [len(prefix), prefix]
    if within is not None:
        more += f"AND row.stream IN ({', '.join(['%s'] * len(within))}) "
        values += within
    if without:
        more += f"AND row.stream NOT IN ({', '.join(['%s'] * len(without))})"
        values += without
    connection = connections[using]
    postgresql = connection.vendor == "postgresql"
    question = " & ".join(f"{word}:*" for word in words) if postgresql else " ".join(f'"{word}"*' for word in words)
    with connection.cursor() as cursor:
        cursor.execute((_POSTGRESQL if postgresql else _SQLITE).format(more=more), [question, *values, limit, offset])
        return [Hit(*row) for row in cursor.fetchall()]


def put(rows: Sequence[Words], *, using: str = "default") -> None:
    """Keep rows, each in place of the one about the same thing; one statement for a thousand."""
    for start in range(0, len(rows), _ROWS_MAX):
        _PUT(
            [
                SearchRow(stream=row.stream, number=row.number, title=_plain(row.title), text=_plain(row.text))
                for row in rows[start : start + _ROWS_MAX]
            ],
            using=using,
        )


def forget(stream: str, number: int, *, using: str = "default") -> None:
    """Drop one row, and squeeze its words out of the full-text index, because what was redacted must be gone."""
    if not SearchRow.objects.using(using).filter(stream=stream, number=number).delete()[0]:
        return
    if connections[using].vendor == "sqlite":
        with connections[using].cursor() as cursor:
            cursor.execute("INSERT INTO hotwash_search (hotwash_search) VALUES ('optimize')")


def clear(*, using: str = "default") -> None:
    """Forget everything, before all is put in again."""
    SearchRow.objects.using(using).all().delete()


def _plain(text: str) -> str:
    # The marks that enclose a found word must not come from what people wrote, and PostgreSQL keeps no NUL.
    return re.sub(r"[\x00\x02\x03]", " ", text[:TEXT_MAX])
