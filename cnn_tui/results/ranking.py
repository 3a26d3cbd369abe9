"""How well the probability of a class ranks its images above all others: ROC and precision-recall curves, areas."""

import itertools
from typing import TYPE_CHECKING, Any

from cnn_tui.results.curves import Curve

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


def roc(chances: "Array", is_class: "Array") -> Curve:
    """The share of others taken for the class (x) and of its images found (y), as the threshold falls.

    Empty when there are only images of the class, or none.
    """
    _, found, taken = _steps(chances, is_class)
    if not len(found) or not found[-1] or not taken[-1]:
        return ()
    return _curve(taken / taken[-1], found / found[-1], start=(0.0, 0.0))


def precision_recall(chances: "Array", is_class: "Array") -> Curve:
    """Recall (x) and precision (y) as the threshold falls; empty when there is no image of the class."""
    _, found, taken = _steps(chances, is_class)
    if not len(found) or not found[-1]:
        return ()
    return _curve(found / found[-1], found / (found + taken), start=(0.0, 1.0))


def area(curve: Curve) -> float | None:
    """The area under a ROC curve, by trapezoids; None of no curve."""
    if not curve:
        return None
    return sum((x - x0) * (y + y0) / 2 for (x0, y0), (x, y) in itertools.pairwise(curve))


def average_precision(curve: Curve) -> float | None:
    """Of a precision-recall curve the mean precision, each weighted by the recall it adds; None of no curve."""
    return sum((x - x0) * y for (x0, _), (x, y) in itertools.pairwise(curve)) if curve else None


def roc_areas(probabilities: "Array", labels: "Array") -> tuple[float | None, ...]:
    """The area under the ROC curve of each class against the rest."""
    return tuple(area(roc(probabilities[:, one], labels == one)) for one in range(probabilities.shape[1]))


def average_precisions(probabilities: "Array", labels: "Array") -> tuple[float | None, ...]:
    """The average precision of each class against the rest."""
    return tuple(
        average_precision(precision_recall(probabilities[:, one], labels == one))
        for one in range(probabilities.shape[1])
    )


def mean_of(areas: tuple[float | None, ...]) -> float | None:
    """The mean of those that there are."""
    there = [one for one in areas if one is not None]
    return sum(there) / len(there) if there else None


def _steps(chances: "Array", is_class: "Array") -> "tuple[Array, Array, Array]":
    """The distinct chances, falling; and how many images of the class and of others have at least that."""
    import numpy as np

    order = np.argsort(-chances.astype(np.float64), kind="stable")
    sorted_chances = chances[order]
    ends = np.flatnonzero(np.append(sorted_chances[1:] != sorted_chances[:-1], True)) if len(order) else order
    found = np.cumsum(is_class[order])[ends]
    return sorted_chances[ends], found, ends + 1 - found


def _curve(x: "Array", y: "Array", start: tuple[float, float]) -> Curve:
    return (start, *zip(x.tolist(), y.tolist(), strict=True))
