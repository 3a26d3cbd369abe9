"""What a matrix says beyond its counts: how sure its accuracy is, and which classes it mixes up most."""

from math import sqrt

from msgspec import Struct

from cnn_tui.results.confusion import Confusion

_Z = 1.959963984540054
"""The 97.5 % point of the normal distribution, for an interval of 95 %."""


class Pair(Struct, frozen=True):
    """A true class that is taken for another: how many images, and what share of all images of that true class."""

    true: int
    predicted: int
    images: int
    share: float


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """The score interval of a share at 95 % (Wilson 1927), within 0 and 1; without a trial, from 0 to 1."""
    if not trials:
        return 0.0, 1.0
    share, spread = successes / trials, _Z**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    reach = _Z * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def confused_pairs(confusion: Confusion) -> tuple[Pair, ...]:
    """Every pair of classes that was mixed up, the one with the most images first."""
    import numpy as np

    cells, sums = confusion.cells, confusion.row_sums
    mistaken = cells * ~np.eye(len(cells), dtype=bool)
    pairs = (
        Pair(true, predicted, int(cells[true, predicted]), int(cells[true, predicted]) / sums[true])
        for true, predicted in np.argwhere(mistaken).tolist()
    )
    return tuple(sorted(pairs, key=lambda pair: (-pair.images, -pair.share, pair.true, pair.predicted)))


def most_confused_first(confusion: Confusion) -> tuple[int, ...]:
    """The classes by their errors, images missed and wrongly taken together, the most first."""
    import numpy as np

    cells = confusion.cells
    errors = cells.sum(axis=0) + cells.sum(axis=1) - 2 * np.diagonal(cells)
    return tuple(np.argsort(-errors, kind="stable").tolist())
