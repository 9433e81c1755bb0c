"""Words, numbers and signs of the short text form."""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\\n]|\\.)*")
    |(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?![\w.])
    |(?P<word>[^\W\d][\w.-]*)
    |(?P<sign>[(),=]))""",
    re.VERBOSE,
)


class BadLine(ValueError):
    """A line that is not understood."""


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is string, number, word or sign."""

    kind: str
    text: str


class Tokens:
    """The tokens of one line, read one after the other."""

    def __init__(self, line: str) -> None:
        self._tokens: list[Token] = []
        at = 0
        line = line.rstrip()
        while at < len(line):
            if line[at:].lstrip().startswith("#"):
                break
            found = _TOKEN.match(line, at)
            if found is None:
                raise BadLine(f"{line[at:].strip()[:30]!r} is not understood here.")
            kind = str(found.lastgroup)
            self._tokens.append(Token(kind, found.group(kind)))
            at = found.end()
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._tokens)

    def next(self) -> Token | None:
        """The next one, without taking it."""
        return self._tokens[self._at] if self else None

    def take(self) -> Token:
        """The next one.

        :raises BadLine: if the line ends
        """
        if not self:
            raise BadLine("Something is missing at the end of the line.")
        self._at += 1
        return self._tokens[self._at - 1]

    def sign(self, text: str) -> bool:
        """Take a sign, if it is next."""
        if self and self._tokens[self._at] == Token("sign", text):
            self._at += 1
            return True
        return False

    def needs(self, text: str) -> None:
        """Take a sign.

        :raises BadLine: if it is not next
        """
        if not self.sign(text):
            there = self.next()
            raise BadLine(f"Expected {text!r} {'before ' + repr(there.text) if there else 'at the end of the line'}.")

    def word(self, *words: str) -> str:
        """Take one of some words, in any case, if it is next; else an empty text."""
        there = self.next()
        if there and there.kind == "word" and there.text.lower() in words:
            self._at += 1
            return there.text.lower()
        return ""

    def name(self) -> str:
        """Take a name.

        :raises BadLine: if none is next
        """
        token = self.take()
        if token.kind != "word":
            raise BadLine(f"Expected a name, not {token.text[:30]!r}.")
        return token.text

    def string(self) -> str:
        """Take a text in quotes, if one is next; else an empty one."""
        there = self.next()
        if there is None or there.kind != "string":
            return ""
        self._at += 1
        return re.sub(r"\\(.)", r"\1", there.text[1:-1])

    def end(self) -> None:
        """Be at the end.

        :raises BadLine: if something is left
        """
        if self:
            raise BadLine(f"{self.take().text[:30]!r} is too much here.")
