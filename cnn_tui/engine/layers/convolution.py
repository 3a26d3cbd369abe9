"""Conv1D, Conv2D, Conv3D."""

from collections.abc import Callable, Sequence

from torch import Tensor
from torch.nn import functional as F

from cnn_tui.engine.layers.activations import ACTIVATIONS
from cnn_tui.engine.layers.base import (
    Layer,
    Step,
    channels_first,
    channels_last,
    empty_bias,
    empty_kernel,
    window_first,
    window_last,
)
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.layers.convolution import Convolution as Spec
from cnn_tui.spec.layers.windows import reach
from cnn_tui.spec.same_padding import Edges, as_torch_pads, edges

CONVOLVE: dict[int, Callable[..., Tensor]] = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}


class Convolution(Layer):
    """Its kernel is kept as (filters, channels in a group, window sizes)."""

    def __init__(self, layer: Spec, shape: Shape) -> None:
        super().__init__()
        *window, depth, filters = layer.weights(shape)["kernel"]
        self.kernel = empty_kernel(filters, depth, *window)
        self.bias = empty_bias((filters,)) if layer.use_bias else None
        self.activate = ACTIVATIONS[layer.activation]
        self.axes = len(window)
        reached = reach(layer.kernel_size, layer.dilation_rate)
        self.slid = Slide(
            edges(layer.padding, shape[:-1], reached, layer.strides), layer.strides, layer.dilation_rate, layer.groups
        )

    def steps(self) -> Sequence[Step]:
        """Sums of windows, then the activation."""
        return (self.slide, self.activate)

    def slide(self, x: Tensor) -> Tensor:
        """The weighted sum of each window."""
        x = self.slid(channels_first(x, self.axes), self.kernel, self.bias)
        return channels_last(x, self.axes)

    def to_keras(self, name: str, array: Tensor) -> Tensor:
        """(filters, depth, window sizes) becomes (window sizes, depth, filters)."""
        return window_first(array) if name == "kernel" else array

    def from_keras(self, name: str, array: Tensor) -> Tensor:
        """And back."""
        return window_last(array) if name == "kernel" else array


class Slide:
    """How windows move over an input whose channels are first, and what is added to its edges before."""

    def __init__(self, edges: Edges, strides: Shape, dilation: Shape, groups: int) -> None:
        self._convolve = CONVOLVE[len(strides)]
        is_even = all(before == after for before, after in edges)
        self.pads = None if is_even else as_torch_pads(edges)
        """What is added before, where the convolution cannot do it as it goes."""
        self.padding = tuple(before if is_even else 0 for before, _ in edges)
        self.strides, self.dilation, self.groups = strides, dilation, groups

    def __call__(self, x: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
        """The weighted sum of each window."""
        if self.pads is not None:
            x = F.pad(x, self.pads)
        return self._convolve(x, kernel, bias, self.strides, self.padding, self.dilation, self.groups)
