"""Dense, Activation and ActivityRegularization."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnn_tui.engine.layers.activations import ACTIVATIONS
from cnn_tui.engine.layers.base import Layer, Step, empty_bias
from cnn_tui.spec import layers as spec
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.layers.activations import Activate


class FullyConnected(Layer):
    """Dense, on the last axis: kernel kept as (units, inputs)."""

    def __init__(self, layer: spec.Dense, shape: Shape) -> None:
        super().__init__()
        inputs, units = layer.weights(shape)["kernel"]
        self.kernel = nn.Parameter(torch.empty(units, inputs))
        self.bias = empty_bias((units,)) if layer.use_bias else None
        self.activate = ACTIVATIONS[layer.activation]

    def steps(self) -> Sequence[Step]:
        """The weighted sums, then the activation."""
        return (self.connect, self.activate)

    def connect(self, x: Tensor) -> Tensor:
        """A weighted sum of all inputs for each unit."""
        return F.linear(x, self.kernel, self.bias)

    def to_keras(self, name: str, array: Tensor) -> Tensor:
        """(units, inputs) becomes (inputs, units)."""
        return array.t() if name == "kernel" else array

    def from_keras(self, name: str, array: Tensor) -> Tensor:
        """And back."""
        return array.t() if name == "kernel" else array


class Activated(Layer):
    """Activation: a function alone."""

    def __init__(self, activation: Activate) -> None:
        super().__init__()
        self.activate = ACTIVATIONS[activation]

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.activate,)


class Passing(Layer):
    """ActivityRegularization: the network looks at the values, the layer does nothing to them."""

    def steps(self) -> Sequence[Step]:
        """None."""
        return ()
