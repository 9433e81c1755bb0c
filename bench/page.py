"""Writes `docs/explanation/speed.md` from a run: the words stand here, the figures come from the run."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.measure import Row, machine, table, today
from bench.records import others

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "speed.md"
OWN = ("records", "ledger", "start")

_TOP = """<!-- Written by `python -m bench --write`. Edit `bench/page.py`. -->

# Speed

Measured on {date} on {machine}, shared with other work (load {load:.0f} at the end). `make bench` measures
again, in some minutes.

Figures are CPU time, not wall time: other work on the machine spoils them less. They are still only good for
comparison within one run. So each stands beside a yardstick that was measured in the same run, in turn with it.
"""

_RECORDS = """
## Records

PostgreSQL with 10,000 incidents, and records of 200 entries. `fsync` and `synchronous_commit` are on: what was answered
survives a power cut. The server is the one that `hotwash up` starts; requests come over HTTP, one after the other, from
a signed-in browser (pages, with forms and their protection) and from a program with a token (API). CPU is that of all
processes of the server and of PostgreSQL, with its background work.

- **sum** is the round of requests that took least, **middle** the middle round. Other work only ever adds.
- **SQL** is counted by PostgreSQL itself, in the running server, at 100 incidents and a record of 3 entries, and at
  10,000 incidents and a record of 200. It must be the same. **frame** counts what stands around it: `BEGIN`, `COMMIT`,
  and the question whether a kept connection still lives.
- **times** says how often the yardstick would fit in: a Django view that answers with one word, or one that inserts one
  row into a table without an index beside its key, under the same server and database.

{table}

The room's page is drawn whole, with all 200 lines. A line never changes once it is recorded, so its HTML is kept in the
process by its content. To show a room, the state is folded anew from all its entries. To write to it, the desk folds
only what came since it last wrote there, after it has seen that the record still holds the entry on which that rests.

**kept** is judged by the round that took least. Where the middle one is above the limit, the limit is kept only on a
machine with less to do: read both.

### Others on the same work

Measured once, in November 2026, on a busy machine with two cores, each in an installation of its own. Compare orders of
magnitude and statements, not digits.

{others}

FIR asks 8 statements for each line of its list. A new incident in Dispatch costs as much as its reporter has incidents.
IRIS has the entries fetched by the browser, by one good query.
"""

_LEDGER = """
## Checking a record

`hotwash ledger verify` on an exported file, with the start of the program, beside a script of ten lines that reads the
same file and computes the same two digests an entry, without checking anything.

{table}
"""

_START = """
## Starting

`hotwash --help` beside a bare interpreter.

{table}
"""


def write(done: Mapping[str, Sequence[Row]]) -> None:
    """Write the page anew.

    :raises SystemExit: if the run lacks a part of it
    """
    if missing := [name for name in OWN if name not in done]:
        raise SystemExit(f"The page needs {', '.join(missing)} too: run `python -m bench --write`.")
    parts = [
        _TOP.format(date=today(), machine=machine(), load=os.getloadavg()[0]),
        _RECORDS.format(table=_text(done["records"]), others=_text(others.ROWS)),
        _LEDGER.format(table=_text(done["ledger"])),
        _START.format(table=_text(done["start"])),
    ]
    PAGE.write_text("".join(parts), encoding="utf-8")


def _text(rows: Sequence[Row]) -> str:
    return "\n".join(table(rows))
