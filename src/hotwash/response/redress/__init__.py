"""Redress: the register of the people harmed, what each is owed, and how far it has come.

``recipients(desk, rows, incident)`` gives those to whom a letter is owed; all else is a method or a function on a
`Register`.
"""

from hotwash.response.redress.lists import Recipient, recipients
from hotwash.response.redress.register import LinesRefused, Register, Taken

__all__ = ["LinesRefused", "Recipient", "Register", "Taken", "recipients"]
