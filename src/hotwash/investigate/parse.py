"""From the words of a condition to its tree (see `expression`), or to a sentence that says what would be right.

::

    condition  = both {"or" both}
    both       = one {"and" one}
    one        = "not" one | sum [ comparison sum | ["not"] in | ["not"] between | ["not"] like | is ["not"] null ]
    sum        = term {("+" | "-") term}
    term       = factor {("*" | "/") factor}
    factor     = ["-"] (number | 'text' | true | false | name | "name" | function(sum) | "(" condition ")")
"""

import re
from typing import NamedTuple

from hotwash.investigate.errors import NotAnExpression
from hotwash.investigate.expression import (
    FUNCTIONS,
    All,
    Any,
    Arithmetic,
    Between,
    Call,
    Comparison,
    Expression,
    Like,
    Membership,
    Missing,
    Name,
    Negative,
    Not,
    Number,
    Text,
    Truth,
)

LENGTH_MAX = 4_000
DEPTH_MAX = 40
OPTIONS_MAX = 1_000

WORDS = ("and", "or", "not", "in", "between", "is", "null", "like", "true", "false")
COMPARISONS = {"=": "=", "==": "=", "!=": "<>", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    |(?P<text>'(?:[^']|'')*')
    |(?P<quoted>"(?:[^"]|"")+")
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>==|!=|<>|<=|>=|[=<>+\-*/(),])""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """One word or sign; ``at`` counts from 1."""

    kind: str
    text: str
    at: int


def parse(text: str) -> Expression:
    """The tree of a condition. Names are not looked up yet: see `kinds.check`.

    :raises NotAnExpression: if the text is no expression, or too long or too deep
    """
    if len(text) > LENGTH_MAX:
        raise NotAnExpression(
            f"it is {len(text):,} characters long.",
            position=LENGTH_MAX,
            text=text,
            mend=f"At most {LENGTH_MAX:,} are read.",
        )
    reader = _Reader(text, _tokens(text))
    if reader.now.kind == "end":
        raise reader.wrong("there is nothing.", "Write a condition such as: decision = 0 and label = 1")
    tree = reader.condition()
    if reader.now.kind != "end":
        raise reader.wrong(f"{reader.now.text!r} cannot stand here.", "Join conditions with and / or.")
    return tree


def _tokens(text: str) -> list[Token]:
    found, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or "\0" in match.group():
            character = text[place]
            what, mend = (
                f"{character!r} cannot stand here.",
                "Text is written 'like this', a column like_this or \"like this\".",
            )
            if character == "'":
                what, mend = "this text has no end.", "Close it with a quotation mark: 'text'."
            elif character == '"':
                what, mend = "this column name has no end or is empty.", 'Close it with a quotation mark: "name".'
            elif character == ";":
                what, mend = "a condition is one expression, not a list of statements.", "Leave the semicolon out."
            raise NotAnExpression(what, position=place + 1, text=text, mend=mend)
        kind = str(match.lastgroup)
        if kind == "word" and match.group().lower() in WORDS:
            kind = match.group().lower()
        if kind == "sign":
            kind = match.group()
        if kind != "space":
            found.append(Token(kind, match.group(), place + 1))
        place = match.end()
    found.append(Token("end", "", len(text) + 1))
    return found


class _Reader:
    """Reads tokens from left to right, one rule of the grammar a method."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text, self.tokens, self.place, self.depth = text, tokens, 0, 0

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def wrong(self, what: str, mend: str = "", *, token: Token | None = None) -> NotAnExpression:
        return NotAnExpression(what, position=(token or self.now).at, text=self.text, mend=mend)

    def take(self, *kinds: str) -> Token | None:
        token = self.now
        if token.kind not in kinds:
            return None
        self.place += 1
        return token

    def need(self, kind: str, mend: str) -> Token:
        token = self.take(kind)
        if token is None:
            found = "the condition ends" if self.now.kind == "end" else f"{self.now.text!r} stands"
            raise self.wrong(f"{found} where {kind!r} belongs.", mend)
        return token

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise self.wrong(
                "it is nested too deeply.", f"At most {DEPTH_MAX} levels are read; use in (…) for long lists."
            )

    def condition(self) -> Expression:
        self.deeper()
        at, parts = self.now.at, [self.both()]
        while self.take("or"):
            parts.append(self.both())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Any(tuple(parts), at)

    def both(self) -> Expression:
        at, parts = self.now.at, [self.one()]
        while self.take("and"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else All(tuple(parts), at)

    def one(self) -> Expression:  # noqa: PLR0911 - one line a rule
        token = self.take("not")
        if token:
            self.deeper()
            part = self.one()
            self.depth -= 1
            return Not(part, token.at)
        left = self.sum()
        token = self.now
        if token.kind in COMPARISONS:
            self.place += 1
            if self.now.kind == "null":
                raise self.wrong("nothing equals null.", "Write: column is null, or: column is not null")
            right = self.sum()
            if self.now.kind in COMPARISONS:
                raise self.wrong("comparisons cannot be chained.", "Write: a < b and b < c")
            return Comparison(COMPARISONS[token.kind], left, right, token.at)
        if self.take("is"):
            opposite = self.take("not")
            self.need("null", "Write: column is null, or: column is not null")
            return self.turned(opposite, Missing(left, token.at))
        opposite = self.take("not")
        token = self.now
        if self.take("in"):
            return self.turned(opposite, self.options(left, token))
        if self.take("between"):
            low = self.sum()
            self.need("and", "Write: column between 1 and 5")
            return self.turned(opposite, Between(left, low, self.sum(), token.at))
        if self.take("like"):
            pattern = self.take("text")
            if pattern is None:
                raise self.wrong("like needs a text.", "Write: column like 'A%'")
            return self.turned(opposite, Like(left, self.literal(pattern), token.at))
        if opposite:
            raise self.wrong("after not, one of in, between or like belongs here.")
        return left

    @staticmethod
    def turned(opposite: Token | None, tree: Expression) -> Expression:
        return Not(tree, opposite.at) if opposite else tree

    def options(self, item: Expression, token: Token) -> Membership:
        self.need("(", "Write: column in ('a', 'b')")
        options = [self.sum()]
        while self.take(","):
            options.append(self.sum())
            if len(options) > OPTIONS_MAX:
                raise self.wrong("the list is too long.", f"At most {OPTIONS_MAX:,} values are read.")
        self.need(")", "Write: column in ('a', 'b')")
        return Membership(item, tuple(options), token.at)

    def sum(self) -> Expression:
        tree = self.term()
        while token := self.take("+", "-"):
            tree = self.grown(Arithmetic(token.kind, tree, self.term(), token.at))
        return tree

    def term(self) -> Expression:
        tree = self.factor()
        while token := self.take("*", "/"):
            tree = self.grown(Arithmetic(token.kind, tree, self.factor(), token.at))
        return tree

    def grown(self, tree: Arithmetic) -> Arithmetic:
        # A chain a+b+c+… makes a tree as deep as it is long; whoever writes it out later goes down all the way.
        deep, inner = 0, tree.left
        while isinstance(inner, Arithmetic):
            deep, inner = deep + 1, inner.left
        if deep > DEPTH_MAX:
            raise self.wrong("the sum has too many terms.", f"At most {DEPTH_MAX} are read.")
        return tree

    @staticmethod
    def literal(token: Token) -> Text:
        return Text(token.text[1:-1].replace("''", "'"), token.at)

    def factor(self) -> Expression:  # noqa: PLR0911 - one line a rule
        token = self.now
        if self.take("-"):
            self.deeper()
            part = self.factor()
            self.depth -= 1
            return (
                Number("-" + part.text, token.at)
                if isinstance(part, Number) and part.text[0] != "-"
                else Negative(part, token.at)
            )
        if self.take("number"):
            if not float(token.text) < float("inf"):
                raise self.wrong("this number is too large.", token=token)
            return Number(token.text, token.at)
        if self.take("text"):
            return self.literal(token)
        if self.take("true", "false"):
            return Truth(token.kind == "true", token.at)
        if self.take("quoted"):
            return Name(token.text[1:-1].replace('""', '"'), token.at)
        if self.take("("):
            tree = self.condition()
            self.need(")", "Close the parenthesis.")
            return tree
        if self.take("word"):
            return self.called(token) if self.now.kind == "(" else Name(token.text, token.at)
        if token.kind == "end":
            raise self.wrong("the condition breaks off.", "A column, a number or a 'text' belongs here.")
        if token.kind == "null":
            raise self.wrong("null is not a value.", "Write: column is null, or: column is not null")
        raise self.wrong(f"{token.text!r} cannot stand here.", "A column, a number or a 'text' belongs here.")

    def called(self, token: Token) -> Call:
        name = token.text.lower()
        if name not in FUNCTIONS:
            raise self.wrong(
                f"there is no function {token.text!r}.",
                f"A condition speaks about columns; it may use {', '.join(FUNCTIONS)}.",
                token=token,
            )
        self.need("(", "")
        self.deeper()
        argument = self.sum()
        self.depth -= 1
        self.need(")", f"{name} takes one column.")
        return Call(name, argument, token.at)
