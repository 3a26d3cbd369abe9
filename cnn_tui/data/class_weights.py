"""How much an image of each class counts in the loss."""

from typing import Any

import numpy as np

from cnn_tui.data.classes import shortened
from cnn_tui.data.parts import Part
from cnn_tui.errors import UserError, nearest
from cnn_tui.spec.class_weights import SETTING, parse_class_weights

Array = np.ndarray[Any, Any]


def class_weights(text: str, training: Part) -> Array | None:
    """The weight of each class, float32 [classes], or None when all count alike. Raises UserError.

    `balanced` is scikit-learn's: training rows / (classes with rows * rows of the class); a class without training
    rows weighs 1, as do classes that are not named.
    """
    asked, classes = parse_class_weights(text), training.dataset.classes
    if asked == "none":
        return None
    if asked == "balanced":
        counts = np.bincount(training.labels, minlength=len(classes))
        balanced = len(training.rows) / ((counts > 0).sum() * np.maximum(counts, 1))
        return np.where(counts > 0, balanced, 1).astype(np.float32)
    for name in asked.keys() - classes:
        remedy = nearest(name, classes) or f"The classes are {shortened(classes)}."
        raise UserError(f'there is no class "{name}"', SETTING, remedy)
    weights = np.array([asked.get(name, 1.0) for name in classes], np.float32)
    if not weights[training.labels].any():
        raise UserError("every training image weighs 0", SETTING, "Give a class that is trained on a weight above 0.")
    return weights
