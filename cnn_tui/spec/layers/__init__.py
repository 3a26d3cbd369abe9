"""Every kind of layer, in the order of the menu. A new one is a class in its family's module and a name in KINDS."""

from cnn_tui.spec.layers.base import Layer, Misfit, Remedy, Seen, Shape, by, values
from cnn_tui.spec.layers.convolution import Conv2D
from cnn_tui.spec.layers.core import Activation, Dense, Dropout
from cnn_tui.spec.layers.pooling import MaxPooling2D
from cnn_tui.spec.layers.shaping import Flatten, Reshape

KINDS: tuple[type[Layer], ...] = (Conv2D, MaxPooling2D, Dense, Flatten, Reshape, Dropout, Activation)

__all__ = [
    "KINDS",
    "Activation",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "Layer",
    "MaxPooling2D",
    "Misfit",
    "Remedy",
    "Reshape",
    "Seen",
    "Shape",
    "by",
    "values",
]
