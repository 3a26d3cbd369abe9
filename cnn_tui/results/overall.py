"""What a matrix says as a whole: averages over its classes, agreement beyond chance, and what guessing would get."""

from math import sqrt
from typing import Literal

from msgspec import Struct

from cnn_tui.results.confusion import ClassScore, Confusion, share_of

Average = Literal["macro", "micro", "weighted"]
AVERAGES: tuple[Average, ...] = ("macro", "micro", "weighted")


class Averages(Struct, frozen=True):
    """Precision, recall and F1 over all classes; None without a class to take the mean of."""

    precision: float | None
    recall: float | None
    f1: float | None


def averaged(confusion: Confusion, average: Average) -> Averages:
    """As scikit-learn: over the classes that have an image or a prediction; what cannot be divided counts as 0.

    macro: each class counts the same. weighted: as much as it has images. micro: every image counts the same, so that
    with one answer an image all three are the accuracy.
    """
    scores = [score for score in confusion.scores() if score.support or score.predicted]
    if average == "micro":
        accuracy = share_of(confusion.correct, confusion.images)
        return Averages(accuracy, accuracy, accuracy)
    weights = [score.support if average == "weighted" else 1 for score in scores]
    return Averages(
        _mean([score.precision for score in scores], weights),
        _mean([score.recall for score in scores], weights),
        _mean([score.f1 for score in scores], weights),
    )


def balanced_accuracy(confusion: Confusion) -> float | None:
    """The mean recall of the classes that have images: a small class counts as much as a large one."""
    recalls = [score.recall for score in confusion.scores() if score.support]
    return _mean(recalls, [1] * len(recalls))


def cohen_kappa(confusion: Confusion) -> float | None:
    """How much more labels and predictions agree than by chance (Cohen 1960): 0 is chance, 1 is all right."""
    images = confusion.images
    chance = _chance(confusion)
    return share_of(confusion.correct * images - chance, images * images - chance)


def matthews(confusion: Confusion) -> float | None:
    """The correlation of labels and predictions (Matthews 1975; Gorodkin 2004 for many classes), from -1 to 1."""
    square = confusion.images**2
    by_chance = confusion.correct * confusion.images - _chance(confusion)
    spread = (square - sum(n * n for n in confusion.row_sums)) * (square - sum(n * n for n in confusion.column_sums))
    return share_of(by_chance, sqrt(spread))


def baseline(confusion: Confusion) -> tuple[int, float] | None:
    """The class with the most images, and the accuracy of always answering it; None without images."""
    sums = confusion.row_sums
    if not confusion.images:
        return None
    largest = max(range(len(sums)), key=sums.__getitem__)
    return largest, sums[largest] / confusion.images


def two_class_score(confusion: Confusion) -> ClassScore | None:
    """Of two classes the scores of the second, which is the positive one; None of any other number."""
    return confusion.score(1) if len(confusion.classes) == 2 else None


def _mean(values: list[float | None], weights: list[int]) -> float | None:
    return share_of(sum((one or 0.0) * weight for one, weight in zip(values, weights, strict=True)), sum(weights))


def _chance(confusion: Confusion) -> int:
    """Images that would agree by chance, times the images."""
    return sum(true * predicted for true, predicted in zip(confusion.row_sums, confusion.column_sums, strict=True))
