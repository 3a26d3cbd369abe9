"""What a run that predicts numbers came to in its test: true and predicted numbers, their scores, the worst of them."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from cnn_tui.errors import Place, UserError
from cnn_tui.results import regression
from cnn_tui.results.evaluation import Part, read_predictions
from cnn_tui.results.final_scores import read_final_scores

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]
    Measure = Callable[[Array, Array], float | None]

NumberOrder = Literal["largest", "too high", "too low", "rows"]
ORDERS: tuple[NumberOrder, ...] = ("largest", "too high", "too low", "rows")
"""The largest errors first, of whatever sign or of one; or as the rows stand in the file."""


class Scored(Struct, frozen=True):
    """A score of one number by its name; None: it cannot be computed of these rows."""

    name: str
    value: float | None


class Missed(Struct, frozen=True):
    """What was predicted of one image: its row in the file, from 0, and one of its numbers."""

    row: int
    true: float
    predicted: float

    @property
    def error(self) -> float:
        """By how much it is too high."""
        return self.predicted - self.true


class Numbers(Struct, frozen=True, dict=True):
    """One row an image: what is true and what was predicted, [N, targets]; its row in the file, [N], from 0."""

    part: Part
    loss: float
    targets: tuple[str, ...]
    true: "Array"
    predicted: "Array"
    rows: "Array"

    @property
    def images(self) -> int:
        """How many images were tested."""
        return len(self.rows)

    @cached_property
    def errors(self) -> "Array":
        """By how much each is too high."""
        found: Array = -regression.residuals(self.true, self.predicted)
        return found

    def scores(self, target: int) -> tuple[Scored, ...]:
        """How right one of the numbers is told."""
        true, predicted = self.true[:, target], self.predicted[:, target]
        return tuple(Scored(name, measure(true, predicted)) for name, measure in _MEASURES.items())

    def baseline(self, target: int) -> tuple[float, float]:
        """The mean of the true numbers, and how far off it is to say nothing else."""
        true = self.true[:, target].astype(float)
        return float(true.mean()), float(abs(true - true.mean()).mean())

    def order(self, target: int, by: NumberOrder = "largest") -> "Array":
        """The places of the images in an order."""
        import numpy as np

        errors = self.errors[:, target]
        keys = {"largest": -abs(errors), "too high": -errors, "too low": errors, "rows": self.rows}
        order: Array = np.argsort(keys[by], kind="stable")
        return order

    def missed(self, at: int, target: int) -> Missed:
        """What was predicted of the image at a place."""
        return Missed(int(self.rows[at]), float(self.true[at, target]), float(self.predicted[at, target]))


_MEASURES: "dict[str, Measure]" = {
    "r2": regression.r2,
    "mean_absolute_error": regression.mean_absolute_error,
    "median_absolute_error": regression.median_absolute_error,
    "root_mean_squared_error": lambda true, predicted: regression.mean_squared_error(true, predicted) ** 0.5,
    "mean_squared_error": regression.mean_squared_error,
    "max_error": regression.max_error,
    "spearman_correlation": regression.spearman_correlation,
}
WORDS = {
    "r2": "R²",
    "mean_absolute_error": "mean error",
    "median_absolute_error": "median error",
    "root_mean_squared_error": "RMSE",
    "mean_squared_error": "MSE",
    "max_error": "largest error",
    "spearman_correlation": "Spearman",
}
"""What people call them."""


def read_numbers(scores: Path, predictions: Path) -> Numbers | None:
    """What the files of a run hold; None: it tells classes apart. Raises UserError when they are damaged."""
    final = read_final_scores(scores)
    if not final.targets:
        return None
    held = read_predictions(predictions)
    shape = (len(held.rows), len(final.targets))
    if held.labels.shape != shape or held.probabilities.shape != shape:
        raise UserError("does not hold what its scores are about", Place(predictions), "Train the run once more.")
    return Numbers(final.part, final.loss, final.targets, held.labels, held.probabilities, held.rows)


def is_same_test(one: Numbers, other: Numbers) -> bool:
    """Whether two runs were tested on the same images, with the same true numbers."""
    import numpy as np

    return bool(np.array_equal(one.rows, other.rows) and np.array_equal(one.true, other.true))
