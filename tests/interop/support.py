"""What the tests of files share: reading bytes as the confined reader does, and models with random weights."""

from io import BytesIO
from typing import Any

import numpy as np
from hypothesis import assume

from cnn_tui.interop.keras_layout import expected
from cnn_tui.interop.reader import read
from cnn_tui.interop.weights import Weights
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import first_problem, trace
from tests import SHARED

Arrays = dict[str, np.ndarray]
KERAS = SHARED / "fixtures/keras"
GALAXY = SHARED / "fixtures/galaxy"
ABOUT = {
    "format": 1,
    "classes": ["cat", "dog"],
    "data_shape": [4, 6, 3],
    "scaling": {"subtract": [0.0], "divide": [255.0]},
    "epoch": 3,
}


def random_arrays(model: Model, seed: int = 0) -> Arrays:
    """Weights for every layer; variances are positive."""
    dice = np.random.default_rng(seed)
    return {name: dice.random(shape, np.float32) + np.float32(0.1) for name, shape in expected(model).items()}


def fitting(model: Model) -> Model:
    """The model, if its layers fit together."""
    assume(first_problem(trace(model)) is None)
    return model


def read_bytes(content: bytes, model: Model | None = None, name: str = "file") -> Weights:
    """What the reader makes of these bytes, in this process."""
    return read(BytesIO(content), name, model)


def same(ours: Arrays, theirs: Arrays) -> bool:
    """Whether two files hold the same arrays in the same order, bit for bit."""
    return list(ours) == list(theirs) and all(ours[name].tobytes() == theirs[name].tobytes() for name in ours)


def of_keras(model: Any) -> list[np.ndarray]:
    """The weights of a Keras model in the order of its layers."""
    return [array for layer in model.layers for array in layer.get_weights()]
