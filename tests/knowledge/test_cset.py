"""The severity table beside human labels, and the page that tells of it."""

import re
from pathlib import Path

import pytest

from hotwash.knowledge.severity import Level
from tests.knowledge.cset import Case, Score, answers, cases, certain, full, plain, score

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "severity.md"


@pytest.fixture(scope="module")
def labelled(shared: Path) -> list[Case]:
    return cases(shared / "aiid")


def test_there_are_84_usable_labels(labelled: list[Case]) -> None:
    assert [sum(case.label == level for case in labelled) for level in ("Minor", "Major", "Critical")] == [65, 12, 7]


def test_the_short_rule_finds_every_critical_case_and_agrees_well(labelled: list[Case]) -> None:
    short = score((case.label, plain(case)) for case in labelled)
    assert short.critical_recall == (7, 7)
    assert short.kappa == pytest.approx(0.8125, abs=1e-9)
    assert short.kappa >= 0.80


def test_the_whole_table_finds_every_critical_case(labelled: list[Case]) -> None:
    assert score((case.label, full(case).severity) for case in labelled).critical_recall == (7, 7)


def test_no_case_is_graver_for_certain_than_with_what_is_unknown(labelled: list[Case]) -> None:
    order = ["Minor", "Major", "Critical"]
    assert all(order.index(certain(case).severity) <= order.index(full(case).severity) for case in labelled)


def test_every_case_answers_every_question(labelled: list[Case]) -> None:
    assert all(full(case).unanswered == () for case in labelled)
    assert {len(answers(case)) for case in labelled} == {12}


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Always Minor", lambda case: "Minor"),
        ("Short rule over CSETv0's own fields", plain),
        ("The whole table, CSET's fields read as answers", lambda case: full(case).severity),
        ("The same, every unknown taken for no", lambda case: certain(case).severity),
    ],
)
def test_the_page_tells_the_figures_that_come_out(labelled: list[Case], name: str, rule: object) -> None:
    assert callable(rule)
    assert _line(name, score((case.label, rule(case)) for case in labelled)) in PAGE.read_text(encoding="utf-8")


def test_the_page_explains_every_disagreement_and_no_other(labelled: list[Case]) -> None:
    told = {
        int(number): (label, table, rule, why)
        for number, label, table, rule, why in re.findall(
            r"^\| \[(\d+)\]\([^)]*\) \| [^|]+ \| ([^|]+) \| ([^|]+) \| `([^`]+)` \| ([^|]+) \|$",
            PAGE.read_text(encoding="utf-8"),
            flags=re.MULTILINE,
        )
    }
    differ = {case.id: case for case in labelled if full(case).severity != case.label}
    assert told.keys() == differ.keys()
    for number, case in differ.items():
        label, table, rule, why = told[number]
        found = full(case)
        assert label == f"{case.v0['Severity']} ({case.label})"
        assert table == found.severity + (", provisional" if found.provisional else "")
        assert rule == found.rule
        assert re.match(r"[1-4]\. \w.{30,}", why)


def test_the_page_counts_its_disagreements(labelled: list[Case]) -> None:
    order: list[Level] = ["Minor", "Major", "Critical"]
    differ = [case for case in labelled if full(case).severity != case.label]
    lower = sum(order.index(full(case).severity) < order.index(case.label) for case in differ)
    provisional = sum(full(case).provisional for case in differ)
    words = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert (
        f"It disagrees on {len(differ)} of {len(labelled)}: {len(differ) - lower} times it is graver, {lower} time "
        f"less grave. In {provisional} of them it says *provisional*" in words
    )


def test_kappa_is_one_for_agreement_and_nought_for_a_constant() -> None:
    same: list[tuple[Level, Level]] = [("Minor", "Minor"), ("Major", "Major"), ("Critical", "Critical")]
    assert score(same).kappa == pytest.approx(1)
    assert score([(human, "Minor") for human, _ in same]).kappa == pytest.approx(0)
    # By hand: seen 1; by chance, with humans 2 0 2 and rules 2 1 1, it is (1*2 + 4*2 + 4*4 + 1*2) / 4 = 7.
    pairs: list[tuple[Level, Level]] = [*same[:1] * 2, ("Critical", "Critical"), ("Critical", "Major")]
    assert score(pairs).kappa == pytest.approx(1 - 1 / 7)


def _line(name: str, result: Score) -> str:
    found, of = result.critical_recall
    matrix = " / ".join(" ".join(map(str, row)) for row in result.matrix)
    return f"| {name} | {result.accuracy:.3f} | {result.kappa:.4f} | {found}/{of} | {matrix} |"
