"""A learning-rate range test (Smith 2017): its curve, and the rate that it suggests, where the loss falls steepest."""

from math import exp, isfinite, log

from msgspec import Struct

LOWEST, HIGHEST = 1e-7, 10.0
STEPS = 100
REACH = 5
"""The smoothed loss is the mean of so many losses on either side: a mean of those before would come too late."""
FORGETS = 0.9
"""How much of the running mean stays with each step; what ends the test cannot look ahead."""
DIVERGED = 4.0
"""The test ends when the running mean is this many times its lowest."""
FIRST_STEPS = 10
"""Before so many steps it does not end: the mean of a few losses means nothing."""
SHOWN_UP_TO = 1.5
"""A picture shows losses up to this many times the highest before the lowest place: what diverges hides the rest."""
LEAST_FALL = 0.05
"""The share of the loss at its start that it must lose before its slope is more than chance."""


class RateCurve(Struct, frozen=True):
    """The loss at each rate that was tried, as it was and smoothed, and the rate to train with."""

    rates: tuple[float, ...] = ()
    losses: tuple[float, ...] = ()
    smoothed: tuple[float, ...] = ()
    suggestion: float | None = None
    """None: the loss did not fall at any rate."""
    diverged: bool = False
    """Whether it ended because the loss grew; else the highest rate was reached."""

    @property
    def advised(self) -> float | None:
        """The suggestion in two digits, as it is said and set; there is no more to it."""
        return None if self.suggestion is None else float(f"{self.suggestion:.2g}")

    @property
    def top(self) -> float:
        """The highest loss that a picture shows; the curve must not be empty."""
        lowest = min(range(len(self.smoothed)), key=self.smoothed.__getitem__)
        return SHOWN_UP_TO * max(self.smoothed[: lowest + 1])

    @property
    def sentence(self) -> str:
        """What came of it."""
        if self.suggestion is None:
            return "The loss did not fall at any rate. Look at the data, the scaling of its pixels and the model."
        at = self.rates.index(self.suggestion)
        end = f"it grew from {self.rates[-1]:.2g} on" if self.diverged else "it did not diverge"
        return f"The loss fell steepest at {self.suggestion:.2g}, where it was {self.smoothed[at]:.4g}; {end}."


def trial_rates(low: float = LOWEST, high: float = HIGHEST, steps: int = STEPS) -> tuple[float, ...]:
    """The rates of a test: each the same multiple of the one before."""
    return tuple(low * exp(log(high / low) * step / (steps - 1)) for step in range(steps))


def smoothed(losses: tuple[float, ...]) -> tuple[float, ...]:
    """Each loss as the mean of those around it."""
    around = (losses[max(at - REACH, 0) : at + REACH + 1] for at in range(len(losses)))
    return tuple(sum(some) / len(some) for some in around)


def has_diverged(losses: tuple[float, ...]) -> bool:
    """Whether the newest of these losses says that the rate is far too high."""
    if not losses or not isfinite(losses[-1]):
        return bool(losses)
    mean, means = 0.0, list[float]()
    for step, loss in enumerate(losses, start=1):
        mean = FORGETS * mean + (1 - FORGETS) * loss
        means.append(mean / (1 - FORGETS**step))  # without the pull towards 0 that it has in the beginning
    return len(means) > FIRST_STEPS and means[-1] > DIVERGED * min(means)


def rate_curve(rates: tuple[float, ...], losses: tuple[float, ...], diverged: bool) -> RateCurve:
    """The curve of these losses, the last of which may be no number."""
    count = len(losses) if not losses or isfinite(losses[-1]) else len(losses) - 1
    rates, losses = rates[:count], losses[:count]
    curve = smoothed(losses)
    return RateCurve(rates, losses, curve, suggested(rates, curve), diverged)


def suggested(rates: tuple[float, ...], curve: tuple[float, ...]) -> float | None:
    """The rate at which the smoothed loss falls steepest over the logarithm of the rate, before its lowest place."""
    if not curve:
        return None
    lowest = min(range(len(curve)), key=curve.__getitem__)
    inner = range(REACH, min(lowest, len(curve) - REACH))
    if not inner or curve[0] - curve[lowest] < LEAST_FALL * abs(curve[0]):
        return None
    return rates[min(inner, key=lambda at: _slope(rates, curve, at))]


def _slope(rates: tuple[float, ...], curve: tuple[float, ...], at: int) -> float:
    return (curve[at + REACH] - curve[at - REACH]) / log(rates[at + REACH] / rates[at - REACH])
