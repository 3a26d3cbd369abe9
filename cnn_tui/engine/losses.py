"""Losses on the scores before the last softmax, so that no digit is lost to it and back."""

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional as F

from cnn_tui.spec.losses import Loss

LOSSES: dict[Loss, Callable[..., Tensor]] = {
    # Keras clips probabilities at 1e-7, so its loss ends at 16.1 an image; here it goes on, and so does the gradient.
    "categorical_crossentropy": F.cross_entropy,
}
"""By Keras's name: (scores [n, classes], labels [n], reduction="mean") to the mean loss of a batch."""


def weighted_loss(loss: Loss, scores: Tensor, labels: Tensor, class_weights: Tensor | None) -> Tensor:
    """The mean loss of a batch, each image's loss times the weight of its class [classes], as Keras has it.

    The sum is divided by the number of images, not by the sum of their weights as torch's `weight` would.
    """
    if class_weights is None:
        return LOSSES[loss](scores, labels)
    each = LOSSES[loss](scores, labels, reduction="none")
    return (each * class_weights[labels]).mean()
