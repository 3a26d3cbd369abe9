"""Two models on the same images: what changed in the matrix, and whether one is better by more than chance."""

from math import comb, erfc, sqrt
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cnn_tui.errors import UserError
from cnn_tui.results.confusion import Confusion
from cnn_tui.results.evaluation import Predictions

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

FEW = 25
"""Images that only one of the two gets right, below which the test is exact."""


class McNemar(Struct, frozen=True):
    """The images that both, one or none of two models get right, and the test of whether they differ."""

    both: int
    only_first: int
    only_second: int
    neither: int

    @property
    def images(self) -> int:
        """How many both were tested on."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def differing(self) -> int:
        """How many only one of them gets right: all that the test looks at."""
        return self.only_first + self.only_second

    @property
    def is_exact(self) -> bool:
        """Whether there are so few that the binomial distribution is used itself."""
        return self.differing < FEW

    @property
    def statistic(self) -> float | None:
        """(|b - c| - 1)² / (b + c), with the correction of Edwards 1948; None when nothing differs."""
        if not self.differing:
            return None
        return max(0, abs(self.only_first - self.only_second) - 1) ** 2 / self.differing

    @property
    def p_value(self) -> float:
        """How likely a difference at least so large is by chance alone (McNemar 1947)."""
        if self.is_exact:
            few = min(self.only_first, self.only_second)
            tail = sum(comb(self.differing, some) for some in range(few + 1))
            return min(1.0, 2 * tail / float(2**self.differing))
        statistic = self.statistic
        assert statistic is not None
        return erfc(sqrt(statistic / 2))


def mcnemar(first: Predictions, second: Predictions) -> McNemar:
    """The test on the images that both predicted. Raises UserError when they were not tested on the same images."""
    import numpy as np

    _, mine, theirs = np.intersect1d(first.rows, second.rows, return_indices=True)
    if not len(mine):
        raise UserError("the two runs have no test image in common", remedy="Compare runs on the same data.")
    labels = first.labels[mine]
    if not np.array_equal(labels, second.labels[theirs]):
        raise UserError("the two runs were tested on different images", remedy="Compare runs on the same data.")
    right = first.probabilities[mine].argmax(axis=1) == labels
    theirs_right = second.probabilities[theirs].argmax(axis=1) == labels
    return McNemar(
        int((right & theirs_right).sum()),
        int((right & ~theirs_right).sum()),
        int((~right & theirs_right).sum()),
        int((~right & ~theirs_right).sum()),
    )


def difference(first: Confusion, second: Confusion) -> "Array":
    """What the second has more in each cell than the first, int64. Raises UserError when their classes differ."""
    if first.classes != second.classes:
        raise UserError("the two runs tell different classes apart", remedy="Compare runs on the same data.")
    more: Array = second.cells - first.cells
    return more
