"""The worked example of a first start: a synthetic AI system that does harm, and the incident that answers it.

The prediction log is made from a seed, every figure is computed from it by the same questions that a responder asks,
and the incident is marked as a drill, so that it never enters the organisation's own figures.
"""

from hotwash.response.example.story import play
from hotwash.response.example.world import write_log

__all__ = ["play", "write_log"]
