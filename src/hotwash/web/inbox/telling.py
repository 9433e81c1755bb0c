"""What an incident's record is told of the lines that went to it: not every signal.

A storm would bury the story: the first signals stand there one by one, those that follow as counts.
"""

from collections.abc import Iterable

from hotwash.web.tables.models import SignalGroup


def ask(groups: Iterable[SignalGroup]) -> None:
    """Let the worker tell the incidents of these lines what came."""
