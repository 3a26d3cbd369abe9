"""The scores of one class in words, each number of the matrix that goes into them shown as a sum and a fraction."""

from msgspec import Struct

from cnn_tui.results.confusion import ClassScore, Confusion
from cnn_tui.text import clean

MAX_TERMS = 12
"""Addends of a sum that are written out; the rest is given as one number."""


class Step(Struct, frozen=True):
    """One step of the reasoning: what it is about, what it means, and the arithmetic."""

    title: str
    meaning: str
    arithmetic: str


def explain(confusion: Confusion, index: int) -> tuple[Step, ...]:
    """How the precision, recall and F score of a class come from its row and its column."""
    score = confusion.score(index)
    name = clean(score.label, 40)
    missed = [count for place, count in enumerate(confusion.counts[index]) if place != index]
    taken = [row[index] for place, row in enumerate(confusion.counts) if place != index]
    return (
        Step(
            "TP, true positives", f"Images of {name} that were predicted as {name}.", f"TP = {score.true_positives:,}"
        ),
        Step(
            "FP, false positives",
            f"Images of other classes that were predicted as {name}: the rest of its column.",
            f"FP = {_sum(taken)}",
        ),
        Step(
            "FN, false negatives",
            f"Images of {name} that were predicted as other classes: the rest of its row.",
            f"FN = {_sum(missed)}",
        ),
        _precision(score, name),
        _recall(score, name),
        _f1(score),
    )


def _precision(score: ClassScore, name: str) -> Step:
    predicted = score.true_positives + score.false_positives
    meaning = f"Of what was predicted as {name}, the share that is {name}."
    if not predicted:
        return Step("Precision", meaning, f"Nothing was predicted as {name}, so it counts as 0.")
    return Step("Precision", meaning, f"TP / (TP + FP) = {_share(score.true_positives, predicted, score.precision)}")


def _recall(score: ClassScore, name: str) -> Step:
    meaning = f"Of the images of {name}, the share that was found."
    if not score.support:
        return Step("Recall", meaning, f"There is no image of {name}, so it counts as 0.")
    return Step("Recall", meaning, f"TP / (TP + FN) = {_share(score.true_positives, score.support, score.recall)}")


def _f1(score: ClassScore) -> Step:
    meaning = "Both in one number, the harmonic mean: it is only high when both are."
    if not score.true_positives:
        return Step("F score", meaning, "Precision and recall are 0, so it counts as 0.")
    precision, recall = f"{score.precision:.3f}", f"{score.recall:.3f}"
    fraction = f"2 × {precision} × {recall} / ({precision} + {recall})"
    return Step("F score", meaning, f"2 × P × R / (P + R) = {fraction} = {score.f1:.3f}")


def _share(part: int, whole: int, value: float) -> str:
    return f"{part:,} / ({part:,} + {whole - part:,}) = {part:,} / {whole:,} = {value:.3f}"


def _sum(counts: list[int]) -> str:
    """The addends that are not 0, the largest first, and what they make."""
    terms = sorted((count for count in counts if count), reverse=True)
    if len(terms) < 2:
        return f"{sum(terms):,}"
    shown = [f"{count:,}" for count in terms[:MAX_TERMS]]
    if rest := terms[MAX_TERMS:]:
        shown.append(f"{sum(rest):,} in {len(rest):,} more")
    return f"{' + '.join(shown)} = {sum(terms):,}"
