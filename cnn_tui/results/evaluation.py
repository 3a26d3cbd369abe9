"""The evaluation of a run on disk: the matrix in a small JSON file, every probability in an array file."""

from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct

from cnn_tui.errors import Place, UserError
from cnn_tui.files import replace_text, replacing
from cnn_tui.results.certainty import losses
from cnn_tui.results.confusion import Confusion

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

Part = Literal["test", "validation"]
LIKELIEST = 3
"""Classes that are kept with each image."""


class Evaluation(Struct, frozen=True):
    """What a model did on one part of the data: the test images, or those held out when there are none."""

    part: Part
    loss: float
    confusion: Confusion


class Seen(Struct, frozen=True):
    """What a model made of one image: its row in the file, from 0, its true class, and how surprised the model was."""

    row: int
    true: int
    loss: float
    likeliest: tuple[tuple[int, float], ...]
    """The first few classes with their probabilities, the likeliest first: the first one is the answer."""


class Predictions(Struct, frozen=True, dict=True):
    """One row an image: its probabilities, [N, classes]; its true label, [N]; its row in the file, [N], from 0."""

    probabilities: "Array"
    labels: "Array"
    rows: "Array"

    @cached_property
    def answers(self) -> "Array":
        """The likeliest class of each image."""
        found: Array = self.probabilities.argmax(axis=1)
        return found

    def of_cell(
        self, true: Collection[int], predicted: Collection[int], first: int = 0, count: int | None = None
    ) -> tuple[Seen, ...]:
        """The images of a cell, of one class or several, the largest loss first; `count` of them from `first` on."""
        import numpy as np

        found = np.flatnonzero(np.isin(self.labels, list(true)) & np.isin(self.answers, list(predicted)))
        loss = losses(self.probabilities[found], self.labels[found])
        order = np.argsort(-loss, kind="stable")[first : None if count is None else first + count]
        return tuple(self._seen(int(found[at]), float(loss[at])) for at in order)

    def _seen(self, at: int, loss: float) -> Seen:
        chances = self.probabilities[at]
        likeliest = sorted(range(len(chances)), key=lambda one: -chances[one])[:LIKELIEST]
        return Seen(
            int(self.rows[at]), int(self.labels[at]), loss, tuple((one, float(chances[one])) for one in likeliest)
        )


def summary(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation as scripts read it: accuracy, loss, confusion, classes and the scores of each class."""
    confusion = evaluation.confusion
    return {
        "accuracy": confusion.accuracy,
        "loss": evaluation.loss,
        "images": confusion.images,
        "part": evaluation.part,
        "classes": list(confusion.classes),
        "confusion": [list(row) for row in confusion.counts],
        "per_class": [
            {
                "class": score.label,
                "precision": score.precision,
                "recall": score.recall,
                "f1": score.f1,
                "support": score.support,
            }
            for score in confusion.scores()
        ],
    }


def write_evaluation(evaluation: Evaluation, path: Path) -> None:
    """Writes the JSON file."""
    replace_text(path, msgspec.json.format(msgspec.json.encode(evaluation), indent=1).decode() + "\n")


def read_evaluation(path: Path) -> Evaluation:
    """The evaluation of a file. Raises UserError when there is none or it is damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Evaluation)
    except FileNotFoundError:
        raise UserError("has no evaluation yet", Place(path.parent), "It is made when the training ends.") from None
    except (msgspec.DecodeError, OSError) as error:
        raise UserError(f"is damaged: {error}", Place(path), "`cnn-tui evaluate` makes it anew.") from None


def write_predictions(predictions: Predictions, path: Path) -> None:
    """Writes the array file."""
    import numpy as np

    with replacing(path) as file:
        np.savez_compressed(
            file, probabilities=predictions.probabilities, labels=predictions.labels, rows=predictions.rows
        )


def read_predictions(path: Path) -> Predictions:
    """The predictions of a file. Raises UserError when there are none or they are damaged."""
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as held:
            found = Predictions(held["probabilities"], held["labels"], held["rows"])
    except FileNotFoundError:
        raise UserError("has no predictions yet", Place(path.parent), "They are made when the training ends.") from None
    except Exception as error:  # numpy and zipfile raise a dozen kinds for a damaged file
        raise UserError("is damaged", Place(path), "`cnn-tui evaluate` makes it anew.") from error
    return found
