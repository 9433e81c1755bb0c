"""Model cards as Hugging Face keeps them: a README whose front matter (YAML) says what the model is."""

import re
from typing import Any

import yaml

from hotwash.response.outside import Refused
from hotwash.response.stock_taking import Proposed, ProposedPart, line, passage

TITLE = "model card"
FILE_MAX = 4 << 20
FRONT_MAX = 256 << 10
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_USES = re.compile(r"^#{1,4}\s+[^\n]*(?:intended use|direct use|uses)[^\n]*\n+(.*?)(?=^#|\Z)", re.M | re.S | re.I)
_PARAGRAPH = re.compile(r"\A(?:\s*\n)*((?:(?!#|<|!\[|\||```)[^\n]+\n?)+)")


def read(data: bytes) -> tuple[Proposed, ...]:
    """The model of a card.

    :raises Refused: if it has no front matter, or names no model
    """
    if len(data) > FILE_MAX:
        raise Refused(TITLE, f"The file is larger than {FILE_MAX >> 20} MiB.")
    try:
        text = data.decode()
    except UnicodeDecodeError as bad:
        raise Refused(TITLE, "The file is no text in UTF-8.") from bad
    front = _FRONT.match(text)
    if front is None or len(front[1]) > FRONT_MAX:
        raise Refused(TITLE, "The file is no model card: it does not begin with front matter between two lines ---.")
    try:
        held = yaml.safe_load(front[1]) or {}
    except (yaml.YAMLError, RecursionError, ValueError) as bad:
        raise Refused(TITLE, "Its front matter is no YAML.") from bad
    if not isinstance(held, dict):
        raise Refused(TITLE, "Its front matter holds no names with values.")
    return (_proposed(held, text[front.end() :]),)


def _proposed(held: dict[Any, Any], body: str) -> Proposed:
    index = next((one for one in _several(held.get("model-index")) if isinstance(one, dict)), {})
    heading = _HEADING.search(body)
    name = line(held.get("model_name") or held.get("model_id") or index.get("name") or (heading[1] if heading else ""))
    if not name:
        raise Refused(TITLE, "The card names no model: neither `model_name`, nor `model-index`, nor a heading.")
    uses = _USES.search(body)
    first = _PARAGRAPH.match(uses[1] if uses else body[heading.end() :] if heading else body)
    task = line(held.get("pipeline_tag"))
    purpose = passage(" ".join(first[1].split())) if first else ""
    version = line(held.get("version") or held.get("revision"))
    parts = [ProposedPart("model", version, "", task)] if version else []
    for base in _several(held.get("base_model")):
        if isinstance(base, str) and line(base):
            parts.append(ProposedPart("configuration", f"base model {line(base)}", "", "Named in the model's card."))
    for one in _several(held.get("datasets")):
        if isinstance(one, str) and line(one):
            parts.append(ProposedPart("data", line(one), "", "Named in the model's card."))
    licence = ", ".join(line(one) for one in _several(held.get("license")) if isinstance(one, str))
    remarks = [f"Licence: {licence}."] if licence else []
    remarks += ["The card names no version of the model."] if not version else []
    return Proposed(name, f"model card of {name}", purpose or task, "", tuple(parts), tuple(remarks))


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
