"""Metrics as sums over batches, by Keras's formulas; nothing waits for the device until somebody reads them."""

from collections.abc import Sequence
from math import isfinite, sqrt

import torch
from torch import Tensor

from cnn_tui.engine.losses import LOSSES, Answer, Ending, targets_of
from cnn_tui.spec.losses import Loss
from cnn_tui.spec.metrics import Metric

THRESHOLDS = 200
"""Of Keras's AUC."""
AVERAGED: dict[Metric, Loss] = {
    "mean_squared_error": "mean_squared_error",
    "root_mean_squared_error": "mean_squared_error",
    "mean_absolute_error": "mean_absolute_error",
    "mean_absolute_percentage_error": "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error": "mean_squared_logarithmic_error",
    "cosine_similarity": "cosine_similarity",
}
"""Metrics that are the mean of a loss."""


class Meter:
    """One metric: what a batch adds to its sums, and what the sums amount to."""

    def __init__(self, metric: Metric, top_k: int = 5) -> None:
        self.metric = metric
        self._top_k = top_k

    def added(self, answer: Answer, labels: Tensor) -> Tensor:
        """What a batch adds: float64, as long as the metric needs. Labels are classes [n] or numbers [n, values]."""
        values = answer.values
        match self.metric:
            case "binary_accuracy":
                right = (values > 0.5) == (targets_of(labels, values.shape[-1]) > 0.5)
                return _sum(right.double().mean(-1))
            case "accuracy" | "categorical_accuracy" | "sparse_categorical_accuracy":
                return _sum(hits(answer, labels).double())
            case "top_k_categorical_accuracy":
                return _sum(self._among_the_first(values, labels).double())
            case "auc":
                return _histogram(values, targets_of(labels, values.shape[-1]))
            case "r2_score":
                numbers = targets_of(labels, values.shape[-1]).double()
                residual = (numbers - values.double()).square()
                return torch.stack([numbers.sum(0), numbers.square().sum(0), residual.sum(0)]).flatten()
        return _sum(LOSSES[AVERAGED[self.metric]](answer, targets_of(labels, values.shape[-1])).double())

    def value(self, sums: Sequence[float | None], examples: int) -> float | None:
        """What the sums over so many examples amount to; None where that is no number."""
        known = [one for one in sums if one is not None]
        if len(known) < len(sums):
            return None
        value = self._value(known, max(examples, 1))
        return value if isfinite(value) else None

    def _value(self, sums: list[float], examples: int) -> float:
        match self.metric:
            case "auc":
                return _area(sums)
            case "r2_score":
                return _explained(sums, examples)
            case "root_mean_squared_error":
                return sqrt(sums[0] / examples)
            case "cosine_similarity":
                return -sums[0] / examples
        return sums[0] / examples

    def _among_the_first(self, values: Tensor, labels: Tensor) -> Tensor:
        first = values.topk(min(self._top_k, values.shape[-1]), dim=-1).indices
        return (first == labels[:, None]).any(-1)


def answered(scores: Tensor, ending: Ending) -> Tensor:
    """The class that a model answers, int64 [n]: that of the largest value; of a single one, 1 above a half."""
    if scores.shape[-1] > 1:
        return scores.argmax(dim=1)
    return (scores[:, 0] > (0 if ending == "sigmoid" else 0.5)).long()


def hits(answer: Answer, labels: Tensor) -> Tensor:
    """Which answers are right, bool [n]."""
    return answered(answer.scores, answer.ending) == labels


def _sum(each: Tensor) -> Tensor:
    return each.sum()[None]


def _histogram(values: Tensor, targets: Tensor) -> Tensor:
    """How many values of true and of false targets lie between the thresholds of Keras's AUC, one after the other."""
    buckets = ((values * (THRESHOLDS - 1)).ceil() - 1).clamp(0, THRESHOLDS - 2).long().flatten()
    is_true = (targets > 0.5).flatten()
    counts = torch.zeros(2 * THRESHOLDS, dtype=torch.float64, device=values.device)
    places = torch.where(is_true, buckets, buckets + THRESHOLDS)
    return counts.index_add_(0, places, torch.ones_like(places, dtype=torch.float64))


def _area(sums: list[float]) -> float:
    """The area under the ROC curve through the thresholds, by trapezoids (Keras's summation_method interpolation)."""
    above = [_reversed_sums(sums[:THRESHOLDS]), _reversed_sums(sums[THRESHOLDS:])]
    rates = [[count / total if (total := counts[0]) else 0.0 for count in counts] for counts in above]
    hit, wrong = rates
    steps = range(THRESHOLDS - 1)
    return sum((wrong[at] - wrong[at + 1]) * (hit[at] + hit[at + 1]) / 2 for at in steps)


def _reversed_sums(counts: list[float]) -> list[float]:
    """For each place, the sum of the counts from there on."""
    total, sums = 0.0, []
    for count in reversed(counts):
        total += count
        sums.append(total)
    return sums[::-1]


def _explained(sums: list[float], examples: int) -> float:
    """The mean over the targets of 1 - residual / variance; a target that never varies makes it no number."""
    targets = len(sums) // 3
    total = 0.0
    for place in range(targets):
        mean, square, residual = (sums[place + part * targets] for part in range(3))
        spread = square - mean * mean / examples
        if spread <= 0:
            return float("nan")
        total += 1 - residual / spread
    return total / targets
