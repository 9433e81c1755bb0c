"""Questions to logs of predictions: who was harmed, and are people treated alike. Knows neither incidents nor the web.

>>> from hotwash.investigate import Predictions, fairness, blast_radius

A question is a function from a log to a `Finding`: numbers with intervals, the rows used and skipped, the query that
was run, a fingerprint of the data, and one plain sentence. The same question to the same data gives the same bytes.
Only counts leave the engine that reads the log, apart from the work list of `affected`, and, inside this process, the
codes and numbers that `slices` and `drift` compute with (see `columnar`).
"""

from hotwash.investigate.cubes import Cubes
from hotwash.investigate.errors import (
    AskedWrongly,
    Cancelled,
    ColumnMissing,
    ColumnMistyped,
    ColumnsRepeated,
    EmptyLog,
    LogChanged,
    LogError,
    NotAnExpression,
    NotBinary,
    TimeWithoutZone,
    TooMany,
    Unreadable,
)
from hotwash.investigate.expression import Column
from hotwash.investigate.finding import Finding, picture
from hotwash.investigate.predictions import Guess, Predictions
from hotwash.investigate.questions.affected import Affected, affected
from hotwash.investigate.questions.agreement import agreement
from hotwash.investigate.questions.blast_radius import blast_radius
from hotwash.investigate.questions.changes import changes
from hotwash.investigate.questions.compare import compare
from hotwash.investigate.questions.drift import drift
from hotwash.investigate.questions.estimates import estimates
from hotwash.investigate.questions.exposure import exposure
from hotwash.investigate.questions.fairness import fairness
from hotwash.investigate.questions.fix import fix
from hotwash.investigate.questions.late_labels import late_labels
from hotwash.investigate.questions.onset import onset
from hotwash.investigate.questions.refusals import refusals
from hotwash.investigate.questions.scores import scores
from hotwash.investigate.questions.slices import slices
from hotwash.investigate.questions.texts import texts
from hotwash.investigate.reproducing import Reproduction, reproduce

__all__ = [
    "Affected",
    "AskedWrongly",
    "Cancelled",
    "Column",
    "ColumnMissing",
    "ColumnMistyped",
    "ColumnsRepeated",
    "Cubes",
    "EmptyLog",
    "Finding",
    "Guess",
    "LogChanged",
    "LogError",
    "NotAnExpression",
    "NotBinary",
    "Predictions",
    "Reproduction",
    "TimeWithoutZone",
    "TooMany",
    "Unreadable",
    "affected",
    "agreement",
    "blast_radius",
    "changes",
    "compare",
    "drift",
    "estimates",
    "exposure",
    "fairness",
    "fix",
    "late_labels",
    "onset",
    "picture",
    "refusals",
    "reproduce",
    "scores",
    "slices",
    "texts",
]
