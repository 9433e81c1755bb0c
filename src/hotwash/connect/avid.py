"""Reports and vulnerabilities of AVID, the AI Vulnerability Database: its JSON documents, read into cases.

Each document is kept as it came, so that it can go out again byte for byte.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from hotwash.response.cases import TEXT_MAX, TITLE_MAX, Case, Collection, Fault, Faulty

NAME = "avid"
TITLE = "AVID, the AI Vulnerability Database"
ATTRIBUTION = "AVID (avidml.org), AI Risk and Vulnerability Alliance, MIT licence"


def known(value: Any) -> bool:
    """Whether a JSON value is a document of AVID, or a list of them."""
    one = value[0] if isinstance(value, list) and value else value
    return isinstance(one, dict) and one.get("data_type") == "AVID"


def read(files: Mapping[str, bytes]) -> Collection:
    """Documents as a collection; a file may hold one or a list of them.

    :raises Faulty: with every document that cannot be read; its line counts documents where a file is a list
    """
    faults: list[Fault] = []
    cases: dict[str, Case] = {}
    for data in files.values():
        try:
            text = data.decode("utf-8")
            value = json.loads(text)
        except (UnicodeDecodeError, ValueError, RecursionError):
            faults.append(Fault(1, "", "It is no JSON in UTF-8."))
            continue
        many = value if isinstance(value, list) else [value]
        for place, one in enumerate(many, 1):
            raw = text if many is not value else json.dumps(one, ensure_ascii=False, indent=2) + "\n"
            case = _case(place, one, raw, faults)
            if case is not None:
                cases[case.key] = case
    if faults or not cases:
        raise Faulty(faults or [Fault(1, "", "It holds no document.")])
    return Collection(NAME, TITLE, ATTRIBUTION, "MIT", "https://avidml.org", tuple(cases[key] for key in sorted(cases)))


def _case(place: int, value: Any, raw: str, faults: list[Fault]) -> Case | None:
    if not known(value):
        faults.append(Fault(place, "data_type", "It is no document of AVID.", 'Its `data_type` would be "AVID".'))
        return None
    if len(raw) > 200_000 or "\x00" in raw:
        faults.append(Fault(place, "", "It is too long, or holds a NUL."))
        return None
    names = _dict(value.get("metadata"))
    key = next((str(names[one]) for one in ("report_id", "vuln_id") if names.get(one)), "")
    title = _value(_dict(value.get("problemtype")).get("description")) or _value(value.get("description"))[:200]
    if not key or len(key) > 100 or not key.replace("-", "").isalnum():
        faults.append(Fault(place, "metadata", "It names no report: letters, digits and hyphens.", "Give a report_id."))
        return None
    if not title or len(title) > TITLE_MAX:
        faults.append(Fault(place, "problemtype", "Its description is empty or too long."))
        return None
    affects, impact = _dict(value.get("affects")), _dict(_dict(value.get("impact")).get("avid"))
    facts = {
        "deployers": _texts(affects.get("deployer")),
        "developers": _texts(affects.get("developer")),
        "failures": _texts(impact.get("sep_view")),
        "risk": ", ".join(_texts(impact.get("risk_domain"))),
    }
    return Case(
        key,
        title,
        _value(value.get("description"))[:TEXT_MAX],
        _day(value.get("reported_date") or value.get("published_date")),
        None,
        f"https://avidml.org/database/{key.lower()}/",
        {name: said for name, said in facts.items() if said},
        raw,
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _value(value: Any) -> str:
    found = _dict(value).get("value")
    return found.strip() if isinstance(found, str) else ""


def _texts(value: Any) -> list[str]:
    return [one[:200] for one in value[:50] if isinstance(one, str) and one] if isinstance(value, list) else []


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None
