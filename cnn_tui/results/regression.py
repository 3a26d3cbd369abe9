"""Scores of predicted numbers: how far they are from the true ones, and how much of their spread they explain."""

from typing import TYPE_CHECKING, Any

from cnn_tui.results.confusion import share_of

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


def residuals(true: "Array", predicted: "Array") -> "Array":
    """What is true less what was predicted."""
    import numpy as np

    left: Array = np.asarray(true, np.float64) - np.asarray(predicted, np.float64)
    return left


def mean_absolute_error(true: "Array", predicted: "Array") -> float:
    """How far a prediction is off, on average."""
    return float(abs(residuals(true, predicted)).mean())


def mean_squared_error(true: "Array", predicted: "Array") -> float:
    """The mean square of how far it is off: large errors count more."""
    return float((residuals(true, predicted) ** 2).mean())


def mean_squared_log_error(true: "Array", predicted: "Array") -> float | None:
    """The same of log(1 + x), so that errors count by their ratio; None where a number is below 0."""
    import numpy as np

    if min(np.min(true), np.min(predicted)) < 0:
        return None
    return mean_squared_error(np.log1p(true), np.log1p(predicted))


def median_absolute_error(true: "Array", predicted: "Array") -> float:
    """How far half of the predictions are off at most."""
    import numpy as np

    return float(np.median(abs(residuals(true, predicted))))


def max_error(true: "Array", predicted: "Array") -> float:
    """How far the worst prediction is off."""
    return float(abs(residuals(true, predicted)).max())


def r2(true: "Array", predicted: "Array") -> float | None:
    """The share of the spread that is explained: 1 is all, 0 is no better than the mean; None without a spread."""
    left = float((residuals(true, predicted) ** 2).sum())
    spread = float((residuals(true, _mean(true)) ** 2).sum())
    return None if not spread else 1 - left / spread


def explained_variance(true: "Array", predicted: "Array") -> float | None:
    """As R2, but an error that is the same everywhere does not count; None without a spread."""
    spread = float(residuals(true, _mean(true)).var())
    return None if not spread else 1 - float(residuals(true, predicted).var()) / spread


def spearman_correlation(true: "Array", predicted: "Array") -> float | None:
    """How well the order of the predictions is that of the true numbers, from -1 to 1; None without an order."""
    first, second = _ranks(true), _ranks(predicted)
    first, second = first - first.mean(), second - second.mean()
    spread = float((first**2).sum() * (second**2).sum()) ** 0.5
    return share_of(float((first * second).sum()), spread)


def _mean(numbers: "Array") -> "Array":
    import numpy as np

    return np.full(len(numbers), np.mean(np.asarray(numbers, np.float64)))


def _ranks(numbers: "Array") -> "Array":
    """The place of each number in their order; equal ones share the mean of their places."""
    import numpy as np

    _, place, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Array = (ends - (counts - 1) / 2)[place]
    return ranks
