"""How a network does on examples it does not learn from: sums for each epoch, probabilities for the matrix."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from cnn_tui.engine.batches import Array, Examples, batches
from cnn_tui.engine.build import Network
from cnn_tui.engine.losses import LOSSES
from cnn_tui.engine.totals import Sums, Totals
from cnn_tui.spec.losses import Loss

BATCH = 100
"""Images at a time: as fast as more on processors, and their blocks are small enough for glibc to keep them."""


def _nothing() -> None:
    """Nobody watches."""


def _ignored(scores: Tensor) -> None:
    """Nobody wants the scores."""


def evaluate(
    network: Network,
    source: Examples,
    rows: Tensor,
    loss: Loss,
    watch: Callable[[], None] = _nothing,
    each: Callable[[Tensor], None] = _ignored,
) -> Sums:
    """The summed loss and hits over these rows, in float32, with what the model itself adds to the loss, as in Keras.

    `watch` is called for every batch and may raise; `each` gets the scores of every batch, [n, classes].
    """
    return _go_through(network, source, rows, loss, watch, each)


def assess(
    network: Network, source: Examples, rows: Tensor, loss: Loss, watch: Callable[[], None] = _nothing
) -> tuple[Sums, Array]:
    """As `evaluate`, with the model's answer for each row: float32 [rows, classes]."""
    answers: list[Array] = []
    sums = _go_through(
        network, source, rows, loss, watch, each=lambda scores: answers.append(network.answer(scores).cpu().numpy())
    )
    return sums, np.concatenate(answers)


def _go_through(
    network: Network,
    source: Examples,
    rows: Tensor,
    loss: Loss,
    watch: Callable[[], None],
    each: Callable[[Tensor], None],
) -> Sums:
    criterion = LOSSES[loss]
    totals = Totals(source.device)
    network.eval()
    with torch.inference_mode():
        for images, labels in batches(source, rows, BATCH):
            watch()
            scores = network.scores(images)
            mean, penalty = criterion(scores, labels), network.penalty()
            totals.add(mean if penalty is None else mean + penalty, scores, labels)
            each(scores)
    return totals.read()
