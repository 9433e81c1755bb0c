"""How fast a record is checked: `hotwash ledger verify` on an exported file, and the same digests by a bare script."""

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.measure import Row, child
from hotwash.ledger.entry import Draft
from hotwash.ledger.export import export_file
from hotwash.ledger.memory import MemoryStore

_STREAMS = 100
_START = datetime(2026, 3, 3, 9, tzinfo=UTC)
_BARE = """
import json, sys
from hashlib import sha256
for line in open(sys.argv[1], encoding="utf-8"):
    if '"salt"' in line:
        entry = json.loads(line.rstrip().rstrip(","))
        body = json.dumps(entry.pop("body"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        sha256(bytes.fromhex(entry.pop("salt")) + body.encode()).hexdigest()
        sha256(json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
"""


def run(short: bool) -> list[Row]:  # noqa: FBT001
    """Entries a minute, start of the program included."""
    count = 20_000 if short else 200_000
    with tempfile.TemporaryDirectory(prefix="hotwash-bench-") as folder:
        file = Path(folder) / "records.json"
        export_file(file, _filled(count), [f"incident/INC-2026-{number:04d}" for number in range(_STREAMS)])
        bare = min(child([sys.executable, "-c", _BARE, str(file)]).cpu_s for _ in range(3))
        ours = min(child([sys.executable, "-m", "hotwash.cli", "ledger", "verify", str(file)]).cpu_s for _ in range(3))
    return [
        Row("bare script: read, two digests an entry", _figures(count, bare, bare)),
        Row(f"hotwash ledger verify, {count:,} entries", _figures(count, ours, bare)),
    ]


def _figures(count: int, cpu_s: float, bare_s: float) -> dict[str, float | int | str | None]:
    return {"CPU s": cpu_s, "entries a minute of CPU": round(60 * count / cpu_s), "times the script": cpu_s / bare_s}


def _filled(count: int) -> MemoryStore:
    store = MemoryStore()
    for number in range(_STREAMS):
        drafts = []
        for turn in range(count // _STREAMS):
            at = _START + timedelta(minutes=turn)
            text = f"Note {turn}: asked the team of features; 1,243 of 7,214 rows differ by the university column."
            drafts.append(Draft("noted", ("ana", "bo", "cy")[turn % 3], at, at, {"text": text}))
        store.append(f"incident/INC-2026-{number:04d}", drafts, expected=0)
    return store
