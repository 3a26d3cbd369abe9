"""Curves made fit to draw: without what is not a number, smoothed, and no finer than the screen."""

from collections.abc import Iterable
from math import isfinite

Point = tuple[float, float]
"""x and y."""
Curve = tuple[Point, ...]
"""Points in the order of x."""

SMOOTHING = 0.9


def finite(points: Iterable[tuple[float, float | None]]) -> Curve:
    """The points whose y is a number: a loss that has diverged is None, infinite or NaN and has no place on a plot."""
    return tuple((x, y) for x, y in points if y is not None and isfinite(y))


def smoothed(curve: Curve, weight: float = SMOOTHING) -> Curve:
    """The exponential moving average, corrected for its start (Kingma & Ba 2015, section 3).

    `weight`: from 0, which changes nothing, to just below 1; how much of the past each point keeps.
    """
    mean, correction, result = 0.0, 0.0, []
    for x, y in curve:
        mean = weight * mean + (1 - weight) * y
        correction = weight * correction + (1 - weight)
        result.append((x, mean / correction))
    return tuple(result)


def decimated(curve: Curve, columns: int) -> Curve:
    """At most two points a column, the lowest and the highest, so that no spike is lost."""
    if len(curve) <= 2 * columns:
        return curve
    first, last = curve[0][0], curve[-1][0]
    width = (last - first) / columns or 1.0
    buckets: dict[int, list[Point]] = {}
    for point in curve:
        buckets.setdefault(min(int((point[0] - first) / width), columns - 1), []).append(point)
    kept: list[Point] = []
    for points in buckets.values():
        extremes = {min(points, key=_height), max(points, key=_height)}
        kept.extend(sorted(extremes))
    return tuple(kept)


def _height(point: Point) -> float:
    return point[1]
