"""Drift: thirty columns, a million rows against a million, beside decoding the files and the tools that others use.

Twenty columns of numbers (normal, gamma, even, and lognormal: a heavy tail) and ten of categories; three of the first
and one of the second are moved.
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.measure import Figure, Row, Spent, child, say
from bench.pairs import paired
from bench.peers import python_of

DECODING_MOST, EVIDENTLY_LEAST, PEER_MOST_S = 2.5, 40.0, 1_800
MOVED = {"n0", "n1", "n2", "c0"}
CARDS = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20)

_PAIRED = """
import duckdb, sys
from hotwash.investigate import drift, embedded, files
from hotwash.investigate.engine import Watch
from hotwash.investigate.questions import drift_parts
def bare():
    for file in sys.argv[1:]:
        with duckdb.connect() as connection:
            kinds = connection.execute(f"describe select * from read_parquet('{file}')").fetchall()
            # The sums force the values to be decoded: min, max and count are answered from the file's statistics.
            some = ", ".join(f"sum(strlen({k[0]}))" if k[1] == "VARCHAR" else f"sum({k[0]})" for k in kinds)
            connection.execute(f"select {some} from read_parquet('{file}')").fetchall()
"""
_OURS = """
def ours():
    return drift(sys.argv[1], sys.argv[2])
def tell(found):
    return [one["name"] for one in found.result["columns"] if one["drifted"]]
"""
_DIGEST = """
def ours():
    for file in sys.argv[1:]:
        files.digest(files.found(file), Watch())
"""
_HEAD = """
import os; os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"; os.environ["DO_NOT_TRACK"] = "1"
os.environ["WHYLOGS_NO_ANALYTICS"] = "True"
import sys, json, time, warnings; warnings.filterwarnings("ignore")
import numpy as np, pyarrow.parquet as pq
N, C = [f"n{i}" for i in range(20)], [f"c{i}" for i in range(10)]
"""
_LOAD = "start = time.process_time(); r, c = (pq.read_table(f).to_pandas() for f in sys.argv[1:])\n"
_END = 'print(json.dumps({"own": time.process_time() - start}))\n'
_PEERS = {
    "scipy": (
        "evidently",
        """
from scipy.stats import ks_2samp
start = time.process_time()
for x in N:
    u, v = (pq.read_table(f, columns=[x])[x].to_numpy() for f in sys.argv[1:])
    ks_2samp(u, v, method="asymp")
""",
    ),
    "alibi-detect": (
        "alibi",
        "from alibi_detect.cd import TabularDrift\n"
        + _LOAD
        + """
for d in (r, c):
    for x in C: d[x] = d[x].str[1:].astype("float64")
r, c = (d[N + C].to_numpy("float64") for d in (r, c))
TabularDrift(r, p_val=0.05, categories_per_feature={20 + j: None for j in range(10)}).predict(c, drift_type="feature")
""",
    ),
    "nannyml": (
        "nannyml",
        "import nannyml as nml\n"
        + _LOAD
        + """
for x in C: r[x], c[x] = r[x].astype("category"), c[x].astype("category")
m = "jensen_shannon"
k = nml.UnivariateDriftCalculator(column_names=N + C, continuous_methods=[m], categorical_methods=[m], chunk_number=10)
k.fit(r); k.calculate(c).to_df()
""",
    ),
    "whylogs": (
        "whylogs",
        "import whylogs as why\nfrom whylogs.viz.drift.column_drift_algorithms import calculate_drift_scores\n"
        + _LOAD
        + "a, b = why.log(pandas=r).view(), why.log(pandas=c).view()\n"
        + "calculate_drift_scores(target_view=b, reference_view=a, with_thresholds=True)\n",
    ),
    "evidently": (
        "evidently",
        "from evidently import Report, Dataset, DataDefinition\nfrom evidently.presets import DataDriftPreset\n"
        + _LOAD
        + """
dd = DataDefinition(numerical_columns=N, categorical_columns=C)
Report([DataDriftPreset()]).run(*(Dataset.from_pandas(d, data_definition=dd) for d in (c, r))).dict()
""",
    ),
}


def run(short: bool) -> list[Row]:  # noqa: FBT001
    """SciPy and alibi-detect in the short form; all of them in the long one."""
    with TemporaryDirectory() as folder:
        with ProcessPoolExecutor(1) as apart:  # a child's peak of memory counts that of the process which began it
            logs = [
                apart.submit(_log, Path(folder) / f"{name}.parquet", seed, moved=seed == 2).result()
                for seed, name in ((1, "ref"), (2, "cur"))
            ]
        return _measured(logs, short=short)


def _log(path: Path, seed: int, *, moved: bool, rows: int = 1_000_000) -> str:
    rng = np.random.default_rng(seed)
    table: dict[str, Any] = {}
    for j in range(20):
        kind = j % 4
        x = (
            rng.standard_normal(rows)
            if kind == 0
            else rng.gamma(2.0, 1.0, rows)
            if kind == 1
            else rng.random(rows)
            if kind == 2
            else np.exp(0.7 * rng.standard_normal(rows))
        )
        if moved and j < 3:
            x = (x + 0.1, x * 1.2, x + 0.3)[j]
        table[f"n{j}"] = x
    for j, card in enumerate(CARDS):
        p = np.arange(1, card + 1, dtype=float)
        p[0] *= 1.5 if moved and j == 0 else 1
        codes = pa.array(rng.choice(card, rows, p=p / p.sum()).astype("int32"))
        table[f"c{j}"] = pa.DictionaryArray.from_arrays(codes, [f"v{i}" for i in range(card)]).cast(pa.string())
    pq.write_table(pa.table(table), path, compression="zstd")
    return str(path)


def _said(spent: Spent) -> Any:
    """The last line: DuckDB may draw its progress before it."""
    return json.loads(spent.out.strip().splitlines()[-1])


def _measured(logs: list[str], *, short: bool) -> list[Row]:
    say("drift: ours and decoding")
    pair = paired(_PAIRED + _OURS, *logs, rounds=5 if short else 11)
    digest = paired(_PAIRED + _DIGEST, *logs, rounds=3)
    held = child([sys.executable, "-c", _PAIRED + _OURS + "ours()", *logs]).rss_mb
    own, decoding = pair.ours_s, pair.bare_s
    right = set(pair.told) == MOVED
    figures: dict[str, Figure] = {
        "CPU s": own,
        "MB": held,
        "× decoding": pair.times,
        "middle round": pair.middle,
        "target": f"at most {DECODING_MOST:g} × decoding",
    }
    rows = [
        Row("drift: all measures, exact, with the digests", figures, kept=right and pair.times <= DECODING_MOST),
        Row("of it the digests of the files (321 MB)", {"CPU s": digest.ours_s, "× decoding": digest.times}),
        Row("DuckDB decodes both files", {"CPU s": decoding, "× decoding": 1.0}),
    ]
    for name, (place, script) in _PEERS.items():
        if short and name not in ("scipy", "alibi-detect"):
            continue
        say(f"drift: {name}")
        python = python_of(place)
        if isinstance(python, str):
            rows.append(Row(f"{name}: skipped ({python})"))
            continue
        try:
            spent = child([str(python), "-c", _HEAD + script + _END, *logs], timeout_s=PEER_MOST_S)
        except RuntimeError as failed:
            rows.append(Row(f"{name}: {str(failed).strip().splitlines()[-1][:80]}"))
            continue
        cpu = _said(spent)["own"]
        figures = {"CPU s": cpu, "MB": spent.rss_mb, "× decoding": cpu / decoding, "× ours": cpu / own}
        if judged := name == "evidently":
            figures["target"] = f"at least {EVIDENTLY_LEAST:g} × ours"
        rows.append(Row(name, figures, kept=cpu >= EVIDENTLY_LEAST * own if judged else None))
    return rows
