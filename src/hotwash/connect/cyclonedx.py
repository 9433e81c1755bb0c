"""Bills of materials of machine learning (CycloneDX ML-BOM, JSON): every model in one is an AI system."""

import json
from collections.abc import Mapping
from typing import Any

from hotwash.response.outside import Refused
from hotwash.response.stock_taking import SYSTEMS_MAX, Proposed, ProposedPart, line, passage

TITLE = "CycloneDX"
FILE_MAX = 16 << 20
DEPTH_MAX = 20


def read(data: bytes) -> tuple[Proposed, ...]:
    """The models of a bill.

    :raises Refused: if it is no bill of CycloneDX in JSON, or holds no model
    """
    if len(data) > FILE_MAX:
        raise Refused(TITLE, f"The file is larger than {FILE_MAX >> 20} MiB.")
    try:
        bill = json.loads(data)
    except (ValueError, RecursionError) as bad:
        raise Refused(
            TITLE, "The file is no JSON. Bills in XML are not read: convert them with `cyclonedx-cli`."
        ) from bad
    if not isinstance(bill, dict) or bill.get("bomFormat") != "CycloneDX":
        raise Refused(TITLE, "The file is no bill of CycloneDX: it has no `bomFormat`.")
    components = _components(_list(bill.get("components")), 0)
    about = _part(_part(bill, "metadata"), "component")
    if about:
        components.insert(0, about)
    named = {str(one["bom-ref"]): one for one in components if one.get("bom-ref")}
    source = line(f"CycloneDX {bill.get('serialNumber') or ''}").strip()
    models = [one for one in components if one.get("type") == "machine-learning-model" and line(one.get("name"))]
    if not models:
        raise Refused(TITLE, "The bill holds no component of type machine-learning-model.")
    return tuple(_proposed(one, named, source) for one in models[:SYSTEMS_MAX])


def _proposed(model: Mapping[str, Any], named: Mapping[str, Mapping[str, Any]], source: str) -> Proposed:
    card = _part(model, "modelCard")
    considered, parameters = _part(card, "considerations"), _part(card, "modelParameters")
    uses = [passage(one) for one in _list(considered.get("useCases")) if isinstance(one, str)]
    version = line(model.get("version"))
    parts = [ProposedPart("model", version, _digest(model), line(parameters.get("task")))] if version else []
    for one in _list(parameters.get("datasets")):
        data = named.get(str(one.get("ref")), one) if isinstance(one, dict) else {}
        name, of = line(data.get("name")), line(data.get("version"))
        if name:
            parts.append(ProposedPart("data", f"{name} {of}".strip(), _digest(data), "Named in the model's card."))
    remarks = () if version else ("The bill names no version of the model.",)
    limits = [passage(one) for one in _list(considered.get("technicalLimitations")) if isinstance(one, str)]
    return Proposed(
        line(model["name"]),
        source,
        passage(model.get("description")) or passage("\n".join(uses)),
        _owner(model),
        tuple(parts),
        (*remarks, *(f"Limit named there: {line(one)}" for one in limits[:5])),
    )


def _owner(model: Mapping[str, Any]) -> str:
    for field in ("manufacturer", "supplier"):
        if name := line(_part(model, field).get("name")):
            return name
    authors = [line(one.get("name")) for one in _list(model.get("authors")) if isinstance(one, dict)]
    return line(model.get("publisher")) or line(", ".join(one for one in authors if one)) or line(model.get("author"))


def _digest(component: Mapping[str, Any]) -> str:
    hashes = {
        str(one.get("alg")): line(one.get("content")) for one in _list(component.get("hashes")) if isinstance(one, dict)
    }
    named = next((alg for alg in ("SHA-256", "SHA-512", "SHA-384", *sorted(hashes)) if hashes.get(alg)), "")
    return f"{named.replace('-', '').lower()}:{hashes[named].lower()}" if named else ""


def _components(listed: list[Any], depth: int) -> list[dict[str, Any]]:
    """All of them, also those within others."""
    found = []
    for one in listed:
        if isinstance(one, dict):
            found.append(one)
            if depth < DEPTH_MAX:
                found += _components(_list(one.get("components")), depth + 1)
    return found


def _part(held: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = held.get(name)
    return part if isinstance(part, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
