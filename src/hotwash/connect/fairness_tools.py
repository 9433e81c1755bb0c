"""Aequitas and AIF360: their results as files, and both as a second engine in a Python of their own.

Neither is imported here: they want libraries that we do not have, and take a quarter of a minute to load. They get the
rows as CSV, and answer in JSON on standard output.
"""

import csv
import io
import json
import math
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from hotwash.response.outside import Refused, Unreachable
from hotwash.response.second_opinion import Number, Of, Opinion

TOOLS = {"aequitas": "Aequitas", "aif360": "AIF360"}
FILE_MAX = 64 << 20
TIMEOUT_S = 900.0

_AEQUITAS = {
    "accuracy": "accuracy", "tpr": "tpr", "tnr": "tnr", "for": "for", "fdr": "fdr", "fpr": "fpr", "fnr": "fnr",
    "npv": "npv", "precision": "ppv", "pprev": "selection_rate", "prev": "base_rate",
}  # fmt: skip
"""Their words for rates, with ours. Their ``ppr`` is a share of all who were selected, which we do not compare."""
_AIF360: dict[str, tuple[str, Of]] = {
    "disparate_impact": ("selection_rate", "ratio"),
    "statistical_parity_difference": ("selection_rate", "difference"),
    "equal_opportunity_difference": ("tpr", "difference"),
    "true_positive_rate_difference": ("tpr", "difference"),
    "average_odds_difference": ("average_odds_difference", "odds"),
    "average_abs_odds_difference": ("average_absolute_odds_difference", "odds"),
    **{
        f"{theirs}_rate_{of}": (ours, of)
        for theirs, ours in (
            ("false_positive", "fpr"), ("false_negative", "fnr"), ("false_discovery", "fdr"), ("false_omission", "for"),
        )
        for of in ("difference", "ratio")
    },
}  # fmt: skip


# ── results that were made elsewhere ─────────────────────────────────────────


def read(tool: str, data: bytes) -> Opinion:
    """A result that somebody exported: Aequitas' table as CSV or JSON, AIF360's metrics as JSON.

    :raises Refused: if it is none
    """
    title = TOOLS.get(tool)
    if title is None:
        raise Refused(tool, f"Results of {tool[:60]} are not read. There are {', '.join(TOOLS)}.")
    if len(data) > FILE_MAX:
        raise Refused(title, f"The file is larger than {FILE_MAX >> 20} MiB.")
    return aequitas(_table(data)) if tool == "aequitas" else aif360(_object(data))


def aequitas(told: "tuple[list[Mapping[str, Any]], str]") -> Opinion:
    """Rows of Aequitas' `Group`, `Bias` or `Fairness` table, each a group, with the version if it was said."""
    rows, version = told
    numbers, references = list[Number](), dict[str, str]()
    for row in rows:
        column, group = row.get("attribute_name"), row.get("attribute_value")
        if column in (None, "") or group is None:
            raise Refused("Aequitas", "The table lacks attribute_name or attribute_value. Export the whole table.")
        column, group = str(column), str(group)
        for key, value in row.items():
            if key in _AEQUITAS:
                numbers.append(Number(column, group, _AEQUITAS[key], "rate", _number(value), key))
            elif key.endswith("_disparity"):
                metric = _AEQUITAS.get(key.removesuffix("_disparity"), "")
                numbers.append(Number(column, group, metric, "ratio", _number(value), key))
            elif key.endswith("_ref_group_value") and value not in (None, ""):
                references.setdefault(column, str(value))
    if not numbers:
        raise Refused("Aequitas", "The table holds no rate and no disparity.")
    sizes = [_number(row.get("group_size")) or 0 for row in rows if row["attribute_name"] == rows[0]["attribute_name"]]
    return Opinion("Aequitas", version, tuple(numbers), references, int(sum(sizes)))


def aif360(held: Mapping[str, Any]) -> Opinion:
    """``{"metrics": {…}, "unprivileged": {column: group}, "privileged": {column: group}}``, or a list of such."""
    parts = held.get("comparisons", [held])
    if not isinstance(parts, list) or not all(isinstance(one, dict) for one in parts):
        raise Refused("AIF360", "`comparisons` is no list of objects.")
    numbers, references = list[Number](), dict[str, str]()
    for part in parts:
        metrics = part.get("metrics")
        if not isinstance(metrics, dict) or not metrics:
            raise Refused("AIF360", "The file holds no object `metrics` with their names and numbers.")
        few, many = (part.get(word) or {} for word in ("unprivileged", "privileged"))
        one = len(few) == 1 and isinstance(few, dict) and isinstance(many, dict) and list(few) == list(many)
        column, group = next(iter(few.items())) if one else ("", "")
        if one:
            references[str(column)] = str(many[column])
        for name, value in metrics.items():
            metric, of = _AIF360.get(str(name), ("", "difference"))
            numbers.append(Number(str(column), str(group), metric if one else "", of, _number(value), str(name)))
    rows = held.get("rows")
    return Opinion(
        "AIF360", str(held.get("version") or ""), tuple(numbers), references, rows if type(rows) is int else 0
    )


def _table(data: bytes) -> "tuple[list[Mapping[str, Any]], str]":
    text = _text("Aequitas", data)
    if text.lstrip()[:1] in ("[", "{"):
        held = _json("Aequitas", data)
        rows, version = (held.get("rows"), str(held.get("version") or "")) if isinstance(held, dict) else (held, "")
    else:
        try:
            rows, version = list(csv.DictReader(io.StringIO(text), strict=True)), ""
        except csv.Error as wrong:
            raise Refused("Aequitas", f"The file is no CSV that can be read: {wrong}.") from wrong
    if not isinstance(rows, list) or not rows or not all(isinstance(one, dict) for one in rows):
        raise Refused("Aequitas", "The file holds no rows.")
    return rows, version


def _object(data: bytes) -> Mapping[str, Any]:
    held = _json("AIF360", data)
    if not isinstance(held, dict):
        raise Refused("AIF360", "The file holds no JSON object.")
    # A plain {metric: number}, as a notebook writes it.
    plain = (
        held
        and not {"metrics", "comparisons"} & set(held)
        and all(isinstance(value, int | float) or value is None for value in held.values())
    )
    return {"metrics": held} if plain else held


def _json(tool: str, data: bytes) -> Any:
    try:
        # json, not msgspec: pandas and numpy write NaN.
        return json.loads(_text(tool, data))
    except (ValueError, RecursionError) as wrong:
        raise Refused(tool, f"The file is no JSON that can be read: {str(wrong)[:200]}.") from wrong


def _text(tool: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise Refused(tool, "The file is not written in UTF-8.") from wrong


def _number(told: Any) -> float | None:
    if isinstance(told, bool) or not isinstance(told, int | float | str):
        return None
    try:
        value = float(told)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


# ── as a second engine ───────────────────────────────────────────────────────


def python_for(tool: str) -> str:
    """The Python that has the tool: what the operator names, or this one.

    :raises Unreachable: if neither has
    """
    variable = f"HOTWASH_{tool.upper()}_PYTHON"
    if named := os.environ.get(variable):
        return named
    if find_spec(tool) is not None:
        return sys.executable
    raise Unreachable(
        TOOLS[tool], f"{TOOLS[tool]} is not here. Name a Python that has it: {variable}=/path/to/bin/python."
    )


def run(tool: str, rows: Path, columns: Sequence[str], references: Mapping[str, str], *, python: str = "") -> Opinion:
    """Let a tool look at rows itself.

    :param rows: CSV with ``g0``, ``g1`` …, ``decision`` and ``label`` (0 or 1); what is missing is ``\\N``
    :raises Unreachable: if it cannot be run, or answers nothing that can be read
    """
    title, script = TOOLS[tool], {"aequitas": _RUN_AEQUITAS, "aif360": _RUN_AIF360}[tool]
    asked = json.dumps({"columns": list(columns), "references": dict(references), "metrics": sorted(_AIF360)})
    # Nothing of this installation's own environment goes along: it may hold secrets.
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    command = [python or python_for(tool), "-I", "-c", script, str(rows), asked]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=False, env=env)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise Unreachable(title, f"{title} could not be run ({type(fault).__name__}).") from fault
    if ran.returncode:
        said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Unreachable(title, f"{title} failed: {said[-1][:300] if said else 'it gives no reason'}.")
    try:
        held = msgspec.json.decode(ran.stdout.strip().splitlines()[-1])
        return aequitas((held["rows"], held["version"])) if tool == "aequitas" else aif360(held)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, LookupError, TypeError, Refused) as wrong:
        raise Unreachable(title, f"What {title} answered cannot be read ({wrong}).") from wrong


_BEGIN = """
import sys, json, warnings, logging
warnings.filterwarnings("ignore"); logging.disable(logging.CRITICAL)
from importlib.metadata import version
import pandas as pd
asked = json.loads(sys.argv[2])
frame = pd.read_csv(sys.argv[1], keep_default_na=False, na_values=["\\\\N"],
                    dtype={f"g{i}": str for i in range(len(asked["columns"]))})
frame = frame[frame.decision.notna() & frame.label.notna()].astype({"decision": int, "label": int})
"""
_RUN_AEQUITAS = (
    _BEGIN
    + """
from aequitas.group import Group
from aequitas.bias import Bias
rows = []
for place, name in enumerate(asked["columns"]):
    own = frame[frame[f"g{place}"].notna()]
    own = pd.DataFrame({name: own[f"g{place}"].astype(object), "score": own.decision, "label_value": own.label})
    table, _ = Group().get_crosstabs(own, attr_cols=[name])
    table = Bias().get_disparity_predefined_groups(table, original_df=own, check_significance=False,
                                                   ref_groups_dict={name: asked["references"][name]})
    rows += json.loads(table.to_json(orient="records", double_precision=15))
print(json.dumps({"version": version("aequitas"), "rows": rows}))
"""
)
_RUN_AIF360 = (
    _BEGIN
    + """
import math
from aif360.datasets import BinaryLabelDataset
from aif360.metrics import ClassificationMetric
def value_of(metric, name):
    try:
        value = float(getattr(metric, name)())
    except Exception:
        return None
    return value if math.isfinite(value) else None
found = []
for place, name in enumerate(asked["columns"]):
    own = frame[frame[f"g{place}"].notna()]
    codes = {value: float(code) for code, value in enumerate(sorted(own[f"g{place}"].unique()))}
    coded = own[f"g{place}"].map(codes)
    words = dict(label_names=["y"], protected_attribute_names=["g"], favorable_label=1, unfavorable_label=0)
    truth = BinaryLabelDataset(df=pd.DataFrame({"g": coded, "y": own.label}).astype(float), **words)
    decided = BinaryLabelDataset(df=pd.DataFrame({"g": coded, "y": own.decision}).astype(float), **words)
    reference = asked["references"][name]
    for group in codes:
        if group != reference:
            metric = ClassificationMetric(truth, decided, unprivileged_groups=[{"g": codes[group]}],
                                          privileged_groups=[{"g": codes[reference]}])
            found.append({"unprivileged": {name: group}, "privileged": {name: reference},
                          "metrics": {one: value_of(metric, one) for one in asked["metrics"]}})
print(json.dumps({"version": version("aif360"), "rows": len(frame), "comparisons": found}))
"""
)
