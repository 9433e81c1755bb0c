"""The notes behind the figures of a report: what was counted, and where it stands in the record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hotwash.reports.document import (
    Row,
    Run,
    Table,
    Text,
    text,
)

NOTE_MAX = 12
"""So many incidents stand in one note; of more, it says how many."""


@dataclass(slots=True)
class Notes:
    """The notes behind the figures, in the order in which they are named."""

    home: str
    rows: list[tuple[str, tuple[tuple[str, int | None], ...]]] = field(default_factory=list)

    def of(self, what: str, sources: Iterable[tuple[str, int | None]]) -> Run:
        """A pointer to a new note: what was counted, in which incidents, at which entries."""
        self.rows.append((what, tuple(dict.fromkeys(sources))))
        number = len(self.rows)
        return Run(f"\u00a0[{number}]", "quiet", number)

    def table(self) -> Table:
        """All notes."""
        return Table(
            ("Note", "What was counted", "Where it stands in the record"),
            (5, 38, 57),
            tuple(
                Row((text(str(number)), text(what), self._places(sources)), entry=number)
                for number, (what, sources) in enumerate(self.rows, 1)
            ),
        )

    def _places(self, sources: Sequence[tuple[str, int | None]]) -> Text:
        if not sources:
            return text("nowhere: there was nothing to count")
        by_incident: dict[str, list[int]] = {}
        for incident, number in sources:
            by_incident.setdefault(incident, []).extend([number] if number is not None else [])
        runs: list[Run] = []
        for incident, numbers in list(by_incident.items())[:NOTE_MAX]:
            path = f"{self.home}/incidents/{incident}/"
            runs += [Run("; ")] if runs else []
            runs.append(Run(incident, address=path))
            for place, number in enumerate(sorted(set(numbers))[:NOTE_MAX]):
                runs.append(Run(", entry " if place == 0 else ", "))
                runs.append(Run(str(number), address=f"{path}entries/{number}/"))
        left = len(by_incident) - NOTE_MAX
        if left > 0:
            runs.append(Run(f"; and {left} more"))
        return tuple(runs)
