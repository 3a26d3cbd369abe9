"""Layers that add zeros around an input or cut its edges off."""

from typing import Annotated, ClassVar

from msgspec import Meta

from cnn_tui.spec.layers.base import Layer, Misfit, Remedy, Shape
from cnn_tui.spec.layers.windows import input_of, spatial

Edge = Annotated[int, Meta(ge=0, le=1_024)]
Edges = tuple[Edge, Edge]
"""How much before and after an axis."""
CROPPED = Meta(description="How much is cut off before and after each axis, such as 1, 1x2, or 1+2 x 0+3.")
PADDED = Meta(description="How many zeros come before and after each axis, such as 1, 1x2, or 1+2 x 0+3.")


class Cropping(Layer, frozen=True, kw_only=True):
    """What the croppings of one, two and three axes share."""

    FORMULA: ClassVar[str] = "size − before − after"
    AXES: ClassVar[int]

    @property
    def edges(self) -> tuple[Edges, ...]:
        """Before and after each axis."""
        raise AssertionError(f"{type(self).__name__} has no edges")

    def output_shape(self, shape: Shape) -> Shape:
        """What is left. Raises Misfit when that is nothing."""
        sizes = spatial(shape, self.AXES)
        left = tuple(size - before - after for size, (before, after) in zip(sizes, self.edges, strict=True))
        if min(left) < 1:
            raise Misfit(
                f"cuts everything off {input_of(sizes)}",
                Remedy("Cut less.", {"cropping": _less(sizes, self.edges)}),
                "cropping",
                small_input=True,
            )
        return (*left, shape[-1])


class Cropping1D(Cropping, frozen=True, kw_only=True):
    """Cuts steps off both ends of a sequence.

    It brings two sequences to one length, or takes away what padding has spoilt.
    """

    AXES: ClassVar[int] = 1

    cropping: Annotated[Edges, Meta(description="How many steps are cut off before and after.")] = (1, 1)

    @property
    def edges(self) -> tuple[Edges, ...]:
        """The one axis."""
        return (self.cropping,)


class Cropping2D(Cropping, frozen=True, kw_only=True):
    """Cuts rows and columns off the edges of an image.

    It brings two images to one size, or takes away what padding has spoilt.
    """

    AXES: ClassVar[int] = 2

    cropping: Annotated[tuple[Edges, Edges], CROPPED] = ((0, 0), (0, 0))

    @property
    def edges(self) -> tuple[Edges, ...]:
        """Top and bottom, left and right."""
        return self.cropping


class Cropping3D(Cropping, frozen=True, kw_only=True):
    """Cuts slices off the six sides of a volume.

    It brings two volumes to one size, or takes away what padding has spoilt.
    """

    AXES: ClassVar[int] = 3

    cropping: Annotated[tuple[Edges, Edges, Edges], CROPPED] = ((1, 1), (1, 1), (1, 1))

    @property
    def edges(self) -> tuple[Edges, ...]:
        """Three pairs of sides."""
        return self.cropping


class ZeroPadding(Layer, frozen=True, kw_only=True):
    """What the paddings of one, two and three axes share."""

    FORMULA: ClassVar[str] = "before + size + after"
    AXES: ClassVar[int]

    @property
    def edges(self) -> tuple[Edges, ...]:
        """Before and after each axis."""
        raise AssertionError(f"{type(self).__name__} has no edges")

    def output_shape(self, shape: Shape) -> Shape:
        """The input and its edges."""
        sizes = spatial(shape, self.AXES)
        return (*(size + sum(edges) for size, edges in zip(sizes, self.edges, strict=True)), shape[-1])


class ZeroPadding1D(ZeroPadding, frozen=True, kw_only=True):
    """Puts zeros at both ends of a sequence.

    Windows can then stand at its ends as well.
    """

    AXES: ClassVar[int] = 1

    padding: Annotated[Edges, Meta(description="How many zeros come before and after.")] = (1, 1)

    @property
    def edges(self) -> tuple[Edges, ...]:
        """The one axis."""
        return (self.padding,)


class ZeroPadding2D(ZeroPadding, frozen=True, kw_only=True):
    """Puts rows and columns of zeros around an image.

    Windows can then stand at its edges as well.
    """

    AXES: ClassVar[int] = 2

    padding: Annotated[tuple[Edges, Edges], PADDED] = ((1, 1), (1, 1))

    @property
    def edges(self) -> tuple[Edges, ...]:
        """Top and bottom, left and right."""
        return self.padding


class ZeroPadding3D(ZeroPadding, frozen=True, kw_only=True):
    """Puts slices of zeros around a volume.

    Windows can then stand at its sides as well.
    """

    AXES: ClassVar[int] = 3

    padding: Annotated[tuple[Edges, Edges, Edges], PADDED] = ((1, 1), (1, 1), (1, 1))

    @property
    def edges(self) -> tuple[Edges, ...]:
        """Three pairs of sides."""
        return self.padding


def _less(sizes: Shape, edges: tuple[Edges, ...]) -> Edges | tuple[Edges, ...]:
    """As much as asked for where something is left, else so much that one value is left."""
    fitting = tuple(
        (before, after) if before + after < size else (min(before, size - 1), max(0, size - 1 - before))
        for size, (before, after) in zip(sizes, edges, strict=True)
    )
    return fitting[0] if len(fitting) == 1 else fitting
