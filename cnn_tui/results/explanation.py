"""The scores of one class in words, each number of the matrix that goes into them shown as a sum and a fraction."""

from msgspec import Struct

from cnn_tui.results.confusion import ClassScore, Confusion, decimals
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
    name = f"class {clean(score.label, 24)}"
    missed = [count for place, count in enumerate(confusion.counts[index]) if place != index]
    taken = [row[index] for place, row in enumerate(confusion.counts) if place != index]
    return (
        Step("True positives (TP)", f"images of {name} predicted as such", f"TP = {score.true_positives:,}"),
        Step("False positives (FP)", f"others predicted as {name}, the rest of its column", f"FP = {_sum(taken)}"),
        Step("False negatives (FN)", "its images predicted as others, the rest of its row", f"FN = {_sum(missed)}"),
        Step("Precision (P)", f"of what was predicted as {name}, the share that is", _precision(score)),
        Step("Recall (R)", f"of the images of {name}, the share that was found", _recall(score)),
        Step("F score", "the harmonic mean of both, high only when both are", _f1(score)),
    )


def _precision(score: ClassScore) -> str:
    if not score.predicted:
        return "Nothing was predicted as this class, so there is no precision: -"
    return f"TP / (TP + FP) = {_share(score.true_positives, score.predicted, score.precision)}"


def _recall(score: ClassScore) -> str:
    if not score.support:
        return "There is no image of this class, so there is no recall: -"
    return f"TP / (TP + FN) = {_share(score.true_positives, score.support, score.recall)}"


def _f1(score: ClassScore) -> str:
    if score.f1 is None:
        return "There is neither an image of this class nor a prediction of it, so there is no F: -"
    if score.precision is None or score.recall is None or not score.true_positives:
        errors = f"{score.false_positives:,} + {score.false_negatives:,}"
        return f"2 TP / (2 TP + FP + FN) = 0 / (0 + {errors}) = {decimals(score.f1)}"
    precision, recall = decimals(score.precision), decimals(score.recall)
    return f"2 × P × R / (P + R) = 2 × {precision} × {recall} / ({precision} + {recall}) = {decimals(score.f1)}"


def _share(part: int, whole: int, value: float | None) -> str:
    return f"{part:,} / ({part:,} + {whole - part:,}) = {part:,} / {whole:,} = {decimals(value)}"


def _sum(counts: list[int]) -> str:
    """The addends that are not 0, the largest first, and what they make."""
    terms = sorted((count for count in counts if count), reverse=True)
    if len(terms) < 2:
        return f"{sum(terms):,}"
    shown = [f"{count:,}" for count in terms[:MAX_TERMS]]
    if rest := terms[MAX_TERMS:]:
        shown.append(f"{sum(rest):,} in {len(rest):,} more")
    return f"{' + '.join(shown)} = {sum(terms):,}"
