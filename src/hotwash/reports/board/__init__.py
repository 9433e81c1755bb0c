"""The quarterly report to the board: what harm there was, whether it is under control, what the board must decide.

For people who were not there and have ten minutes. Every figure has a note, and the note leads to the entries that it
comes from. What the figures cannot say is said.
"""

from hotwash.reports.board.quarterly import Quarter, UnknownQuarter, board, current, quarter

__all__ = ["Quarter", "UnknownQuarter", "board", "current", "quarter"]
