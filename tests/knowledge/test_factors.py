"""Where factors lie, held against the taxonomies that they name."""

import csv
from pathlib import Path
from typing import get_args

import pytest

from hotwash.incident.events.causes import Entity, Intent, Tag, Timing
from hotwash.knowledge.factors import factors
from hotwash.reports.vocabulary import TAGS


def test_the_tags_are_those_of_the_record() -> None:
    assert [tag.id for tag in factors().tags] == list(get_args(Tag))
    assert {tag.id: tag.title for tag in factors().tags} == TAGS


def test_each_failure_stands_under_one_tag() -> None:
    assert len(factors().failures) == sum(len(tag.failures) for tag in factors().tags)


def test_the_failures_are_those_of_the_incident_database(shared: Path) -> None:
    held = "Known AI Technical Failure", "Potential AI Technical Failure"
    with (shared / "aiid" / "classifications_GMF.csv").open(encoding="utf-8", newline="") as lines:
        named = {
            name.strip(' "')
            for row in csv.DictReader(lines)
            for field in held
            for name in row[field].strip("[]").split(",")
        }
    assert set(factors().failures) == named - {""}


@pytest.mark.parametrize(("held", "field"), [(Entity, "Entity"), (Intent, "Intent"), (Timing, "Timing")])
def test_the_causes_are_those_of_mit(shared: Path, held: object, field: str) -> None:
    with (shared / "aiid" / "classifications_MIT.csv").open(encoding="utf-8", newline="") as lines:
        named = {row[field].lower() for row in csv.DictReader(lines)}
    assert named <= set(get_args(held))
