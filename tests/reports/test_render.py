"""Whatever people write stays text, in every format."""

import io
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from tests.reports import case

from hotwash.reports.charts import SERIF, Look, NotDrawn, draw, svg
from hotwash.reports.document import Document, Figure, Run, Section, text
from hotwash.reports.postmortem import postmortem
from hotwash.reports.render import to_html, to_json, to_markdown, to_pdf, write
from hotwash.reports.render.html import policy
from hotwash.reports.render.markdown import escaped
from hotwash.reports.visible import visible

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "#eval(1) #read(\"/etc/passwd\") $x$ *bold* _it_ @label <label> \\ //",
    "a | b | c\nd | e",
    "`code` ```fence``` ~~~",
    "\u202etxt.exe\u202c \u200fx\u2066y\u2069",
    "[click](javascript:alert(1)) ![x](http://evil.example/x.png)",
    "# heading\n- item\n1. one\n> quote\n---\n===",
    "</style></head>&lt;b&gt;&amp;",
    "\x00\x07\x1b[31mred",
    "{{ 7*7 }} {% x %} ${x}",
    "😀 中文 العربية",
)  # fmt: skip
LONG = "W" * 10_000


def hostile(words: str) -> Document:
    """A report in which every place that a person can fill holds the same words."""
    facts = case.facts()
    filled = [replace(fact, event=_filled(fact.event, words), by=words) for fact in facts]
    from hotwash.incident.state import replay

    chart = case.bars()
    chart["title"] = words
    chart["data"]["values"][0]["group"] = words
    finding = {**case.findings()[12], "chart": chart, "sentence": words}
    finding["recipe"] = {"sql": [words], "arguments": {words: words}, "hotwash": words, "engine": words}
    finding["rows"] = {"used": 1, "skipped": 1, "reasons": {words: 1}}
    return postmortem(filled, replay(words, filled), {12: finding}, system_name=words)


FREE = {
    "title", "detail", "text", "source", "how", "reason", "evidence", "question", "answer", "sentence", "what", "basis",
    "known", "decision", "measure", "owner", "person", "switch", "cohort", "undo", "name", "note", "proof", "result",
    "briefing", "commander", "fingerprint", "digest", "url", "before", "currency", "system",
}  # fmt: skip


def _filled(event: Any, words: str) -> Any:
    names = {
        name for name in type(event).__dataclass_fields__ if name in FREE and isinstance(getattr(event, name), str)
    }
    return replace(event, **dict.fromkeys(names, words))


class Tags(HTMLParser):
    """What a browser would make of a page: its elements, attributes and words."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src"):
                self.links.add(value or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


ORDINARY = {
    "html", "head", "meta", "title", "style", "body", "article", "header", "section", "nav", "footer", "h1", "h2", "h3",
    "p", "ul", "ol", "li", "dl", "dt", "dd", "div", "span", "table", "colgroup", "col", "thead", "tbody", "tr", "th",
    "td", "figure", "figcaption", "a", "strong", "small", "code", "pre", "br",
}  # fmt: skip
DRAWN = {"svg", "g", "path", "rect", "line", "circle", "text", "tspan", "defs", "clippath"}


@pytest.mark.parametrize("words", [*HOSTILE, LONG])
def test_no_words_become_markup_in_html(words: str) -> None:
    page = Tags(to_html(hostile(words)))
    assert page.elements <= ORDINARY | DRAWN
    assert not {name for name in page.attributes if name.startswith("on") or name in ("style", "src", "srcdoc")}
    assert all(link.startswith("#") for link in page.links)
    assert visible(words).split("\n")[0] in "".join(page.words)


def test_a_page_carries_the_policy_that_its_own_style_passes() -> None:
    page = to_html(case_document())
    assert "default-src &#x27;none&#x27;; style-src &#x27;sha256-" in page
    assert "unsafe" not in policy()
    assert page.count("<style>") == 1


def test_every_link_of_a_page_leads_to_a_place_on_it() -> None:
    page = to_html(case_document())
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert "entry-13" in links
    assert links <= set(re.findall(r'id="([^"]+)"', page))


def case_document() -> Document:
    return postmortem(case.facts(), case.incident(), case.findings())


def cells(line: str) -> int:
    return len(re.findall(r"(?<!\\)\|", line))


@pytest.mark.parametrize("words", [*HOSTILE, LONG])
def test_no_words_become_markup_in_markdown(words: str) -> None:
    page = to_markdown(hostile(words))
    outside = re.sub(r"^(`{3,})\n.*?^\1$", "", page, flags=re.MULTILINE | re.DOTALL)
    assert not re.search(r"(?<!\\)[<\[]", outside)
    assert not re.search(r"(?<!\\)://", outside)
    headings = [line for line in outside.splitlines() if re.match(r"#", line)]
    assert len(headings) == sum(line.startswith("#") for line in to_markdown(hostile("words")).splitlines())
    width = 0
    for line in outside.splitlines():
        width = (width or cells(line)) if line.startswith("|") else 0
        assert not line.startswith("|") or cells(line) == width


@settings(max_examples=300)
@given(st.text(alphabet=st.sampled_from("ab1 \n.-+=#>|*_`[]()<!&~$\\:/w@"), max_size=40))
def test_escaped_words_read_the_same_once_the_escapes_are_taken_off(words: str) -> None:
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped(words)) == visible(words)


@pytest.mark.parametrize("words", HOSTILE)
def test_no_words_become_markup_in_the_pdf(words: str) -> None:
    reader = PdfReader(io.BytesIO(to_pdf(hostile(words))))
    assert len(reader.pages) > 3
    pressed = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    wanted = re.sub(r"\s", "", visible(words))
    if wanted.isascii():
        assert wanted[:40] in pressed
    for page in reader.pages:
        for note in page.get("/Annots") or ():
            assert "/URI" not in str(note.get_object().get("/A", ""))


def test_a_word_of_ten_thousand_letters_stays_on_the_page() -> None:
    facts, incident = case.written(f"""
        09:02 ana declared title=x
        09:10 ana summarised text={LONG}
        09:20 {"V" * 300} evidence-added name={"U" * 200} digest=sha256:{"0" * 64} size=1
    """)
    reader = PdfReader(io.BytesIO(to_pdf(postmortem(facts, incident))))
    edges: list[float] = []
    pages = [
        page.extract_text(visitor_text=lambda _text, _cm, tm, _font, _size: edges.append(tm[4]))
        for page in reader.pages
    ]
    assert "".join(pages).count("W") >= 10_000
    width = float(reader.pages[0].mediabox.width)
    assert max(edges) < width - 60


def test_json_keeps_every_word_as_it_was_written() -> None:
    for words in HOSTILE:
        document = json.loads(to_json(hostile(words)))
        assert words.strip() in set(strings(document))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def test_json_says_what_each_block_is() -> None:
    document = json.loads(to_json(case_document()))
    assert (document["report"], document["version"], document["id"]) == ("post-mortem", 1, case.ID)
    timeline = next(section for section in document["sections"] if section["id"] == "timeline")
    assert [block["block"] for block in timeline["blocks"]] == ["paragraph", "table"]
    assert document["date"] == "2026-03-19T13:00:00+00:00"


def test_hidden_controls_are_written_out() -> None:
    assert visible("a\u202eb\x07c\td\r\ne") == "a[U+202E]b[U+0007]c d\ne"


# ── charts ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"url": "http://127.0.0.1:9/x.csv"}},
        {"data": {"url": "file:///etc/passwd"}},
        {"mark": "image"},
        {"layer": [{"mark": {"type": "image"}, "encoding": {}}]},
        {"encoding": {"href": {"value": "javascript:alert(1)"}}},
        {"data": {"sequence": {"start": 0, "stop": 1e12}}},
        {"data": {"values": [{"x": 1}] * 20_001}},
        {"usermeta": {"embedOptions": {"actions": True}}},
        {"layer": "nothing that can be drawn"},
    ],
)
def test_a_chart_that_does_more_than_show_its_data_is_not_drawn(change: dict[str, Any]) -> None:
    with pytest.raises(NotDrawn):
        svg({**case.bars(), **change})


def test_a_column_may_be_called_url() -> None:
    chart = case.bars()
    chart["data"]["values"][0]["url"] = "x"
    assert "<svg" in svg(chart)


def test_a_chart_that_crashes_the_engine_takes_nobody_along() -> None:
    deadly = {**case.bars(), "title": {"text": {"expr": "'\\u0000'"}}}
    first, second, third = draw([(case.bars(), Look()), (deadly, Look()), (case.days(), Look())])
    assert isinstance(second, NotDrawn)
    assert isinstance(first, str)
    assert isinstance(third, str)


def test_words_in_a_chart_stay_words() -> None:
    chart = case.bars()
    chart["data"]["values"][0]["group"] = "<script>x</script>"
    drawn = svg(chart)
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_a_chart_that_cannot_be_drawn_leaves_its_sentence() -> None:
    broken = Figure({"data": {"url": "http://x"}}, text("What it would have shown."))
    document = Document(
        "INC-1", "t", "s", (), case.NOON, "sha256:00", (Section("a", "A", ()), Section("b", "B", (broken,)))
    )
    for words in (to_html(document), pdf_text(to_pdf(document))):
        assert "What it would have shown." in words
        assert "may only show data that it holds itself" in words


def pdf_text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_the_font_of_a_chart_is_one_that_typst_carries() -> None:
    import typst

    assert SERIF in typst.Fonts(include_system_fonts=False).families()
    assert f'font-family="{SERIF}"' in svg(case.bars(), Look(font=SERIF))
    words = pdf_text(to_pdf(case_document()))
    assert "Selection rate by sex" in words
    assert "not stated" in words


# ── the printed page ─────────────────────────────────────────────────────────


def test_pages_carry_the_incident_their_number_and_the_head_of_the_record() -> None:
    reader = PdfReader(io.BytesIO(to_pdf(case_document())))
    last = len(reader.pages)
    second = reader.pages[1].extract_text()
    assert case.ID in second
    assert f"Page 2 of {last}" in second
    assert case.facts()[-1].digest[:19] in second


def test_the_pdf_is_tagged_and_dated_by_the_record() -> None:
    reader = PdfReader(io.BytesIO(to_pdf(case_document())))
    assert reader.metadata is not None
    assert reader.metadata.title == "INC-2026-0007 Résumé screening turns down women"
    assert str(reader.metadata.get("/CreationDate", "")).startswith("D:20260319130000")
    root = reader.root_object
    assert "/StructTreeRoot" in root
    assert str(root["/Lang"]) == "en-GB"


def test_a_drill_is_marked_on_every_page() -> None:
    facts, incident = case.written(case.STORY.replace("ana declared ", "ana declared kind=drill ", 1))
    reader = PdfReader(io.BytesIO(to_pdf(postmortem(facts, incident))))
    assert all("drill" in page.extract_text().lower()[:400] for page in reader.pages)


def test_many_reports_can_be_set_at_once() -> None:
    document = case_document()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: write(document, "pdf"), range(8)))
    assert len(set(made)) == 1


def test_a_pointer_without_a_place_is_plain_words() -> None:
    document = Document(
        "INC-1", "t", "s", (), case.NOON, "sha256:00", (Section("a", "A", ()), Section("b", "B", ())),
    )  # fmt: skip
    from hotwash.reports.document import Paragraph

    lost = replace(document, sections=(*document.sections, Section("c", "C", (Paragraph((Run("entry 9", "", 9),)),))))
    assert "#entry-9" not in to_html(lost)
    assert "entry 9" in pdf_text(to_pdf(lost))
