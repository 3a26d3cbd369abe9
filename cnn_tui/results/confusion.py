"""The confusion matrix: how often each true class (rows) was predicted as each class (columns)."""

from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


class ClassScore(Struct, frozen=True, kw_only=True):
    """How well one class is told from the others. A score whose denominator is 0 is 0, as in scikit-learn."""

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
    def precision(self) -> float:
        """Of what was predicted as this class, the share that is: TP / (TP + FP)."""
        return _share(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float:
        """Of the images of this class, the share that was found: TP / (TP + FN)."""
        return _share(self.true_positives, self.support)

    @property
    def f1(self) -> float:
        """The harmonic mean of both: 2 P R / (P + R)."""
        return _share(2 * self.precision * self.recall, self.precision + self.recall)


class Confusion(Struct, frozen=True):
    """Counts, a row a true class, a column a predicted class, both in the order of `classes`."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def images(self) -> int:
        """How many images were predicted."""
        return sum(map(sum, self.counts))

    @property
    def correct(self) -> int:
        """How many were predicted right: the diagonal."""
        return sum(row[index] for index, row in enumerate(self.counts))

    @property
    def accuracy(self) -> float:
        """The share that was predicted right."""
        return _share(self.correct, self.images)

    def score(self, index: int) -> ClassScore:
        """The scores of the class at this place."""
        hits = self.counts[index][index]
        return ClassScore(
            label=self.classes[index],
            true_positives=hits,
            false_positives=sum(row[index] for row in self.counts) - hits,
            false_negatives=sum(self.counts[index]) - hits,
        )

    def scores(self) -> tuple[ClassScore, ...]:
        """The scores of every class."""
        return tuple(self.score(index) for index in range(len(self.classes)))


def count(labels: "Array", predicted: "Array", classes: tuple[str, ...]) -> Confusion:
    """The matrix of true labels and predicted labels, both int [N] and below the number of classes."""
    import numpy as np

    size = len(classes)
    cells = np.bincount(labels.astype(np.int64) * size + predicted, minlength=size * size).reshape(size, size)
    return Confusion(classes, tuple(tuple(map(int, row)) for row in cells))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
