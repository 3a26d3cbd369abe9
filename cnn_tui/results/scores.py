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


def macro_scores(confusion: Confusion) -> tuple[float, float, float]:
    """The means of precision, recall and F1 over the classes, each class counting the same.

    As in scikit-learn: over the classes that have an image or a prediction, and what cannot be divided counts as 0.
    """
    scores = [score for score in confusion.scores() if score.support or score.predicted]
    columns = zip(*((score.precision, score.recall, score.f1) for score in scores), strict=True)
    means = [sum(one or 0.0 for one in column) / len(scores) for column in columns]
    precision, recall, f1 = means or (0.0, 0.0, 0.0)
    return precision, recall, f1


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
    scores = confusion.scores()
    errors = [score.false_negatives + score.false_positives for score in scores]
    return tuple(sorted(range(len(scores)), key=lambda index: -errors[index]))
