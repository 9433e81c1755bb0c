"""All questions to logs under one command, ``ask``."""

from hotwash.cli import comparing, reading
from hotwash.cli.questions import ask

for verb in (*comparing.VERBS, *reading.VERBS):
    ask.add_command(verb)

__all__ = ["ask"]
