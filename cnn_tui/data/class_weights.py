"""How much an image of each class counts in the loss."""

from typing import Any

import numpy as np

from cnn_tui.data.parts import Part
from cnn_tui.spec.class_weights import nothing_weighs, weights_asked

Array = np.ndarray[Any, Any]


def class_weights(text: str, training: Part) -> Array | None:
    """The weight of each class, float32 [classes], or None when all count alike. Raises UserError.

    `balanced` is scikit-learn's: training rows / (classes with rows * rows of the class); a class without training
    rows weighs 1, as do classes that are not named.
    """
    classes = training.dataset.classes
    asked = weights_asked(text, classes)
    if asked == "none":
        return None
    if asked == "balanced":
        counts = np.bincount(training.labels, minlength=len(classes))
        balanced = len(training.rows) / ((counts > 0).sum() * np.maximum(counts, 1))
        return np.where(counts > 0, balanced, 1).astype(np.float32)
    weights = np.array([asked.get(name, 1.0) for name in classes], np.float32)
    if not weights[training.labels].any():
        raise nothing_weighs()
    return weights
