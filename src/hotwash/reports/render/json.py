"""A document as JSON: sections of blocks, each block with its kind, every word as it was written."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import msgspec

from hotwash.reports.document import Document, Run

VERSION = 1


def to_json(document: Document) -> bytes:
    """One JSON document, indented."""
    data = {"report": "post-mortem", "version": VERSION, **as_data(document)}
    return msgspec.json.format(msgspec.json.encode(data, order="deterministic"), indent=1) + b"\n"


def as_data(value: Any) -> Any:
    """A document, or a part of one, as JSON values; blocks say what they are in ``block``."""
    if isinstance(value, Run):
        run: dict[str, Any] = {"text": value.text}
        if value.mark:
            run["mark"] = value.mark
        if value.entry is not None:
            run["entry"] = value.entry
        if value.address:
            run["address"] = value.address
        return run
    if is_dataclass(value) and not isinstance(value, type):
        data = {field.name: as_data(getattr(value, field.name)) for field in fields(value)}
        return data if isinstance(value, Document) else {"block": type(value).__name__.lower(), **data}
    if isinstance(value, tuple | list):
        return [as_data(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value
