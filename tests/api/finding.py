"""A finding that was really computed, for tests to record."""

import json
from pathlib import Path
from typing import Any

from hotwash.investigate import Predictions, blast_radius

LOG = "decision,who,team\n" + "".join(
    f"{'refused' if n % 4 else 'granted'},p{n % 30},{'a' if n % 2 else 'b'}\n" for n in range(60)
)


def finding(folder: Path, **more: Any) -> dict[str, Any]:
    """How many people were refused, over a log in a folder."""
    log = folder / "predictions.csv"
    log.write_text(LOG)
    found = blast_radius(Predictions(str(log)), harm="decision = 'refused'", subject="who", **more)
    document: dict[str, Any] = json.loads(found.to_json())
    return document
