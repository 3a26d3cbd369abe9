"""Galaxy's scorers by their names: a number each, or a sentence that says why there is none."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cnn_tui.results.certainty import log_loss
from cnn_tui.results.confusion import Confusion
from cnn_tui.results.overall import averaged, balanced_accuracy, two_class_score
from cnn_tui.results.ranking import average_precisions, mean_of, roc_areas

if TYPE_CHECKING:
    from cnn_tui.results.evaluation import Predictions

    Measure = Callable[[Confusion, Predictions], float | None]

TWO_CLASSES = "It is for two classes; with more, use {name}_macro, {name}_micro or {name}_weighted."
SEVERAL_LABELS = "It is for images with several labels each; these have one."
NUMBERS = "It compares numbers; these are classes."
CUT_NUMBERS = "It cuts numbers into two classes first; these are classes already."
UNDIVIDED = "It would be divided by 0."
_REGRESSION = (
    "explained_variance",
    "max_error",
    "neg_mean_absolute_error",
    "neg_mean_squared_error",
    "neg_mean_squared_log_error",
    "neg_median_absolute_error",
    "r2",
    "spearman_correlation",
)


class Scorer(Struct, frozen=True):
    """What a scorer gives: a number, or the reason why there is none."""

    name: str
    value: float | None
    why: str = ""


def scorers(confusion: Confusion, predictions: "Predictions") -> tuple[Scorer, ...]:
    """All of them, in the order of their names. What Galaxy spells precision_wighted is precision_weighted here."""
    found = [_measured(name, measure(confusion, predictions)) for name, measure in _measures().items()]
    for name in ("f1", "precision", "recall"):
        score = two_class_score(confusion)
        found.append(_measured(name, getattr(score, name)) if score else _missing(name, TWO_CLASSES.format(name=name)))
        found.append(_missing(f"{name}_samples", SEVERAL_LABELS))
    found += [_missing(name, NUMBERS) for name in _REGRESSION]
    found += [_missing(name, CUT_NUMBERS) for name in ("binarize_auc_scorer", "binarize_average_precision_scorer")]
    return tuple(sorted(found, key=lambda scorer: scorer.name))


def _measures() -> "dict[str, Measure]":
    made: dict[str, Any] = {
        "accuracy": lambda confusion, predictions: confusion.accuracy if confusion.images else None,
        "balanced_accuracy": lambda confusion, predictions: balanced_accuracy(confusion),
        "neg_log_loss": lambda confusion, predictions: _negative(
            log_loss(predictions.probabilities, predictions.labels)
        ),
        "roc_auc": lambda confusion, predictions: _ranked(roc_areas, predictions),
        "average_precision": lambda confusion, predictions: _ranked(average_precisions, predictions),
    }
    for average in ("macro", "micro", "weighted"):
        for name in ("precision", "recall", "f1"):
            made[f"{name}_{average}"] = lambda confusion, predictions, average=average, name=name: getattr(
                averaged(confusion, average), name
            )
    return made


def _ranked(areas: "Callable[[Any, Any], tuple[float | None, ...]]", predictions: "Predictions") -> float | None:
    """Of two classes the area of the second; of more the mean over the classes, each against the rest."""
    found = areas(predictions.probabilities, predictions.labels)
    return found[1] if len(found) == 2 else mean_of(found)


def _negative(value: float | None) -> float | None:
    return None if value is None else -value


def _measured(name: str, value: float | None) -> Scorer:
    return Scorer(name, value, UNDIVIDED if value is None else "")


def _missing(name: str, why: str) -> Scorer:
    return Scorer(name, None, why)
