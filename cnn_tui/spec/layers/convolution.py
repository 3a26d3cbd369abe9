"""Convolution layers: windows of weights sliding over an image."""

from math import gcd
from typing import Annotated

from msgspec import Meta

from cnn_tui.errors import one_of
from cnn_tui.spec.layers.activations import Activate
from cnn_tui.spec.layers.base import Count, Layer, Misfit, Pair, Remedy, Seen, Shape, by, values
from cnn_tui.spec.layers.windows import Padding, divisors, image, places, reach, square


class Conv2D(Layer, frozen=True, kw_only=True):
    """Slides learned filters over an image: each output pixel is a weighted sum of one window of the input."""

    filters: Annotated[Count, Meta(description="How many filters, so how many output channels.")]
    kernel_size: Annotated[Pair, Meta(description="Height and width of the window; odd sizes have a centre.")]
    strides: Annotated[Pair, Meta(description="How far the window moves, down and right.")] = (1, 1)
    padding: Annotated[Padding, Meta(description="valid: inside the image only; same: zeros around it.")] = "valid"
    dilation_rate: Annotated[Pair, Meta(description="Distance between the pixels of a window; 1: neighbours.")] = (1, 1)
    groups: Annotated[Count, Meta(description="Split the channels into groups that do not mix.")] = 1
    activation: Annotated[Activate, Meta(description="The function put on every output value.")] = "linear"
    use_bias: Annotated[bool, Meta(description="Add a learned number to each output channel.")] = True

    def output_shape(self, shape: Shape) -> Shape:
        """(rows, columns, filters). Raises Misfit as `places` does, and for groups that do not divide the channels."""
        height, width, channels = image(shape)
        self._check_groups(channels)
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise Misfit(
                f"strides {by(self.strides)} and dilation {by(self.dilation_rate)} cannot be combined",
                Remedy("Set one of the two to 1.", {"dilation_rate": (1, 1)}),
                "dilation_rate",
            )
        window = reach(self.kernel_size, self.dilation_rate)
        if self.padding == "valid" and (window[0] > height or window[1] > width):
            raise self._too_large(window, (height, width))
        return (*places((height, width), window, self.strides, self.padding), self.filters)

    def weights(self, shape: Shape) -> dict[str, Shape]:
        """The kernel, (height, width, channels in a group, filters), and a bias a filter."""
        kernel = (*self.kernel_size, shape[-1] // self.groups, self.filters)
        return {"kernel": kernel} | ({"bias": (self.filters,)} if self.use_bias else {})

    def macs(self, shape: Shape) -> int:
        """Each output pixel is a sum over its window, once a filter."""
        rows, columns, _ = self.output_shape(shape)
        return rows * columns * values(self.weights(shape)["kernel"])

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """The window of windows."""
        return seen and seen.through(reach(self.kernel_size, self.dilation_rate), self.strides)

    def _check_groups(self, channels: int) -> None:
        for what, number in (("input channels", channels), ("filters", self.filters)):
            if number % self.groups:
                possible = divisors(gcd(channels, self.filters))
                best = max(divisor for divisor in possible if divisor <= self.groups)
                raise Misfit(
                    f"{self.groups} groups do not divide {number} {what}",
                    Remedy(f"Use groups {one_of(tuple(map(str, possible[:8])))}.", {"groups": best}),
                    "groups",
                )

    def _too_large(self, window: tuple[int, int], size: tuple[int, int]) -> Misfit:
        if max(self.dilation_rate) > 1 and self.kernel_size[0] <= size[0] and self.kernel_size[1] <= size[1]:
            return Misfit(
                f"kernel {square(self.kernel_size)} with dilation {by(self.dilation_rate)} reaches over "
                f"{by(window)}, more than its {by(size)} input",
                Remedy('Use dilation 1, or padding "same".', {"dilation_rate": (1, 1)}),
                "dilation_rate",
                small_input=True,
            )
        fitting = (min(self.kernel_size[0], size[0]), min(self.kernel_size[1], size[1]))
        return Misfit(
            f"kernel {square(self.kernel_size)} is larger than its {by(size)} input",
            Remedy(f'Use a kernel of {square(fitting)} or less, or padding "same".', {"kernel_size": fitting}),
            "kernel_size",
            small_input=True,
        )
