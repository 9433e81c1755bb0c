"""Types of harm, and ids of others held against their own sources."""

import csv
import json
import re
from pathlib import Path

import pytest

from hotwash.knowledge.harms import HarmId, harms


def ids(scheme: str) -> set[str]:
    return {one for harm in harms().harms for one in harm.crosswalk.get(scheme, ())}


def columns(file: Path) -> tuple[list[str], list[dict[str, str]]]:
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        rows = list(reader)
        return list(reader.fieldnames or ()), rows


def test_there_are_five_types_of_harm() -> None:
    known = [harm.id for harm in harms().harms]
    assert known == list(HarmId.__args__)  # type: ignore[attr-defined]
    assert harms().harm("privacy").title == "Privacy"
    with pytest.raises(KeyError):
        harms().harm("reputation")


def test_every_type_is_explained() -> None:
    for harm in harms().harms:
        assert len(harm.examples) >= 3
        assert len({subtype.id for subtype in harm.subtypes}) == len(harm.subtypes) >= 3


def test_a_crosswalk_names_only_schemes_that_are_listed() -> None:
    listed = {scheme.id for scheme in harms().schemes}
    assert all(set(harm.crosswalk) == listed - {"mit"} for harm in harms().harms)


def test_harm_types_of_cset_v0_are_its_own_words_and_complete(shared: Path) -> None:
    _, rows = columns(shared / "aiid" / "classifications_CSETv0.csv")
    used = {kind.strip() for row in rows for kind in row["Harm Type"].split(",") if kind.strip()}
    assert ids("csetv0") == {
        kind
        for kind in used
        if kind.startswith(("Harm to p", "Harm to c", "Harm to s", "Harm to i"))
        or kind in ("Psychological harm", "Financial harm")
    }


def test_fields_of_cset_v1_exist(shared: Path) -> None:
    fields, _ = columns(shared / "aiid" / "classifications_CSETv1.csv")
    assert ids("csetv1") <= set(fields)


def test_every_mit_subdomain_has_a_type_of_harm(shared: Path) -> None:
    _, rows = columns(shared / "aiid" / "classifications_MIT.csv")
    used = {row["Risk Subdomain"][:3] for row in rows}
    assert used <= set(harms().mit)
    assert len(used) == 20
    assert len(harms().mit) == 24
    assert {number[0] for number in harms().mit} == set("1234567")
    assert all(set(near) <= set(HarmId.__args__) and near for near in harms().mit.values())  # type: ignore[attr-defined]


def test_avid_domains_and_codes_are_in_use(shared: Path) -> None:
    text = (shared / "avid" / "avid_reports_and_vulns_sample.json").read_text(encoding="utf-8")
    records = [record for record in json.loads(text) if (record.get("impact") or {}).get("avid")]
    impacts = [record["impact"]["avid"] for record in records]
    domains = {domain for impact in impacts for domain in impact["risk_domain"]}
    codes = {view.split(":")[0] for impact in impacts for view in impact["sep_view"]}
    assert ids("avid_domain") == domains
    assert ids("avid") <= codes


def test_atlas_techniques_exist(shared: Path) -> None:
    text = (shared / "atlas" / "ATLAS.yaml").read_text(encoding="utf-8")
    known = set(re.findall(r"^  - id: (AML\.T\d{4}(?:\.\d{3})?)$", text, flags=re.MULTILINE))
    assert len(known) == 170
    assert ids("atlas") <= known


def test_oecd_principles_are_of_the_five() -> None:
    assert ids("oecd") <= {"1.1", "1.2", "1.3", "1.4", "1.5"}
