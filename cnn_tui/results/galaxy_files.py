"""A run's results as Galaxy's tools write them: the table of scores, of epochs, the true and the predicted classes."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnn_tui.results.evaluation import Predictions

HISTORY = ("epoch", "loss", "acc", "val_loss", "val_acc")


def result_table(scores: Mapping[str, float]) -> str:
    """A row of names, sorted, and a row of numbers, as "Deep learning training and evaluation" has them."""
    names = sorted(scores)
    return _row(names) + _row(_number(scores[name]) for name in names)


def history_table(epochs: Iterable[tuple[float | None, ...]]) -> str:
    """A row an epoch: its number from 1, loss, accuracy, and both of the rows held out, as CSVLogger's table."""
    return _row(HISTORY) + "".join(_row(_number(one) for one in epoch) for epoch in epochs)


def true_classes(predictions: "Predictions") -> str:
    """The place of each image's true class, from 0, under the header 0."""
    return _row(["0"]) + "".join(f"{label}\n" for label in predictions.labels.tolist())


def predicted_chances(predictions: "Predictions") -> str:
    """A column a class, named by its place, with the probabilities of each image."""
    chances = predictions.probabilities
    rows = (_row(f"{chance:g}" for chance in row) for row in chances.tolist())
    return _row(map(str, range(chances.shape[1]))) + "".join(rows)


def _row(cells: Iterable[str]) -> str:
    return "\t".join(cells) + "\n"


def _number(value: float | None) -> str:
    """As Python writes it; empty for what is no number, as pandas leaves it."""
    return "" if value is None or value != value else repr(value)
