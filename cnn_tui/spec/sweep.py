"""Which settings a sweep tries: every combination of the values given, or some of them drawn at random."""

import random
import re
from itertools import product
from math import exp, log, prod

from msgspec import Struct

from cnn_tui.errors import UserError
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.varied import varied

OPTION = "--grid"
MOST = 10_000
"""Combinations; more is a mistake."""
WIDE = 10.0
"""A range whose ends are so many times apart is drawn evenly by its logarithm."""

Combination = dict[str, str]
"""The value of each setting, as it is typed."""


class Axis(Struct, frozen=True):
    """A setting and what it is to be: one of some values, or anything within a range."""

    name: str
    values: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    whole: bool = False
    """Whether only whole numbers of the range are meant: both its ends are written so."""

    @property
    def is_range(self) -> bool:
        """Whether its values are drawn."""
        return not self.values


def axis(text: str) -> Axis:
    """From `learning_rate=0.001,0.01` or, to be drawn at random, `learning_rate=0.0001..0.1`. Raises UserError."""
    name, _, listed = text.partition("=")
    name = name.strip().replace("-", "_")
    values = [one.strip() for one in re.split(r",(?![^(\[]*[)\]])", listed)]
    if not name or not all(values):
        raise UserError(f'"{text[:60]}" gives no values', OPTION, "Write it as learning_rate=0.001,0.01.")
    number = r"([-+0-9.eE]+?)"
    if len(values) == 1 and (ends := re.fullmatch(rf"{number}\.\.{number}", values[0])):
        return _range(name, *ends.groups())
    return Axis(name, tuple(dict.fromkeys(values)))


def _range(name: str, low: str, high: str) -> Axis:
    try:
        ends = float(low), float(high)
    except ValueError:
        ends = 0.0, 0.0
    if not ends[0] < ends[1]:
        raise UserError(f"{name} from {low} to {high} is no range", OPTION, "Write it as 0.0001..0.1, the lower first.")
    return Axis(name, (), *ends, whole=low.isdigit() and high.isdigit())


def combinations(axes: tuple[Axis, ...], drawn: int | None, seed: int) -> tuple[Combination, ...]:
    """All of them in the order given, or so many drawn at random, none twice; the same seed draws the same."""
    if twice := [one.name for at, one in enumerate(axes) if one.name in {other.name for other in axes[:at]}]:
        raise UserError(f"{twice[0]} is given twice", OPTION, "Give all its values in one.")
    if drawn is None:
        return _all(axes)
    chance, found = random.Random(seed), dict[tuple[str, ...], None]()
    total = prod(len(one.values) for one in axes) if not any(one.is_range for one in axes) else None
    if total is not None and total <= drawn:
        return _all(axes)
    for _ in range(100 * drawn):
        if len(found) == drawn:
            break
        found[tuple(_draw(one, chance) for one in axes)] = None
    return tuple({one.name: value for one, value in zip(axes, values, strict=True)} for values in found)


def _all(axes: tuple[Axis, ...]) -> tuple[Combination, ...]:
    for one in axes:
        if one.is_range:
            remedy = f"Say with --random how many values to draw, or list them: {one.name}={one.low:g},{one.high:g}."
            raise UserError(f"{one.name} is a range", OPTION, remedy)
    if (count := prod(len(one.values) for one in axes)) > MOST:
        raise UserError(f"{count:,} combinations are too many", OPTION, "Draw some of them with --random.")
    return tuple(
        {one.name: value for one, value in zip(axes, values, strict=True)}
        for values in product(*(one.values for one in axes))
    )


def _draw(one: Axis, chance: random.Random) -> str:
    if not one.is_range:
        return chance.choice(one.values)
    low, high = one.low, one.high
    is_wide = low > 0 and high / low >= WIDE
    value = exp(chance.uniform(log(low), log(high))) if is_wide else chance.uniform(low, high)
    return str(round(value)) if one.whole else f"{value:.3g}"


def combined(experiment: Experiment, combination: Combination) -> Experiment:
    """The experiment with these settings, the optimizer before what is set of it. Raises UserError."""
    for name, text in sorted(combination.items(), key=lambda one: one[0] != "optimizer"):
        experiment = varied(experiment, name, text, f"{name}={text}")
    return experiment


def title(combination: Combination) -> str:
    """A combination on one line: `learning_rate=0.01 conv2d.filters=16`."""
    return " ".join(f"{name}={value}" for name, value in combination.items())
