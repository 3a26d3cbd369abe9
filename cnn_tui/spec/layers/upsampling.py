"""Upsampling layers: every value several times, so that the input grows, with nothing to learn."""

from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from cnn_tui.spec.layers.base import Extent, Layer, Pair, Seen, Shape, Triple
from cnn_tui.spec.layers.windows import spatial

SIZE = Meta(description="How many times larger each axis gets.")


class UpSampling(Layer, frozen=True, kw_only=True):
    """What the upsamplings of one, two and three axes share."""

    FORMULA: ClassVar[str] = "size · times"
    AXES: ClassVar[int]

    @property
    def times(self) -> Shape:
        """How many times larger each axis gets."""
        raise AssertionError(f"{type(self).__name__} has no size")

    def output_shape(self, shape: Shape) -> Shape:
        """Each axis as many times as large."""
        sizes = spatial(shape, self.AXES)
        return (*(size * times for size, times in zip(sizes, self.times, strict=True)), shape[-1])

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """The same, at places closer together."""
        return seen and seen.through(self.window, tuple(Fraction(1, times) for times in self.times))

    @property
    def window(self) -> Shape:
        """How many values of its input one of its output is made of, along each axis."""
        return (1,) * self.AXES


class UpSampling1D(UpSampling, frozen=True, kw_only=True):
    """Repeats every step of a sequence.

    A convolution behind it can smooth what is repeated.
    """

    AXES: ClassVar[int] = 1

    size: Annotated[Extent, Meta(description="How many times each step comes.")] = 2

    @property
    def times(self) -> Shape:
        """The one axis."""
        return (self.size,)


class UpSampling2D(UpSampling, frozen=True, kw_only=True):
    """Makes an image larger, by repeating its pixels or by values between them.

    With a convolution behind it, it often does better than a transposed convolution.
    """

    AXES: ClassVar[int] = 2

    size: Annotated[Pair, SIZE] = (2, 2)
    interpolation: Annotated[
        Literal["nearest", "bilinear"], Meta(description="nearest: each pixel again; bilinear: values in between.")
    ] = "nearest"

    @property
    def times(self) -> Shape:
        """Height and width."""
        return self.size

    @property
    def window(self) -> Shape:
        """Two pixels each way where values in between are made."""
        return (1, 1) if self.interpolation == "nearest" else (2, 2)


class UpSampling3D(UpSampling, frozen=True, kw_only=True):
    """Repeats every voxel of a volume along its three axes.

    A convolution behind it can smooth what is repeated.
    """

    AXES: ClassVar[int] = 3

    size: Annotated[Triple, SIZE] = (2, 2, 2)

    @property
    def times(self) -> Shape:
        """Depth, height and width."""
        return self.size
