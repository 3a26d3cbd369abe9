"""The layers as torch modules. Outside them all is channels last, as Keras counts: (batch, height, width, channels).

`permute` gives torch the (batch, channels, height, width) view of it, which is its fast channels_last layout, for free.
A layer is a list of steps, so that the network can put them in the cheapest order that gives the same bits.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnn_tui.engine.same_padding import same_padding
from cnn_tui.spec import layers as spec
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.layers.activations import Activate
from cnn_tui.spec.layers.windows import reach

Step = Callable[[Tensor], Tensor]

ACTIVATIONS: dict[Activate, Step] = {
    "linear": lambda x: x,
    "relu": F.relu,
    "softmax": lambda x: F.softmax(x, dim=-1),
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "elu": F.elu,
    "selu": F.selu,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "exponential": torch.exp,
}


class Layer(nn.Module):
    """A layer's torch side: its steps in order, and its arrays in Keras's shapes."""

    def steps(self) -> Sequence[Step]:
        """What it does to its input, one function after the other."""
        raise AssertionError(f"{type(self).__name__} has no steps")

    def forward(self, x: Tensor) -> Tensor:
        """The whole layer."""
        for step in self.steps():
            x = step(x)
        return x

    def to_keras(self, name: str, array: Tensor) -> Tensor:
        """An array of this layer in Keras's shape; the way back is `from_keras`."""
        return array

    def from_keras(self, name: str, array: Tensor) -> Tensor:
        """An array in Keras's shape as torch keeps it."""
        return array


class Convolution(Layer):
    """Conv2D: kernel kept as (filters, channels in a group, height, width), in channels_last memory."""

    def __init__(self, layer: spec.Conv2D, shape: Shape) -> None:
        super().__init__()
        *size, depth, filters = layer.weights(shape)["kernel"]
        kernel = torch.empty(filters, depth, *size).to(memory_format=torch.channels_last)
        self.kernel = nn.Parameter(kernel)
        self.bias = nn.Parameter(torch.empty(filters)) if layer.use_bias else None
        self.strides = layer.strides
        self.dilation = layer.dilation_rate
        self.groups = layer.groups
        self.activate = ACTIVATIONS[layer.activation]
        self.before, self.after = _image_padding(
            layer.padding, shape, reach(layer.kernel_size, layer.dilation_rate), layer.strides
        )

    def steps(self) -> Sequence[Step]:
        """Sums of windows, then the activation."""
        return (self.slide, self.activate)

    def slide(self, x: Tensor) -> Tensor:
        """The weighted sum of each window."""
        x = x.permute(0, 3, 1, 2)
        padding = self.before
        if self.before != self.after:
            x = F.pad(x, (self.before[1], self.after[1], self.before[0], self.after[0]))
            padding = (0, 0)
        x = F.conv2d(x, self.kernel, self.bias, self.strides, padding, self.dilation, self.groups)
        return x.permute(0, 2, 3, 1)

    def to_keras(self, name: str, array: Tensor) -> Tensor:
        """(filters, depth, height, width) becomes (height, width, depth, filters)."""
        return array.permute(2, 3, 1, 0) if name == "kernel" else array

    def from_keras(self, name: str, array: Tensor) -> Tensor:
        """And back."""
        return array.permute(3, 2, 0, 1) if name == "kernel" else array


class MaxPooling(Layer):
    """MaxPooling2D: the edge is padded with minus infinity, which is never the largest."""

    def __init__(self, layer: spec.MaxPooling2D, shape: Shape) -> None:
        super().__init__()
        self.pool_size = layer.pool_size
        self.strides = layer.strides or layer.pool_size
        self.before, self.after = _image_padding(layer.padding, shape, layer.pool_size, self.strides)

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.pool,)

    def pool(self, x: Tensor) -> Tensor:
        """The largest value of each window."""
        x = x.permute(0, 3, 1, 2)
        if any(self.before) or any(self.after):
            x = F.pad(x, (self.before[1], self.after[1], self.before[0], self.after[0]), value=float("-inf"))
        return F.max_pool2d(x, self.pool_size, self.strides).permute(0, 2, 3, 1)


class FullyConnected(Layer):
    """Dense: kernel kept as (units, inputs)."""

    def __init__(self, layer: spec.Dense, shape: Shape) -> None:
        super().__init__()
        inputs, units = layer.weights(shape)["kernel"]
        self.kernel = nn.Parameter(torch.empty(units, inputs))
        self.bias = nn.Parameter(torch.empty(units)) if layer.use_bias else None
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


class Arrange(Layer):
    """Flatten and Reshape: the same values in another shape."""

    def __init__(self, output_shape: Shape) -> None:
        super().__init__()
        self.output_shape = output_shape

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.arrange,)

    def arrange(self, x: Tensor) -> Tensor:
        """A view where the memory allows it."""
        return x.reshape(x.shape[0], *self.output_shape)


class Drop(Layer):
    """Dropout: does something in training only."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.drop,)

    def drop(self, x: Tensor) -> Tensor:
        """Zeros for a share of the values, the others larger in return."""
        return F.dropout(x, self.rate, self.training)


class Activated(Layer):
    """Activation: a function alone."""

    def __init__(self, activation: Activate) -> None:
        super().__init__()
        self.activate = ACTIVATIONS[activation]

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.activate,)


def _image_padding(
    padding: str, shape: Shape, reached: tuple[int, int], strides: tuple[int, int]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """(above, left) and (below, right)."""
    if padding == "valid":
        return (0, 0), (0, 0)
    above, below = same_padding(shape[0], reached[0], strides[0])
    left, right = same_padding(shape[1], reached[1], strides[1])
    return (above, left), (below, right)
