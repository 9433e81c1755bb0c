"""Incidents of the past that came in from a file: where each stood in it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IncidentImported:
    """The whole record so far was read from a file; nobody took its times while it happened.

    :param source: the file's name
    :param digest: of the file's bytes
    :param line: where in it the incident stands
    :param reference: what the incident is called where it came from
    """

    source: str
    digest: str
    line: int
    reference: str = ""
    url: str = ""
