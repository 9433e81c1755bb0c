"""Evaluation logs of Inspect, as it writes them: ``.json``, or ``.eval`` (a zip archive whose header says it all).

Only the header is read: what was asked and answered stays in the file, which is kept as it is.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from hotwash.response.evaluations import STATUSES, Evaluation, Score
from hotwash.response.outside import Refused

TITLE = "Inspect"
FILE_MAX = 64 << 20
HEADER_MAX = 16 << 20
"""A header of an archive that would unpack to more is no header."""
SCORES_MAX = 500
TEXT_MAX = 300


def read(data: bytes) -> Evaluation:
    """What a log says of its evaluation.

    :raises Refused: if it is none
    """
    if len(data) > FILE_MAX:
        raise Refused(TITLE, f"The file is larger than {FILE_MAX >> 20} MiB.")
    held = _header(data) if data[:4] == b"PK\x03\x04" else _object(data)
    about = _part(held, "eval")
    if not isinstance(about.get("task"), str) or not isinstance(about.get("model"), str):
        raise Refused(TITLE, "The file is no evaluation log of Inspect: it names no task and model.")
    status = str(held.get("status") or "started")
    results, dataset, revision = _part(held, "results"), _part(about, "dataset"), _part(about, "revision")
    return Evaluation(
        tool=TITLE,
        version=_text(_part(about, "packages").get("inspect_ai")),
        status=status if status in STATUSES else "started",
        task=_text(about["task"]),
        model=_text(about["model"]),
        evaluation=_text(about.get("eval_id") or about.get("run_id")),
        made_at=_text(about.get("created")),
        dataset=_text(dataset.get("name")),
        dataset_samples=_count(dataset.get("samples")),
        samples=_count(results.get("total_samples")),
        completed=_count(results.get("completed_samples")),
        commit=_text(revision.get("commit")),
        error=_text(_part(held, "error").get("message")),
        scores=tuple(_scores(results))[:SCORES_MAX],
    )


def _scores(results: Mapping[str, Any]) -> list[Score]:
    listed = results.get("scores")
    found = []
    for one in listed if isinstance(listed, list) else []:
        if not isinstance(one, dict):
            continue
        for name, metric in _part(one, "metrics").items():
            value = metric.get("value") if isinstance(metric, dict) else None
            number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
            if number is not None and not abs(number) < float("inf"):
                number = None
            found.append(Score(_text(one.get("name") or one.get("scorer")), _text(name), number))
    return found


def _header(data: bytes) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            name = next((one for one in ("header.json", "_journal/start.json") if one in names), "")
            if not name:
                raise Refused(TITLE, "The archive is no evaluation log of Inspect: it has no header.")
            with archive.open(name) as file:
                text = file.read(HEADER_MAX + 1)
    except NotImplementedError as packed:
        why = (
            "The archive is packed in a way that is not read here: save it again with `inspect log convert --to json`."
        )
        raise Refused(TITLE, why) from packed
    except (zipfile.BadZipFile, RuntimeError, OSError, ValueError, EOFError) as bad:
        raise Refused(TITLE, "The archive is damaged.") from bad
    if len(text) > HEADER_MAX:
        raise Refused(TITLE, f"Its header is larger than {HEADER_MAX >> 20} MiB.")
    # One that ended before its end has only what it began with: no status, no results.
    return _object(text)


def _object(data: bytes) -> dict[str, Any]:
    try:
        held = json.loads(data)
    except (ValueError, RecursionError) as bad:
        raise Refused(
            TITLE, "The file is neither an evaluation log of Inspect in JSON nor an archive (.eval)."
        ) from bad
    if not isinstance(held, dict):
        raise Refused(TITLE, "The file is no evaluation log of Inspect.")
    return held


def _part(held: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = held.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: Any) -> str:
    return "".join(one for one in str(value or "") if one.isprintable())[:TEXT_MAX]


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None
