"""``python -m bench [names] [--long] [--write]``: measure and print; ``--write`` also renews the page of the docs."""

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from bench.measure import Row, machine, say, table, today
from bench.page import write

Run = Callable[[bool], list[Row]]


def found() -> dict[str, str]:
    """The benchmarks by name, with the module that has the function ``run``."""
    questions = sorted((Path(__file__).parent / "questions").glob("[a-z]*.py"))
    own = {
        "records": "bench.records.run",
        "ledger": "bench.records.chain",
        "start": "bench.start",
        "guard": "bench.guard.run",
        "reach": "bench.guard.server",
        "connect": "bench.connect",
        "inbox": "bench.inbox",
        "load": "bench.load.run",
        "redress": "bench.redress",
        "trees": "bench.trees",
        "worlds": "bench.worlds",
    }
    return own | {file.stem: f"bench.questions.{file.stem}" for file in questions}


def main() -> int:
    """Run what was named, or everything."""
    known = found()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=", ".join(known))
    parser.add_argument("--long", action="store_true", help="more repetitions and larger sizes")
    parser.add_argument("--write", action="store_true", help="renew docs/explanation/speed.md with this run")
    given = parser.parse_args()
    if unknown := set(given.names) - set(known):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    print(f"{today()} · {machine()}\n")
    kept = True
    done: dict[str, list[Row]] = {}
    for name in given.names or known:
        say(f"── {name}")
        run: Run = import_module(known[name]).run
        done[name] = run(not given.long)
        print(f"{name}\n", *table(done[name]), "", sep="\n", flush=True)
        kept = kept and all(row.kept is not False for row in done[name])
        if given.write:  # after each part: a run that is stopped keeps what it has
            write({name: done[name]}, long=given.long)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
