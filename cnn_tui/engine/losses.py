"""Losses on the scores before the last softmax, so that no digit is lost to it and back."""

from collections.abc import Callable

from torch import Tensor
from torch.nn import functional as F

from cnn_tui.spec.training import Loss

LOSSES: dict[Loss, Callable[..., Tensor]] = {
    # Keras clips probabilities at 1e-7, so its loss ends at 16.1 an image; here it goes on, and so does the gradient.
    "categorical_crossentropy": F.cross_entropy,
}
"""By Keras's name: (scores [n, classes], labels [n], reduction="mean") to the mean loss of a batch."""
