"""An incident as a report of AVID, the AI Vulnerability Database."""

from collections.abc import Mapping
from typing import Any

from hotwash.incident.state import Incident
from hotwash.knowledge.exchange import avid
from hotwash.knowledge.harms import harms
from hotwash.systems.state import System

_METHODS = {"fairness": "Significance Test", "onset": "Significance Test", "drift": "Static Threshold"}


def report(
    incident: Incident, system: System | None, findings: Mapping[int, Mapping[str, Any]], *, deployer: str = ""
) -> dict[str, Any]:
    """The report. What AVID asks and the record does not say is empty, so that whoever reads it sees it.

    :param findings: what was found, by entry
    """
    words = avid()
    kinds = [harms().harm(one) for one in incident.harms]
    codes = [code for kind in kinds for code in kind.crosswalk.get("avid", ())[:1] if code in words.labels]
    domains = [domain for kind in kinds for domain in kind.crosswalk.get("avid_domain", ())[:1]]
    text = incident.summary or (incident.declared.event.detail if incident.declared else "") or incident.title
    return {
        "data_type": "AVID",
        "data_version": words.data_version,
        "metadata": {"report_id": incident.id},
        "affects": {
            "developer": [],
            "deployer": [deployer] if deployer else [],
            "artifacts": _artifacts(incident, system),
        },
        "problemtype": {
            "classof": "Undefined",
            "type": "Measurement" if findings else "Issue",
            "description": {"lang": "eng", "value": incident.title},
        },
        "metrics": [_metric(one) for one in findings.values()],
        "references": [
            {"type": "source", "label": said.event.title[:200], "url": said.event.url}
            for said in incident.signals
            if said.event.url.startswith(("https://", "http://"))
        ],
        "description": {"lang": "eng", "value": text},
        "impact": {
            "avid": {
                "vuln_id": None,
                "risk_domain": list(dict.fromkeys(domains)),
                "sep_view": [f"{code}: {words.labels[code]}" for code in dict.fromkeys(codes)],
                "lifecycle_view": [words.lifecycle],
                "taxonomy_version": words.taxonomy_version,
            }
        },
        "credit": [],
        "reported_date": incident.declared.at.date().isoformat() if incident.declared else None,
    }


def _artifacts(incident: Incident, system: System | None) -> list[dict[str, str]]:
    if not incident.system:
        return []
    found = [{"type": "System", "name": (system.name if system else "") or incident.system}]
    running = system.running if system else {}
    if "model" in running:
        found.append({"type": "Model", "name": f"{found[0]['name']} {running['model'].event.version}".strip()})
    return found


def _metric(finding: Mapping[str, Any]) -> dict[str, Any]:
    question = str(finding.get("question", ""))
    return {
        "name": question,
        # Of its two data models in use, one asks for features and one for results.
        "features": {"measured": str(finding.get("sentence", ""))},
        "detection_method": {"type": _METHODS.get(question, "Static Threshold"), "name": f"Hotwash, {question}"},
        "results": {
            "sentence": finding.get("sentence", ""),
            "rows": dict(finding.get("rows", {})),
            "fingerprint": finding.get("data", {}).get("fingerprint", ""),
        },
    }
