"""Catalogues of translated texts: reads a `.po` file and writes the `.mo` beside it, without an outside tool.

`python -m hotwash.web.catalogues` writes all of them. Both files are kept in git; a test holds them against each other.
"""

import ast
import struct
from pathlib import Path

PLACE = Path(__file__).parent / "locale"


def read(path: Path) -> dict[str, str]:
    """The texts of a catalogue with their translations; the head stands under the empty text.

    :raises ValueError: if a line is neither a remark nor a text, or a text stands twice
    """
    found: dict[str, str] = {}
    parts: dict[str, str] = {}
    word = ""
    for line in [*path.read_text(encoding="utf-8").splitlines(), 'msgid ""']:
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("msgid ") and "msgstr" in parts:
            if parts["msgid"] in found:
                raise ValueError(f"{path.name}: “{parts['msgid']}” stands twice.")
            found[parts["msgid"]] = parts["msgstr"]
            parts = {}
        if line.startswith(("msgid ", "msgstr ")):
            word, _, said = line.partition(" ")
            parts[word] = ""
        else:
            said = line
        if not said.startswith('"'):
            raise ValueError(f"{path.name}: this line is not understood: {line}")
        parts[word] += ast.literal_eval(said)
    return found


def compiled(texts: dict[str, str]) -> bytes:
    """The catalogue as gettext reads it: two tables of lengths and places, then the texts, sorted."""
    pairs = sorted((one.encode(), other.encode()) for one, other in texts.items() if other)
    places = [b"", b""]
    start = 28 + 16 * len(pairs)
    body = b""
    for column in (0, 1):
        for pair in pairs:
            places[column] += struct.pack("<II", len(pair[column]), start + len(body))
            body += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return head + places[0] + places[1] + body


if __name__ == "__main__":
    for source in PLACE.rglob("*.po"):
        source.with_suffix(".mo").write_bytes(compiled(read(source)))
