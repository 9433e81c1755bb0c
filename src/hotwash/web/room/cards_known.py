"""Which reading a finding has, by its question."""

from hotwash.investigate import Finding, LogError
from hotwash.investigate.frame import rows as rows_of
from hotwash.web.room import cards_before_after, cards_groups, cards_harm, cards_texts
from hotwash.web.room.cards import Card, Cell, Reading, Table, heads, plain

READINGS: dict[str, Reading] = {
    "blast-radius": cards_harm.blast_radius,
    "onset": cards_harm.onset,
    "slices": cards_harm.slices,
    "changes": cards_harm.changes,
    "fairness": cards_groups.fairness,
    "scores": cards_groups.scores,
    "estimates": cards_groups.estimates,
    "exposure": cards_groups.exposure,
    "late-labels": cards_groups.late_labels,
    "imported": cards_groups.imported,
    "fix": cards_before_after.fix,
    "compare": cards_before_after.compare,
    "drift": cards_before_after.drift,
    "texts": cards_texts.texts,
    "refusals": cards_texts.refusals,
    "agreement": cards_texts.agreement,
}
"""The reading of every question."""

_ROWS_MAX = 200


def card_of(finding: Finding) -> Card:
    """What a finding shows. One that came from elsewhere, or has another shape, is shown by its own table."""
    reading = READINGS.get(finding.question)
    if reading is not None:
        try:
            return reading(finding.result)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            pass  # made by another version, or by hand: its own table still tells
    return _bare(finding)


def _bare(finding: Finding) -> Card:
    warning = str(finding.result.get("content_warning") or "")
    open_parts = {name: held for name, held in finding.result.items() if name not in ("samples", "clusters")}
    try:
        found = rows_of(open_parts)[:_ROWS_MAX]
    except LogError:
        return Card(warning=warning)
    titles = list(dict.fromkeys(name for row in found for name in row))[:12]
    made = tuple(tuple(_cell(row.get(title)) for title in titles) for row in found)
    return Card((), (Table("", heads(*titles), made, dense=True),) if titles else (), warning=warning)


def _cell(held: object) -> Cell:
    if isinstance(held, int | float) and not isinstance(held, bool):
        return Cell(plain(held), number=True)
    return Cell("–" if held is None else str(held))
