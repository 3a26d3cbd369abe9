"""Scores of a test, by scikit-learn's and Galaxy's names: which there are, and which make sense."""

from typing import Literal

Score = Literal[
    "accuracy",
    "balanced_accuracy",
    "average_precision",
    "f1",
    "f1_micro",
    "f1_macro",
    "f1_weighted",
    "f1_samples",
    "neg_log_loss",
    "precision",
    "precision_micro",
    "precision_macro",
    "precision_weighted",
    "precision_samples",
    "recall",
    "recall_micro",
    "recall_macro",
    "recall_weighted",
    "recall_samples",
    "roc_auc",
    "roc_auc_ovr",
    "roc_auc_ovo",
    "matthews_corrcoef",
    "explained_variance",
    "neg_mean_absolute_error",
    "neg_mean_squared_error",
    "neg_root_mean_squared_error",
    "neg_mean_squared_log_error",
    "neg_median_absolute_error",
    "r2",
    "max_error",
    "spearman_correlation",
    "binarize_auc_scorer",
    "binarize_average_precision_scorer",
]
SCORE_ALIASES = {"precision_wighted": "precision_weighted", "recall_wighted": "recall_weighted"}
"""Galaxy's spelling of two of them."""
OF_NUMBERS: frozenset[Score] = frozenset(
    {
        "explained_variance",
        "neg_mean_absolute_error",
        "neg_mean_squared_error",
        "neg_root_mean_squared_error",
        "neg_mean_squared_log_error",
        "neg_median_absolute_error",
        "r2",
        "max_error",
        "spearman_correlation",
    }
)
"""Scores of answers that are numbers; all others are of classes."""
_OF_ONE_NUMBER = ("max_error", "spearman_correlation")
_OF_TWO_CLASSES: dict[str, Score] = {
    "f1": "f1_macro",
    "precision": "precision_macro",
    "recall": "recall_macro",
    "roc_auc": "roc_auc_ovr",
}
"""Scores of one class against another, and what does the same for several."""


def default_score(targets: int) -> Score:
    """What Galaxy judges a model by when nothing else is said; `targets`: how many numbers it tells, 0: classes."""
    return "r2" if targets else "accuracy"


def why_no_sense(score: Score, classes: int, targets: int) -> tuple[str, str] | None:
    """Why a score cannot be computed for so many classes, or numbers an image, and the way out; None: it can."""
    if targets and score not in OF_NUMBERS:
        return f"{score} is for classes, and the labels are numbers", "Use r2 or neg_mean_absolute_error."
    if not targets and score in OF_NUMBERS:
        return f"{score} is for numbers, and the labels are classes", "Use accuracy or f1_macro."
    if score.endswith("_samples"):
        average = score.removesuffix("_samples")
        return f"{score} is for images that have several classes at once", f"Use {average}_macro."
    if score.startswith("binarize_"):
        return f"{score} is for anomaly detectors", "Use roc_auc or average_precision."
    if not targets and classes > 2 and score in _OF_TWO_CLASSES:
        return f"{score} is for two classes, and there are {classes:,}", f"Use {_OF_TWO_CLASSES[score]}."
    if targets > 1 and score in _OF_ONE_NUMBER:
        return f"{score} is for one number an image, and there are {targets:,}", "Use r2."
    return None
