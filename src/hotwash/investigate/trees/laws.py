"""What expressions mean: laws of failure over time, distributions of what is uncertain, arithmetic.

Distributions stand for their mean where one value is asked for, and are drawn from in a Monte Carlo run. Laws and the
order of their arguments are those of the Open-PSA Model Exchange Format, version 2.0d, chapter on stochastic models.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from statistics import NormalDist

from hotwash.investigate.trees.model import TIME, Call, Expression

_TESTS_MAX = 100_000
DEPTH_MAX = 60


class BadValue(ValueError):
    """An expression has no value."""


def exponential(rate: float, time: float) -> float:
    """Failed by ``time``, at a constant rate."""
    _needs(rate >= 0 and time >= 0, "exponential needs a rate and a time of at least 0")
    return -math.expm1(-rate * time)


def weibull(scale: float, shape: float, start: float, time: float) -> float:
    """Failed by ``time``; ageing where the shape is above 1, early failures where it is below."""
    _needs(scale > 0 and shape > 0 and start >= 0 and time >= 0, "weibull needs a scale and a shape above 0")
    return -math.expm1(-(((time - start) / scale) ** shape)) if time > start else 0.0


def glm(on_demand: float, rate: float, repair: float, time: float) -> float:
    """Unavailable at ``time``: fails on demand, fails at a rate, is repaired at a rate."""
    _needs(
        0 <= on_demand <= 1 and rate >= 0 and repair >= 0 and time >= 0, "glm needs a chance and rates of at least 0"
    )
    both = rate + repair
    if both == 0:
        return on_demand
    return (rate - (rate - on_demand * both) * math.exp(-both * time)) / both


def periodic_test(rate: float, every: float, first: float, time: float) -> float:
    """Failed and not yet noticed at ``time``: tests every so often, from ``first`` on, make it as good as new."""
    _needs(rate >= 0 and every > 0 and first >= 0 and time >= 0, "periodic-test needs an interval above 0")
    if time <= first:
        return exponential(rate, time)
    since = (time - first) % every
    return exponential(rate, since or every)


def periodic_repair(rate: float, repair: float, every: float, first: float, time: float) -> float:
    """The same where what a test finds is repaired at a rate, during which it is unavailable too."""
    _needs(
        rate >= 0 and repair >= 0 and every > 0 and first >= 0 and time >= 0, "periodic-test needs an interval above 0"
    )
    tests = math.ceil((time - first) / every) if time > first else 0
    _needs(tests <= _TESTS_MAX, f"periodic-test looks at no more than {_TESTS_MAX} tests")
    works, in_repair = 1.0, 0.0
    spans = [min(first, time), *(min(every, time - first - every * at) for at in range(tests))]
    for at, span in enumerate(spans):
        if at:
            in_repair = 1.0 - works  # a test finds whatever has failed
        left, still = math.exp(-rate * span), math.exp(-repair * span)
        if abs(rate - repair) < 1e-9 * max(rate, repair, 1e-300):
            returned = repair * in_repair * span * left
        else:
            returned = repair * in_repair * (still - left) / (rate - repair)
        works, in_repair = works * left + returned, in_repair * still
    return min(1.0, max(0.0, 1.0 - works))


def _needs(so: bool, sentence: str) -> None:  # noqa: FBT001
    if not so:
        raise BadValue(sentence)


@dataclass(frozen=True, slots=True)
class Law:
    """A function: how many arguments it takes, and its value. ``draw`` is there where it is a distribution."""

    least: int
    most: int
    value: Callable[..., float]
    draw: Callable[..., float] | None = None
    arguments: str = ""


def _sigma(factor: float, level: float) -> float:
    _needs(factor > 1 and 0.5 < level < 1, "lognormal needs an error factor above 1 and a level between 0.5 and 1")
    return math.log(factor) / NormalDist().inv_cdf(level)


def _lognormal(random: Random, mean: float, factor: float, level: float = 0.95) -> float:
    sigma = _sigma(factor, level)
    return random.lognormvariate(math.log(mean) - sigma * sigma / 2, sigma)


def _lognormal_mean(mean: float, factor: float, level: float = 0.95) -> float:
    _needs(mean > 0, "lognormal needs a mean above 0")
    _sigma(factor, level)
    return mean


def _normal_mean(mean: float, deviation: float) -> float:
    _needs(deviation > 0, "normal needs a standard deviation above 0")
    return mean


def _uniform_mean(low: float, high: float) -> float:
    _needs(low < high, "uniform needs a low end below its high end")
    return (low + high) / 2


def _beta_mean(a: float, b: float) -> float:
    _needs(a > 0 and b > 0, "beta needs both of its numbers above 0")
    return a / (a + b)


def _gamma_mean(shape: float, scale: float) -> float:
    _needs(shape > 0 and scale > 0, "gamma needs a shape and a scale above 0")
    return shape * scale


def _quotient(first: float, *others: float) -> float:
    for other in others:
        _needs(other != 0, "div divides by 0")
        first /= other
    return first


_MANY = 1000
LAWS: dict[str, Law] = {
    "exponential": Law(2, 2, exponential, arguments="rate, time"),
    "weibull": Law(4, 4, weibull, arguments="scale, shape, start, time"),
    "glm": Law(4, 4, glm, arguments="chance on demand, rate, repair rate, time"),
    "periodic-test": Law(
        4,
        5,
        lambda *given: periodic_test(*given) if len(given) == 4 else periodic_repair(*given),
        arguments="rate, [repair rate,] interval, first test, time",
    ),
    "lognormal": Law(2, 3, _lognormal_mean, _lognormal, "mean, error factor[, level]"),
    "lognormal-of": Law(
        2,
        2,
        lambda mu, sigma: math.exp(mu + sigma * sigma / 2),
        Random.lognormvariate,
        "mean of logarithms, their deviation",
    ),
    "normal": Law(2, 2, _normal_mean, Random.gauss, "mean, standard deviation"),
    "uniform": Law(2, 2, _uniform_mean, Random.uniform, "low, high"),
    "beta": Law(2, 2, _beta_mean, Random.betavariate, "a, b"),
    "gamma": Law(2, 2, _gamma_mean, Random.gammavariate, "shape, scale"),
    "add": Law(1, _MANY, lambda *given: math.fsum(given), arguments="…"),
    "sub": Law(1, _MANY, lambda first, *given: first - math.fsum(given), arguments="from, …"),
    "mul": Law(1, _MANY, lambda *given: math.prod(given), arguments="…"),
    "div": Law(2, _MANY, _quotient, arguments="number, by"),
    "neg": Law(1, 1, lambda one: -one, arguments="number"),
    "min": Law(1, _MANY, lambda *given: min(given), arguments="…"),
    "max": Law(1, _MANY, lambda *given: max(given), arguments="…"),
    "mean": Law(1, _MANY, lambda *given: math.fsum(given) / len(given), arguments="…"),
    "exp": Law(1, 1, math.exp, arguments="number"),
    "log": Law(1, 1, math.log, arguments="number"),
    "log10": Law(1, 1, math.log10, arguments="number"),
    "sqrt": Law(1, 1, math.sqrt, arguments="number"),
    "pow": Law(2, 2, math.pow, arguments="number, exponent"),
}


class Reckoning:
    """Values of expressions: of their means, or, with ``random``, of one draw in which each parameter is drawn once."""

    def __init__(self, parameters: Mapping[str, Expression], time: float | None, random: Random | None = None) -> None:
        self._parameters = parameters
        self._time = time
        self._random = random
        self._known: dict[str, float] = {}

    def fix(self, name: str, value: float) -> None:
        """Give a parameter a value of its own."""
        self._known[name] = value

    def value(self, expression: Expression, depth: int = 0) -> float:
        """What it comes to.

        :raises BadValue: if a law does not take its arguments, or the result is no number
        """
        if isinstance(expression, str):
            return self._named(expression, depth)
        if not isinstance(expression, Call):
            return float(expression)
        if depth > DEPTH_MAX:
            raise BadValue("the expression is nested too deep, or stands on itself")
        law = LAWS[expression.law]
        given = [self.value(one, depth + 1) for one in expression.arguments]
        try:
            found = law.value(*given)
            if self._random is not None and law.draw is not None:
                found = law.draw(self._random, *given)
        except BadValue:
            raise
        except (ArithmeticError, ValueError) as bad:
            raise BadValue(f"{expression.law} has no value for {', '.join(f'{one:g}' for one in given)}") from bad
        if not math.isfinite(found):
            raise BadValue(f"{expression.law} gives no finite number")
        return float(found)

    def _named(self, name: str, depth: int) -> float:
        if name == TIME:
            if self._time is None:
                raise BadValue("an expression uses time, and the tree has no time of exposure")
            return self._time
        found = self._known.get(name)
        if found is None:
            if depth > DEPTH_MAX:
                raise BadValue(f"the parameter {name} stands on itself")
            found = self._known[name] = self.value(self._parameters[name], depth + 1)
        return found


def uncertain(expression: Expression | None) -> bool:
    """Whether a distribution stands in the expression itself (those of its parameters aside)."""
    if not isinstance(expression, Call):
        return False
    return LAWS[expression.law].draw is not None or any(uncertain(one) for one in expression.arguments)
