"""Writes `docs/explanation/speed.md`: the words stand here, the figures are those of the last run of each part.

They are kept in `bench/figures.json`, so that one part can be measured anew without the others. Every part says when
and how it was measured, and whatever else must be known of its run (``note``, written by hand).
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.measure import Row, machine, table, today
from bench.records import others

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "speed.md"
FIGURES = Path(__file__).with_name("figures.json")

_TOP = """<!-- Written by `python -m bench --write`. Edit `bench/page.py`. -->

# Speed

`make bench` measures again, in some minutes; `make bench LONG=1` at all sizes and beside all tools, in hours.
`python -m bench fairness drift --long --write` measures two parts and renews this page.

Figures are CPU time, not wall time: other work on the machine spoils them less. They are still only good for
comparison within one run. So each stands beside a yardstick that was measured in the same run, in turn with it.
Other work only ever adds: verdicts go by the least of some rounds. Where the middle one is far above it, the machine
was busy.

## Targets

{verdicts}
"""

_RECORDS = """\
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

_LEDGER = """\
`hotwash ledger verify` on an exported file, with the start of the program, beside a script of ten lines that reads the
same file and computes the same two digests an entry, without checking anything.

{table}
"""

_START = """\
`hotwash --help` beside a bare interpreter.

{table}
"""


_FAIRNESS = """\
Ten million decisions in one Parquet file: two, six, eight and four groups, their 384 combinations, eleven rates and
more of each, with intervals, tests, ratios and differences. **times decoding** is our CPU over that of DuckDB reading
the same columns and doing nothing else but to add up their lengths: no tool that reads the file can be under 1. Both
take turns in one process. **with the digest** adds the SHA-256 of the file's bytes, the fingerprint of the finding. It
costs the same whatever is asked, and targets are judged without it.

{table}

How it is done: Parquet keeps a column of few values as a dictionary. A sample at both ends of the log tells the values;
each gets some bits of one number, by a look-up in the dictionary and not in the rows. DuckDB then counts by one small
number in an array. Conditions are worked out over the combinations that occurred. A value that the sample missed has
no number; if one turns up, the log is counted in the ordinary way.
"""

_PEERS = """\
{table}

The tools compute less: Aequitas four tables without combinations, AIF360 sixteen pairs, none of them an interval.
**times ours without intersections** is the nearest to the same work for Aequitas. **times decoding** is the bound: what
a tool would be beside one that reads the file and does nothing. The target of 50 was set where the audit of Aequitas
took 17 s. Where it takes half of that, 50 times less leaves hardly anything after reading.
"""

_BOOTSTRAP = """\
A hundred resamples of 384 groups. Ours are drawn from the counts, which is the same as drawing rows, so that the
number of rows does not matter.

{table}
"""

_DRIFT = """\
Thirty columns, a million rows against a million: all measures from all values, nothing sampled or approximated. The
columns of numbers are fetched some at a time and sorted; that is most of what is left beside decoding.

{table}
"""

_SLICES = """\
All cohorts of up to three conditions with the given support, beside counting all of them in numpy.

{table}
"""

_ONSET = """\
A gap of some points between two groups in a year of days, and the series of the Turing change point data set.

{table}
"""

_TEXTS = """\
Terms, near copies and masked samples of texts of forty words.

{table}
"""

_GUARD = """\
What asking a switch costs inside the program that serves, and how soon a switch that was thrown reaches a hundred
guards. Wall time here, for that is what is promised.

{table}

The last row is of processes that wait for each other on the same two cores: what else the machine does shows in its
99th percentile at once.
"""

_LOAD = """\
Two hundred people in twenty live incidents of 200 entries each, on PostgreSQL that syncs, with two web processes and a
worker. Each has a session, a token and a connection of their own, and does something about every ten seconds: open the
room (page or API), look at a list, read the timeline, write a note. They run on the same machine, so wall times hold
for them too.

**for a CPU second** counts requests for a second of CPU of the web processes, the worker and PostgreSQL together. The
part **alone** asks one after the other. It stands beside a bare Django view in the same run, and beside the best of the
other systems that does the same work, a drawn page beside a drawn page and JSON beside JSON, as measured in the chapter
on records.

{table}

"""

_INBOX = """\
PostgreSQL that syncs, and the server that `hotwash up` starts. Twenty senders deliver over HTTP at once, each one
signal after the other, and wait for the reply, which comes after the commit. The ten thousand are counted by the API
afterwards; **lost** says how many are missing. CPU is that of the server and of PostgreSQL for one signal; the limit
is what lets ten thousand fit into a minute of one core. **wall s** is the whole storm, with its senders on the same
machine, and says as much of whatever else runs there. Pages are opened by a signed-in browser with all of them there.

{table}
"""

_TREES = """\
The 43 fault trees of the [Aralia set](fault-trees.md): reading the XML, probability, the count of minimal cut sets, the
importance of every event. A warm process has numba's kernels loaded. Beside it SCRAM 0.16.2 as Debian packages it,
which also writes its report; each of its trees is stopped after the time that the row names. The long form adds the two
largest.

{table}
"""

_WORLDS = """\
A synthetic world of ten million decisions with planted harm, drawn and written as Parquet, and who was harmed in it.
The yardstick draws twelve columns of bare random numbers and writes them by the same DuckDB in the same pieces: what is
above it is people, seasons, missing values, labels, two decisions a row, and texts. The limit is one of CPU; **wall s**
says as much of whatever else runs there. The long form adds 100 million rows.

{table}
"""

_PARTS = {
    "fairness": ("Fairness, people, and the next question", _FAIRNESS),
    "fairness_peers": ("Fairness beside other tools", _PEERS),
    "fairness_bootstrap": ("Fairness by bootstrap", _BOOTSTRAP),
    "drift": ("Drift", _DRIFT),
    "slices": ("Cohorts", _SLICES),
    "onset": ("Since when", _ONSET),
    "texts": ("Texts", _TEXTS),
    "guard": ("The switch", _GUARD),
    "records": ("Records", _RECORDS),
    "load": ("Two hundred people at once", _LOAD),
    "inbox": ("A storm in the inbox", _INBOX),
    "ledger": ("Checking a record", _LEDGER),
    "trees": ("Fault trees", _TREES),
    "worlds": ("Worlds for drills", _WORLDS),
    "start": ("Starting", _START),
}


def write(done: Mapping[str, Sequence[Row]], *, long: bool) -> None:
    """Keep the figures of a run, and write the page anew from those of all runs."""
    kept = _kept()
    for name, rows in done.items():
        kept[name] = {
            "date": today(),
            "machine": machine(),
            "load": round(os.getloadavg()[0]),
            "form": "long" if long else "short",
            "rows": [asdict(row) for row in rows],
        }
    FIGURES.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(kept), encoding="utf-8")


def page(kept: Mapping[str, Any]) -> str:
    """The page from kept figures. A part without words of its own is shown with its name."""
    order = [name for name in _PARTS if name in kept] + sorted(set(kept) - set(_PARTS))
    rows = {name: [Row(**row) for row in kept[name]["rows"]] for name in order}
    parts = [_TOP.format(verdicts=_verdicts(rows))]
    for name in order:
        title, text = _PARTS.get(name, (name.replace("_", " ").capitalize(), "{table}\n"))
        run = kept[name]
        when = f"{run['date']}, {run['form']} form, on {run['machine']}; load {run['load']} at the end."
        when += f" {run['note']}" if "note" in run else ""
        parts.append(f"\n## {title}\n\n{when}\n\n{text.format(table=_text(rows[name]), others=_text(others.ROWS))}")
    return "".join(parts)


def _kept() -> dict[str, Any]:
    return json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}


def _verdicts(rows: Mapping[str, Sequence[Row]]) -> str:
    """One line for every target."""
    judged = [(name, row) for name, some in rows.items() for row in some if row.kept is not None]
    missed = [f"- {_PARTS[name][0] if name in _PARTS else name}: {row.work}" for name, row in judged if not row.kept]
    told = f"{len(judged) - len(missed)} of {len(judged)} targets are kept."
    return told + ("" if not missed else " Missed:\n\n" + "\n".join(missed))


def _text(rows: Sequence[Row]) -> str:
    return "\n".join(table(rows))
