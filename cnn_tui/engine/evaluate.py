"""How a network does on examples it does not learn from: sums for each epoch, probabilities for the matrix."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from cnn_tui.engine.batches import Array, Examples, batches
from cnn_tui.engine.build import Network
from cnn_tui.engine.losses import Criterion
from cnn_tui.engine.metrics import Meter
from cnn_tui.engine.totals import Sums, Totals

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
    criterion: Criterion,
    watch: Callable[[], None] = _nothing,
    each: Callable[[Tensor], None] = _ignored,
    meters: Sequence[Meter] = (),
) -> Sums:
    """The summed loss, hits and metrics over these rows, in float32, with what the model itself adds to the loss.

    Class weights have no part in it, as in Keras. `watch` is called for every batch and may raise; `each` gets the
    scores of every batch, [n, values].
    """
    totals = Totals(source.device, meters=meters, ending=network.ending)
    loss = criterion.unweighted
    network.eval()
    with torch.inference_mode():
        for images, labels in batches(source, rows, BATCH):
            watch()
            scores = network.scores(images)
            mean, penalty = loss(scores, labels), network.penalty()
            totals.add(mean if penalty is None else mean + penalty, scores, labels)
            each(scores)
    return totals.read()


def assess(
    network: Network, source: Examples, rows: Tensor, criterion: Criterion, watch: Callable[[], None] = _nothing
) -> tuple[Sums, Array]:
    """As `evaluate`, with the model's answer for each row: float32 [rows, values]."""
    answers: list[Array] = []
    sums = evaluate(
        network, source, rows, criterion, watch, each=lambda scores: answers.append(_on_host(network, scores))
    )
    return sums, np.concatenate(answers)


def _on_host(network: Network, scores: Tensor) -> Array:
    return network.answer(scores).cpu().numpy()


def as_shares(answers: Array, classes: int) -> Array:
    """The answers [n, values] as a share a class [n, classes]: a single value is the share of the second of two."""
    if answers.shape[1] == 1 and classes == 2:
        return np.concatenate([1 - answers, answers], axis=1)
    return answers
