"""Pooling layers: one number for each window, or for each whole channel, so that the input shrinks."""

from typing import Annotated, ClassVar

from msgspec import Meta

from cnn_tui.spec.layers.base import Layer, Pair, Seen, Shape, Single, Triple
from cnn_tui.spec.layers.windows import Padding, counted, exceeds, places, spatial, too_large

POOL = Meta(description="The size of the window along each axis.")
STRIDES = Meta(description="How far the window moves; automatic: its own size.")
PADDING = Meta(description="valid: whole windows only; same: the rest at the edge too.")
KEPT = Meta(description="Keep the axes, each of size 1.")


class Pooling(Layer, frozen=True, kw_only=True):
    """What the poolings of one, two and three axes share."""

    FORMULA: ClassVar[str] = "(size − pool + zeros) / stride + 1"

    pool_size: Shape
    strides: Shape | None
    padding: Annotated[Padding, PADDING] = "valid"

    def output_shape(self, shape: Shape) -> Shape:
        """(places along each axis, channels). Raises Misfit when the window is larger than the input."""
        sizes = spatial(shape, len(self.pool_size))
        if self.padding == "valid" and exceeds(self.pool_size, sizes):
            raise too_large("pool", "pool_size", self.pool_size, sizes, 'or padding "same"')
        return (*places(sizes, self.pool_size, self.moves, self.padding), shape[-1])

    @property
    def moves(self) -> Shape:
        """How far the window moves, whether it is said or not."""
        return self.strides or self.pool_size

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """The window of windows."""
        return seen and seen.through(self.pool_size, self.moves)

    def arithmetic(self, shape: Shape) -> str:
        """How many places the window has."""
        neighbours = (1,) * len(self.pool_size)
        return counted(shape[:-1], self.pool_size, self.moves, neighbours, self.output_shape(shape)[:-1])


class MaxPooling1D(Pooling, frozen=True, kw_only=True):
    """Keeps the largest value of each window of a channel: the sequence shrinks, the strongest answers stay.

    A pattern may then come a little earlier or later.
    """

    pool_size: Annotated[Single, POOL] = (2,)
    strides: Annotated[Single | None, STRIDES] = None


class MaxPooling2D(Pooling, frozen=True, kw_only=True):
    """Keeps the largest value of each window of a channel: the image shrinks, the strongest answers stay.

    A pattern may then lie a little to the side, and later layers have less to look at.
    """

    pool_size: Annotated[Pair, POOL] = (2, 2)
    strides: Annotated[Pair | None, STRIDES] = None


class MaxPooling3D(Pooling, frozen=True, kw_only=True):
    """Keeps the largest value of each window of a channel: the volume shrinks, the strongest answers stay.

    A pattern may then lie a little to the side.
    """

    pool_size: Annotated[Triple, POOL] = (2, 2, 2)
    strides: Annotated[Triple | None, STRIDES] = None


class AveragePooling1D(Pooling, frozen=True, kw_only=True):
    """Takes the mean of each window of a channel: the sequence shrinks and gets smoother.

    Padding is not counted in the mean.
    """

    pool_size: Annotated[Single, POOL] = (2,)
    strides: Annotated[Single | None, STRIDES] = None


class AveragePooling2D(Pooling, frozen=True, kw_only=True):
    """Takes the mean of each window of a channel: the image shrinks and gets smoother.

    Padding is not counted in the mean.
    """

    pool_size: Annotated[Pair, POOL] = (2, 2)
    strides: Annotated[Pair | None, STRIDES] = None


class AveragePooling3D(Pooling, frozen=True, kw_only=True):
    """Takes the mean of each window of a channel: the volume shrinks and gets smoother.

    Padding is not counted in the mean.
    """

    pool_size: Annotated[Triple, POOL] = (2, 2, 2)
    strides: Annotated[Triple | None, STRIDES] = None


class GlobalPooling(Layer, frozen=True, kw_only=True):
    """What the poolings of whole channels share."""

    AXES: ClassVar[int]

    keepdims: Annotated[bool, KEPT] = False

    def output_shape(self, shape: Shape) -> Shape:
        """(channels,), or ones before it."""
        sizes = spatial(shape, self.AXES)
        return ((1,) * len(sizes) if self.keepdims else ()) + shape[-1:]

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """Everything."""
        return None


class GlobalMaxPooling1D(GlobalPooling, frozen=True, kw_only=True):
    """Keeps the largest value of each channel of a sequence: whether a pattern came at all.

    What comes behind it does not depend on the length of the sequence.
    """

    AXES: ClassVar[int] = 1


class GlobalMaxPooling2D(GlobalPooling, frozen=True, kw_only=True):
    """Keeps the largest value of each channel of an image: whether a pattern is anywhere.

    It takes the place of Flatten and needs far fewer weights behind it.
    """

    AXES: ClassVar[int] = 2


class GlobalMaxPooling3D(GlobalPooling, frozen=True, kw_only=True):
    """Keeps the largest value of each channel of a volume: whether a pattern is anywhere.

    It takes the place of Flatten and needs far fewer weights behind it.
    """

    AXES: ClassVar[int] = 3


class GlobalAveragePooling1D(GlobalPooling, frozen=True, kw_only=True):
    """Takes the mean of each channel of a sequence: how much of a pattern there is.

    What comes behind it does not depend on the length of the sequence.
    """

    AXES: ClassVar[int] = 1


class GlobalAveragePooling2D(GlobalPooling, frozen=True, kw_only=True):
    """Takes the mean of each channel of an image: how much of a pattern there is.

    It takes the place of Flatten and needs far fewer weights behind it.
    """

    AXES: ClassVar[int] = 2


class GlobalAveragePooling3D(GlobalPooling, frozen=True, kw_only=True):
    """Takes the mean of each channel of a volume: how much of a pattern there is.

    It takes the place of Flatten and needs far fewer weights behind it.
    """

    AXES: ClassVar[int] = 3
