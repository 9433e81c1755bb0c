"""Reading and writing fault trees: three forms that say the same, and faults with their lines."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from tests.investigate.trees_by_hand import trees

from hotwash.investigate.trees import FORMS, Invalid, Tree, read, solve, write
from hotwash.investigate.trees.model import Join

EVERYTHING = """tree loans "Loans \\"refused\\""
about "All that the language has"
top harm
time 720

gate harm "Harm # and no comment" = wrong AND unseen   # a comment
gate wrong = drift OR
  labels OR NOT checked
gate unseen = 2 OF (dead, review, lost)
gate odd = (drift XOR labels) AND NAND(dead, review) AND (wrong IF poor) AND NOR(lost, off) AND TRUE
gate also = odd
gate all "The top" = harm AND also AND IMPLY(drift, labels) AND IFF(dead, lost)
event drift "Data drift" = exponential(rate, time) source "own count, 2026"
undeveloped labels = 0.033
event checked = 0.99
event dead = periodic-test(1e-4, 168, 168, time)
event review = lognormal(0.01, 3)
event lost
condition poor = beta(2, 8)
house off = off
parameter rate = gamma(2, 5e-5)
common pair = beta-factor(0.02, 0.1) OF dead, review
""".replace("top harm", "top all")


def faults(text: str, form: str = "tree") -> list[str]:
    with pytest.raises(Invalid) as told:
        read(text, form)
    return [str(fault) for fault in told.value.faults]


def test_everything_the_language_has_comes_back_the_same() -> None:
    tree = read(EVERYTHING, "tree")
    assert read(write(tree, "tree"), "tree") == tree
    assert read(write(tree, "json"), "json") == tree
    assert write(read(write(tree, "tree"), "tree"), "tree") == write(tree, "tree")


@given(tree=trees(groups=True))
def test_any_tree_comes_back_the_same_from_text_and_json_and_means_the_same_from_xml(tree: Tree) -> None:
    for form in ("tree", "json"):
        assert normal(read(write(tree, form), form)) == normal(tree)
    back = read(write(tree, "xml"), "xml")
    assert solve(back).probability == pytest.approx(solve(tree).probability, abs=1e-12)
    assert set(solve(back).cutsets) == set(solve(tree).cutsets)


def normal(tree: Tree) -> Tree:
    """A gate that passes one thing on is written as that thing alone."""

    def of(join: Join) -> Join:
        only = join.of[0]
        if join.kind == "transfer" and isinstance(only, Join):
            return of(only)
        below = tuple(of(one) if isinstance(one, Join) else one for one in join.of)
        below = tuple(one.of[0] if isinstance(one, Join) and one.kind == "transfer" else one for one in below)
        return replace(join, of=below)

    return replace(tree, gates=tuple(replace(gate, join=of(gate.join)) for gate in tree.gates))


def test_the_aralia_trees_come_back_the_same_from_every_form(shared: Path) -> None:
    for name in ("chinese", "das9601", "edf9206"):
        tree = read((shared / "aralia" / f"{name}.xml").read_bytes(), "xml")
        for form in FORMS:
            assert read(write(tree, form), form) == tree


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gate a = b AND c\nevent b = 0.1\n", "Line 1: a needs c, which is not defined."),
        ("gate top = drift\nevent drfit = 0.1\n", "Line 1: top needs drift, which is not defined. Did you mean drfit?"),
        ("gate a = b\nevent b = 1.5\n", "Line 2: b has the chance 1.5, which is not between 0 and 1."),
        ("gate a = b\nevent b = exponential(1)\n", "Line 2: b: exponential takes (rate, time), not 1 numbers."),
        ("gate a = b\nevent b = exponential(1, time)\n", "has no time of exposure"),
        ("gate a = b\nevent b\nevent b\n", "Line 3: b is defined twice: first in line 2."),
        ("gate a = b OR c AND d\nevent b\nevent c\nevent d\n", "Line 1: OR and AND side by side: put parentheses."),
        ("gate a = 4 OF (b, c)\nevent b\nevent c\n", "Line 1: a needs 4 of 2, which cannot be."),
        ("top a\ngate a = b\ngate b = c\ngate c = a OR e\nevent e\n", "A gate stands below itself: a → b → c → a."),
        ("gate a = e\ngate b = e\nevent e\n", "Several gates stand below no other one: a, b."),
        ("hello\n", "Line 1: A line begins with one of"),
        ("gate a = b ; c\nevent b\n", "Line 1: '; c' is not understood here."),
        ("gate a = b\nevent b = 0.1 source\n", "Line 2: After source comes a text in quotes."),
        ("gate a = b\nevent b\ncommon c = beta-factor(0.1, 2) OF b, b\n", "Line 3: c needs 2 to 8 different members."),
        ("gate a = b\nevent b\nevent c\ncommon g = mgl(0.1, 0.1, 0.1) OF b, c\n", "takes 1 factors"),
        ("gate a = b\nevent b = p\nparameter p = q\nparameter q = p\n", "stands on itself"),
        ("gate a = and\nevent b\n", "Expected '('"),
        ("", "The tree has no gate."),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, said: str) -> None:
    told = faults(text)
    assert any(said in one for one in told), told


def test_all_faults_are_told_at_once() -> None:
    assert len(faults("gate a = x\nfoo\nevent b = 3\nevent c = log(0)\n")) == 4


@pytest.mark.parametrize(
    "evil",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]><opsa-mef>&x;</opsa-mef>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><opsa-mef>&x;</opsa-mef>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://localhost/x"> %x;]><opsa-mef/>',
        '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><opsa-mef>&b;</opsa-mef>',
    ],
)
def test_xml_that_declares_entities_is_refused(evil: str) -> None:
    (told,) = faults(evil, "xml")
    assert "entities" in told
    assert told.startswith("Line 1")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("<opsa-mef>" + "<define-component>" * 5000 + "</define-component>" * 5000 + "</opsa-mef>", "xml"),
        ("<opsa-mef>\n<define-gate name='a'>\n<foo/></define-gate></opsa-mef>", "xml"),
        ("<opsa-mef>\n<define-gate name='a'><and>", "xml"),
        ("<html/>", "xml"),
        ("[" * 100_000, "json"),
        ('{"name": "a"}', "json"),
        ('{"name": "a", "top": "a", "gates": [{"name": "a", "join": {"kind": "and", "of": ["b"]}}]}', "json"),
        (
            '{"name": "a", "top": "a", "gates": [{"name": "a", "join": '
            + '{"kind": "not", "of": [' * 300
            + "true"
            + "]}" * 300
            + "}]}",
            "json",
        ),
        ("gate a = " + "(" * 5000 + "b" + ")" * 5000, "tree"),
        ("gate a = " + "NOT " * 5000 + "b", "tree"),
        ("event a = " + "neg(" * 5000 + "1" + ")" * 5000, "tree"),
    ],
)
def test_what_is_no_tree_is_refused_in_a_sentence(text: str, form: str) -> None:
    assert faults(text, form)[0]


def test_pass_through_gates_and_nested_formulas_of_other_programs_are_read() -> None:
    tree = read(
        b"""<?xml version="1.0"?><!DOCTYPE opsa-mef>
        <opsa-mef><define-fault-tree name="f">
         <attributes><attribute name="mission-time" value="10"/></attributes>
         <define-gate name="top"><gate name="x"/></define-gate>
         <define-gate name="x"><attributes><attribute name="flavor" value="inhibit"/></attributes>
          <and><event name="a"/><or><basic-event name="b"/><not><house-event name="h"/></not></or></and></define-gate>
         <define-CCF-group name="g" model="MGL">
          <members><basic-event name="b"/><basic-event name="c"/></members>
          <distribution><float value="0.1"/></distribution>
          <factor level="2"><float value="0.2"/></factor></define-CCF-group>
        </define-fault-tree><model-data>
         <define-house-event name="h"><constant value="true"/></define-house-event>
         <define-basic-event name="a"><label>A thing</label>
          <exponential><parameter name="l"/><system-mission-time/></exponential></define-basic-event>
         <define-parameter name="l"><float value="0"/></define-parameter>
        </model-data></opsa-mef>""",
        "xml",
    )
    assert tree.time == 10
    assert tree.gates[1].join.kind == "inhibit"
    assert tree.events[0].title == "A thing"
    assert tree.groups[0].members == ("b", "c")
    assert solve(tree).cutsets_count == 2
