"""Losses: what a training makes small, by the names that Keras and Galaxy have for them."""

from typing import Literal

Loss = Literal[
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "binary_crossentropy",
    "kullback_leibler_divergence",
    "categorical_hinge",
    "hinge",
    "squared_hinge",
    "poisson",
    "mean_squared_error",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error",
    "logcosh",
    "huber",
    "cosine_similarity",
]
LOSS_ALIASES = {
    "bce": "binary_crossentropy",
    "kld": "kullback_leibler_divergence",
    "kl_divergence": "kullback_leibler_divergence",
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "log_cosh": "logcosh",
}
"""Other names that Keras 2 or 3 has for them."""

OF_NUMBERS: frozenset[Loss] = frozenset(
    {
        "mean_squared_error",
        "mean_absolute_error",
        "mean_absolute_percentage_error",
        "mean_squared_logarithmic_error",
        "logcosh",
        "huber",
    }
)
"""Losses that compare numbers with numbers: with them labels are taken for numbers unless the data says more."""
OF_CLASSES: frozenset[Loss] = frozenset(
    {"categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy", "categorical_hinge"}
)
"""Losses that make no sense for labels that are numbers."""
OF_SHARES: frozenset[Loss] = frozenset(
    {"categorical_crossentropy", "sparse_categorical_crossentropy", "kullback_leibler_divergence"}
)
"""Losses that compare shares of one, and so need a softmax."""
SMOOTHED: frozenset[Loss] = frozenset({"categorical_crossentropy", "binary_crossentropy"})
"""Losses that take label smoothing, as in Keras."""
