"""Stored counts: the next question on the same log needs no other scan."""

import shutil
from dataclasses import dataclass, replace
from typing import Literal

from hotwash.investigate import files
from hotwash.investigate.predictions import Log, Predictions, described
from hotwash.investigate.shelves import Shelves, keeps


@dataclass(frozen=True, slots=True)
class Standing:
    """How stored counts stand to a log now, and a sentence about it."""

    status: Literal["nothing stored", "up to date", "grown", "must be counted again", "not kept"]
    sentence: str


class Cubes(Shelves):
    """Stored counts in a folder, for any number of logs."""

    def over(self, log: Log) -> Predictions:
        """The log, with its counts kept here."""
        return replace(described(log), cubes=self)

    def standing(self, log: Log) -> Standing:
        """Whether the next question needs a scan.

        :raises LogError: if the log cannot be found
        """
        told = described(log)
        if not keeps(told.source):
            return Standing(
                "not kept",
                f"{told.named} cannot tell whether it has grown without being read, so its counts are not kept.",
            )
        paths = files.found(told.source)
        shelf = self.read(told.source, told.zone)
        if shelf is None or not shelf.cubes:
            return Standing("nothing stored", "No counts of this log are stored: the next question reads all of it.")
        new = [path for path in paths if str(path) not in shelf.known]
        now = dict(zip(map(str, paths), files.state(paths), strict=True))
        other = [name for name, known in shelf.known.items() if now.get(name) != known.state]
        if other:
            return Standing(
                "must be counted again",
                f"{len(other)} of {len(shelf.known)} files were written to or are gone: what they were part of is "
                "counted again by the next question.",
            )
        if new:
            return Standing(
                "grown", f"{len(new)} of {len(paths)} files are new: the next question reads these and no others."
            )
        return Standing("up to date", "The log is as it was when it was counted: no scan is needed.")

    def forget(self, log: Log) -> None:
        """Throw away what is stored for a log."""
        told = described(log)
        shutil.rmtree(self.place(told.source, told.zone), ignore_errors=True)
