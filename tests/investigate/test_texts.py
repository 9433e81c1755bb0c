"""Texts: planted words and copies are found, published shares come out, personal data is masked, people's agreement."""

import csv
import random
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.investigate.logs import write_csv

from hotwash.investigate import AskedWrongly, ColumnMistyped, EmptyLog
from hotwash.investigate.masking import KINDS, mask
from hotwash.investigate.neighbours import ALIKE, alike, clusters, shingles
from hotwash.investigate.questions.agreement import agreement, alpha, kappa
from hotwash.investigate.questions.refusals import mcnemar, paired, refusals
from hotwash.investigate.questions.texts import texts

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "lnrst"]
PLANTED = ("poison", "weapon", "insult")


def world(folder: Path, seed: int, rows: int = 400) -> str:
    """Texts of 12 words: the harmful ones more often hold a planted word, and 20 are copies with one word changed."""
    chance = random.Random(seed)
    copied = [chance.choice(WORDS) for _ in range(14)]
    table = []
    for _ in range(rows):
        harmful = chance.random() < 0.3
        held = [chance.choice(WORDS) for _ in range(12)]
        if chance.random() < (0.6 if harmful else 0.1):
            held[chance.randrange(12)] = chance.choice(PLANTED)
        table.append((" ".join(held), int(harmful)))
    for _ in range(20):
        held = list(copied)
        held[chance.choice((0, 13))] = chance.choice(WORDS)
        table.append((" ".join(held), 1))
    chance.shuffle(table)
    return write_csv(folder / f"{seed}.csv", ["text", "harmful"], table)


def found_in(finding: Any) -> tuple[bool, bool]:
    """Whether the planted words and the planted copies come first."""
    terms = {t["term"] for t in finding.result["terms"] if t["p_holm"] < 0.05}
    copies = next(iter(finding.result["clusters"]), None)
    return set(PLANTED) <= terms, copies is not None and copies["rows"] >= 19 and copies["harmful"] == copies["rows"]


def test_planted_words_and_copies_are_found(tmp_path: Path) -> None:
    log = world(tmp_path, 1, rows=800)
    finding = texts(log, text="text", harm="harmful = 1")
    assert found_in(finding) == (True, True)
    assert finding.to_json() == texts(log, text="text", harm="harmful = 1").to_json()
    assert finding.result["content_warning"]
    assert len(finding.result["samples"]) == 5
    assert "stand out by" in finding.sentence


@pytest.mark.soak
def test_planted_words_and_copies_are_found_in_95_of_100_worlds(tmp_path: Path) -> None:
    outcomes = [found_in(texts(world(tmp_path, s, rows=800), text="text", harm="harmful = 1")) for s in range(60)]
    assert sum(words for words, _ in outcomes) >= 57
    assert sum(copies for _, copies in outcomes) >= 57


@pytest.mark.soak
def test_without_any_difference_terms_raise_few_alarms(tmp_path: Path) -> None:
    alarms = 0
    for seed in range(60):
        chance = random.Random(seed)
        table = [(" ".join(chance.choice(WORDS) for _ in range(12)), i % 3 == 0) for i in range(600)]
        log = write_csv(tmp_path / f"{seed}.csv", ["text", "harmful"], table)
        found = texts(log, text="text", harm="harmful = true")
        alarms += any(t["p_holm"] < 0.05 for key in ("terms", "terms_of_others") for t in found.result[key])
    assert alarms <= 7  # 3 expected at most


@given(st.lists(st.text("abc ", max_size=30), max_size=12))
def test_clusters_are_what_hangs_together_by_near_pairs(held: list[str]) -> None:
    marks = [shingles(text) for text in held]
    together = {frozenset(pair) for group in clusters(held) for pair in combinations(group, 2)}
    for one, two in combinations(range(len(held)), 2):
        if marks[one] and marks[one] == marks[two]:
            assert frozenset((one, two)) in together
    for group in clusters(held):
        for one in group:
            assert any(alike(marks[one], marks[two]) >= ALIKE for two in group if two != one)


SECRETS = {
    "mail": "Write to jane.doe+x@example.co.uk now",
    "link": "See https://example.org/u/jane?id=7 please",
    "phone": "Call +44 20 7946 0958 or (212) 555-0187",
    "card": "Card 4111 1111 1111 1111 was charged",
    "account": "Pay to GB82 WEST 1234 5698 7654 32",
    "number": "My SSN is 123-45-6789 and case 987654321",
    "address": "From 192.168.12.7 at noon",
    "street": "I live at 221b Baker Street, upstairs",
    "name": "Dear Dr. Jane Doe, thank you",
    "birth": "born on 12.03.1984 in town",
    "handle": "ask @jane_doe about it",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_personal_data_is_masked(kind: str) -> None:
    masked, found = mask(SECRETS[kind])
    assert f"[{kind}]" in masked
    assert found[kind] >= 1
    for secret in (
        "jane",
        "Jane",
        "7946",
        "5555",
        "0187",
        "4111",
        "5698",
        "6789",
        "987654321",
        "192.168",
        "Baker",
        "1984",
    ):
        assert secret not in masked


@pytest.mark.parametrize(
    "plain",
    [
        "The model scored 0.9731 on 12,450 rows in 2026-03-12.",
        "Version 2.10.4 replaced version 2.9 at 09:30.",
        "She paid 1,250.00 for 3 of 4 items on page 1234.",
        "How can I kill a Python process?",
    ],
)
def test_what_is_no_personal_data_stays(plain: str) -> None:
    assert mask(plain) == (plain, {})


def test_samples_are_masked_and_rare_terms_are_not_told(tmp_path: Path) -> None:
    chance = random.Random(4)
    filling = [" ".join(chance.choice(WORDS) for _ in range(8)) for _ in range(60)]
    rows = [(f"jane.doe{i}@example.org asked about poison {filling[i]}", 1) for i in range(60)]
    rows += [(f"weather {filling[-i]} report for Uniquename{WORDS[i]}", 0) for i in range(60)]
    found = texts(write_csv(tmp_path / "l.csv", ["text", "h"], rows), text="text", harm="h = 1")
    assert all("[mail]" in sample["text"] for sample in found.result["samples"])
    assert "uniquename" not in found.to_json().lower()
    told = {t["term"] for t in found.result["terms"]}
    assert "poison" in told
    assert not told & {"jane", "doe", "example", "mail", "jane doe"}


def test_texts_asked_wrongly_are_refused(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "l.csv", ["text", "n", "h"], [("a b", 1, 1), ("c d", 2, 1), (None, 3, 0)])
    with pytest.raises(ColumnMistyped):
        texts(log, text="n", harm="h = 1")
    with pytest.raises(EmptyLog, match="without harm"):
        texts(log, text="text", harm="h = 1")
    with pytest.raises(AskedWrongly):
        texts(log, text="text", harm="h = 1", top=0)


@pytest.fixture
def xstest(shared: Path, tmp_path: Path) -> str:
    rows = []
    for name in ("llama2orig", "llama2new", "gpt4", "mistralinstruct", "mistralguard"):
        with (shared / "xstest" / f"completions_{name}.csv").open(encoding="utf-8") as file:
            rows += [(name, *(row[k] for k in XSTEST[1:])) for row in csv.DictReader(file)]
    return write_csv(tmp_path / "xstest.csv", XSTEST, rows)


XSTEST = ["configuration", "id", "type", "completion", "final_label", "annotation_1", "annotation_2"]
PUBLISHED = {
    "llama2orig": (38.0, 21.6),
    "llama2new": (14.0, 15.6),
    "gpt4": (6.4, 2.0),
    "mistralinstruct": (0.8, None),
    "mistralguard": (9.6, None),
}


def test_xstests_published_refusal_shares_come_out(xstest: str) -> None:
    found = refusals(
        xstest, by="configuration", verdict="final_label", full="2_full_refusal", partial="3_partial_refusal",
        unsafe="type like 'contrast%'", prompt="id",
    )  # fmt: skip
    for entry in found.result["configurations"]:
        full, partial = PUBLISHED[entry["configuration"]]
        assert entry["safe"]["n"] == 250
        assert entry["unsafe"]["n"] == 200
        assert round(entry["safe"]["full"]["value"] * 100, 1) == full
        assert partial is None or round(entry["safe"]["partial"]["value"] * 100, 1) == partial
    assert found.sentence.startswith("llama2orig: 38.0 % of 250 safe prompts were refused and 21.6 % more in part")
    [change] = [
        c for c in found.result["changes"]
        if (c["from"], c["to"], c["side"]) == ("llama2new", "llama2orig", "safe")
    ]  # fmt: skip
    assert change["test"] == "mcnemar"
    assert sum(change["pairs"].values()) == 250
    assert change["difference"]["low"] < 0.3 < change["difference"]["high"]


def test_refusals_are_recognised_by_their_phrases_nearly_as_people_judged(xstest: str) -> None:
    words: dict[str, Any] = {"by": "configuration", "unsafe": "type like 'contrast%'", "prompt": "id"}
    where = "configuration = 'llama2orig' or configuration = 'gpt4'"
    found = refusals(xstest, response="completion", where=where, **words)
    for entry in found.result["configurations"]:
        judged = sum(part or 0 for part in PUBLISHED[entry["configuration"]]) / 100
        assert entry["safe"]["refused"]["value"] == pytest.approx(judged, abs=0.06)
    assert found.result["recognised"] == "phrases"


def test_pairs_are_tested_as_published() -> None:
    # Newcombe 1998, table II: 36 both, 12 only the first, 2 only the second, 0 neither; method 10: 0.0569 to 0.3404.
    low, high = paired(36, 2, 12, 0, 1.959964)
    assert low == pytest.approx(0.0569, abs=5e-4)
    assert high == pytest.approx(0.3404, abs=5e-4)
    assert mcnemar(2, 12) == pytest.approx(0.0129395, abs=1e-7)
    assert mcnemar(0, 0) == 1.0


def test_refusals_asked_wrongly_are_refused(xstest: str) -> None:
    for words in ({}, {"verdict": "final_label"}, {"verdict": "final_label", "full": "no such value"}):
        with pytest.raises(AskedWrongly):
            refusals(xstest, by="configuration", **words)  # type: ignore[arg-type]


def test_csetv1s_published_kappa_comes_out(shared: Path, tmp_path: Path) -> None:
    judged: dict[str, dict[int, str]] = {}
    for place in (1, 2, 3):
        name = f"classifications_CSETv1_Annotator-{place}.csv"
        with (shared / "aiid" / name).open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                judged.setdefault(row["Incident ID"], {})[place] = row["AI Harm Level"]
    # Of every incident the first two who took it, as in the published figure: blank where one of them left it open.
    rows = []
    for incident, by in judged.items():
        first = sorted(by)[:2]
        rows.append((incident, *((by[place] if place in first else None) or None for place in (1, 2, 3))))
    log = write_csv(tmp_path / "l.csv", ["incident", "one", "two", "three"], rows)
    found = agreement(log, annotators=["one", "two", "three"])
    told = found.result["first_two"]
    assert told["n"] == 158
    assert told["agreement"]["value"] == pytest.approx(0.797, abs=5e-4)
    assert told["kappa"]["value"] == pytest.approx(0.6249, abs=5e-5)
    assert round(told["kappa"]["value"], 2) == 0.62
    assert told["kappa"]["low"] < 0.62 < told["kappa"]["high"]
    assert "kappa of 0.62" in found.sentence


def test_kappa_and_alpha_are_those_of_the_books() -> None:
    # Cohen's and Fleiss' arithmetic on a 2 by 2 table: 20, 5, 10, 15 gives 0.4.
    told = kappa({("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15}, 0.95)
    assert told["kappa"]["value"] == pytest.approx(0.4)
    assert told["agreement"]["value"] == 0.7
    # Krippendorff's own example for names, with missing judgements: 0.691.
    a = [None, None, None, None, None, 3, 4, 1, 2, 1, 1, 3, 3, None, 3]
    b = [1, None, 2, 1, 3, 3, 4, 3, None, None, None, None, None, None, None]
    c = [None, None, 2, 1, 3, 4, 4, None, 2, 1, 1, 3, 3, None, 4]
    cases = [tuple(None if v is None else str(v) for v in one) for one in zip(a, b, c, strict=True)]
    kept = [(one, 1) for one in cases if sum(v is not None for v in one) > 1]
    assert alpha(kept)["value"] == pytest.approx(0.691, abs=5e-4)


def test_agreement_asked_wrongly_is_refused(tmp_path: Path) -> None:
    log = write_csv(tmp_path / "l.csv", ["a", "b"], [("x", None), (None, "y")])
    with pytest.raises(AskedWrongly):
        agreement(log, annotators=["a"])
    with pytest.raises(EmptyLog):
        agreement(log, annotators=["a", "b"])
