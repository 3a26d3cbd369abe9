"""Metrics and scores: what is told of a training beside its loss, and of a trained model in the end."""

from typing import Literal

Metric = Literal[
    "accuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "top_k_categorical_accuracy",
    "auc",
    "mean_squared_error",
    "root_mean_squared_error",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error",
    "cosine_similarity",
    "r2_score",
]
METRIC_ALIASES = {
    "acc": "accuracy",
    "top_k": "top_k_categorical_accuracy",
    "sparse_top_k_categorical_accuracy": "top_k_categorical_accuracy",
    "mse": "mean_squared_error",
    "rmse": "root_mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "cosine": "cosine_similarity",
    "cosine_proximity": "cosine_similarity",
    "r2": "r2_score",
}
"""Other names that Keras or Galaxy has for them."""
OF_CLASSES: frozenset[Metric] = frozenset(
    {
        "accuracy",
        "binary_accuracy",
        "categorical_accuracy",
        "sparse_categorical_accuracy",
        "top_k_categorical_accuracy",
        "auc",
    }
)
"""Metrics that count right answers, so that there must be classes."""
SHORT: dict[str, str] = {
    "accuracy": "acc",
    "binary_accuracy": "binary acc",
    "categorical_accuracy": "cat acc",
    "sparse_categorical_accuracy": "cat acc",
    "top_k_categorical_accuracy": "top k",
    "auc": "AUC",
    "mean_squared_error": "mse",
    "root_mean_squared_error": "rmse",
    "mean_absolute_error": "mae",
    "mean_absolute_percentage_error": "mape",
    "mean_squared_logarithmic_error": "msle",
    "cosine_similarity": "cosine",
    "r2_score": "r2",
}
"""What a narrow table calls them."""


def grows(monitored: str) -> bool:
    """Whether more of it is better: of `val_accuracy` it is, of `val_loss` and `mean_squared_error` it is not."""
    name = monitored.removeprefix("val_")
    return name in OF_CLASSES or name in ("cosine_similarity", "r2_score")
