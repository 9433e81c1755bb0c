"""When seals are made and where they go, as the operator set it. Reads words and looks at nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

FOLDER = "folder"
"""What the place is called that is a folder; a list may not have this name."""
WORDS = ("every", "folder", "to", "timestamp", "authority")
_SECONDS = {"m": 60, "h": 3600, "d": 86400}
_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where seals go.

    :param every: how often one is made
    :param folder: where files are put: elsewhere, mounted, and best such that nothing there can be written over
    :param lists: names of mail lists and webhooks (`hotwash channel`)
    :param timestamp: the address of a time-stamp authority (RFC 3161)
    :param authority: certificates by which it is believed
    """

    every: timedelta
    folder: Path | None = None
    lists: tuple[str, ...] = ()
    timestamp: str = ""
    authority: Path | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """The names of all places to which a seal goes."""
        return ((FOLDER,) if self.folder else ()) + self.lists

    @classmethod
    def of(cls, words: Mapping[str, str]) -> "Plan":
        """A plan from the words of the setting.

        :raises ValueError: if they make none
        """
        if strange := sorted(set(words) - set(WORDS)):
            raise ValueError(f"{strange[0][:60]} is none of its words.")
        found = re.fullmatch(r"([1-9]\d{0,4})([mhd])", words.get("every", "1d"))
        every = timedelta(seconds=int(found[1]) * _SECONDS[found[2]]) if found else timedelta()
        if not _SHORTEST <= every <= _LONGEST:
            raise ValueError("every is a time from 5m to 31d, such as 6h.")
        lists = tuple(dict.fromkeys(words.get("to", "").replace(",", " ").split()))
        for name in lists:
            if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", name) or name == FOLDER:
                raise ValueError(f"{name[:60]} is no name of a list.")
        url, authority = words.get("timestamp", ""), words.get("authority", "")
        if bool(url) != bool(authority):
            raise ValueError("timestamp and authority go together.")
        if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
            raise ValueError("timestamp is no web address.")
        for name in (words.get("folder", ""), authority):
            if name and not Path(name).is_absolute():
                raise ValueError(f"{name[:200]} does not begin at /.")
        folder = words.get("folder", "")
        if not folder and not lists:
            raise ValueError("it names no place: folder, or lists in to.")
        return cls(every, Path(folder) if folder else None, lists, url, Path(authority) if authority else None)
