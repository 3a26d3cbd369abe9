"""From which probability on an image of two classes is taken for the second one, and what that changes."""

from typing import TYPE_CHECKING, Any, Literal

from cnn_tui.results.confusion import Confusion, count

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

Aim = Literal["F1", "Youden", "accuracy"]
AIMS: tuple[Aim, ...] = ("F1", "Youden", "accuracy")
HALF = 0.5


def at_threshold(probabilities: "Array", labels: "Array", threshold: float, classes: tuple[str, ...]) -> Confusion:
    """The matrix when what is more than so likely to be of the second class is taken for it; 0.5 changes nothing."""
    assert probabilities.shape[1] == len(classes) == 2
    return count(labels, (probabilities[:, 1] > threshold).astype("int64"), classes)


def best_threshold(probabilities: "Array", labels: "Array", aim: Aim) -> float:
    """The threshold with the most of what is aimed at, midway between two probabilities; 0.5 among equals.

    Youden 1950: recall of the second class plus recall of the first, less 1.
    """
    import numpy as np

    chances = probabilities[:, 1].astype(np.float64)
    distinct = np.unique(chances)
    tried = np.unique(np.concatenate([(distinct[1:] + distinct[:-1]) / 2, [HALF]]))
    order = np.sort(chances[labels == 1]), np.sort(chances[labels == 0])
    found, taken = (len(some) - np.searchsorted(some, tried, side="right") for some in order)
    positives, negatives = len(order[0]), len(order[1])
    goodness = {
        "F1": 2 * found / np.maximum(positives + found + taken, 1),
        "Youden": found / max(positives, 1) - taken / max(negatives, 1),
        "accuracy": (found + negatives - taken) / max(positives + negatives, 1),
    }[aim]
    best = tried[goodness >= goodness.max() - 1e-12]
    return float(best[np.argmin(np.abs(best - HALF))])
