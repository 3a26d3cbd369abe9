"""The confusion matrix: how often each true class (rows) was predicted as each class (columns)."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

NO_NUMBER = "-"
"""What is shown of a score that would be divided by 0."""


class ClassScore(Struct, frozen=True, kw_only=True):
    """How well one class is told from the others. A score whose denominator is 0 is None: there is no such number."""

    label: str
    true_positives: int
    false_positives: int
    """Images of other classes that were taken for it."""
    false_negatives: int
    """Its own images that were taken for others."""

    @property
    def support(self) -> int:
        """How many images of it there are."""
        return self.true_positives + self.false_negatives

    @property
    def predicted(self) -> int:
        """How often it was predicted."""
        return self.true_positives + self.false_positives

    @property
    def precision(self) -> float | None:
        """Of what was predicted as this class, the share that is: TP / (TP + FP)."""
        return share_of(self.true_positives, self.predicted)

    @property
    def recall(self) -> float | None:
        """Of the images of this class, the share that was found: TP / (TP + FN)."""
        return share_of(self.true_positives, self.support)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both, 2 P R / (P + R), which is 2 TP / (2 TP + FP + FN)."""
        return share_of(2 * self.true_positives, self.support + self.predicted)


class Confusion(Struct, frozen=True, dict=True):
    """Counts, a row a true class, a column a predicted class, both in the order of `classes`."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @cached_property
    def cells(self) -> "Array":
        """The counts as int64 [classes, classes]."""
        import numpy as np

        size = len(self.classes)
        return np.array(self.counts, np.int64).reshape(size, size)

    @cached_property
    def row_sums(self) -> tuple[int, ...]:
        """How many images of each class there are."""
        return tuple(self.cells.sum(axis=1).tolist())

    @cached_property
    def column_sums(self) -> tuple[int, ...]:
        """How often each class was predicted."""
        return tuple(self.cells.sum(axis=0).tolist())

    @property
    def images(self) -> int:
        """How many images were predicted."""
        return sum(self.row_sums)

    @property
    def correct(self) -> int:
        """How many were predicted right: the diagonal."""
        return sum(row[index] for index, row in enumerate(self.counts))

    @property
    def accuracy(self) -> float:
        """The share that was predicted right; 0 without images."""
        return share_of(self.correct, self.images) or 0.0

    def score(self, index: int) -> ClassScore:
        """The scores of the class at this place."""
        hits = self.counts[index][index]
        return ClassScore(
            label=self.classes[index],
            true_positives=hits,
            false_positives=self.column_sums[index] - hits,
            false_negatives=self.row_sums[index] - hits,
        )

    def scores(self) -> tuple[ClassScore, ...]:
        """The scores of every class."""
        return tuple(self.score(index) for index in range(len(self.classes)))


def count(labels: "Array", predicted: "Array", classes: tuple[str, ...]) -> Confusion:
    """The matrix of true labels and predicted labels, both int [N] and below the number of classes."""
    import numpy as np

    size = len(classes)
    cells = np.bincount(labels.astype(np.int64) * size + predicted, minlength=size * size).reshape(size, size)
    return of_cells(classes, cells)


def of_cells(classes: tuple[str, ...], cells: "Array") -> Confusion:
    """The matrix with these counts, int [classes, classes]."""
    return Confusion(classes, tuple(map(tuple, cells.tolist())))


def share_of(part: float, whole: float) -> float | None:
    """The quotient; None where nothing can be divided."""
    return part / whole if whole else None


def decimals(score: float | None) -> str:
    """A score to three decimals, or the mark of one that there is not."""
    return NO_NUMBER if score is None else f"{score:.3f}"
