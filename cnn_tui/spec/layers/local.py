"""Locally connected layers: windows as in a convolution, but with weights of their own at every place."""

from math import prod
from typing import Annotated, ClassVar

from cnn_tui.spec.layers.activations import Activated
from cnn_tui.spec.layers.base import Count, Pair, Seen, Shape, Single, values
from cnn_tui.spec.layers.convolution import FILTERS, KERNEL, STRIDES
from cnn_tui.spec.layers.weighted import Kerneled, UseBias
from cnn_tui.spec.layers.windows import check_kernel, counted, places, spatial


class LocallyConnected(Kerneled, frozen=True, kw_only=True):
    """What those of one and two axes share."""

    FORMULA: ClassVar[str] = "(size − kernel) / stride + 1"

    filters: Annotated[Count, FILTERS]
    kernel_size: Shape
    strides: Shape
    activation: Activated = "linear"
    use_bias: UseBias = True

    def output_shape(self, shape: Shape) -> Shape:
        """(places along each axis, filters). Raises Misfit when the window does not fit."""
        sizes = spatial(shape, len(self.kernel_size))
        check_kernel(sizes, self.kernel_size, self.strides, self._neighbours, "valid")
        return (*places(sizes, self.kernel_size, self.strides, "valid"), self.filters)

    @property
    def _neighbours(self) -> Shape:
        return (1,) * len(self.kernel_size)

    def weights(self, shape: Shape) -> dict[str, Shape]:
        """A kernel for each place, (places, values in a window, filters), and a bias a place and filter."""
        *sizes, filters = self.output_shape(shape)
        kernel = (prod(sizes), values(self.kernel_size) * shape[-1], filters)
        return {"kernel": kernel} | ({"bias": (*sizes, filters)} if self.use_bias else {})

    def macs(self, shape: Shape) -> int:
        """Every weight is used once."""
        return values(self.weights(shape)["kernel"])

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """The window of windows."""
        return seen and seen.through(self.kernel_size, self.strides)

    def arithmetic(self, shape: Shape) -> str:
        """How many places the window has."""
        return counted(shape[:-1], self.kernel_size, self.strides, self._neighbours, self.output_shape(shape)[:-1])


class LocallyConnected1D(LocallyConnected, frozen=True, kw_only=True):
    """Looks at windows of a sequence as Conv1D does, but with other weights at every place.

    For sequences where a place means something by itself; Keras 3 has no such layer.
    """

    kernel_size: Annotated[Single, KERNEL]
    strides: Annotated[Single, STRIDES] = (1,)


class LocallyConnected2D(LocallyConnected, frozen=True, kw_only=True):
    """Looks at windows of an image as Conv2D does, but with other weights at every place.

    For images where a place means something by itself, such as aligned faces; Keras 3 has no such layer.
    """

    kernel_size: Annotated[Pair, KERNEL]
    strides: Annotated[Pair, STRIDES] = (1, 1)
