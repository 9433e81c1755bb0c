"""Elements of an XML text with their lines. Nothing is fetched and no entity is expanded: a text that declares one is
refused.
"""

from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from hotwash.investigate.trees.model import Fault, Invalid

DEPTH_MAX = 200
_BYTES_MAX = 50_000_000


@dataclass(slots=True)
class Element:
    """One element: what it is called, its attributes, its text, what it holds, and the line where it begins."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def child(self, tag: str) -> "Element | None":
        """The first child of that name."""
        return next((one for one in self.children if one.tag == tag), None)


class _Refused(Exception):
    pass


def parse(data: bytes) -> Element:
    """The root element.

    :raises Invalid: if it is no XML, declares entities, or is nested too deep
    """
    if len(data) > _BYTES_MAX:
        raise Invalid([Fault(0, "The text is too long for a tree.")])
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.buffer_text = True
    path = [Element("", {}, 0)]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(path) > DEPTH_MAX:
            raise _Refused(f"Elements are nested more than {DEPTH_MAX} deep.")
        element = Element(tag, attributes, parser.CurrentLineNumber)
        path[-1].children.append(element)
        path.append(element)

    def end(_: str) -> None:
        path.pop()

    def text(found: str) -> None:
        path[-1].text += found

    def refuse(*_: object) -> NoReturn:
        raise _Refused("It declares entities, which a fault tree does not need; they are refused.")

    def doctype(name: str, system: str | None, public: str | None, inner: int) -> None:  # noqa: ARG001
        if inner:
            refuse()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.SkippedEntityHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as bad:
        raise Invalid([Fault(bad.lineno, f"This is no XML: {expat.ErrorString(bad.code)}.")]) from bad
    except _Refused as refused:
        raise Invalid([Fault(parser.CurrentLineNumber, str(refused))]) from refused
    except (LookupError, ValueError) as bad:
        raise Invalid([Fault(0, "This XML is in an encoding that is not known here.")]) from bad
    return path[0].children[0]
