"""Convolutions that look at each channel by itself: depthwise, and separable with a mixing of channels behind."""

from typing import Annotated, ClassVar

from msgspec import Meta

from cnn_tui.spec.layers.activations import Activated
from cnn_tui.spec.layers.base import Count, Pair, Seen, Shape, Single, values
from cnn_tui.spec.layers.convolution import DILATION, FILTERS, KERNEL, PADDING, STRIDES, WINDOW
from cnn_tui.spec.layers.initializers import GlorotUniform
from cnn_tui.spec.layers.weighted import Biased, Held, Kept, Starts, UseBias
from cnn_tui.spec.layers.windows import Padding, check_kernel, counted, places, reach, spatial

Multiplier = Annotated[Count, Meta(description="How many filters look at each input channel.")]


class Depthwise(Biased, frozen=True, kw_only=True):
    """What all of them share: one or more filters for each input channel."""

    FORMULA: ClassVar[str] = WINDOW

    kernel_size: Shape
    strides: Shape
    padding: Padding
    dilation_rate: Shape
    depth_multiplier: Multiplier = 1
    activation: Activated = "linear"
    use_bias: UseBias = True
    depthwise_initializer: Starts = GlorotUniform()
    depthwise_regularizer: Kept = None
    depthwise_constraint: Held = None

    def output_shape(self, shape: Shape) -> Shape:
        """(places along each axis, channels). Raises Misfit when the window does not fit."""
        sizes = spatial(shape, len(self.kernel_size))
        check_kernel(sizes, self.kernel_size, self.strides, self.dilation_rate, self.padding)
        reached = reach(self.kernel_size, self.dilation_rate)
        return (*places(sizes, reached, self.strides, self.padding), self.channels(shape))

    def channels(self, shape: Shape) -> int:
        """How many channels it makes."""
        return shape[-1] * self.depth_multiplier

    def weights(self, shape: Shape) -> dict[str, Shape]:
        """The kernel, (window sizes, channels, filters a channel), and a bias an output channel."""
        kernel = (*self.kernel_size, shape[-1], self.depth_multiplier)
        return {"depthwise_kernel": kernel} | ({"bias": (self.channels(shape),)} if self.use_bias else {})

    def macs(self, shape: Shape) -> int:
        """Each output place is a sum over its window, in each of its kernels."""
        kernels = (sizes for name, sizes in self.weights(shape).items() if name != "bias")
        return values(self.output_shape(shape)[:-1]) * sum(map(values, kernels))

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """The window of windows."""
        return seen and seen.through(reach(self.kernel_size, self.dilation_rate), self.strides)

    def arithmetic(self, shape: Shape) -> str:
        """How many places the window has."""
        return counted(shape[:-1], self.kernel_size, self.strides, self.dilation_rate, self.output_shape(shape)[:-1])


class DepthwiseConv1D(Depthwise, frozen=True, kw_only=True):
    """Slides a filter of its own along each channel of a sequence; channels do not mix.

    It costs as many times less than Conv1D as there are filters.
    """

    kernel_size: Annotated[Single, KERNEL]
    strides: Annotated[Single, STRIDES] = (1,)
    padding: Annotated[Padding, PADDING] = "valid"
    dilation_rate: Annotated[Single, DILATION] = (1,)


class DepthwiseConv2D(Depthwise, frozen=True, kw_only=True):
    """Slides a filter of its own over each channel of an image; channels do not mix.

    It costs as many times less than Conv2D as there are filters; a 1x1 Conv2D behind it mixes the channels.
    """

    kernel_size: Annotated[Pair, KERNEL]
    strides: Annotated[Pair, STRIDES] = (1, 1)
    padding: Annotated[Padding, PADDING] = "valid"
    dilation_rate: Annotated[Pair, DILATION] = (1, 1)


class Separable(Depthwise, frozen=True, kw_only=True):
    """A depthwise convolution, then filters of size 1 that mix the channels."""

    FIRST: ClassVar[str] = "filters"

    filters: Annotated[Count, FILTERS]
    pointwise_initializer: Starts = GlorotUniform()
    pointwise_regularizer: Kept = None
    pointwise_constraint: Held = None

    def channels(self, shape: Shape) -> int:
        """A channel a filter."""
        return self.filters

    def weights(self, shape: Shape) -> dict[str, Shape]:
        """The depthwise kernel, the pointwise kernel (ones, channels of the first, filters), and a bias a filter."""
        depthwise = (*self.kernel_size, shape[-1], self.depth_multiplier)
        pointwise = (*(1 for _ in self.kernel_size), shape[-1] * self.depth_multiplier, self.filters)
        bias = {"bias": (self.filters,)} if self.use_bias else {}
        return {"depthwise_kernel": depthwise, "pointwise_kernel": pointwise, **bias}


class SeparableConv1D(Separable, frozen=True, kw_only=True):
    """Looks at each channel of a sequence by itself, then mixes the channels with filters of size 1.

    Nearly what Conv1D does, at a fraction of its weights and multiplications.
    """

    kernel_size: Annotated[Single, KERNEL]
    strides: Annotated[Single, STRIDES] = (1,)
    padding: Annotated[Padding, PADDING] = "valid"
    dilation_rate: Annotated[Single, DILATION] = (1,)


class SeparableConv2D(Separable, frozen=True, kw_only=True):
    """Looks at each channel of an image by itself, then mixes the channels with 1x1 filters.

    Nearly what Conv2D does, at a fraction of its weights and multiplications.
    """

    kernel_size: Annotated[Pair, KERNEL]
    strides: Annotated[Pair, STRIDES] = (1, 1)
    padding: Annotated[Padding, PADDING] = "valid"
    dilation_rate: Annotated[Pair, DILATION] = (1, 1)
