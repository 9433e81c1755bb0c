"""One block of a world's decisions, drawn with its harms and without: the same people, the same numbers.

What the system ought to see of a case is its *merit*: standard normal, moved by the base rate of the person's group,
so that the label is positive where it is above 0. A score is the merit seen through the noise of the model's version.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from hotwash.drills.worlds import talking
from hotwash.drills.worlds.description import Attribute, Harm, Quantity, World
from hotwash.drills.worlds.draws import BLOCK, Draws, of_person, quantile
from hotwash.drills.worlds.harming import Stop, micros, stopped, strength
from hotwash.drills.worlds.predicates import Coded, meets
from hotwash.drills.worlds.seasons import Calendar

Numbers = Any
BELOW, ABOVE, REFUSED, HUMAN = range(4)


@dataclass(frozen=True, slots=True)
class Made:
    """A block: the columns of the log, and what is true of its rows.

    :param harmed: which rows were decided against a person only because of a harm
    :param acting: for each harm, the rows on which it acted
    :param loss: for worlds with prices: what the harm changed of each price
    :param frame: what people truly are, also where the log misses it
    """

    first: int
    at: Numbers
    person: Numbers
    columns: dict[str, Any]
    frame: dict[str, Any]
    harmed: Numbers
    acting: dict[str, Numbers]
    loss: Numbers | None = None
    without: Numbers | None = None


class Deciding:
    """A world with its size and seed: makes any block of it.

    :param until: the log as it stood at this moment: no later row, and no label that was not known by then
    :param stops: containments that took effect
    """

    def __init__(
        self, world: World, *, rows: int, seed: int, until: int | None = None, stops: Sequence[Stop] = ()
    ) -> None:
        self.world, self.rows, self.seed, self.stops = world, rows, seed, tuple(stops)
        self.until = micros(world.end) if until is None else min(until, micros(world.end))
        self.people = rows if world.visits == 1 else max(1, round(rows / _each(world.visits)))
        self.live = np.array(
            [micros(world.zero + one.at) for one in world.versions[1:] if one.at is not None], np.int64
        )

    @cached_property
    def calendar(self) -> Calendar:
        """When each row is decided."""
        return Calendar(self.world, self.rows, self.seed)

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return -(-self.rows // BLOCK)

    def block(self, number: int) -> Made:
        """One block, cut off at ``until``."""
        first = number * BLOCK
        draws = Draws(self.seed, number, min(BLOCK, self.rows - first))
        at = self.calendar.at(first, draws.fine("moment"))
        kept = int(np.searchsorted(at, self.until))
        draws.rows, at = kept, at[:kept]
        person = np.arange(first, first + kept) if self.people == self.rows else draws.whole("person", self.people)
        return self._made(first, draws, at, person)

    def asked(self, told: Mapping[str, Any], *, at: int, block: int) -> Made:
        """One case of somebody who is not among the world's people.

        :param told: places of attributes' values, and numbers, by name; what is missing is drawn
        """
        person = np.array([self.people + (block & 0xFFFFFFFF)])
        return self._made(self.rows + (block & 0xFFFFFFFF), Draws(self.seed, block, 1), np.array([at]), person, told)

    def _made(
        self, first: int, draws: Draws, at: Numbers, person: Numbers, told_of: Mapping[str, Any] | None = None
    ) -> Made:
        given = told_of or {}
        frame: dict[str, Any] = {}
        for attribute in self.world.attributes:
            frame[attribute.name] = self._attribute(attribute, person, frame)
            if attribute.name in given:
                frame[attribute.name] = Coded(np.array([given[attribute.name]], np.int8), tuple(attribute.values))
        own = self._own(draws, person)
        merit = own + self._base(frame, draws.rows)
        shown = {one.name: self._missing(draws, one, frame[one.name]) for one in self.world.attributes}
        numbers = {one.name: self._number(draws, one, own) for one in self.world.numbers}
        numbers |= {name: np.array([given[name]]) for name in numbers if name in given}
        frame |= numbers
        if self.world.chat:
            frame[self.world.chat.intent] = talking.intents(self.world.chat, draws)
        forces = []
        for harm in self.world.harms:
            force = strength(self.world, harm, at=at, person=person, frame=frame, seed=self.seed)
            if force is not None:
                forces.append((harm, force))
        contained = stopped(self.stops, at=at, person=person, frame=frame, seed=self.seed)
        version = np.searchsorted(self.live, at, side="right").astype(np.int8)
        told = self.world.columns
        columns: dict[str, Any] = {told.id: np.arange(first + 1, first + 1 + draws.rows), told.time: at}
        columns[told.version] = Coded(version, tuple(one.name for one in self.world.versions))
        columns[told.subject] = person + 1
        columns |= shown | numbers
        for harm, force in forces:
            if harm.how == "dropped-feature":
                columns[harm.feature] = np.where((force > 0) & (contained == 0), np.nan, columns[harm.feature])
        acting = {harm.name: (force != 0) & (contained == 0) for harm, force in forces}
        make = self._talked if self.world.chat else self._priced if self.world.price else self._decided
        held = _Drawn(draws, at, person, own, merit, version, forces, contained)
        return make(Made(first, at, person, columns, frame, np.zeros(draws.rows, bool), acting), held)

    # People.

    def _attribute(self, one: Attribute, person: Numbers, frame: dict[str, Any]) -> Coded:
        mark = of_person(person, self.seed, f"attribute {one.name}")
        codes = _placed(mark, list(one.values.values()))
        for given in one.given:
            chosen = meets(given.when, frame, len(person))
            codes = np.where(chosen, _placed(mark, list(given.values.values())), codes)
        return Coded(codes, tuple(one.values))

    def _own(self, draws: Draws, person: Numbers) -> Numbers:
        """What is special about a case: the half of it that is the person's stays with the person."""
        fresh = draws.normal("merit")
        if self.people == self.rows:
            return fresh
        radius = np.sqrt(-2 * np.log1p(-of_person(person, self.seed, "merit, how far")))
        turned = np.cos(np.float32(2 * np.pi) * of_person(person, self.seed, "merit, which way"))
        return (fresh + radius * turned) * np.float32(np.sqrt(0.5))

    def _base(self, frame: dict[str, Any], rows: int) -> Numbers:
        label = self.world.label
        moved = np.full(rows, quantile(label.base) if label else 0.0, np.float32)
        for one in label.by if label else ():
            moved = np.where(meets(one.when, frame, rows), np.float32(quantile(one.base)), moved)
        return moved

    def _missing(self, draws: Draws, one: Attribute, told: Coded) -> Coded:
        if not one.missing:
            return told
        lost = draws.uniform(f"{one.name}, missing") < one.missing
        return Coded(np.where(lost, np.int8(-1), told.codes), told.values)

    def _number(self, draws: Draws, one: Quantity, own: Numbers) -> Numbers:
        mark = draws.normal(f"number {one.name}").astype(np.float64)
        spread = one.spread * (one.merit * own + np.sqrt(1 - one.merit**2) * mark)
        value = one.middle * np.exp(spread) if one.shape == "log-normal" else one.middle + spread
        if one.low is not None or one.high is not None:
            value = np.clip(value, one.low, one.high)
        value = np.round(value, one.digits)
        if one.missing:
            value[draws.uniform(f"{one.name}, missing") < one.missing] = np.nan
        return value

    # What is decided.

    def _decided(self, made: Made, held: "_Drawn") -> Made:
        world, draws = self.world, held.draws
        noise = np.array([one.noise for one in world.versions], np.float32)[held.version]
        line = np.array([one.threshold for one in world.versions], np.float32)[held.version]
        seen = held.merit + noise * draws.normal("score")
        fair, harmed, moved = seen, seen, np.zeros(draws.rows, np.float32)
        refused = np.zeros(draws.rows, bool)
        flipped = np.zeros(draws.rows, bool)
        for harm, force in held.forces:
            match harm.how:
                case "score":
                    harmed = harmed + force
                case "threshold":
                    harmed = harmed - force
                case "drift":
                    moved = moved + force
                case "label-bias":
                    harmed = harmed + self._learned(harm, force)
                    flipped |= draws.uniform(f"{harm.name}, label") < force
                case "dropped-feature":
                    blind = draws.normal(f"{harm.name}, blind")
                    harmed = harmed + np.sqrt(np.clip(force * (2 - force), 0, 1)) * blind - force * held.own
                case "refusal":
                    refused |= draws.uniform(f"{harm.name}, refused") < force
        fair = fair + moved  # the world moved, and a model that nobody harmed would have seen it
        without = np.where(fair > line, np.int8(ABOVE), np.int8(BELOW))
        with_harm = np.where(refused, np.int8(REFUSED), np.where(harmed > line, np.int8(ABOVE), np.int8(BELOW)))
        against = ABOVE if world.decision.adverse == world.decision.above else BELOW
        hurt = ((with_harm == against) | (with_harm == REFUSED)) & (without != against) & (held.contained == 0)
        free = held.contained == 0
        decision = np.where(free, with_harm, np.where(held.contained == 1, without, np.int8(HUMAN)))
        told = world.columns
        said = world.decision
        columns = made.columns
        if told.score:
            score = np.where(free, harmed, fair).astype(np.float64) - line
            columns[told.score] = np.round(1 / (1 + np.exp(-score)), 4)
        columns[told.decision] = Coded(decision, (said.below, said.above, said.refused, said.human))
        if world.label:
            flipped &= free
            self._labelled(made, held, (held.merit + moved > 0), flipped)
        return Made(made.first, made.at, made.person, columns, made.frame, hurt, made.acting, None, without)

    def _learned(self, harm: Harm, force: Numbers) -> Numbers:
        """A model that learned from labels that were taken away from a group sees less merit in it."""
        base = self.world.label.base if self.world.label else 0.5
        shift = quantile(max(base * (1 - harm.by), 1e-6)) - quantile(base)
        return force * np.float32(shift / harm.by)

    def _priced(self, made: Made, held: "_Drawn") -> Made:
        price, draws = self.world.price, held.draws
        assert price
        mark = draws.normal("fair value").astype(np.float64)
        value = price.middle * np.exp(price.spread * (price.merit * held.own + np.sqrt(1 - price.merit**2) * mark))
        asked = (1 + price.margin) * np.exp(price.noise * draws.normal("price").astype(np.float64))
        now, factor = value, np.ones(draws.rows)
        for harm, force in held.forces:
            if harm.how == "drift":
                now = now * (1 + force)
            elif harm.how == "price":
                factor = factor * (1 + force)
        # A harm by drift goes on pricing the former value; without it, the price would follow.
        without, with_harm = np.round(now * asked, price.digits), np.round(value * asked * factor, price.digits)
        free = held.contained == 0
        hurt = (np.abs(with_harm - without) > price.tolerance * np.abs(without)) & free
        truth = np.round(now, price.digits)
        if self.world.label:
            known, when = self._known(held)
            truth = np.where(known, truth, np.nan)
            if self.world.columns.label_time:
                made.columns[self.world.columns.label_time] = np.where(known, when, -1)
        paid = np.where(free, with_harm, np.where(held.contained == 1, without, np.nan))
        made.columns[price.column], made.columns[price.truth] = paid, truth
        loss = np.where(hurt, with_harm - without, 0.0)
        return Made(made.first, made.at, made.person, made.columns, made.frame, hurt, made.acting, loss, without)

    def _talked(self, made: Made, held: "_Drawn") -> Made:
        chat, draws = self.world.chat, held.draws
        assert chat
        intents = made.frame[chat.intent]
        ill = draws.uniform("bad anyway") < chat.bad
        without, bad = ill, ill
        for harm, force in held.forces:
            turned = draws.uniform(f"{harm.name}, answers") < force
            bad = bad | (turned & talking.chosen(intents, harm.intents))
        can = talking.can_go_bad(chat, intents)
        free = held.contained == 0
        without, bad = without & can, bad & can
        said = np.where(free, bad, without)
        question, answer = talking.texts(chat, draws, intents, said)
        answer[held.contained == 2] = None
        made.columns.update({chat.intent: intents, chat.question: question, chat.answer: answer})
        if chat.flagged:
            made.columns[chat.flagged] = talking.thumbs(draws, said)
        if self.world.label:
            self._labelled(made, held, said, np.zeros(draws.rows, bool))
        hurt = bad & ~without & free
        return Made(made.first, made.at, made.person, made.columns, made.frame, hurt, made.acting, None, without)

    def _labelled(self, made: Made, held: "_Drawn", truth: Numbers, flipped: Numbers) -> None:
        label, told = self.world.label, self.world.columns
        assert label
        written = truth & ~flipped
        if label.noise:
            written = written ^ (held.draws.uniform("label, wrong") < label.noise)
        known, when = self._known(held)
        codes = np.where(known, written.astype(np.int8), np.int8(-1))
        made.columns[told.label] = Coded(codes, (label.negative, label.positive))
        if told.label_time:
            made.columns[told.label_time] = np.where(known, when, -1)

    def _known(self, held: "_Drawn") -> tuple[Numbers, Numbers]:
        """Which labels are known by the end of the log, and since when."""
        label = self.world.label
        assert label
        when = held.at
        if label.delay:
            late = np.exp(label.spread * held.draws.normal("label, delay").astype(np.float64))
            when = when + (late * label.delay.total_seconds() * 1e3).astype(np.int64) * 1000
        known = when <= self.until
        if label.unknown:
            known = known & (held.draws.uniform("label, unknown") >= label.unknown)
        return known, when


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a block has drawn before anything is decided."""

    draws: Draws
    at: Numbers
    person: Numbers
    own: Numbers
    merit: Numbers
    version: Numbers
    forces: list[tuple[Harm, Numbers]]
    contained: Numbers


def _placed(mark: Numbers, shares: list[float]) -> Numbers:
    """The place of each mark among shares that sum to 1."""
    codes = np.zeros(len(mark), np.int8)
    edges = np.cumsum(shares)[:-1]
    for edge in edges:
        codes += mark >= np.float32(edge)
    return codes


def _each(visits: float) -> float:
    """How many decisions a person has on average, so that those who are met at all have ``visits`` of them."""
    low, high = 0.0, visits
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if middle < visits * -math.expm1(-middle) else (low, middle)
    return max(low, 1e-3)
