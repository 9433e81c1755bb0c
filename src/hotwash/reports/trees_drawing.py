"""A fault tree as a picture in the conventional symbols (NUREG-0492; IEC 61025): SVG, and PDF of the same.

Lines and words take the colour of the text around them, so that one picture serves light, dark and paper. What is
confirmed or ruled out says so in words, and by a thicker or a dashed line.
"""

from collections.abc import Mapping
from xml.etree import ElementTree

from hotwash.investigate.trees.diagrams.solving import Unsolved
from hotwash.investigate.trees.model import Tree
from hotwash.investigate.trees.solving import work_out
from hotwash.reports.trees_layout import NODES_MAX, Node, arrange
from hotwash.reports.visible import visible

_BOX_W, _BOX_H = 146.0, 54.0
_MARGIN = 12.0
_SYMBOL_Y = _BOX_H + 12
_LETTERS = 20
_STANDING = {"confirmed": "confirmed", "ruled-out": "ruled out", "open": "open"}
_PAGE = """#set page(width: auto, height: auto, margin: 12mm)
#set document(title: sys.inputs.title)
#image(bytes(sys.inputs.svg), format: "svg", alt: sys.inputs.alt)
"""

_LINE = {"fill": "none", "stroke": "currentColor", "stroke-width": "1.5", "stroke-linejoin": "round"}
_AND = "M-22 44 V22 A22 22 0 0 1 22 22 V44 Z"
_OR = "M-22 44 Q-22 12 0 0 Q22 12 22 44 Q0 30 -22 44 Z"
_XOR = f"{_OR} M-22 38 Q0 24 22 38"
_SHAPES = {
    "and": _AND,
    "nand": f"{_AND} M-4 -4 A4 4 0 1 0 4 -4 A4 4 0 1 0 -4 -4",
    "or": _OR,
    "nor": f"{_OR} M-4 -4 A4 4 0 1 0 4 -4 A4 4 0 1 0 -4 -4",
    "at-least": _OR,
    "xor": _XOR,
    "iff": _XOR,
    "imply": _OR,
    "not": "M-20 44 L0 8 L20 44 Z M-4 4 A4 4 0 1 0 4 4 A4 4 0 1 0 -4 4",
    "inhibit": "M-12 0 L12 0 L24 22 L12 44 L-12 44 L-24 22 Z",
    "transfer": "M0 4 L24 42 L-24 42 Z",
    "basic": "M-22 22 A22 22 0 1 0 22 22 A22 22 0 1 0 -22 22 Z",
    "undeveloped": "M0 0 L26 22 L0 44 L-26 22 Z",
    "condition": "M-30 22 A30 16 0 1 0 30 22 A30 16 0 1 0 -30 22 Z",
    "house": "M-20 44 V16 L0 0 L20 16 V44 Z",
}
_WORDS = {
    "and": "AND",
    "nand": "NAND",
    "or": "OR",
    "nor": "NOR",
    "at-least": "at least",
    "xor": "exclusive OR",
    "iff": "equivalent",
    "imply": "implies",
    "not": "NOT",
    "inhibit": "INHIBIT",
    "transfer": "transfer: drawn elsewhere",
    "basic": "basic event",
    "undeveloped": "undeveloped event",
    "condition": "condition",
    "house": "house event",
}


def svg(
    tree: Tree,
    *,
    values: Mapping[str, float] | None = None,
    standing: Mapping[str, str] | None = None,
    nodes_max: int = NODES_MAX,
    alone: bool = False,
) -> str:
    """The picture. ``values`` are probabilities to write beside names; ``alone`` gives it a colour and a ground of its
    own.
    """
    nodes, width, height = arrange(tree, nodes_max=nodes_max)
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"{-_MARGIN:g} {-_MARGIN:g} {width + 2 * _MARGIN:g} {height + 2 * _MARGIN:g}",
            "width": f"{width + 2 * _MARGIN:g}",
            "height": f"{height + 2 * _MARGIN:g}",
            "role": "img",
            "aria-label": visible(f"Fault tree: {tree.title or tree.name}")[:300],
            "font-family": "system-ui, sans-serif",
            "font-size": "12",
        },
    )
    if alone:
        root.set("color", "#1b1f23")
        ground = {"x": f"{-_MARGIN:g}", "y": f"{-_MARGIN:g}", "width": "100%", "height": "100%", "fill": "#ffffff"}
        ElementTree.SubElement(root, "rect", ground)
    for node in nodes:
        _links(root, node)
    for node in nodes:
        _node(root, node, values or {}, standing or {})
    return ElementTree.tostring(root, encoding="unicode")


def pdf(tree: Tree, *, values: Mapping[str, float] | None = None, nodes_max: int = NODES_MAX) -> bytes:
    """The picture on a page of its own size. The same tree gives the same bytes."""
    import typst

    title = visible(tree.title or tree.name)
    picture = svg(tree, values=values, nodes_max=nodes_max, alone=True).replace(
        "system-ui, sans-serif", "Libertinus Serif"
    )
    inputs = {"svg": picture, "title": title, "alt": f"Fault tree: {title}"}
    fonts = typst.Fonts(include_system_fonts=True)
    made: bytes = typst.compile(_PAGE.encode(), format="pdf", font_paths=fonts, sys_inputs=inputs, timestamp=0)
    return made


def _links(root: ElementTree.Element, node: Node) -> None:
    """From a symbol down to its inputs, at right angles."""
    path = []
    foot = node.y + _SYMBOL_Y + 44
    top = node.y + (_BOX_H if _boxed(node) else 0)
    if _boxed(node):
        path.append(f"M{node.x:g} {top:g} V{node.y + _SYMBOL_Y + 2:g}")
    start = foot - (7 if _SHAPES[node.shape].startswith(_OR) else 0)
    for child in node.below:
        path.append(f"M{node.x:g} {start:g} V{foot + 14:g} H{child.x:g} V{child.y + _entry(child):g}")
    if node.beside:
        level = node.y + _SYMBOL_Y + 22
        end = node.beside
        reach = 31 if end.shape == "condition" else 24
        path.append(f"M{node.x + 24:g} {level:g} H{end.x - reach:g}")
    if path:
        ElementTree.SubElement(root, "path", {"d": " ".join(path), **_LINE, "stroke-width": "1.2"})


def _boxed(node: Node) -> bool:
    return bool(node.name) and node.shape != "condition"


def _entry(node: Node) -> float:
    """How far below its upper edge the line from above meets it."""
    return 0.0 if _boxed(node) else _SYMBOL_Y


def _node(root: ElementTree.Element, node: Node, values: Mapping[str, float], standing: Mapping[str, str]) -> None:
    so = standing.get(node.name, "")
    group = ElementTree.SubElement(root, "g", {"transform": f"translate({node.x:g} {node.y:g})"})
    told = [
        node.title or node.name,
        _WORDS[node.shape],
        f"probability {values[node.name]:.3g}" if node.name in values else "",
    ]
    ElementTree.SubElement(group, "title").text = visible(
        " · ".join(one for one in [*told, _STANDING.get(so, "")] if one)
    )
    look = dict(_LINE)
    if so == "confirmed":
        look["stroke-width"] = "3.5"
    elif so == "ruled-out":
        look["stroke-dasharray"] = "4 4"
    if _boxed(node):
        box = {"x": f"{-_BOX_W / 2:g}", "y": "0", "width": f"{_BOX_W:g}", "height": f"{_BOX_H:g}", "rx": "2"}
        ElementTree.SubElement(group, "rect", {**box, **_LINE, "stroke-width": "1.2"})
        lines = _wrapped(visible(node.title or node.name), 3)
        start = _BOX_H / 2 - 7 * (len(lines) - 1) + 4
        for at, line in enumerate(lines):
            _text(group, 0, start + 14 * at, line)
    ElementTree.SubElement(
        group, "path", {"d": _SHAPES[node.shape], "transform": f"translate(0 {_SYMBOL_Y:g})", **look}
    )
    if node.inside:
        _text(group, 0, _SYMBOL_Y + 31, node.inside, size=11)
    foot = _SYMBOL_Y + 44 + 14
    below: list[str] = []
    if node.shape == "condition":
        below += _wrapped(visible(node.title or node.name), 2)
    if node.name in values:
        below.append(f"{values[node.name]:.3g}")
    if so:
        below.append(_STANDING[so])
    at_side = bool(node.below)
    for at, line in enumerate(below):
        if at_side:
            _text(group, 28, _SYMBOL_Y + 14 + 14 * at, line, anchor="start", size=11)
        else:
            _text(group, 0, foot + 14 * at, line, size=11, bold=line in _STANDING.values())


def _text(
    group: ElementTree.Element,
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "middle",
    size: int = 12,
    bold: bool = False,
) -> None:
    look = {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": anchor, "fill": "currentColor", "font-size": str(size)}
    if bold:
        look["font-weight"] = "600"
    ElementTree.SubElement(group, "text", look).text = text


def _wrapped(text: str, lines: int) -> list[str]:
    """Words in lines that fit into the box; what does not fit ends in an ellipsis."""
    found = [""]
    for word in text.split():
        if found[-1] and len(found[-1]) + 1 + len(word) > _LETTERS:
            found.append(word)
        else:
            found[-1] = f"{found[-1]} {word}".strip()
    found = [line if len(line) <= _LETTERS else line[: _LETTERS - 1] + "…" for line in found]
    if len(found) > lines:
        found = [*found[: lines - 1], found[lines - 1][: _LETTERS - 1].rstrip() + "…"]
    return found


def values_of(tree: Tree, *, nodes_max: int = 1 << 14) -> dict[str, float]:
    """The probability of each event and of the top, as far as they are known without long reckoning."""
    try:
        solved = work_out(tree, nodes_max=nodes_max, compiled=False)
    except Unsolved:
        return {}
    function = solved.function
    known = {
        one.name: chance
        for one, chance in zip(function.variables, solved.chances, strict=True)
        if one.chance is not None and one.group is None
    }
    if not function.missing:
        known[tree.top] = solved.solution.probability(solved.chances)
    return known
