"""All scores of a test on one page: each with its number, or the mark of one that there is not, and what it means."""

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cnn_tui.results.certainty import calibration, calibration_error, log_loss, top_k
from cnn_tui.results.confusion import NO_NUMBER, Confusion
from cnn_tui.results.overall import AVERAGES, averaged, balanced_accuracy, baseline, cohen_kappa, matthews
from cnn_tui.results.ranking import average_precisions, mean_of, roc_areas
from cnn_tui.results.scorers import scorers
from cnn_tui.results.scores import wilson_interval
from cnn_tui.text import clean

if TYPE_CHECKING:
    from cnn_tui.results.evaluation import Predictions

TOP = (3, 5)
"""How many of the likeliest classes an answer is looked for in."""


class Score(Struct, frozen=True):
    """One score: its key for scripts, its name for people, its number if there is one, and what it means."""

    key: str
    name: str
    value: float | None
    meaning: str

    @property
    def number(self) -> str:
        """To four decimals."""
        return NO_NUMBER if self.value is None else f"{self.value:.4f}"


def score_sheet(confusion: Confusion, predictions: "Predictions | None") -> tuple[Score, ...]:
    """Every score of the whole; without predictions those that the matrix alone gives."""
    accuracy = confusion.accuracy if confusion.images else None
    low, high = wilson_interval(confusion.correct, confusion.images)
    largest = baseline(confusion)
    always = f'always "{clean(confusion.classes[largest[0]], 20)}"' if largest else "there is no image"
    found = [
        Score("accuracy", "accuracy", accuracy, f"{confusion.correct:,} of {confusion.images:,} right"),
        Score("accuracy_low", "  at 95 %, from", low, ""),
        Score("accuracy_high", "  at 95 %, to", high, ""),
        Score("baseline_accuracy", "baseline", largest and largest[1], always),
        Score("balanced_accuracy", "balanced accuracy", balanced_accuracy(confusion), "the mean recall of the classes"),
        Score("cohen_kappa", "Cohen's kappa", cohen_kappa(confusion), "beyond chance; 1 is all right"),
        Score("matthews", "Matthews", matthews(confusion), "correlation, from -1 to 1"),
    ]
    return (*found, *(_of_probabilities(predictions) if predictions else ()), *_averages(confusion))


def score_document(confusion: Confusion, predictions: "Predictions | None") -> dict[str, Any]:
    """The same for scripts: null where there is no number; with Galaxy's scorers, and why some are missing."""
    document: dict[str, Any] = {"scores": {one.key: one.value for one in score_sheet(confusion, predictions)}}
    if predictions:
        found = scorers(confusion, predictions)
        document["scorers"] = {one.name: one.value for one in found}
        document["scorers_missing"] = {one.name: one.why for one in found if one.why}
    return document


def _of_probabilities(predictions: "Predictions") -> tuple[Score, ...]:
    chances, labels = predictions.probabilities, predictions.labels
    classes = chances.shape[1]
    tops = (
        Score(f"top_{k}", f"top {k}", top_k(chances, labels, k), f"true class among the {k} likeliest")
        for k in TOP
        if k < classes
    )
    error = calibration_error(calibration(chances, labels))
    return (
        *tops,
        Score("log_loss", "log-loss", log_loss(chances, labels), "surprise by the true class"),
        Score(
            "roc_auc_macro",
            "ROC area",
            mean_of(roc_areas(chances, labels)),
            "mean of classes against the rest",
        ),
        Score(
            "average_precision_macro",
            "average precision",
            mean_of(average_precisions(chances, labels)),
            "mean of classes against the rest",
        ),
        Score("ece", "calibration error", error, "confidence against accuracy, ECE"),
    )


def _averages(confusion: Confusion) -> tuple[Score, ...]:
    meanings = {
        "macro": "each class counts the same",
        "micro": "each image counts the same",
        "weighted": "each class counts by its images",
    }
    return tuple(
        Score(f"{key}_{average}", f"{name}, {average}", getattr(averaged(confusion, average), key), meanings[average])
        for average in AVERAGES
        for key, name in (("precision", "precision"), ("recall", "recall"), ("f1", "F1"))
    )
