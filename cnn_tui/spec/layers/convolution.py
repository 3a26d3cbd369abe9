"""Convolution layers: windows of weights sliding over a sequence, an image or a volume."""

from math import gcd
from typing import Annotated, ClassVar

from msgspec import Meta

from cnn_tui.spec.layers.activations import Activated
from cnn_tui.spec.layers.base import MORE, Count, Pair, Seen, Shape, Single, Triple, values
from cnn_tui.spec.layers.weighted import Kerneled, UseBias
from cnn_tui.spec.layers.windows import (
    CausalPadding,
    Padding,
    check_groups,
    check_kernel,
    counted,
    places,
    reach,
    spatial,
)

FILTERS = Meta(description="How many filters, so how many output channels.")
KERNEL = Meta(description="The size of the window along each axis; odd sizes have a centre.")
STRIDES = Meta(description="How far the window moves along each axis.")
PADDING = Meta(description="valid: inside the input only; same: zeros around it.")
CAUSAL = Meta(description="valid: inside the input only; same: zeros around it; causal: zeros before it only.")
DILATION = Meta(description="Distance between the values of a window; 1: neighbours.")
GROUPS = Meta(description="Split the channels into groups that do not mix.", extra=MORE)
WINDOW = "(size − window + zeros) / stride + 1, where window = kernel + (kernel−1)·(dilation−1)"


class Convolution(Kerneled, frozen=True, kw_only=True):
    """What the convolutions of one, two and three axes share."""

    FORMULA: ClassVar[str] = WINDOW

    filters: Annotated[Count, FILTERS]
    kernel_size: Shape
    strides: Shape
    padding: CausalPadding
    dilation_rate: Shape
    groups: Annotated[Count, GROUPS] = 1
    activation: Activated = "linear"
    use_bias: UseBias = True

    def output_shape(self, shape: Shape) -> Shape:
        """(places along each axis, filters). Raises Misfit when the window does not fit or groups do not divide."""
        sizes, channels = spatial(shape, len(self.kernel_size)), shape[-1]
        numbers = (("input channels", channels), ("filters", self.filters))
        check_groups(self.groups, numbers, gcd(channels, self.filters))
        check_kernel(sizes, self.kernel_size, self.strides, self.dilation_rate, self.padding)
        reached = reach(self.kernel_size, self.dilation_rate)
        return (*places(sizes, reached, self.strides, self.padding), self.filters)

    def weights(self, shape: Shape) -> dict[str, Shape]:
        """The kernel, (window sizes, channels in a group, filters), and a bias a filter."""
        kernel = (*self.kernel_size, shape[-1] // self.groups, self.filters)
        return {"kernel": kernel} | ({"bias": (self.filters,)} if self.use_bias else {})

    def macs(self, shape: Shape) -> int:
        """Each output place is a sum over its window, once a filter."""
        return values(self.output_shape(shape)[:-1]) * values(self.weights(shape)["kernel"])

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """The window of windows."""
        return seen and seen.through(reach(self.kernel_size, self.dilation_rate), self.strides)

    def arithmetic(self, shape: Shape) -> str:
        """How many places the window has."""
        return counted(shape[:-1], self.kernel_size, self.strides, self.dilation_rate, self.output_shape(shape)[:-1])


class Conv1D(Convolution, frozen=True, kw_only=True):
    """Slides learned filters along a sequence: each output step is a weighted sum of one window of steps.

    It finds the same pattern wherever it comes, in signals, text or time series.
    """

    kernel_size: Annotated[Single, KERNEL]
    strides: Annotated[Single, STRIDES] = (1,)
    padding: Annotated[CausalPadding, CAUSAL] = "valid"
    dilation_rate: Annotated[Single, DILATION] = (1,)


class Conv2D(Convolution, frozen=True, kw_only=True):
    """Slides learned filters over an image: each output pixel is a weighted sum of one window of the input.

    The same few weights look at every place, so it finds a pattern wherever it is.
    """

    kernel_size: Annotated[Pair, KERNEL]
    strides: Annotated[Pair, STRIDES] = (1, 1)
    padding: Annotated[Padding, PADDING] = "valid"
    dilation_rate: Annotated[Pair, DILATION] = (1, 1)


class Conv3D(Convolution, frozen=True, kw_only=True):
    """Slides learned filters through a volume: each output voxel is a weighted sum of one window of voxels.

    For scans, and for films as a stack of images.
    """

    kernel_size: Annotated[Triple, KERNEL]
    strides: Annotated[Triple, STRIDES] = (1, 1, 1)
    padding: Annotated[Padding, PADDING] = "valid"
    dilation_rate: Annotated[Triple, DILATION] = (1, 1, 1)
