"""Inventories from which AI systems can be brought in: files that are sent, and registries that the operator set up."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from hotwash.response.outside import OutsideFault
from hotwash.response.provenance import CHAMPION
from hotwash.response.request import BadRequest
from hotwash.response.stock_taking import Proposed

FORMATS = {
    "cyclonedx": "CycloneDX: a bill of materials of machine learning, JSON",
    "model-card": "Model card: a README.md with front matter",
}
FILE_MAX = 16 << 20


def of_file(form: str, data: bytes) -> tuple[Proposed, ...]:
    """The AI systems of a file.

    :raises BadRequest: if it is not what it is said to be
    """
    if form not in FORMATS:
        raise BadRequest("form", f"is one of {', '.join(FORMATS)}.")
    from hotwash.connect import cyclonedx, model_cards

    try:
        return cyclonedx.read(data) if form == "cyclonedx" else model_cards.read(data)
    except OutsideFault as no:
        raise BadRequest("file", no.sentence) from no


def boards() -> list[str]:
    """The names of the registries that the operator set up."""
    return sorted(name for name, words in settings.HOTWASH.boards.items() if words["kind"] == "mlflow")


def of_board(name: str) -> tuple[Proposed, ...]:
    """The AI systems of a registry.

    :raises BadRequest: if there is none of that name, or it cannot be read
    """
    if name not in boards():
        known = ", ".join(boards())
        why = (
            f"There is {known}." if known else "The operator has set up none (a board of kind mlflow in the settings)."
        )
        raise BadRequest("board", f"there is no registry {name[:60]}. {why}")
    from hotwash.connect.mlflow import Mlflow
    from hotwash.connect.mlflow.stock import proposed

    words: Mapping[str, str] = settings.HOTWASH.boards[name]
    access: dict[str, Any] = {one: words[one] for one in ("token", "user", "password") if one in words}
    try:
        with Mlflow(words["url"], **access) as registry:
            return proposed(registry, alias=words.get("alias", CHAMPION))
    except OutsideFault as fault:
        raise BadRequest("board", fault.sentence) from fault
