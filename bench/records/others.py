"""What FIR, IRIS and Dispatch take for the same work: 10,000 incidents, one of 200 entries, PostgreSQL, one visitor.

Measured once, in November 2026, on a busy machine with two cores; not part of a run, because each is an installation of
its own. Compare the orders of magnitude and the statements, not the digits.
"""

from bench.measure import Figure, Row


def _row(work: str, whose: str, app: float, db: float, statements: int) -> Row:
    figures: dict[str, Figure] = {
        "system": whose,
        "CPU ms app": app,
        "CPU ms db": db,
        "sum": app + db,
        "SQL": statements,
    }
    return Row(work, figures)


ROWS = [
    _row("declare", "FIR", 22, 19, 28),
    _row("declare", "IRIS", 34, 30, 105),
    _row("declare", "Dispatch", 488, 173, 415),
    _row("list 50", "FIR", 167, 60, 411),
    _row("list 50", "IRIS", 194, 68, 223),
    _row("list 50", "Dispatch", 361, 162, 316),
    _row("open the room", "FIR, page", 307, 58, 443),
    _row("open the room", "FIR, API", 219, 74, 616),
    _row("open the room", "IRIS, page without entries", 3.3, 0.7, 7),
    _row("open the room", "IRIS, entries by API", 9.3, 7.3, 10),
    _row("open the room", "Dispatch, API only", 68, 13, 36),
    _row("append", "FIR", 13, 11, 11),
    _row("append", "IRIS", 17, 10, 50),
    _row("append", "Dispatch", 109, 26, 62),
]
