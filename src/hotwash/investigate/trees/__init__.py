"""Fault trees: read them, solve them exactly, ask what is uncertain and which barrier would have held. Knows no
incident.

>>> from hotwash.investigate.trees import read, solve
>>> tree = read("gate top = a AND b\\nevent a = 0.1\\nevent b = 0.2\\n", "tree")
>>> solve(tree).probability
0.020000000000000004
"""

from hotwash.investigate.trees.checking import check
from hotwash.investigate.trees.forms import FORMS, form_of, read, write
from hotwash.investigate.trees.model import Event, Fault, Gate, Group, House, Invalid, Join, Parameter, Tree
from hotwash.investigate.trees.solving import Analysis, Importance, solve

__all__ = [
    "FORMS",
    "Analysis",
    "Event",
    "Fault",
    "Gate",
    "Group",
    "House",
    "Importance",
    "Invalid",
    "Join",
    "Parameter",
    "Tree",
    "check",
    "form_of",
    "read",
    "solve",
    "write",
]
