"""Verdicts as JUnit XML, the form that every pipeline shows: a case for each threshold, and one for the rows."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from hotwash.response.gates import Check, Verdict
from hotwash.response.thresholds import shown

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(verdicts: Sequence[Verdict]) -> bytes:
    """Each verdict as a suite."""
    suites = Element("testsuites")
    for verdict in verdicts:
        suite = SubElement(suites, "testsuite", name=_text(verdict.title))
        for check in verdict.checks:
            _cases(suite, check)
        suite.attrib |= _counts(list(suite))
    suites.attrib |= _counts([case for suite in suites for case in suite])
    indent(suites)
    written: bytes = tostring(suites, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _counts(cases: Sequence[Element]) -> dict[str, str]:
    failures = sum(case.find("failure") is not None for case in cases)
    errors = sum(case.find("error") is not None for case in cases)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": str(errors)}


def _cases(suite: Element, check: Check) -> None:
    rows = _case(suite, check, f"{check.rows:,} rows, {check.rows_min:,} asked for")
    if check.problem:
        kind = "failure" if check.outcome == "too few" else "error"
        SubElement(rows, kind, message=_text(check.problem), type=check.outcome)
        return
    if check.rows < check.rows_min:
        SubElement(rows, "failure", message=_text(check.why), type="too few")
    for judged in check.judged:
        case = _case(suite, check, judged.threshold)
        if judged.said != "passed":
            failure = SubElement(case, "failure", message=_text(judged.why), type=judged.said)
            failure.text = _text(f"{check.sentence}\nFinding {check.digest}\nof {check.source}, {check.fingerprint}")
        elif judged.value is not None:
            SubElement(case, "system-out").text = _text(f"{shown(judged.value)}; {check.sentence}")


def _case(suite: Element, check: Check, name: str) -> Element:
    return SubElement(suite, "testcase", classname=_text(check.name), name=_text(name))


def _text(text: str) -> str:
    return _NO_XML.sub("�", text)
