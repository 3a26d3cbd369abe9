"""DepthwiseConv1D, DepthwiseConv2D, SeparableConv1D, SeparableConv2D."""

from collections.abc import Sequence

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
from cnn_tui.engine.layers.convolution import Slide
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.layers.separable import Depthwise as DepthwiseSpec
from cnn_tui.spec.layers.separable import Separable as SeparableSpec
from cnn_tui.spec.layers.windows import reach
from cnn_tui.spec.same_padding import edges


class Depthwise(Layer):
    """Its kernel is kept as (channels x filters a channel, 1, window sizes): as many groups as channels."""

    def __init__(self, layer: DepthwiseSpec, shape: Shape) -> None:
        super().__init__()
        *window, channels, multiplier = layer.weights(shape)["depthwise_kernel"]
        self.depthwise_kernel = empty_kernel(channels * multiplier, 1, *window)
        self.channels = channels
        self.axes = len(window)
        reached = reach(layer.kernel_size, layer.dilation_rate)
        self.slid = Slide(
            edges(layer.padding, shape[:-1], reached, layer.strides), layer.strides, layer.dilation_rate, channels
        )
        self.activate = ACTIVATIONS[layer.activation]
        self.add_kernels(layer, shape)

    def add_kernels(self, layer: DepthwiseSpec, shape: Shape) -> None:
        """What comes behind the depthwise kernel, in Keras's order."""
        self.bias = empty_bias(layer.weights(shape)["bias"]) if layer.use_bias else None

    def steps(self) -> Sequence[Step]:
        """Sums of windows, then the activation."""
        return (self.slide, self.activate)

    def slide(self, x: Tensor) -> Tensor:
        """The weighted sum of each window of each channel."""
        x = self.slid(channels_first(x, self.axes), self.depthwise_kernel, self.bias)
        return channels_last(x, self.axes)

    def to_keras(self, name: str, array: Tensor) -> Tensor:
        """(channels x filters, 1, window sizes) becomes (window sizes, channels, filters)."""
        if name != "depthwise_kernel":
            return array
        array = array.reshape(self.channels, -1, *array.shape[2:])
        return array.permute(*range(2, array.dim()), 0, 1)

    def from_keras(self, name: str, array: Tensor) -> Tensor:
        """And back."""
        if name != "depthwise_kernel":
            return array
        axes = array.dim() - 2
        array = array.permute(axes, axes + 1, *range(axes))
        return array.reshape(-1, 1, *array.shape[2:])


class Separable(Depthwise):
    """Behind the depthwise kernel a pointwise one, kept as (filters, channels of the first, ones)."""

    def add_kernels(self, layer: DepthwiseSpec, shape: Shape) -> None:
        """The pointwise kernel; the bias comes last."""
        assert isinstance(layer, SeparableSpec)
        *ones, channels, filters = layer.weights(shape)["pointwise_kernel"]
        self.pointwise_kernel = empty_kernel(filters, channels, *ones)
        super().add_kernels(layer, shape)

    def slide(self, x: Tensor) -> Tensor:
        """The weighted sums of the channels of each window's sums."""
        x = channels_last(self.slid(channels_first(x, self.axes), self.depthwise_kernel, None), self.axes)
        return F.linear(x, self.pointwise_kernel.flatten(1), self.bias)

    def to_keras(self, name: str, array: Tensor) -> Tensor:
        """Both kernels with their windows first."""
        return window_first(array) if name == "pointwise_kernel" else super().to_keras(name, array)

    def from_keras(self, name: str, array: Tensor) -> Tensor:
        """And back."""
        return window_last(array) if name == "pointwise_kernel" else super().from_keras(name, array)
