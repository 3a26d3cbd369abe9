"""Losses by Keras's formulas, on the scores before a last softmax or sigmoid, so that no digit is lost."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from math import log
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from cnn_tui.spec.losses import OF_SHARES, Loss

Ending = Literal["softmax", "sigmoid", "linear"]
"""The function that turns scores into the answer: with `linear` the scores are the answer."""
EPSILON = 1e-7
"""Keras's, for what must not be 0."""


class Answer:
    """What a model says to a batch, [n, values], in the forms that losses need, each made once."""

    def __init__(self, scores: Tensor, ending: Ending) -> None:
        self.scores, self.ending = scores, ending

    @cached_property
    def values(self) -> Tensor:
        """The answer itself."""
        match self.ending:
            case "softmax":
                return torch.softmax(self.scores, dim=-1)
            case "sigmoid":
                return torch.sigmoid(self.scores)
        return self.scores

    @property
    def logs(self) -> Tensor:
        """The logarithms of the values.

        Keras clips values at 1e-7, so that its loss ends at 16.1; from scores it goes on, and so does the gradient.
        """
        match self.ending:
            case "softmax":
                return F.log_softmax(self.scores, dim=-1)
            case "sigmoid":
                return F.logsigmoid(self.scores)
        return self.values.clamp(EPSILON, 1).log()

    @property
    def logs_of_rest(self) -> Tensor:
        """The logarithms of what each value lacks to 1."""
        match self.ending:
            case "softmax":
                return (-torch.expm1(self.logs)).clamp_min(EPSILON).log()
            case "sigmoid":
                return F.logsigmoid(-self.scores)
        return (1 - self.values.clamp(EPSILON, 1 - EPSILON)).log()


def _categorical_crossentropy(answer: Answer, targets: Tensor) -> Tensor:
    if answer.ending == "softmax":
        return -(targets * answer.logs).sum(-1)
    shares = answer.values / answer.values.sum(-1, keepdim=True)
    return -(targets * shares.clamp(EPSILON, 1 - EPSILON).log()).sum(-1)


def _binary_crossentropy(answer: Answer, targets: Tensor) -> Tensor:
    return -(targets * answer.logs + (1 - targets) * answer.logs_of_rest).mean(-1)


def _kullback_leibler(answer: Answer, targets: Tensor) -> Tensor:
    clipped = targets.clamp(EPSILON, 1)
    return (clipped * (clipped.log() - answer.logs)).sum(-1)


def _categorical_hinge(answer: Answer, targets: Tensor) -> Tensor:
    right = (targets * answer.values).sum(-1)
    wrong = ((1 - targets) * answer.values).amax(-1)
    return (wrong - right + 1).clamp_min(0)


def _hinge(answer: Answer, targets: Tensor) -> Tensor:
    return (1 - _signs(targets) * answer.values).clamp_min(0).mean(-1)


def _squared_hinge(answer: Answer, targets: Tensor) -> Tensor:
    return (1 - _signs(targets) * answer.values).clamp_min(0).square().mean(-1)


def _signs(targets: Tensor) -> Tensor:
    """Targets of 0 and 1 as -1 and 1; others as they are."""
    return torch.where(((targets == 0) | (targets == 1)).all(), 2 * targets - 1, targets)


def _poisson(answer: Answer, targets: Tensor) -> Tensor:
    return (answer.values - targets * (answer.values + EPSILON).log()).mean(-1)


def _squared(answer: Answer, targets: Tensor) -> Tensor:
    return (targets - answer.values).square().mean(-1)


def _absolute(answer: Answer, targets: Tensor) -> Tensor:
    return (targets - answer.values).abs().mean(-1)


def _percentage(answer: Answer, targets: Tensor) -> Tensor:
    return 100 * ((targets - answer.values) / targets.abs().clamp_min(EPSILON)).abs().mean(-1)


def _squared_logarithmic(answer: Answer, targets: Tensor) -> Tensor:
    ours, theirs = (answer.values.clamp_min(EPSILON) + 1).log(), (targets.clamp_min(EPSILON) + 1).log()
    return (ours - theirs).square().mean(-1)


def _logcosh(answer: Answer, targets: Tensor) -> Tensor:
    off = answer.values - targets
    return (off + F.softplus(-2 * off) - log(2)).mean(-1)


def _huber(answer: Answer, targets: Tensor) -> Tensor:
    return F.huber_loss(answer.values, targets, reduction="none").mean(-1)


def _cosine(answer: Answer, targets: Tensor) -> Tensor:
    return -(F.normalize(targets, dim=-1) * F.normalize(answer.values, dim=-1)).sum(-1)


LOSSES: dict[Loss, Callable[[Answer, Tensor], Tensor]] = {
    "categorical_crossentropy": _categorical_crossentropy,
    "sparse_categorical_crossentropy": _categorical_crossentropy,
    "binary_crossentropy": _binary_crossentropy,
    "kullback_leibler_divergence": _kullback_leibler,
    "categorical_hinge": _categorical_hinge,
    "hinge": _hinge,
    "squared_hinge": _squared_hinge,
    "poisson": _poisson,
    "mean_squared_error": _squared,
    "mean_absolute_error": _absolute,
    "mean_absolute_percentage_error": _percentage,
    "mean_squared_logarithmic_error": _squared_logarithmic,
    "logcosh": _logcosh,
    "huber": _huber,
    "cosine_similarity": _cosine,
}
"""By Keras's name: the answer and the targets, both [n, values], to the loss of each example, [n]."""


@dataclass(frozen=True)
class Criterion:
    """The loss of a training, and what changes it."""

    loss: Loss
    ending: Ending = "softmax"
    label_smoothing: float = 0.0
    class_weights: Tensor | None = None
    """How much an example of each class counts, float32 [classes]."""

    def __call__(self, scores: Tensor, labels: Tensor) -> Tensor:
        """The mean loss of a batch: of scores [n, values], and classes [n] or numbers [n, values].

        Each example's loss is multiplied by the weight of its class, and the sum divided by the number of examples,
        as Keras has it; not by the sum of their weights, as torch's `weight` would.
        """
        if self.class_weights is None:
            return self._plain_mean(scores, labels)
        return (self.each(scores, labels) * self.class_weights[labels]).mean()

    @property
    def unweighted(self) -> "Criterion":
        """The same for rows that only watch: all of them count alike."""
        return replace(self, class_weights=None)

    def each(self, scores: Tensor, labels: Tensor) -> Tensor:
        """The loss of each example, [n], before weights."""
        if self._is_torchs(labels):
            return F.cross_entropy(scores, labels, reduction="none", label_smoothing=self.label_smoothing)
        targets = self._smoothed(targets_of(labels, scores.shape[-1]))
        return LOSSES[self.loss](Answer(scores, self.ending), targets)

    def _plain_mean(self, scores: Tensor, labels: Tensor) -> Tensor:
        if self._is_torchs(labels):
            return F.cross_entropy(scores, labels, label_smoothing=self.label_smoothing)
        return self.each(scores, labels).mean()

    def _is_torchs(self, labels: Tensor) -> bool:
        """Whether torch has the whole of it in one step, the same numbers and faster."""
        is_cross_entropy = self.loss in OF_SHARES and self.loss != "kullback_leibler_divergence"
        return is_cross_entropy and self.ending == "softmax" and not labels.is_floating_point()

    def _smoothed(self, targets: Tensor) -> Tensor:
        """Keras spreads a share over all classes, and for binary cross-entropy over both answers."""
        if not self.label_smoothing:
            return targets
        values = 2 if self.loss == "binary_crossentropy" else targets.shape[-1]
        return targets * (1 - self.label_smoothing) + self.label_smoothing / values


def targets_of(labels: Tensor, values: int) -> Tensor:
    """What the answer should be, float32 [n, values]: numbers as they are, classes one-hot or, of two, as 0 and 1."""
    if labels.is_floating_point():
        return labels
    if values == 1:
        return labels[:, None].float()
    return F.one_hot(labels, values).float()
