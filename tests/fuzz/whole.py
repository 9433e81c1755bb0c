"""Whole examples for the readers: each is read without a fault, so that a damaged one reaches deep into its reader."""

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hotwash.connect.senders import SENDERS
from hotwash.drills.scenarios import payloads
from hotwash.drills.scenarios.shelf import named, shipped
from hotwash.knowledge import cacao
from hotwash.knowledge.playbooks import shelf
from hotwash.ledger.entry import Draft
from hotwash.ledger.export import export_file
from hotwash.ledger.memory import MemoryStore

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)

PSA = b"""<?xml version="1.0"?><opsa-mef><define-fault-tree name="t"><define-gate name="top"><or><basic-event name="a"/>
<basic-event name="b"/></or></define-gate><define-basic-event name="a"><float value="0.1"/></define-basic-event>
<define-basic-event name="b"><float value="0.2"/></define-basic-event></define-fault-tree></opsa-mef>"""
TREE = b"tree loans\ngate top = a and (b or c)\nevent a = 0.1\nevent b = 0.2\nevent c = 0.3\n"
GATE = b"""title = "Loans are decided again"
[log]
time = "at"
[[questions]]
name = "four fifths"
question = "fairness"
rows_min = 200
arguments = { decision = "decision", group = ["sex"], favourable = "granted", reference = { sex = "m" } }
thresholds = ["groups[sex=f].ratio.selection_rate.low >= 0.8", "groups[sex=f].n >= 50"]
"""
SNAPSHOT = json.dumps(
    {
        "format": "hotwash-guard-1",
        "service": "s",
        "serial": 1,
        "switches": {"loans": {"orders": [{"state": "human", "reason": "r", "incident": "INC-2026-0001"}]}},
    }
).encode()
AIID = (
    b"_id,incident_id,date,reports,Alleged deployer of AI system,Alleged developer of AI system,"
    b"Alleged harmed or nearly harmed parties,title,description\n"
    b'1,1,2020-01-01,"[1]","[""a""]","[""b""]","[""c""]",t,d\n'
)
AVID = (
    b'{"data_type": "AVID", "metadata": {"report_id": "AVID-2022-R0001"}, "affects": {"deployer": ["a"]}, '
    b'"problemtype": {"description": {"value": "t"}}, "impact": {}, "reported_date": "2022-12-31"}'
)
PAST = b"title,detected_at,detail\nLoans refused,2025-03-03T09:00:00Z,by error\n"
SENTRY = (
    b'{"action": "critical", "data": {"metric_alert": {"id": "1", "date_detected": "2026-03-03T09:00:00Z", '
    b'"alert_rule": {"name": "errors", "aggregate": "count()", "triggers": [{"alertThreshold": 5}]}}, '
    b'"description_title": "t", "web_url": "https://sentry.example/1"}}'
)
AZURE = (
    b'{"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": {"alertRule": "r", "severity": "Sev1", '
    b'"monitorCondition": "Fired", "firedDateTime": "2026-03-03T09:00:00Z", "alertTargetIDs": ["/a"]}, '
    b'"alertContext": {"condition": {"allOf": [{"metricName": "m", "metricValue": 3, "threshold": "2"}]}}}}'
)
EVIDENTLY = (
    b'{"name": "r", "timestamp": "2026-03-03T09:00:00Z", "metrics": [{"value": 0.4, "config": {"type": '
    b'"evidently:metric_v2:ValueDrift", "column": "a", "method": "PSI", "threshold": 0.1}}], "tests": '
    b'[{"status": "FAIL", "name": "n"}]}'
)
CLOUD = (
    b'{"specversion": "1.0", "id": "1", "source": "/a", "type": "drift", "time": "2026-03-03T09:00:00Z", '
    b'"data": {"title": "t", "url": "https://a.example/1"}}'
)
MLFLOW = b'{"entity": "model_version_alias", "action": "created", "data": {"name": "l", "version": "2", "alias": "a"}}'
ARIZE = b'{"monitor": {"name": "m"}, "status": "triggered"}'


def playbook() -> bytes:
    """A shipped playbook as CACAO."""
    return json.dumps(cacao.written(shelf().playbooks[0], made_at=NOW)).encode()


def scenario() -> bytes:
    """A scenario that ships."""
    return named("resume-screening").text


def exported() -> bytes:
    """A record of two entries."""
    store = MemoryStore()
    told = [Draft("noted", "ana", NOW, NOW, {"text": text, "share": 0.5}) for text in ("Zoë", "b")]
    store.append("incident/INC-2026-0001", told, expected=0)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.jsonl"
        export_file(path, store, ["incident/INC-2026-0001"])
        return path.read_bytes()


def signals() -> dict[str, bytes]:
    """A body of each sender: those of the drills, and what their documentation shows."""
    found = {
        "sentry": SENTRY,
        "azure": AZURE,
        "evidently": EVIDENTLY,
        "cloudevents": CLOUD,
        "arize": ARIZE,
        "mlflow": MLFLOW,
    }
    for one in shipped():
        for inject in one.scenario.injects:
            if inject.channel == "alert" and inject.sender in SENDERS:
                body = payloads.fill(inject.body, at=NOW, system="loans", name="Loans").encode()
                found.setdefault(inject.sender, body)
    return found
