"""Drift that others have measured already: reports of Evidently (JSON) and pairs of whylogs profiles (.bin).

What is read is evidence: the values of its maker, by its definitions, named as such. Nothing is computed anew from a
report; from profiles, whose sketches are approximate, this room's own measures are.
"""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from math import log, sqrt
from os import PathLike, environ, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from hotwash.investigate.errors import LogError, Unreadable
from hotwash.investigate.finding import Data, Finding, Recipe, Rows, this_version

if TYPE_CHECKING:
    from hotwash.investigate.questions.drift_parts import Compared, Words

REPORT_MAX = 64 << 20
MAGIC = b"WHY1"
QUANTILES = 1_000
"""Into how many steps the sketch of a profile is read."""
SKETCH_ERROR = 0.0133
"""The rank error of a KLL sketch with k = 256, as whylogs keeps it (Apache DataSketches: 99 % of the time)."""
NOT_THERE = "the report does not say"
_DRIFT = re.compile(r"ValueDrift\(column=")


def is_profile(source: object) -> bool:
    """Whether this names a whylogs profile."""
    return isinstance(source, str | PathLike) and fspath(source).endswith(".bin") and Path(source).is_file()


def is_report(source: object) -> bool:
    """Whether this names a report of Evidently."""
    if not isinstance(source, str | PathLike) or not fspath(source).endswith(".json") or not Path(source).is_file():
        return False
    with Path(source).open("rb") as file:
        start = file.read(4096)
    return start.lstrip()[:1] == b"{" and b'"metrics"' in start and b"metric_name" in start


def evidently(source: "str | PathLike[str]") -> Finding:
    """A report of Evidently (0.7, `Report.run(…).json()`) as a finding.

    A distance counts as drift from its threshold on, a p-value below it. Jensen-Shannon distances are told to base 2,
    as everywhere here; Evidently takes the natural logarithm, and its own value stands beside.

    :raises LogError: if the file is no such report
    """
    raw = _read(source)
    try:
        report = msgspec.json.decode(raw)
        metrics = [one for one in report["metrics"] if _DRIFT.match(str(one["metric_name"]))]
        columns = [_column(one) for one in metrics]
    except (msgspec.DecodeError, RecursionError, KeyError, TypeError, ValueError) as wrong:
        raise Unreadable(f'"{Path(source).name}" is no report of Evidently that can be read ({wrong}).') from wrong
    if not columns:
        raise Unreadable(
            f'"{Path(source).name}" says nothing of drift by column (ValueDrift). Export one with the DataDriftPreset.'
        )
    columns.sort(key=lambda one: (not one["drifted"], -_over(one["reported"]), one["name"]))
    from hotwash.investigate.questions.drift_parts import chart_of, sentence_of

    result = _result(columns, made_by="evidently")
    counted = next((m["value"] for m in report["metrics"] if str(m["metric_name"]).startswith("DriftedColumns")), None)
    result["reported"] = counted
    return _finding(
        (source,),
        (raw,),
        result,
        sentence=f"By a report of Evidently, {_lower(sentence_of(result))}",
        chart=chart_of(result),
    )


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def _over(reported: Mapping[str, Any]) -> float:
    value, threshold = reported["value"], reported["threshold"]
    return float(threshold - value if reported["p_value"] else value - threshold)


def _column(metric: Mapping[str, Any]) -> dict[str, Any]:
    config, value = metric["config"], float(metric["value"])
    method, threshold = str(config["method"]), float(config["threshold"])
    p_value = "p_value" in method
    found: dict[str, Any] = {"name": str(config["column"]), "kind": "reported"}
    found |= {
        key: {"value": None, "why": NOT_THERE}
        for key in ("psi", "ks", "js", "wasserstein", "chi2", "missing_reference", "missing_current")
    }
    word = method.lower()
    if word.startswith("wasserstein"):
        found["wasserstein_normed"] = {"value": value}
    elif word.startswith("jensen-shannon"):
        found["js"] = {"value": value / sqrt(log(2))}
    elif word.startswith(("population stability", "psi")):
        found["psi"] = {"value": value}
    elif word.startswith(("k-s", "ks")) and p_value:
        found["ks"] = {"value": None, "why": "the report gives its p-value only", "p": value}
    elif word.startswith("chi") and p_value:
        found["chi2"] = {"value": None, "why": "the report gives its p-value only", "p": value}
    found["reported"] = {"method": method, "value": value, "threshold": threshold, "p_value": p_value}
    found["drifted"] = value < threshold if p_value else value >= threshold
    return found


def profiles(reference: "str | PathLike[str]", current: "str | PathLike[str]", words: "Words") -> Finding:
    """Two whylogs profiles, compared. Numbers come from their sketches, so that KS has an ``error``.

    :raises LogError: if whylogs is not installed (``hotwash[whylogs]``) or a file is no profile
    """
    # Read before whylogs is: it would send usage data otherwise.
    environ["WHYLOGS_NO_ANALYTICS"] = "True"
    try:
        from whylogs.core import DatasetProfileView  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise LogError("Profiles need whylogs, which is not installed: pip install 'hotwash[whylogs]'") from None
    from hotwash.investigate.questions.drift_parts import answer

    raws, views = (_read(reference), _read(current)), []
    for source, raw in zip((reference, current), raws, strict=True):
        if not raw.startswith(MAGIC):
            raise Unreadable(f'"{Path(source).name}" is no whylogs profile. Write it with profile.view().write(path).')
        try:
            views.append(DatasetProfileView.deserialize(raw))
        except Exception as wrong:
            raise Unreadable(f'"{Path(source).name}" is a damaged whylogs profile ({wrong}). Copy it again.') from wrong
    one, two = (view.get_columns() for view in views)
    compared, left_out = [], {}
    for name in sorted(set(one) & set(two)):
        found = _profiled(name, one[name], two[name], words)
        if found is None:
            left_out[name] = "a profile keeps neither numbers nor values of it"
        else:
            compared.append(found)
    schema = {"added": sorted(set(two) - set(one)), "removed": sorted(set(one) - set(two)), "changed": []}
    result, sentence, chart = answer(compared, schema, left_out, words)
    result["made_by"] = "whylogs"
    return _finding(
        (reference, current), raws, result, sentence=f"By two profiles of whylogs, {_lower(sentence)}", chart=chart
    )


def _profiled(name: str, one: Any, two: Any, words: "Words") -> "Compared | None":
    import numpy as np

    from hotwash.investigate.questions import drift_parts as parts
    from hotwash.investigate.spread import Spread

    summaries = [column.to_summary_dict() for column in (one, two)]
    missing = [int(s.get("counts/null", 0)) for s in summaries]
    if all(s.get("distribution/n", 0) > 0 for s in summaries):
        spreads = []
        for column, summary, lost in zip((one, two), summaries, missing, strict=True):
            n = int(summary["distribution/n"])
            steps = min(n, QUANTILES)
            sketch = column.get_metric("distribution").kll.value
            values = np.array(sketch.get_quantiles([(i + 0.5) / steps for i in range(steps)]), np.float64)
            counts = np.diff(np.array([n * i // steps for i in range(steps + 1)], np.int64))
            fresh, starts = np.unique(values, return_index=True)
            spreads.append(Spread(fresh, np.add.reduceat(counts, starts), lost, exact=False))
        found = parts.numbers(name, spreads[0], spreads[1], words, given=True)
        if isinstance(found, str):
            return None
        if found.shown["ks"]["value"] is not None:
            found.shown["ks"]["error"] = 2 * SKETCH_ERROR
        return found
    tables: list[dict[Any, int]] = []
    for summary, lost in zip(summaries, missing, strict=True):
        items = summary.get("frequent_items/frequent_strings") or []
        if not items:
            return None
        table: dict[Any, int] = {str(item.value): round(item.est) for item in items}
        rest = int(summary["counts/n"]) - lost - sum(table.values())
        tables.append(table | ({"(rarer values)": rest} if rest > 0 else {}) | {None: lost})
    return parts.categories(name, tables[0], tables[1], words)


def _read(source: "str | PathLike[str]") -> bytes:
    path = Path(source)
    try:
        if path.stat().st_size > REPORT_MAX:
            raise Unreadable(f'"{path.name}" is larger than {REPORT_MAX >> 20} MB and cannot be read as a report.')
        return path.read_bytes()
    except OSError as gone:
        raise Unreadable(f'There is no file "{path}" that can be read ({gone.strerror}).') from gone


def _result(columns: Sequence[dict[str, Any]], *, made_by: str) -> dict[str, Any]:
    return {
        "columns": list(columns),
        "drifted": sum(one["drifted"] for one in columns),
        "schema": {"added": [], "removed": [], "changed": []},
        "left_out": {},
        "rule": {"floor": None, "correction": "none: the thresholds of the report"},
        "made_by": made_by,
    }


def _finding(
    sources: Sequence["str | PathLike[str]"],
    raws: Sequence[bytes],
    result: dict[str, Any],
    *,
    sentence: str,
    chart: dict[str, Any],
) -> Finding:
    digests = [sha256(raw).hexdigest() for raw in raws]
    whole = digests[0] if len(digests) == 1 else sha256("".join(f"sha256:{d}\n" for d in digests).encode()).hexdigest()
    arguments = {"current": fspath(sources[1])} if len(sources) > 1 else {}
    return Finding(
        "drift",
        sentence,
        Rows(0),
        Data(fspath(sources[0]), f"sha256:{whole}"),
        Recipe((), arguments, this_version(), f"a reading of {result['made_by']}"),
        result,
        chart,
    )
