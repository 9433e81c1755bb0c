"""The forms in which trees are kept: the short text, JSON, Open-PSA XML. Which is which is told by a file's ending."""

from dataclasses import replace

from hotwash.investigate.trees.checking import check
from hotwash.investigate.trees.forms import openpsa, openpsa_writing, plain, text, writing
from hotwash.investigate.trees.model import Fault, Invalid, Tree

FORMS = ("tree", "json", "xml")


def form_of(name: str) -> str:
    """The form of a file, by its ending.

    :raises Invalid: if it has another one
    """
    ending = name.rsplit(".", 1)[-1].lower()
    form = {"mef": "xml", "txt": "tree"}.get(ending, ending)
    if form not in FORMS:
        raise Invalid([Fault(0, f"{name} ends in none of .tree, .json and .xml, so its form is not known.")])
    return form


def read(data: str | bytes, form: str, *, top: str = "") -> Tree:
    """A sound tree. ``top`` takes another gate for the top event.

    :raises Invalid: with every fault and its line
    """
    if form == "xml":
        return openpsa.read(data.encode() if isinstance(data, str) else data, top=top)
    if isinstance(data, bytes):
        try:
            data = data.decode("utf-8-sig")
        except UnicodeDecodeError as bad:
            raise Invalid([Fault(0, "The text is not in UTF-8.")]) from bad
    if form == "tree":
        return text.read(data, top=top)
    tree = plain.read(data)
    return check(replace(tree, top=top)) if top else tree


def write(tree: Tree, form: str) -> str:
    """The same tree gives the same text."""
    if form == "xml":
        return openpsa_writing.write(tree)
    return plain.write(tree) if form == "json" else writing.write(tree)
