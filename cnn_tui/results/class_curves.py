"""The curves of one class against the rest, and those of a threshold, with the words that go with them."""

from typing import TYPE_CHECKING, Literal, get_args

from msgspec import Struct

from cnn_tui.results.certainty import calibration, calibration_error
from cnn_tui.results.confusion import decimals
from cnn_tui.results.curves import Curve
from cnn_tui.results.ranking import area, average_precision, precision_recall, roc
from cnn_tui.results.threshold import AIMS, at_threshold, best_threshold
from cnn_tui.text import clean

if TYPE_CHECKING:
    from cnn_tui.results.evaluation import Predictions

Kind = Literal["ROC", "precision-recall", "calibration", "threshold"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RISING: Curve = ((0.0, 0.0), (1.0, 1.0))
_STEPS = 101
"""Thresholds that are drawn."""


class Drawing(Struct, frozen=True):
    """Curves, what they are compared with, and the words of title, x axis and line below."""

    title: str
    curves: tuple[Curve, ...]
    reference: Curve
    across: str
    words: str


def drawing(kind: Kind, predictions: "Predictions", classes: tuple[str, ...], index: int, threshold: float) -> Drawing:
    """One kind of curve of the class at this place; a threshold needs two classes."""
    chances, labels = predictions.probabilities, predictions.labels
    of_class = f"class {clean(classes[index], 24)}"
    is_class = labels == index
    match kind:
        case "ROC":
            curve = roc(chances[:, index], is_class)
            words = (
                f"Area {_four(area(curve))}. How many of its images are found, "
                "against how many others are taken for it. Dotted: guessing."
            )
            return Drawing(f"ROC · {of_class}", (curve,), RISING, "others taken →", words)
        case "precision-recall":
            curve = precision_recall(chances[:, index], is_class)
            share = float(is_class.mean()) if len(labels) else 0.0
            words = (
                f"Average precision {_four(average_precision(curve))}. How pure what is taken for it is, "
                "the more of its images are found. Dotted: guessing."
            )
            return Drawing(f"precision, recall · {of_class}", (curve,), ((0.0, share), (1.0, share)), "recall →", words)
        case "calibration":
            bins = calibration(chances, labels)
            curve = tuple((one.confidence, one.accuracy) for one in bins)
            words = (
                f"Expected calibration error {_four(calibration_error(bins))}. "
                "How often answers that are so sure are right: below the dots the network is surer than it should be."
            )
            return Drawing("calibration · all classes", (curve,), RISING, "confidence →", words)
    return _threshold(predictions, classes, threshold)


def _threshold(predictions: "Predictions", classes: tuple[str, ...], threshold: float) -> Drawing:
    chances, labels = predictions.probabilities, predictions.labels
    precision, recall = [], []
    for step in range(_STEPS):
        score = at_threshold(chances, labels, step / (_STEPS - 1), classes).score(1)
        precision += [(step / (_STEPS - 1), score.precision)] if score.precision is not None else []
        recall += [(step / (_STEPS - 1), score.recall)] if score.recall is not None else []
    matrix = at_threshold(chances, labels, threshold, classes)
    score, name = matrix.score(1), clean(classes[1], 24)
    best = ", ".join(f"{aim} {best_threshold(chances, labels, aim):.3f}" for aim in AIMS)
    (right_out, wrongly_in), (missed, found) = matrix.counts
    words = (
        f"Above {threshold:.2f} an image is {name}: {found:,} found, {missed:,} missed, "
        f"{wrongly_in:,} wrongly taken, {right_out:,} rightly not. "
        f"Precision {decimals(score.precision)}, recall {decimals(score.recall)}, F1 {decimals(score.f1)}, "
        f"accuracy {matrix.accuracy:.3f}. Best for {best}."
    )
    marker: Curve = ((threshold, 0.0), (threshold, 1.0))
    return Drawing(
        f"threshold {threshold:.2f} · class {name}", (tuple(precision), tuple(recall)), marker, "threshold →", words
    )


def _four(number: float | None) -> str:
    return "-" if number is None else f"{number:.4f}"
