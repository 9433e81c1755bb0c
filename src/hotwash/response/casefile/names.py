"""Names of files that are safe on every machine, whatever a person called the thing."""

import re
import unicodedata

_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
STEM_MAX, ENDING_MAX = 60, 10


def safe(name: str) -> str:
    """A name of plain letters, digits, hyphens, underscores and dots, at most 70 long; never empty, never a path."""
    plain = unicodedata.normalize("NFKD", name.replace("\\", "/").rsplit("/", 1)[-1])
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain.encode("ascii", "ignore").decode()).strip(".-_ ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or not stem or len(ending) > ENDING_MAX:
        stem, ending = plain, ""
    stem = stem[:STEM_MAX].strip(".-_") or "file"
    whole = f"{stem}.{ending}" if ending else stem
    return f"file-{whole}" if _RESERVED.match(whole) else whole


def placed(folder: str, entry: int, item: int, name: str) -> str:
    """Where a thing lies in a case file. The numbers in front keep things with the same name apart."""
    number = f"{entry:04d}-{item:02d}" if item else f"{entry:04d}"
    return f"data/{folder}/{number}-{safe(name)}"
