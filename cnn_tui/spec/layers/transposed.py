"""Transposed convolutions: the way back from a small image to a large one, with learned filters."""

from fractions import Fraction
from typing import Annotated, ClassVar

from msgspec import Meta

from cnn_tui.spec.layers.activations import Activated
from cnn_tui.spec.layers.base import MORE, Count, Misfit, Pair, Remedy, Seen, Shape, Single, Triple, by, values
from cnn_tui.spec.layers.convolution import DILATION, FILTERS, KERNEL
from cnn_tui.spec.layers.weighted import Kerneled, UseBias
from cnn_tui.spec.layers.windows import AXES, Padding, reach, spatial

SPREAD = Meta(description="How many times larger each axis gets.")
PADDING = Meta(description="valid: everything that the windows reach; same: the input's size times the strides.")
EXTRA = Meta(description="Rows and columns more at the end; automatic: as the padding says.", extra=MORE)
Edge = Annotated[int, Meta(ge=0, le=1_024)]


class Transposed(Kerneled, frozen=True, kw_only=True):
    """What the transposed convolutions of one, two and three axes share."""

    FORMULA: ClassVar[str] = "same: size · stride; valid: size · stride + max(window − stride, 0)"

    filters: Annotated[Count, FILTERS]
    kernel_size: Shape
    strides: Shape
    padding: Annotated[Padding, PADDING] = "valid"
    output_padding: Shape | None
    dilation_rate: Shape
    activation: Activated = "linear"
    use_bias: UseBias = True

    def output_shape(self, shape: Shape) -> Shape:
        """(sizes, filters), as Keras's `deconv_output_length` counts. Raises Misfit for settings that contradict."""
        sizes = spatial(shape, len(self.kernel_size))
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise Misfit(
                f"strides {by(self.strides)} and dilation {by(self.dilation_rate)} cannot be combined",
                Remedy("Set one of the two to 1.", {"dilation_rate": (1,) * len(self.dilation_rate)}),
                "dilation_rate",
            )
        made = tuple(map(self._length, sizes, self._window, self.strides, self.output_padding or (None,) * len(sizes)))
        self._check_output_padding(sizes, made)
        return (*made, self.filters)

    @property
    def _window(self) -> Shape:
        return reach(self.kernel_size, self.dilation_rate)

    def _length(self, size: int, window: int, stride: int, extra: int | None) -> int:
        if extra is None:
            return size * stride + (max(window - stride, 0) if self.padding == "valid" else 0)
        return (size - 1) * stride + window - (2 * (window // 2) if self.padding == "same" else 0) + extra

    def _check_output_padding(self, sizes: Shape, made: Shape) -> None:
        """An image of the size that it makes must give the input's size under the convolution that it reverses."""
        if self.output_padding is None:
            return
        for size, window, stride, length in zip(sizes, self._window, self.strides, made, strict=True):
            back = -(-length // stride) if self.padding == "same" else (length - window) // stride + 1
            if length < 1 or back != size:
                raise Misfit(
                    f"output_padding {by(self.output_padding)} does not go with strides {by(self.strides)} "
                    f"and kernel {by(self.kernel_size)}",
                    Remedy("Leave it to the padding: automatic.", {"output_padding": None}),
                    "output_padding",
                )

    def weights(self, shape: Shape) -> dict[str, Shape]:
        """The kernel, (window sizes, filters, channels), and a bias a filter."""
        kernel = (*self.kernel_size, self.filters, shape[-1])
        return {"kernel": kernel} | ({"bias": (self.filters,)} if self.use_bias else {})

    def macs(self, shape: Shape) -> int:
        """Each output place has a sum over the kernel, as torchinfo counts it."""
        return values(self.output_shape(shape)[:-1]) * values(self.weights(shape)["kernel"])

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """The inputs whose windows reach an output place; neighbours are then closer together."""
        window = tuple(-(-size // stride) for size, stride in zip(self._window, self.strides, strict=True))
        return seen and seen.through(window, tuple(Fraction(1, stride) for stride in self.strides))

    def arithmetic(self, shape: Shape) -> str:
        """How large it makes each axis."""
        made = self.output_shape(shape)[:-1]
        if self.output_padding is not None:
            return ""
        numbers = zip(shape[:-1], self._window, self.strides, made, strict=True)
        lines = [self._line(*one) for one in numbers]
        return lines[0] if len(set(lines)) == 1 else "\n".join(map("".join, zip(AXES[len(lines)], lines, strict=True)))

    def _line(self, size: int, window: int, stride: int, made: int) -> str:
        return f"{size}·{stride}" + (f" + {max(window - stride, 0)}" if self.padding == "valid" else "") + f" = {made}"


class Conv1DTranspose(Transposed, frozen=True, kw_only=True):
    """Spreads each step of a sequence over a window of a longer one, with learned weights.

    The reverse of a Conv1D with the same strides: it makes room instead of taking it.
    """

    kernel_size: Annotated[Single, KERNEL]
    strides: Annotated[Single, SPREAD] = (1,)
    output_padding: Annotated[tuple[Edge] | None, EXTRA] = None
    dilation_rate: Annotated[Single, DILATION] = (1,)


class Conv2DTranspose(Transposed, frozen=True, kw_only=True):
    """Spreads each pixel over a window of a larger image, with learned weights.

    The reverse of a Conv2D with the same strides: for networks that end in an image.
    """

    kernel_size: Annotated[Pair, KERNEL]
    strides: Annotated[Pair, SPREAD] = (1, 1)
    output_padding: Annotated[tuple[Edge, Edge] | None, EXTRA] = None
    dilation_rate: Annotated[Pair, DILATION] = (1, 1)


class Conv3DTranspose(Transposed, frozen=True, kw_only=True):
    """Spreads each voxel over a window of a larger volume, with learned weights.

    The reverse of a Conv3D with the same strides.
    """

    kernel_size: Annotated[Triple, KERNEL]
    strides: Annotated[Triple, SPREAD] = (1, 1, 1)
    output_padding: Annotated[tuple[Edge, Edge, Edge] | None, EXTRA] = None
    dilation_rate: Annotated[Triple, DILATION] = (1, 1, 1)
