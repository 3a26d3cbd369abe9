"""The settings that a new layer starts with, for the place where it is put."""

from typing import Any

from cnn_tui.spec.fields import fields
from cnn_tui.spec.layers import Activation, Dense, GroupNormalization, Layer, Permute, Reshape, Residual, Shape, values
from cnn_tui.spec.layers.windows import divisors, picture_shape
from cnn_tui.spec.make import make
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import trace

USUAL_CLASSES = 10
"""As many units as the digits have classes, while no data say otherwise."""
USUAL_GROUP = 2
"""As many layers as most residual groups have."""
USUAL_NORM_GROUPS = 32
USUAL: dict[str, Any] = {"filters": 32, "rate": 0.5, "stddev": 0.1, "n": 8, "activation": "relu"}
"""Settings that must be given, by their names."""
SPATIAL_RATE = 0.2


def new_layer(kind: type[Layer], model: Model, index: int, classes: int = 0, ending: str = "softmax") -> Layer:
    """A layer to be put before the one at `index`; what must be given has a usual value, the rest Keras's default.

    The last one ends with so many classes, or numbers, and that function.
    """
    shape = (model.input_shape if index == 0 else trace(model)[index - 1].output_shape) or model.input_shape
    last = ending if index == len(model.layers) else ""
    return make(kind, _usual(kind) | _fitting(kind, shape, index, last, classes or USUAL_CLASSES))


def _usual(kind: type[Layer]) -> dict[str, Any]:
    """What goes for all kinds: windows of 3, and relu behind what has filters."""
    start: dict[str, Any] = {}
    for one in fields(kind):
        if one.name == "kernel_size":
            start[one.name] = (3,) * (one.length or 1)
        elif one.name == "activation" and (one.required or not kind.__name__.startswith("Depthwise")):
            start[one.name] = "relu"
        elif one.required and one.name in USUAL:
            start[one.name] = SPATIAL_RATE if kind.__name__.startswith("Spatial") else USUAL[one.name]
    return start


def _fitting(kind: type[Layer], shape: Shape, index: int, last: str, classes: int) -> dict[str, Any]:
    """What depends on the place; `last` is the function of the last layer, empty for any other."""
    if kind is Dense:
        return {"units": classes, "activation": last or "relu"}
    if kind is Activation and last and shape == (classes,):
        return {"activation": last}
    if kind is Reshape:
        return {"target_shape": picture_shape(shape) or (values(shape),)}
    if kind is Permute:
        return {"dims": (2, 1, *range(3, len(shape) + 1)) if len(shape) > 1 else (1,)}
    if kind is Residual:
        return {"layers": max(1, min(index, USUAL_GROUP))}
    if kind is GroupNormalization:
        return {"groups": max(one for one in divisors(shape[-1]) if one <= USUAL_NORM_GROUPS)}
    return {}
