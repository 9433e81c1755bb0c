"""The AI Incident Database (AIID): a weekly snapshot's CSV files, read into cases with the classifications beside them.

The files: ``incidents.csv``, and, where they are there, ``classifications_GMF.csv`` (what failed), ``_MIT.csv`` (which
risk) and ``_CSETv0.csv`` (how long, how severe). Texts of reports are not part of it and not needed. The database is
shared under CC BY-SA 4.0, so its attribution is shown with every case, and none is shipped with Hotwash.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from hotwash.response.cases import TEXT_MAX, TITLE_MAX, Case, Collection, Fault, Faulty

NAME = "aiid"
TITLE = "AI Incident Database"
ATTRIBUTION = "AI Incident Database (incidentdatabase.ai), Responsible AI Collaborative, CC BY-SA 4.0"
NEEDED = ("incident_id", "date", "description", "title")
_DEPLOYERS = "Alleged deployer of AI system"
_DEVELOPERS = "Alleged developer of AI system"
_HARMED = "Alleged harmed or nearly harmed parties"


def known(name: str) -> bool:
    """Whether a file of this name belongs to a snapshot."""
    return name == "incidents.csv" or (name.startswith("classifications_") and name.endswith(".csv"))


def read(files: Mapping[str, bytes]) -> Collection:
    """A snapshot as a collection.

    :param files: the bytes of each file by its name
    :raises Faulty: with every line that cannot be read
    """
    faults: list[Fault] = []
    if "incidents.csv" not in files:
        raise Faulty([Fault(0, "", "There is no incidents.csv.", "Take it out of the snapshot's folder.")])
    beside = _classified(files, faults)
    cases: dict[str, Case] = {}
    for line, row in _rows(files["incidents.csv"], "incidents.csv", NEEDED, faults):
        case = _case(line, row, beside.get(row["incident_id"].strip(), {}), faults)
        if case is None:
            continue
        if case.key in cases:
            faults.append(Fault(line, "incident_id", f"{case.key} stands twice.", "Keep one of the two lines."))
        cases[case.key] = case
    if not cases and not faults:
        faults.append(Fault(1, "", "incidents.csv has no line.", "Take the whole snapshot."))
    if faults:
        raise Faulty(sorted(faults, key=lambda fault: fault.line))
    found = tuple(sorted(cases.values(), key=lambda case: int(case.key)))
    return Collection(NAME, TITLE, ATTRIBUTION, "CC BY-SA 4.0", "https://incidentdatabase.ai", found)


def _case(line: int, row: dict[str, str], beside: dict[str, Any], faults: list[Fault]) -> Case | None:
    before = len(faults)
    key, title = row["incident_id"].strip(), " ".join(row["title"].split())
    if not key.isdecimal() or len(key) > 9:
        faults.append(Fault(line, "incident_id", f"“{key[:40]}” is no number."))
    if not title or len(title) > TITLE_MAX:
        faults.append(Fault(line, "title", "It is empty or too long."))
    began = _day(row["date"])
    if began is None:
        faults.append(Fault(line, "date", f"“{row['date'][:40]}” is no day.", "Write it as 2023-05-29."))
    people: dict[str, list[str]] = {}
    for name, column in (("deployers", _DEPLOYERS), ("developers", _DEVELOPERS), ("harmed", _HARMED)):
        try:
            people[name] = _names(row.get(column) or "[]")
        except ValueError:
            faults.append(Fault(line, column, "It is no JSON list of names.", 'Write it as ["one", "two"].'))
    if len(faults) > before:
        return None
    facts = {name: value for name, value in (people | beside).items() if value and name not in ("began", "ended")}
    return Case(
        key,
        title,
        row["description"].replace("\x00", "").strip()[:TEXT_MAX],
        beside.get("began") or began,
        beside.get("ended"),
        f"https://incidentdatabase.ai/cite/{key}",
        facts,
    )


def _classified(files: Mapping[str, bytes], faults: list[Fault]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for _, row in _beside("GMF", files, faults):
        of = found.setdefault(row["Incident ID"], {})
        of["failures"] = _listed(row.get("Known AI Technical Failure"))
        of["suspected"] = [
            one for one in _listed(row.get("Potential AI Technical Failure")) if one not in of["failures"]
        ]
    for _, row in _beside("MIT", files, faults):
        found.setdefault(row["Incident ID"], {})["risk"] = (row.get("Risk Subdomain") or "")[:200]
    for _, row in _beside("CSETv0", files, faults):
        of = found.setdefault(row["Incident ID"], {})
        severity = (row.get("Severity") or "")[:60]
        of["severity"] = "" if severity.startswith("Unclear") else severity
        began, ended = _day(row.get("Beginning Date") or ""), _day(row.get("Ending Date") or "")
        if began and ended and began <= ended:
            of["began"], of["ended"] = began, ended
    return found


def _beside(name: str, files: Mapping[str, bytes], faults: list[Fault]) -> Iterator[tuple[int, dict[str, str]]]:
    file = f"classifications_{name}.csv"
    if file in files:
        for line, row in _rows(files[file], file, ("Incident ID", "Published"), faults):
            if row["Published"].strip().casefold() == "true":
                yield line, row | {"Incident ID": row["Incident ID"].strip()}


def _rows(data: bytes, name: str, needed: tuple[str, ...], faults: list[Fault]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        if missing := [column for column in needed if column not in (reader.fieldnames or [])]:
            faults.append(Fault(1, missing[0], f"{name} has no such column.", f"It needs {', '.join(needed)}."))
            return
        for row in reader:
            if None in row or None in row.values():
                why = f"{name} has another number of columns here than in its first line."
                faults.append(Fault(reader.line_num, "", why))
                continue
            yield reader.line_num, row
    except UnicodeDecodeError:
        faults.append(Fault(1, "", f"{name} is not UTF-8.", "Save it as UTF-8."))
    except csv.Error as bad:
        faults.append(Fault(reader.line_num, "", f"{name} is no CSV: {bad}."))


def _names(text: str) -> list[str]:
    found = json.loads(text)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise ValueError(text)
    return [one.replace("-", " ")[:200] for one in found[:50]]


def _listed(text: str | None) -> list[str]:
    return list(dict.fromkeys(one.strip()[:100] for one in (text or "").split(",") if one.strip()))[:20]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
