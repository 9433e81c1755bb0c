"""Templates of messages: each can be read, names only what there is, and the first word needs only the declaration."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.knowledge.harms import harms
from hotwash.knowledge.message_templates import Template, check, choose, facts, passages, person_fields, templates
from hotwash.knowledge.messages import LANGUAGES, approval, cadence, rules
from hotwash.knowledge.placeholders import BadPlaceholder, fill, gap, gaps, names
from hotwash.reports.messages.filling import known_fills

AUDIENCES = [one.id for one in rules().audiences]
STAGES = [one.id for one in rules().stages]


def test_there_is_a_template_for_every_audience_at_every_stage() -> None:
    for audience in AUDIENCES:
        for stage in STAGES:
            assert choose(audience, stage) is not None, (audience, stage)


def test_letters_to_the_people_harmed_are_there_in_every_language() -> None:
    for language in LANGUAGES:
        for stage in STAGES:
            assert choose("harmed", stage, language) is not None, (stage, language)


@pytest.mark.parametrize("template", templates(), ids=lambda one: one.reference)
def test_a_template_of_the_library_names_only_what_there_is(template: Template) -> None:
    check(template)
    for name in names(template.body):
        assert not name.startswith("person:") or name.removeprefix("person:") in person_fields()


@pytest.mark.parametrize(
    "template", [one for one in templates() if one.audience == "harmed"], ids=lambda o: o.reference
)
def test_a_letter_says_how_to_object(template: Template) -> None:
    assert "harm:object" in names(template.body)
    assert "contact" in names(template.body)


def test_every_kind_of_harm_has_its_passages_in_every_language() -> None:
    for language in LANGUAGES:
        plain = passages((), language)
        for harm in harms().harms:
            found = passages((harm.id,), language)
            assert all(found.values())
            assert all(found[name] != plain[name] for name in found), (harm.id, language)


def test_what_a_template_may_name_is_what_can_be_filled() -> None:
    assert set(facts()) == known_fills()


def test_every_message_needs_somebodys_word_and_those_outside_a_second_pair_of_eyes() -> None:
    for audience in rules().audiences:
        for stage in STAGES:
            row = approval(audience.id, stage)
            assert row.needs
            assert row.second == audience.outside


def test_the_rhythm_is_told_for_every_audience_and_is_no_slower_for_graver_incidents() -> None:
    for table in (cadence().minutes, cadence().first_word):
        assert set(table) == set(AUDIENCES)
        for minutes in table.values():
            promised = [minutes[level] or float("inf") for level in ("Critical", "Major", "Minor")]
            assert promised == sorted(promised)


def test_a_name_is_filled_a_part_stands_if_it_is_known_and_else_the_other() -> None:
    text = "{{#who}}Dear {{who}}{{/who}}{{^who}}Hello{{/who}}"
    assert fill(text, {"who": "Ana"}) == "Dear Ana"
    assert fill(text, {}) == "Hello"
    assert fill("{{who}}", {}, missing=gap) == "[missing: who]"
    assert gaps("a [missing: who] b") == ("who",)


def test_what_is_left_for_later_is_left_whole() -> None:
    text = "{{#person:name}}Dear {{person:name}} of {{firm}}{{/person:name}}{{^person:name}}Hello{{/person:name}}"
    half = fill(text, {"firm": "Bank"}, later="person:")
    assert fill(half, {"person:name": "Ana"}) == "Dear Ana of Bank"
    assert fill(half, {}) == "Hello"


def test_what_is_filled_in_is_never_a_template_again() -> None:
    once = fill("{{a}} {{b}}", {"a": "{{b}}", "b": "secret"})
    assert once == "((b)) secret"
    assert names(once) == ()
    parts = {"a": "{", "b": "{person:name}", "c": "}"}
    assert names(fill("{{a}}{{b}}{{c}}", parts)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "{{a.b}}", "{{a[0]}}", "{{a()}}", "{{ __class__ }}", "{{a|b}}", "{{}}", "{{#a}}", "{{/a}}", "{{#a}}{{/b}}",
        "{{#a}}{{#b}}{{/a}}{{/b}}", "{{", "}}", "{{{a}}}", "{% if a %}{{a b}}", "{{a:b:c}}", "{{A}}", "{{a\n}} }}",
        "".join(f"{{{{#a{n}}}}}" for n in range(20)),
    ],
)  # fmt: skip
def test_what_is_no_placeholder_is_refused(text: str) -> None:
    with pytest.raises(BadPlaceholder):
        names(text)


@given(text=st.text(alphabet="{}#^/ab: .[]()%|_x\n", max_size=60), known=st.dictionaries(st.text(), st.text()))
def test_any_text_is_either_refused_or_filled(text: str, known: dict[str, str]) -> None:
    try:
        wanted = names(text)
    except BadPlaceholder:
        return
    filled = fill(text, known, missing=gap)
    assert names(filled) == ()
    if not wanted:
        assert filled == text


@pytest.mark.parametrize(
    ("audience", "body", "why"),
    [
        ("customers", "{{commander}}", "not told outside"),
        ("customers", "{{person:name}}", "only in the text of a letter"),
        ("harmed", "{{harm:everything}}", "no passage"),
        ("staff", "{{password}}", "Nothing on record"),
    ],
)
def test_an_own_template_names_only_what_may_stand_there(audience: str, body: str, why: str) -> None:
    with pytest.raises(BadPlaceholder, match=why):
        check(Template(audience, "update", "Subject", body))  # type: ignore[arg-type]


def test_an_own_template_goes_before_the_librarys_and_one_for_the_harm_before_the_rest() -> None:
    own = Template("staff", "update", "Ours", "x", name="ours")
    special = Template("staff", "update", "Fair", "x", harm="fairness", name="fair")
    assert choose("staff", "update", own=(own, special), harms=("fairness",)) == special
    assert choose("staff", "update", own=(own, special)) == own
    assert choose("staff", "update", "xx", own=(own,)) is None
