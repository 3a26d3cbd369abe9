"""A built layer with weights that are not zero, for tests of what it answers."""

import torch
from torch import Tensor

from cnn_tui.engine.build import build_layer
from cnn_tui.engine.layers import Layer as Built
from cnn_tui.spec.layers import (
    Layer,
    Shape,
)


def with_random_weights(layer: Layer, shape: Shape) -> tuple[Built, dict[str, Tensor]]:
    """The built layer, and its weights in Keras's shapes."""
    built = build_layer(layer, shape).eval()
    weights = {name: torch.randn(sizes) for name, sizes in layer.weights(shape).items()}
    with torch.no_grad():
        for name, array in built.arrays().items():
            array.copy_(built.from_keras(name, weights[name]))
    return built, weights
