"""Every reader of what comes from outside: how it is called, whole examples, and the only errors that may come out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.fuzz import whole

from hotwash.connect import aiid, avid, cyclonedx, icalendar, inspect_logs, letters, mapped, model_cards
from hotwash.connect.senders import SENDERS
from hotwash.drills.scenarios import reading as scenarios
from hotwash.guard import snapshot
from hotwash.guard.faults import NotUnderstood
from hotwash.investigate import files
from hotwash.investigate.errors import LogError, NotAnExpression
from hotwash.investigate.parse import parse
from hotwash.investigate.trees import forms
from hotwash.investigate.trees.model import Invalid
from hotwash.knowledge import cacao
from hotwash.knowledge.playbooks import BadPlaybook
from hotwash.ledger import export, lines
from hotwash.ledger.layout import ExportBroken
from hotwash.response import backdating, gate_files
from hotwash.response.cases import Faulty
from hotwash.response.outside import OutsideFault

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
JSON = (b'{"title": "a", "at": "2026-03-03T09:00:00Z", "n": [1, 2.5, null, true, {"deep": "b"}]}', b"[]", b"{}")


@dataclass(frozen=True, slots=True)
class Parser:
    """One reader, given bytes."""

    read: Callable[[bytes], Any]
    errors: tuple[type[Exception], ...]
    seeds: tuple[bytes, ...]


def _text(read: Callable[[str], Any]) -> Callable[[bytes], Any]:
    return lambda data: read(data.decode("utf-8", "replace"))


def _file(read: Callable[[Path], Any], name: str) -> Callable[[bytes], Any]:
    def held(data: bytes) -> Any:
        with TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            return read(path)

    return held


def _playbook(data: bytes) -> Any:
    try:
        document = lines.read_object(data)
    except lines.Unreadable:
        return None
    return cacao.taken(document)


def _files(read: Callable[[Mapping[str, bytes]], Any], name: str) -> Callable[[bytes], Any]:
    return lambda data: read({name: data})


LETTER = (
    b"From: Dee <dee@example.org>\r\nTo: help@example.org\r\nSubject: =?utf-8?q?My_l=C3=B6an?=\r\n"
    b"Message-ID: <1@example.org>\r\nDate: Tue, 3 Mar 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n'
    b'<p>Refused</p>\r\n--x\r\nContent-Type: image/png; name="a.png"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    b"aGFsbG8=\r\n--x--\r\n"
)
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260303T090000Z\r\nDTEND:20260304T090000Z\r\n"
    b"RRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:Ana\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
CARD = b"---\nlicense: mit\nmodel-index:\n- name: loans\ntags: [a, b]\n---\n# Loans\nText.\n"
BOM = (
    b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "machine-learning-model", "name": "l",'
    b' "bom-ref": "r", "modelCard": {"modelParameters": {"task": "t"}}, "components": []}]}'
)
EVAL = b'{"version": 2, "status": "success", "eval": {"task": "t", "model": "m"}, "results": {"scores": []}}'
CSV = b"decision,who,at\nrefused,1,2026-03-03T09:00:00Z\ngranted,2,2026-03-03T10:00:00Z\n"

HEADERS = {"x-mlflow-delivery-id": "1", "x-mlflow-timestamp": "1772528400", "x-arize-webhook-id": "d-1"}
SIGNALS = {name: (body,) for name, body in whole.signals().items()}

PARSERS: dict[str, Parser] = {
    "conditions": Parser(
        _text(parse), (NotAnExpression,), (b"decision = 'refused' and (age >= 18 or not who in (1, 2))", b"a + 1 < b")
    ),
    "log header": Parser(_file(lambda path: files.csv_form([path]), "log.csv"), (LogError,), (CSV,)),
    "tree as Open-PSA": Parser(lambda data: forms.read(data, "xml"), (Invalid,), (whole.PSA,)),
    "tree as text": Parser(lambda data: forms.read(data, "tree"), (Invalid,), (whole.TREE,)),
    "playbook of CACAO": Parser(_playbook, (BadPlaybook,), (whole.playbook(), *JSON)),
    "scenario": Parser(scenarios.read, (scenarios.Unsound,), (whole.scenario(),)),
    "gate file": Parser(_text(gate_files.read), (gate_files.GateWrong,), (whole.GATE,)),
    "snapshot of switches": Parser(snapshot.read, (NotUnderstood,), (whole.SNAPSHOT, *JSON)),
    "line of a record": Parser(lines.read_object, (lines.Unreadable,), JSON),
    "exported record": Parser(_file(export.verify_file, "export.jsonl"), (ExportBroken,), (whole.exported(),)),
    "letter": Parser(letters.read, (OutsideFault,), (LETTER,)),
    "calendar": Parser(partial(icalendar.read, now=NOW), (OutsideFault,), (CALENDAR,)),
    "bill of CycloneDX": Parser(cyclonedx.read, (OutsideFault,), (BOM, *JSON)),
    "model card": Parser(model_cards.read, (OutsideFault,), (CARD,)),
    "evaluation of Inspect": Parser(inspect_logs.read, (OutsideFault,), (EVAL, *JSON)),
    "incidents of the past": Parser(partial(backdating.read, name="past.csv", now=NOW), (Faulty,), (whole.PAST,)),
    "cases of AIID": Parser(_files(aiid.read, "incidents.csv"), (Faulty,), (whole.AIID,)),
    "cases of AVID": Parser(_files(avid.read, "a.json"), (Faulty,), (whole.AVID, *JSON)),
    "a sender of one's own": Parser(
        partial(mapped.read, mapped.Mapped("own", {"title": ("title", "a.b")})), (OutsideFault,), JSON
    ),
    **{
        f"signals of {name}": Parser(partial(one.read, HEADERS), (OutsideFault,), (*SIGNALS.get(name, ()), *JSON))
        for name, one in SENDERS.items()
    },
}
