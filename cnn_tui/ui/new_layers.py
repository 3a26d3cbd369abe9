"""The settings that a new layer starts with, for the place where it is put."""

from typing import Any

from cnn_tui.spec.layers import KINDS, Activation, Conv2D, Dense, Dropout, Layer, Reshape, Shape, values
from cnn_tui.spec.layers.windows import picture_shape
from cnn_tui.spec.make import make
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import trace

USUAL_CLASSES = 10
"""As many units as the digits have classes, while no data say otherwise."""


def new_layer(kind: type[Layer], model: Model, index: int, classes: int = 0) -> Layer:
    """A layer to be put before the one at `index`; what must be given has a usual value, the rest Keras's default."""
    last = index == len(model.layers)
    shape = (model.input_shape if index == 0 else trace(model)[index - 1].output_shape) or model.input_shape
    return make(kind, _start(kind, shape, last, classes or USUAL_CLASSES))


def describe_kinds() -> tuple[tuple[type[Layer], str], ...]:
    """Every kind with the first sentence that is said of it."""
    return tuple((kind, (kind.__doc__ or "").strip().splitlines()[0]) for kind in KINDS)


def _start(kind: type[Layer], shape: Shape, last: bool, classes: int) -> dict[str, Any]:
    if kind is Conv2D:
        return {"filters": 32, "kernel_size": (3, 3), "activation": "relu"}
    if kind is Dense:
        return {"units": classes, "activation": "softmax" if last else "relu"}
    if kind is Reshape:
        return {"target_shape": picture_shape(shape) or (values(shape),)}
    if kind is Dropout:
        return {"rate": 0.5}
    if kind is Activation:
        return {"activation": "relu"}
    return {}
