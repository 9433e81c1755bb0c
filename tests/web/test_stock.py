"""Taking stock: AI systems from bills of materials and model cards, shown before recorded, and recorded once."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from tests.api.speaking import installation, speaker
from tests.web.people import enter, person

from hotwash.connect import cyclonedx, model_cards
from hotwash.ledger.memory import MemoryStore, MemoryVault
from hotwash.response import stock_taking
from hotwash.response.desk import Desk, NotPermitted, Person
from hotwash.response.outside import OutsideFault, Refused
from hotwash.response.stock_taking import Proposed, ProposedPart
from hotwash.web.door import desk
from hotwash.web.options import Options
from hotwash.web.tables.models import Role, SystemRow

BO, DEE = Person("bo", "commander"), Person("dee", "observer")

BILL: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
    "components": [
        {
            "type": "machine-learning-model",
            "bom-ref": "model",
            "name": "Résumé ranker",
            "version": "2.1",
            "supplier": {"name": "People Analytics Ltd"},
            "hashes": [{"alg": "MD5", "content": "AB"}, {"alg": "SHA-256", "content": "C0FFEE"}],
            "modelCard": {
                "modelParameters": {
                    "task": "ranking",
                    "datasets": [{"ref": "cvs"}, {"type": "dataset", "name": "Jobs"}],
                },
                "considerations": {
                    "useCases": ["Orders applications for a recruiter."],
                    "technicalLimitations": ["Never tested on part-time work."],
                },
            },
        },
        {"type": "data", "bom-ref": "cvs", "name": "CVs", "version": "2023"},
        {
            "type": "library",
            "name": "outer",
            "components": [{"type": "machine-learning-model", "name": "Inner <b>", "author": "Cy"}],
        },
    ],
}
CARD = """---
language: [en]
license: apache-2.0
pipeline_tag: text-classification
datasets:
- imdb
base_model: distilbert-base-uncased
model-index:
- name: tone-of-letters
---

# Tone of letters

Some words before.

## Intended uses & limitations

Tells whether a letter
is friendly.

## Training
"""


@pytest.fixture
def quiet() -> Desk:
    return Desk(MemoryStore(), MemoryVault())


@pytest.fixture
def house(sqlite: Options, tmp_path: Path) -> Iterator[Desk]:
    person("bo", role=Role.COMMANDER)
    person("dee", role=Role.OBSERVER)
    with installation(tmp_path):
        yield desk()


def test_every_model_of_a_bill_is_a_system_with_its_versions_and_data(quiet: Desk) -> None:
    ranker, inner = cyclonedx.read(json.dumps(BILL).encode())
    assert (ranker.slug, ranker.owner) == ("resume-ranker", "People Analytics Ltd")
    assert ranker.purpose == "Orders applications for a recruiter."
    assert ranker.parts == (
        ProposedPart("model", "2.1", "sha256:c0ffee", "ranking"),
        ProposedPart("data", "CVs 2023", "", "Named in the model's card."),
        ProposedPart("data", "Jobs", "", "Named in the model's card."),
    )
    assert ranker.remarks == ("Limit named there: Never tested on part-time work.",)
    assert (inner.name, inner.owner, inner.parts) == ("Inner <b>", "Cy", ())
    assert inner.remarks == ("The bill names no version of the model.",)
    stock_taking.record(quiet, (ranker, inner), by=BO)
    known = quiet.system("resume-ranker")
    assert {part: one.event.version for part, one in known.running.items()} == {"model": "2.1", "data": "Jobs"}
    assert known.deployments[0].event.source == f"CycloneDX {BILL['serialNumber']}"


def test_a_model_card_is_a_system_with_the_data_that_it_names() -> None:
    (told,) = model_cards.read(CARD.encode())
    assert (told.name, told.purpose) == ("tone-of-letters", "Tells whether a letter is friendly.")
    assert [(one.part, one.version) for one in told.parts] == [
        ("configuration", "base model distilbert-base-uncased"),
        ("data", "imdb"),
    ]
    assert told.remarks == ("Licence: apache-2.0.", "The card names no version of the model.")
    (bare,) = model_cards.read(b"---\r\npipeline_tag: ranking\r\n---\r\n# By its heading\r\n")
    assert (bare.name, bare.purpose) == ("By its heading", "ranking")


def test_bringing_it_in_again_records_nothing_and_a_new_version_only_itself(quiet: Desk) -> None:
    first = Proposed("Ranker", "bill 1", "", "Ana", (ProposedPart("model", "1"),))
    assert len(stock_taking.record(quiet, [first], by=BO)[0].acts) == 2
    number = quiet.system("ranker").number
    assert stock_taking.record(quiet, [first, first], by=BO)[0].acts == ()
    assert quiet.system("ranker").number == number
    later = Proposed("Ranker", "bill 2", "Ranks.", "Cy", (ProposedPart("model", "1"), ProposedPart("model", "2")))
    (plan,) = stock_taking.record(quiet, [later], by=BO)
    assert [one.verb for one in plan.acts] == ["set-purpose", "deploy"]
    assert plan.remarks == ("The inventory names Cy as its owner; here it is Ana. That is left as it is.",)
    known = quiet.system("ranker")
    assert (known.owner, known.purpose) == ("Ana", "Ranks.")
    assert stock_taking.plans(quiet, [Proposed("Ranker", "bill 3", "Something else.")])[0].acts == ()


def test_what_cannot_be_brought_in_is_told_and_nothing_is_recorded_without_the_right(quiet: Desk) -> None:
    (nameless,) = stock_taking.plans(quiet, [Proposed("面接", "bill")])
    assert (nameless.slug, nameless.acts) == ("", ())
    quiet.register(by=BO, name="Old")
    quiet.record_system("old", "retire", by=BO, reason="Gone.")
    (old,) = stock_taking.plans(quiet, [Proposed("Old", "bill", parts=(ProposedPart("model", "9"),))])
    assert old.remarks == ("It is retired here: nothing is recorded of it.",)
    with pytest.raises(NotPermitted):
        stock_taking.record(quiet, [Proposed("New", "bill")], by=DEE)
    assert not quiet.store.head("system/new").number


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<bom/>", "no JSON"),
        (b"[]", "no `bomFormat`"),
        (b'{"bomFormat": "CycloneDX"}', "no component of type machine-learning-model"),
        (b"[" * 100_000, "no JSON"),
    ],
)
def test_what_is_no_bill_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        cyclonedx.read(data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"# A README", "does not begin with front matter"),
        (b"---\n- a\n---\n", "no names with values"),
        (b"---\na: [\n---\n", "no YAML"),
        (b"---\na: !!python/object/apply:os.system [x]\n---\n", "no YAML"),
        (b"---\nlicense: mit\n---\nwords", "names no model"),
        (b"\xff", "UTF-8"),
    ],
)
def test_what_is_no_model_card_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        model_cards.read(data)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["version", "hashes", "supplier", "authors", "modelCard", "bom-ref"]), ANY), ANY)
def test_whatever_a_bill_holds_beside_a_name_it_can_be_shown(more: dict[str, Any], card: Any) -> None:
    component = {"type": "machine-learning-model", "name": "x", **more}
    for held in (component, component | {"modelCard": {"modelParameters": card, "considerations": card}}):
        (told,) = cyclonedx.read(json.dumps({"bomFormat": "CycloneDX", "components": [held, card]}).encode())
        assert stock_taking.plans(Desk(MemoryStore(), MemoryVault()), [told])[0].acts


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_stands_in_a_card_it_is_read_or_refused(front: str, body: str) -> None:
    with suppress(OutsideFault):
        model_cards.read(f"---\n{front}\n---\n{body}".encode(errors="replace"))


def test_a_card_that_holds_itself_many_times_over_is_read_at_once() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    (told,) = model_cards.read(f"---\n{bomb}model_name: Bomb\nversion: *j\nlicense: *j\n---\n".encode())
    assert (told.name, told.parts) == ("Bomb", ())


def test_over_the_api_nothing_is_recorded_until_that_is_asked_for(house: Desk) -> None:
    bo, dee = speaker("bo", "commander"), speaker("dee", "observer")
    data = json.dumps(BILL).encode()
    shown = bo.send("/system-imports", data, name="bom.json", form="cyclonedx").json()
    assert not shown["recorded"]
    assert [one["system"] for one in shown["systems"]] == ["resume-ranker", "inner-b"]
    assert not SystemRow.objects.count()
    done = bo.send("/system-imports", data, name="bom.json", form="cyclonedx", record="true").json()
    assert done["recorded"]
    assert SystemRow.objects.count() == 2
    again = bo.send("/system-imports", data, name="bom.json", form="cyclonedx", record="true").json()
    assert [one["acts"] for one in again["systems"]] == [[], []]
    assert dee.send("/system-imports", data, name="bom.json", form="cyclonedx").status_code == 403
    for words, why in (({"form": "spdx"}, "is one of"), ({"form": "cyclonedx", "record": "yes"}, "true or false")):
        answer = bo.send("/system-imports", data, name="x", **words)
        assert answer.status_code == 422
        assert why in answer.json()["detail"]
    assert "no registry nowhere" in bo.send("/system-imports", data, name="x", board="nowhere").json()["detail"]


def test_the_page_records_just_what_it_showed(house: Desk) -> None:
    bo = enter("bo")
    assert bo.get("/system-import/").status_code == 200
    file = SimpleUploadedFile("bom.json", json.dumps(BILL).encode())
    answer = bo.post("/system-import/", {"source": "cyclonedx", "upload": file})
    page = answer.content.decode()
    assert "Inner &lt;b&gt;" in page
    assert "Nothing is recorded yet" in page
    kept = answer.context["kept"]
    assert bo.post("/system-import/take/", {"kept": kept + "x"}).headers["Location"] == "/system-import/"
    assert not SystemRow.objects.count()
    assert bo.post("/system-import/take/", {"kept": kept}).headers["Location"] == "/systems/"
    assert SystemRow.objects.count() == 2
    file.seek(0)
    assert "Everything in it is known here already" in bo.post(
        "/system-import/", {"source": "cyclonedx", "upload": file}
    ).content.decode()  # fmt: skip
    bad = bo.post("/system-import/", {"source": "model-card", "upload": SimpleUploadedFile("x.md", b"# x")})
    assert bad.status_code == 422
    assert "does not begin with front matter" in bad.content.decode()
    assert bo.post("/system-import/", {"source": "cyclonedx"}).status_code == 422
    assert enter("dee").get("/system-import/").status_code == 403
    assert enter("dee").post("/system-import/take/", {"kept": kept}).status_code in (302, 403)
