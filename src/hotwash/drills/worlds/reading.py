"""The ``[world]`` table of a scenario, read strictly: all that is wrong with it is told at once.

The format is in `docs/reference/worlds.md`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from difflib import get_close_matches
from typing import Any, TypeVar

import msgspec

from hotwash.drills.worlds import tables
from hotwash.drills.worlds.description import (
    EVERYONE,
    ZERO,
    Attribute,
    Base,
    Chat,
    Columns,
    Condition,
    Decision,
    Given,
    Harm,
    Hour,
    Label,
    Price,
    Quantity,
    Season,
    Version,
    World,
)
from hotwash.drills.worlds.faults import Fault, WorldWrong
from hotwash.drills.worlds.phrases import available
from hotwash.investigate import expression as node
from hotwash.investigate.errors import LogError
from hotwash.investigate.kinds import condition

T = TypeVar("T")
ROWS_MAX = 100_000_000
DAYS_MAX = 3_700
_SPAN = re.compile(r"(\d+(?:\.\d+)?) ?(seconds?|minutes?|hours?|days?|weeks?)")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def read(table: Mapping[str, Any], *, path: str = "world") -> World:
    """A world from its table.

    :param path: where the table stands in its file, for the paths of faults
    :raises WorldWrong: with every fault, each with the path of its key
    """
    return _Reader(path).world(table)


def span(text: str) -> timedelta:
    """A length of time from words: ``12 days``, ``1 day 6 hours``, ``-90 minutes``.

    :raises ValueError: if it is none
    """
    body = text.strip()
    sign = -1 if body.startswith("-") else 1
    body = body.lstrip("-").strip()
    parts = list(_SPAN.finditer(body))
    if not parts or re.sub(r"[\s,]", "", _SPAN.sub("", body)):
        raise ValueError(f"{text!r} is no length of time: write 90 minutes, 12 days, or -1 day 6 hours.")
    return sign * timedelta(seconds=sum(float(one[1]) * _SECONDS[one[2][0]] for one in parts))


class _Reader:
    """Reads part after part and keeps what is wrong."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.columns: dict[str, node.Column] = {}
        self.values: dict[str, set[str]] = {}

    def world(self, table: Mapping[str, Any]) -> World:
        lists = {name: table.get(name, []) for name in ("attributes", "numbers", "versions", "harms")}
        singles = {name: table[name] for name in tables.SINGLES if name in table}
        rest = {name: value for name, value in table.items() if name not in lists and name not in tables.SINGLES}
        top = self.top(rest)
        parts = {name: self.take(name, value, tables.SINGLES[name]) for name, value in singles.items()}
        columns = self.plain(parts.get("columns"), Columns)
        several = {name: self.several(name, lists[name], shape) for name, shape in tables.LISTS.items()}
        attributes = tuple(self.attribute(place, one) for place, one in several["attributes"])
        for _, number in several["numbers"]:
            self.columns[number.name] = node.Column(number.name, "number")
        for attribute in attributes:
            self.columns[attribute.name] = node.Column(attribute.name, "text")
        tabled = [said for _, said in several["attributes"]]
        attributes = tuple(self.givens(one, said) for one, said in zip(attributes, tabled, strict=True))
        versions = tuple(self.version(place, one) for place, one in several["versions"])
        price = self.price(parts.get("price"))
        chat = self.chat(parts.get("chat"), top.kind)
        harms = {at: self.harm(at, one) for at, one in several["harms"]}
        world = World(
            kind=top.kind,
            rows=top.rows,
            zero=(top.zero or ZERO).astimezone(UTC),
            before=self.length("before", top.before) or timedelta(0),
            after=self.length("after", top.after) or timedelta(0),
            visits=top.visits,
            columns=columns,
            season=self.season(parts.get("season")),
            attributes=attributes,
            numbers=tuple(self.plain(one, Quantity) for _, one in several["numbers"]),
            label=self.label(parts.get("label")),
            decision=self.decision(parts.get("decision")),
            price=price,
            versions=versions or (Version("v1", None),),
            harms=tuple(harms.values()),
            chat=chat,
            begins=self.begins(top.begins),
        )
        for at, harm in harms.items():
            self.whole_harm(at, harm, world)
        self.whole(world)
        if self.faults:
            raise WorldWrong(self.faults)
        return world

    # What is wrong, and where.

    def wrong(self, at: str, why: str) -> None:
        self.faults.append(Fault(".".join(part for part in (self.path, at) if part), why))

    def take(self, at: str, value: object, shape: type[T]) -> T | None:
        """A piece in its shape; None and a fault if it has another."""
        try:
            return msgspec.convert(value, shape)
        except msgspec.ValidationError as bad:
            text = str(bad)
            where = re.search(r" - at `\$\.?([^`]*)`$", text)
            why, key = (text[: where.start()], where[1]) if where else (text, "")
            if unknown := re.fullmatch(r"Object contains unknown field `(.+)`", why):
                near = get_close_matches(unknown[1], tables.fields_of(shape), n=1)
                key = ".".join(part for part in (key, unknown[1]) if part)
                why = "there is no such key." + (f" Did you mean `{near[0]}`?" if near else "")
            elif missing := re.fullmatch(r"Object missing required field `(\w+)`", why):
                key, why = ".".join(part for part in (key, missing[1]) if part), "is missing."
            else:
                why = f"{why[0].lower()}{why[1:]}."
            self.wrong(".".join(part for part in (at, key) if part), why)
            return None

    def top(self, rest: Mapping[str, Any]) -> tables.Top:
        """What stands directly in the table, key by key, so that one that is wrong does not hide the others."""
        good: dict[str, Any] = {}
        for name, value in rest.items():
            if self.take("", {"kind": "decisions", name: value}, tables.Top) is not None:
                good[name] = value
        if "kind" not in rest:
            self.wrong("kind", 'is missing: "decisions", or "chat" for a system that talks.')
        return msgspec.convert({"kind": "decisions"} | good, tables.Top)

    def several(self, name: str, value: object, shape: type[Any]) -> list[tuple[str, Any]]:
        if not isinstance(value, list):
            self.wrong(name, f"must be a list of tables: write [[{self.path}.{name}]].")
            return []
        taken = [(f"{name}[{place}]", self.take(f"{name}[{place}]", one, shape)) for place, one in enumerate(value)]
        found = [(at, one) for at, one in taken if one is not None]
        names = [one.name for _, one in found]
        for at, one in found:
            if names.count(one.name) > 1:
                self.wrong(f"{at}.name", f"{one.name!r} stands there twice: give each a name of its own.")
        return found

    def length(self, at: str, text: str) -> timedelta | None:
        if not text:
            return None
        try:
            return span(text)
        except ValueError as bad:
            self.wrong(at, str(bad))
            return None

    def begins(self, text: str) -> Hour | None:
        if not text.strip():
            return None
        *day, clock = text.split()
        hour = _CLOCK.fullmatch(clock)
        if hour is None or len(day) > 1 or not set(day) <= set(WEEKDAYS):
            self.wrong("begins", f'{text[:40]!r} is no hour: write "08:00", or "Monday 08:00".')
            return None
        return Hour(WEEKDAYS.index(day[0]) if day else None, int(hour[1]) * 60 + int(hour[2]))

    def condition(self, at: str, text: str) -> Condition:
        if not text.strip():
            return EVERYONE
        try:
            tree = condition(text, self.columns)
        except LogError as bad:
            self.wrong(at, str(bad))
            return EVERYONE
        for name, value in _compared(tree):
            there = self.values.get(name)
            if there is not None and value not in there:
                self.wrong(at, f"{name} is never {value!r}; it is one of {', '.join(sorted(there))}.")
        return Condition(text, tree)

    def shares(self, at: str, values: Mapping[str, float]) -> Mapping[str, float]:
        total = sum(values.values())
        if len(values) < 1 or any(share < 0 for share in values.values()) or abs(total - 1) > 1e-6:
            self.wrong(at, f"shares must be at least 0 and sum to 1; they sum to {total:g}.")
        return values

    # The parts.

    def plain(self, said: Any, shape: type[T]) -> T:
        """The same fields, as the frozen part of a world."""
        return shape(**msgspec.structs.asdict(said)) if said is not None else shape()

    def attribute(self, at: str, said: tables.AttributeTable) -> Attribute:
        self.values[said.name] = set(said.values).union(*(one.values for one in said.given))
        return Attribute(said.name, self.shares(f"{at}.values", said.values), (), said.missing)

    def givens(self, one: Attribute, said: tables.AttributeTable) -> Attribute:
        known = [*one.values, *sorted(self.values[one.name] - set(one.values))]
        given = []
        for place, other in enumerate(said.given):
            at = f"attributes.{one.name}.given[{place}]"
            shares = self.shares(f"{at}.values", other.values)
            values = {value: shares.get(value, 0.0) for value in known}
            given.append(Given(self.condition(f"{at}.when", other.when), values))
        return Attribute(one.name, {value: one.values.get(value, 0.0) for value in known}, tuple(given), one.missing)

    def season(self, said: tables.SeasonTable | None) -> Season:
        if said is None:
            return Season()
        for name, count in (("hours", 24), ("weekdays", 7)):
            weights: Sequence[float] = getattr(said, name)
            if len(weights) != count or min(weights) < 0 or not sum(weights):
                self.wrong(
                    f"season.{name}", f"must be {count} weights of at least 0, not all 0; there are {len(weights)}."
                )
        return Season(tuple(said.hours), tuple(said.weekdays), said.growth, said.noise)

    def label(self, said: tables.LabelTable | None) -> Label | None:
        if said is None:
            return None
        by = tuple(
            Base(self.condition(f"label.by[{place}].when", one.when), one.base) for place, one in enumerate(said.by)
        )
        delay = self.length("label.delay", said.delay) or timedelta(0)
        fields = msgspec.structs.asdict(said) | {"by": by, "delay": delay}
        return Label(**fields)

    def decision(self, said: Any) -> Decision:
        made = self.plain(said, Decision)
        if made.adverse not in (made.above, made.below):
            self.wrong(
                "decision.adverse", f"must be {made.above!r} or {made.below!r}: one of the two that are decided."
            )
        return made

    def price(self, said: tables.PriceTable | None) -> Price | None:
        if said is None:
            return None
        for name in (said.column, said.truth):
            self.columns[name] = node.Column(name, "number")
        return Price(**msgspec.structs.asdict(said))

    def version(self, at: str, said: tables.VersionTable) -> Version:
        live = None if said.at == "start" else self.length(f"{at}.at", said.at)
        return Version(said.name, live, said.noise, said.threshold)

    def harm(self, at: str, said: tables.HarmTable) -> Harm:
        fields = msgspec.structs.asdict(said)
        fields |= {
            "who": self.condition(f"{at}.who", said.who),
            "since": self.length(f"{at}.since", said.since) or timedelta(0),
            "until": self.length(f"{at}.until", said.until),
            "ramp": self.length(f"{at}.ramp", said.ramp) or timedelta(0),
            "intents": tuple(said.intents),
        }
        return Harm(**fields)

    def chat(self, said: tables.ChatTable | None, kind: str) -> Chat | None:
        if said is None:
            if kind == "chat":
                self.wrong("chat", "is missing: a world that talks needs [world.chat] with its phrases.")
            return None
        if kind != "chat":
            self.wrong("chat", 'is for worlds that talk: set kind = "chat", or leave it out.')
        if said.phrases not in available():
            self.wrong("chat.phrases", f"there are no phrases {said.phrases!r}; there are {', '.join(available())}.")
        self.columns[said.intent] = node.Column(said.intent, "text")
        return Chat(**msgspec.structs.asdict(said))

    # What must fit together.

    def whole(self, world: World) -> None:
        if not 1 <= world.rows <= ROWS_MAX:
            self.wrong("rows", f"must be between 1 and {ROWS_MAX:,}.")
        if not timedelta(0) < world.end - world.start <= timedelta(days=DAYS_MAX):
            self.wrong("before", f"and `after` together must be more than nothing and at most {DAYS_MAX:,} days.")
        if world.visits < 1:
            self.wrong("visits", "must be at least 1: everybody who is met is met once.")
        self.whole_versions(world)
        self.whole_names(world)

    def whole_versions(self, world: World) -> None:
        if world.versions[0].at is not None:
            self.wrong("versions[0].at", 'must be "start": some version decides when the log begins.')
        later = [one.at for one in world.versions[1:]]
        if None in later:
            self.wrong("versions", 'only the first can have at = "start".')
        elif [at for at in later if at is not None] != sorted({at for at in later if at is not None}):
            self.wrong("versions", "must be in the order in which they went live, each later than the one before.")

    def whole_harm(self, at: str, harm: Harm, world: World) -> None:
        if not -world.before <= harm.since < world.after:
            self.wrong(f"{at}.since", "lies outside the world: it runs from -before to after.")
        if harm.until is not None and harm.until <= harm.since:
            self.wrong(f"{at}.until", "must be later than `since`.")
        if not 0 < harm.share <= 1:
            self.wrong(f"{at}.share", "must be above 0 and at most 1.")
        if not harm.by:
            self.wrong(f"{at}.by", "is 0: a harm that does nothing.")
        if harm.how in ("label-bias", "dropped-feature", "refusal", "answers") and not 0 < harm.by <= 1:
            self.wrong(f"{at}.by", f"is a share for {harm.how!r}: above 0 and at most 1.")
        if (harm.how == "answers") != (world.kind == "chat"):
            self.wrong(f"{at}.how", 'is "answers" in worlds that talk, and only there.')
        if harm.how == "label-bias" and world.label is None:
            self.wrong(f"{at}.how", "needs [world.label].")
        if harm.how == "price" and world.price is None:
            self.wrong(f"{at}.how", "needs [world.price].")
        if harm.how == "dropped-feature" and harm.feature not in {one.name for one in world.numbers}:
            self.wrong(f"{at}.feature", "must name one of [[world.numbers]]: the one that gets lost.")

    def whole_names(self, world: World) -> None:
        told = world.columns
        named = [told.id, told.time, told.version, told.subject]
        if world.kind == "chat" and world.chat:
            named += [world.chat.question, world.chat.answer, world.chat.intent, world.chat.flagged]
        elif world.price:
            named += [world.price.column, world.price.truth, told.decision]
        else:
            named += [told.score, told.decision]
        if world.label:
            named += [told.label, told.label_time]
        named += [one.name for one in world.attributes] + [one.name for one in world.numbers]
        for name in sorted({one for one in named if one and named.count(one) > 1}):
            self.wrong("columns", f"two columns of the log would be called {name!r}.")


def _compared(tree: object) -> list[tuple[str, str]]:
    """Texts with which columns are compared for equality."""
    match tree:
        case node.Comparison("=" | "<>", node.Name(name), node.Text(value)):
            return [(name, value)]
        case node.Membership(node.Name(name), options):
            return [(name, one.value) for one in options if isinstance(one, node.Text)]
        case node.All(parts) | node.Any(parts):
            return [pair for part in parts for pair in _compared(part)]
        case node.Not(part):
            return _compared(part)
        case _:
            return []
