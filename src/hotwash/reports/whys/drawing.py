"""The whys as a picture: from what contributed on the left to the answers on the right, as SVG.

Lines and words take the colour of the text around them, so that one picture serves light, dark and paper. What is only
believed has a dashed edge and says so in words, so that no sign stands alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree

from hotwash.reports.phrases import brief, count
from hotwash.reports.visible import visible
from hotwash.reports.whys import Forest, Node

NODES_MAX = 200
_BOX_W, _GAP_X, _GAP_Y = 208.0, 34.0, 12.0
_LINE_H, _PAD = 15.0, 8.0
_LETTERS, _LETTERS_BOLD = 27, 24
_ANSWER_LINES, _QUESTION_LINES = 5, 2
_MARGIN = 8.0
_SIGNS = {"circle": "says again what stands above", "person": "stops at a person", "training": "stops at training"}


@dataclass(slots=True)
class _Box:
    node: Node
    question: list[str]
    words: list[str]
    under: list[str]
    below: list["_Box"] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0

    @property
    def height(self) -> float:
        return 2 * _PAD + _LINE_H * (len(self.question) + len(self.words) + len(self.under))


def svg(forest: Forest, *, font: str = "system-ui, sans-serif") -> str:
    """The picture of all trees, one below the other; the first `NODES_MAX` nodes of them."""
    boxes: list[_Box] = []
    top, left = 0.0, NODES_MAX
    for root in forest.roots:
        if left <= 0:
            break
        box, left = _box(root, left)
        _, bottom = _place(box, 0.0, top)
        boxes.append(box)
        top = bottom + 2 * _GAP_Y
    every = [one for box in boxes for one in _all(box)]
    width = max((one.x + _BOX_W for one in every), default=0.0) + 2 * _MARGIN
    height = max((one.y + one.height for one in every), default=0.0) + 2 * _MARGIN
    root_element = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"{-_MARGIN:g} {-_MARGIN:g} {width:g} {height:g}",
            "width": f"{width:g}",
            "height": f"{height:g}",
            "role": "img",
            "aria-label": f"Whys: {count(len(every), 'node', 'nodes')}; the same as text below",
            "fill": "currentColor",
            "font-family": font,
            "font-size": "12",
        },
    )
    for one in every:
        _link(root_element, one)
    for one in every:
        _draw(root_element, one)
    return ElementTree.tostring(root_element, encoding="unicode")


def _box(node: Node, left: int) -> tuple[_Box, int]:
    box = _Box(
        node,
        _wrapped(node.question or node.tag, _QUESTION_LINES),
        _wrapped(node.text, _ANSWER_LINES, _LETTERS if node.question else _LETTERS_BOLD),
        [" · ".join(_under(node))] if len(" · ".join(_under(node))) <= _LETTERS + 4 else list(_under(node)),
    )
    left -= 1
    for one in node.below:
        if left <= 0:
            break
        below, left = _box(one, left)
        box.below.append(below)
    return box, left


def _under(node: Node) -> Iterator[str]:
    if node.withdrawn:
        yield "taken back"
        return
    event = node.cause.event
    if node.believed:
        yield "a belief so far"
    elif event.finding is not None:
        yield f"shown by finding {event.finding}"
    elif event.supports:
        yield brief("shown by " + count(len(event.supports), "entry", "entries"), _LETTERS)
    else:
        yield "evidence given"
    if node.dissents:
        yield f"{node.dissents} see it differently" if node.dissents > 1 else "1 sees it differently"
    for hint in node.hints:
        if hint.kind in _SIGNS:
            yield f"! {_SIGNS[hint.kind]}"


def _place(box: _Box, x: float, top: float) -> tuple[float, float]:
    """Give a box and all below it their places; the middle of the box, and where the next may begin."""
    box.x = x
    if not box.below:
        box.y = top
        return top + box.height / 2, top + box.height + _GAP_Y
    middles, at = [], top
    for one in box.below:
        middle, at = _place(one, x + _BOX_W + _GAP_X, at)
        middles.append(middle)
    box.y = max(top, (middles[0] + middles[-1] - box.height) / 2)
    return box.y + box.height / 2, max(at, box.y + box.height + _GAP_Y)


def _all(box: _Box) -> Iterator[_Box]:
    yield box
    for one in box.below:
        yield from _all(one)


def _link(root: ElementTree.Element, box: _Box) -> None:
    from_x, from_y = box.x + _BOX_W, box.y + box.height / 2
    for one in box.below:
        to_y = one.y + one.height / 2
        half = from_x + _GAP_X / 2
        path = f"M{from_x:g} {from_y:g} H{half:g} V{to_y:g} H{one.x:g}"
        ElementTree.SubElement(
            root, "path", {"d": path, "fill": "none", "stroke": "currentColor", "stroke-width": "1.2"}
        )


def _draw(root: ElementTree.Element, box: _Box) -> None:
    node = box.node
    faded = {"opacity": "0.6"} if node.withdrawn else {}
    group = ElementTree.SubElement(root, "g", faded)
    title = ElementTree.SubElement(group, "title")
    title.text = visible(f"{node.question} {node.text}".strip())[:1_000]
    edge = {
        "x": f"{box.x:g}",
        "y": f"{box.y:g}",
        "width": f"{_BOX_W:g}",
        "height": f"{box.height:g}",
        "rx": "4" if node.question else "0",
        "fill": "none",
        "stroke": "currentColor",
        "stroke-width": "1.2" if node.question else "2.4",
    }
    if node.believed and not node.withdrawn:
        edge["stroke-dasharray"] = "5 4"
    ElementTree.SubElement(group, "rect", edge)
    y = box.y + _PAD + 11
    y = _lines(group, box.question, box.x, y, {"font-style": "italic", "font-size": "11", "opacity": "0.85"})
    struck = {"text-decoration": "line-through"} if node.withdrawn else {}
    y = _lines(group, box.words, box.x, y, {"font-weight": "600" if not node.question else "400", **struck})
    _lines(group, box.under, box.x, y, {"font-size": "10.5", "opacity": "0.8"})


def _lines(group: ElementTree.Element, lines: Sequence[str], x: float, y: float, look: dict[str, str]) -> float:
    for words in lines:
        ElementTree.SubElement(group, "text", {"x": f"{x + _PAD:g}", "y": f"{y:g}", **look}).text = words
        y += _LINE_H
    return y


def _wrapped(words: str, most: int, letters: int = _LETTERS) -> list[str]:
    """Words in lines of a box; a word that is too long is cut, and what does not fit ends in an ellipsis."""
    lines = [""]
    for word in visible(" ".join(words.split())).split():
        while len(word) > letters:
            lines.append(word[: letters - 1] + "-")
            word = word[letters - 1 :]  # noqa: PLW2901 - the rest of the same word
        if lines[-1] and len(lines[-1]) + 1 + len(word) > letters:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    lines = [line for line in lines if line]
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: letters - 1].rstrip(" .,;") + "…"]
    return lines
