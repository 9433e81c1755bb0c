"""Gates pass only what was asked, answered and met; a mistake in the file never lets anything through."""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.investigate import Predictions
from hotwash.response import gates, thresholds
from hotwash.response.gate_files import GateFile, GateWrong, QuestionFile, RecoveryFile, read
from hotwash.response.gates import Outcome
from hotwash.response.thresholds import ThresholdWrong

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)

FAIR = """
title = "Loans are decided again"

[log]
time = "at"

[[questions]]
name = "four fifths"
question = "fairness"
rows_min = 200
fresh = "24 hours"
arguments = { decision = "decision", group = ["sex"], favourable = "granted", reference = { sex = "m" } }
thresholds = ["groups[sex=f].ratio.selection_rate.low >= 0.8", "groups[sex=f].n >= 50"]
"""


def log(folder: Path, *, granted_f: float, rows: int = 2_000, until: datetime = NOON) -> Predictions:
    """Decisions of two days: of men 60 in 100 are granted."""
    chance = random.Random(1)
    lines = ["at,sex,decision,case"]
    for n in range(rows):
        sex = "mf"[n % 2]
        share = 0.6 if sex == "m" else granted_f
        at = until - timedelta(seconds=172_800 * (rows - n) / rows)
        decision = "granted" if chance.random() < share else "refused"
        lines.append(f"{at:%Y-%m-%dT%H:%M:%SZ},{sex},{decision},{'own' if n < 20 else 'other'}")
    file = folder / "loans.csv"
    file.write_text("\n".join(lines) + "\n")
    return Predictions(str(file))


def test_a_gate_passes_what_meets_its_thresholds_and_says_with_which_numbers(tmp_path: Path) -> None:
    verdict = gates.run(read(FAIR), log(tmp_path, granted_f=0.6), now=NOON)
    assert verdict.passed, verdict
    (check,) = verdict.checks
    assert check.digest.startswith("sha256:")
    assert [one.said for one in check.judged] == ["passed", "passed"]
    assert isinstance(check.judged[0].value, float)
    assert 0.8 <= check.judged[0].value < 1
    assert check.since == NOON - timedelta(hours=24)
    assert 950 < check.rows < 1050, "only what is fresh counts"
    assert verdict.sentence == "Passed: 1 question meets its thresholds."


def test_a_gate_stops_what_does_not(tmp_path: Path) -> None:
    verdict = gates.run(read(FAIR), log(tmp_path, granted_f=0.4), now=NOON)
    assert verdict.outcome == "failed"
    assert verdict.sentence == "Not passed: four fifths."
    assert "selection_rate.low >= 0.8: It is 0.5" in verdict.checks[0].why


def test_the_same_gate_on_the_same_log_comes_to_the_same(tmp_path: Path) -> None:
    held = log(tmp_path, granted_f=0.6)
    assert gates.run(read(FAIR), held, now=NOON) == gates.run(read(FAIR), held, now=NOON)


@pytest.mark.parametrize(
    ("change", "outcome", "why"),
    [
        (("rows_min = 200", "rows_min = 5000"), "too few", "rows are too few to say: 5,000 are asked for"),
        (("sex=f].n", "sex=x].n"), "too few", "groups has none with sex=x"),
        (("ratio.selection_rate.low", "ratio.selection.low"), "too few", "has no selection; there is"),
        (("rate.low >=", "rate >="), "too few", "say .low or .value or .high"),
        (("sex=f].ratio", "sex=m].ratio"), "too few", "is the group that others are compared with"),
        (('decision = "decision"', 'decision = "verdict"'), "no answer", "verdict"),
        (('time = "at"', ""), "no answer", "time"),
        (('fresh = "24 hours"', 'fresh = "24 hours"\nlog = "/nowhere.csv"'), "no answer", "nowhere.csv"),
    ],
)
def test_what_cannot_be_told_has_not_passed(
    tmp_path: Path, change: tuple[str, str], outcome: Outcome, why: str
) -> None:
    verdict = gates.run(read(FAIR.replace(*change)), log(tmp_path, granted_f=0.6), now=NOON)
    assert not verdict.passed
    assert verdict.outcome == outcome
    assert why in verdict.checks[0].why


def test_a_log_that_brought_nothing_new_is_too_few_and_no_fault(tmp_path: Path) -> None:
    verdict = gates.run(read(FAIR), log(tmp_path, granted_f=0.6), now=NOON + timedelta(days=30))
    assert verdict.outcome == "too few"


def test_rows_from_before_a_moment_do_not_count_however_fresh(tmp_path: Path) -> None:
    since = NOON - timedelta(hours=1)
    verdict = gates.run(read(FAIR), log(tmp_path, granted_f=0.6), now=NOON, since=since)
    assert verdict.checks[0].since == since
    assert verdict.checks[0].rows < 50
    assert verdict.outcome == "too few"


def test_the_own_cases_of_an_incident_are_asked_without_a_window(tmp_path: Path) -> None:
    own = FAIR.replace('fresh = "24 hours"', "own_cases = true").replace("rows_min = 200", "rows_min = 10")
    own = own.replace("arguments = {", "arguments = { where = \"case = 'own'\",").replace("n >= 50", "n >= 5")
    verdict = gates.run(read(own), log(tmp_path, granted_f=1.0), now=NOON + timedelta(days=900), since=NOON)
    assert verdict.checks[0].rows == 20
    assert verdict.checks[0].since is None


def test_only_a_condition_and_freshness_together_count(tmp_path: Path) -> None:
    both = FAIR.replace("arguments = {", "arguments = { where = \"sex = 'm' or sex = 'f'\",")
    assert gates.run(read(both), log(tmp_path, granted_f=0.6), now=NOON).checks[0].rows < 1050


@pytest.mark.parametrize(
    ("change", "key", "why"),
    [
        (("title =", "titel ="), "titel", "no key of a gate"),
        (('"Loans are decided again"', '" "'), "title", "empty"),
        (('question = "fairness"', 'question = "fairnes"'), "questions[0] (four fifths).question", "There are"),
        (("rows_min = 200", 'rows_min = "many"'), "questions[0] (four fifths).rows_min", "int"),
        (("rows_min = 200", "rows_min = 0"), "questions[0] (four fifths).rows_min", "at least 1"),
        (("rows_min = 200", "rows_mn = 200"), "questions[0] (four fifths).rows_mn", "no key of a gate"),
        (('fresh = "24 hours"', 'fresh = "a day"'), "questions[0] (four fifths).fresh", "24 hours"),
        (('decision = "decision"', 'desicion = "x"'), "questions[0] (four fifths).arguments.desicion", "not a word"),
        (('group = ["sex"]', "group = 3"), "questions[0] (four fifths).arguments.group", "str"),
        ((".low >= 0.8", ".low => 0.8"), "questions[0] (four fifths).thresholds[0]", "compares"),
        (("n >= 50", "n >= many"), "questions[0] (four fifths).thresholds[1]", "no number"),
        (("title =", "title = ="), "", "no TOML"),
        (("[log]", "[recovery]\nramp = [0.5, 0.1, 1]\n[log]"), "recovery.ramp", "growing"),
        (("[log]", "[recovery]\nramp = [0.5]\n[log]"), "recovery.ramp", "end with 1"),
        (("[log]", '[recovery]\nsign_offs = ["legal"]\n[log]'), "recovery.sign_offs", "commander"),
        (("[log]", '[recovery]\nsign_offs = ["chief"]\n[log]'), "recovery.sign_offs[0]", "chief"),
        (("[log]", '[recovery]\nwatch = "1 minute"\n[log]'), "recovery.every", "longer"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_key(change: tuple[str, str], key: str, why: str) -> None:
    with pytest.raises(GateWrong) as wrong:
        read(FAIR.replace(*change, 1))
    assert wrong.value.key == key
    assert why in wrong.value.why + wrong.value.key


def test_a_gate_asks_something_and_each_question_decides_something() -> None:
    with pytest.raises(GateWrong, match="at least one"):
        read('title = "x"\nquestions = []')
    with pytest.raises(GateWrong, match="always pass"):
        read('title = "x"\n[[questions]]\nname = "a"\nquestion = "fairness"\nthresholds = []')
    with pytest.raises(GateWrong, match="two are called"):
        read(FAIR + FAIR[FAIR.index("[[questions]]") :])


RESULT = {
    "share": {"value": 0.1, "low": 0.08, "high": 0.12},
    "unknown": {"value": None, "low": None, "high": None, "why": "no positive labels"},
    "drifted": 2,
    "certain": True,
    "slices": [
        {"where": {"region": "north"}, "n": 40, "rate": {"value": 0.2, "low": 0.1, "high": 0.3}},
        {"where": {"region": "north", "age": "60+"}, "n": 9, "rate": {"value": 0.5, "low": 0.3, "high": 0.7}},
        {"where": {"region": "north", "age": "under 20"}, "n": 7, "rate": {"value": 0.4, "low": 0.1, "high": 0.7}},
    ],
    "empty": [],
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("share.low >= 0.08", "passed"),
        ("share.high < .12", "failed"),
        ("drifted == 2", "passed"),
        ("drifted != 2", "failed"),
        ("certain == true", "passed"),
        ("certain >= 1", "failed"),
        ("slices.count <= 3", "passed"),
        ("empty.count == 0", "passed"),
        ("empty[*].n > 1", "too few"),
        ("slices[*].n >= 7", "passed"),
        ("slices[*].n > 7", "failed"),
        ("slices[0].rate.high <= 0.3", "passed"),
        ("slices[3].n > 0", "too few"),
        ("slices[region=north].n == 40", "passed"),
        ("slices[region=north, age=60+].n == 9", "passed"),
        ('slices[age="under 20"].n == 7', "passed"),
        ("slices[region=south].n > 0", "too few"),
        ("unknown.low >= 0", "too few"),
        ("unknown.value >= 0", "too few"),
        ("slices > 0", "too few"),
        ("share > 0", "too few"),
    ],
)
def test_a_threshold_finds_its_number(text: str, said: str) -> None:
    judged = thresholds.judge(thresholds.read(text), RESULT)
    assert judged.said == said, judged
    assert bool(judged.why) == (said != "passed")


def test_what_is_not_known_is_told_with_its_reason() -> None:
    assert "no positive labels" in thresholds.judge(thresholds.read("unknown.low >= 0"), RESULT).why


@pytest.mark.parametrize(
    "text", ["", "share", "share.low >=", "share..low > 1", "a[b > 1", "a[b=1 > 1", "3 > 1", "a > b"]
)
def test_what_is_no_threshold_is_refused_in_words(text: str) -> None:
    with pytest.raises(ThresholdWrong) as wrong:
        thresholds.read(text)
    assert str(wrong.value).endswith(".")


@given(st.text(max_size=40))
def test_no_text_makes_the_reader_fail_otherwise(text: str) -> None:
    with suppress(ThresholdWrong):
        thresholds.judge(thresholds.read(text), RESULT)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["share", "low", "n"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["share", "slices"]), _JSON, max_size=2))
def test_only_a_number_that_is_there_and_meets_it_passes(result: dict[str, object]) -> None:
    judged = thresholds.judge(thresholds.read("share.low >= 0.5"), result)
    share = result.get("share")
    low = share.get("low") if isinstance(share, dict) else None
    met = isinstance(low, float) and low >= 0.5
    assert (judged.said == "passed") == met


def _worst(*outcomes: Outcome) -> Outcome:
    checks = tuple(gates.Check("x", "fairness", one, own_cases=False) for one in outcomes)
    return gates.Verdict("x", "", checks).outcome


@pytest.mark.parametrize(
    ("said", "worst"),
    [
        (("passed", "passed"), "passed"),
        (("passed", "too few"), "too few"),
        (("too few", "no answer"), "no answer"),
        (("no answer", "failed", "passed"), "failed"),
    ],
)
def test_a_gate_is_as_its_worst_question(said: tuple[Outcome, ...], worst: Outcome) -> None:
    assert _worst(*said) == worst


def test_the_gate_of_the_documentation_is_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "gate.md").read_text("utf-8")
    gate = read(page.split("```toml\n")[1].split("```")[0])
    assert [one.name for one in gate.questions] == ["own cases", "four fifths"]
    assert gate.ramp is not None
    assert gate.ramp.shares == (0.01, 0.1, 1.0)


def test_every_key_of_a_gate_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "gate.md").read_text("utf-8")
    for kind, prefix in ((GateFile, ""), (QuestionFile, "questions."), (RecoveryFile, "recovery.")):
        for name in kind.__struct_fields__:
            if name not in ("questions", "recovery"):
                assert f"| `{prefix}{name}` |" in page, f"{prefix}{name} has no line in docs/reference/gate.md"
