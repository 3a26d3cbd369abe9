"""What the test of a run is judged by: its primary score and the others that were asked for, in a small JSON file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from cnn_tui.errors import Place, UserError
from cnn_tui.files import replace_text
from cnn_tui.results import regression
from cnn_tui.results.evaluation import Part
from cnn_tui.results.scorers import scorers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from cnn_tui.results.confusion import Confusion
    from cnn_tui.results.evaluation import Predictions

    Array = np.ndarray[Any, Any]

ALWAYS_OF_NUMBERS = ("mean_squared_error", "mean_absolute_error", "r2")
"""What is told of predicted numbers even if nobody asks."""


class FinalScores(Struct, frozen=True, kw_only=True):
    """The scores of a test by their names; None: it cannot be computed of these rows."""

    part: Part
    loss: float
    images: int
    primary: str
    scores: dict[str, float | None]
    targets: tuple[str, ...] = ()
    """What is predicted, if it is numbers."""


def class_scores(names: "Sequence[str]", confusion: "Confusion", predictions: "Predictions") -> dict[str, float | None]:
    """The scores of predicted classes, as scikit-learn computes them."""
    known = {one.name: one.value for one in scorers(confusion, predictions)}
    return {name: known[name] if name in known else _by_scikit_learn(name, predictions) for name in names}


def number_scores(names: "Sequence[str]", true: "Array", predicted: "Array") -> dict[str, float | None]:
    """The scores of predicted numbers, both [N, targets]: the mean over the targets."""
    return {name: _mean_over_targets(name, true, predicted) for name in dict.fromkeys((*ALWAYS_OF_NUMBERS, *names))}


def final_document(found: FinalScores) -> dict[str, Any]:
    """The scores as scripts read them; of predicted numbers also what an evaluation says of classes."""
    scores: dict[str, Any] = {"primary_scoring": found.primary, "scores": found.scores}
    numbers = {"loss": found.loss, "images": found.images, "part": found.part, "targets": list(found.targets)}
    return scores | (numbers if found.targets else {})


def write_final_scores(scores: FinalScores, path: Path) -> None:
    """Writes the JSON file."""
    replace_text(path, msgspec.json.format(msgspec.json.encode(scores), indent=1).decode() + "\n")


def read_final_scores(path: Path) -> FinalScores:
    """The scores of a file. Raises UserError when there is none or it is damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=FinalScores)
    except FileNotFoundError:
        raise UserError("has no scores yet", Place(path.parent), "They are made when the training ends.") from None
    except (msgspec.DecodeError, OSError) as error:
        raise UserError(f"is damaged: {error}", Place(path), "`cnn-tui evaluate` makes it anew.") from None


def _by_scikit_learn(name: str, predictions: "Predictions") -> float | None:
    from sklearn.metrics import matthews_corrcoef, roc_auc_score

    shares, labels = predictions.probabilities, predictions.labels
    try:
        match name:
            case "matthews_corrcoef":
                return float(matthews_corrcoef(labels, shares.argmax(axis=1)))
            case "roc_auc_ovr" | "roc_auc_ovo":
                given = shares[:, 1] if shares.shape[1] == 2 else shares / shares.sum(axis=1, keepdims=True)
                every = list(range(shares.shape[1]))
                return float(roc_auc_score(labels, given, multi_class=name[-3:], labels=every))
    except ValueError:  # a class without rows has no curve
        return None
    raise AssertionError(f"{name} is no score of classes")


def _mean_over_targets(name: str, true: "Array", predicted: "Array") -> float | None:
    sign = -1.0 if name.startswith("neg_") else 1.0
    measure = getattr(regression, name.removeprefix("neg_").removeprefix("root_"))
    values = [measure(true[:, at], predicted[:, at]) for at in range(true.shape[1])]
    if any(value is None for value in values):
        return None
    roots: list[float] = [value**0.5 if "root_" in name else value for value in values]
    return sign * sum(roots) / len(roots)
