"""Layers that only arrange values: in rows, in images, in another order."""

from typing import Annotated

from msgspec import Meta

from cnn_tui.spec.layers.base import Count, Layer, Misfit, Remedy, Seen, Shape, by, values
from cnn_tui.spec.layers.windows import picture_shape

Target = tuple[Annotated[int, Meta(ge=-1, le=1_000_000)], ...]
Order = tuple[Annotated[int, Meta(ge=1, le=4)], ...]


class Flatten(Layer, frozen=True, kw_only=True):
    """Lays all values out in one row, so that a Dense layer can take them; in the order height, width, channel.

    What was side by side is then only known by its place in the row.
    """

    def output_shape(self, shape: Shape) -> Shape:
        """(values,)."""
        return (values(shape),)


class Reshape(Layer, frozen=True, kw_only=True):
    """Gives the same values another shape: 784 numbers become an image of 28x28x1.

    The values keep their order, the last axis counting fastest.
    """

    target_shape: Annotated[
        Target, Meta(min_length=1, max_length=4, description="The new shape; one size may be -1: whatever is left.")
    ]

    def output_shape(self, shape: Shape) -> Shape:
        """The target, its -1 filled in. Raises Misfit when the number of values differs."""
        held, target = values(shape), self.target_shape
        wanted = values(tuple(size for size in target if size != -1))
        if target.count(-1) == 1 and wanted > 0 and held % wanted == 0:
            return tuple(held // wanted if size == -1 else size for size in target)
        if target.count(-1) == 0 and wanted == held and wanted > 0:
            return target
        raise Misfit(self._fact(wanted, held), self._remedy(shape), "target_shape")

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """Raw pixels stay raw pixels; after windows, a new arrangement has no field that could be told."""
        return Seen() if seen and set(seen.size) <= {1} else None

    def _fact(self, wanted: int, held: int) -> str:
        if self.target_shape.count(-1) > 1:
            return f"target {by(self.target_shape)} leaves more than one size open"
        if self.target_shape.count(-1) == 1:
            return f"target {by(self.target_shape)} does not divide the {held:,} values it gets"
        return f"target {by(self.target_shape)} holds {wanted:,} values but it gets {held:,}"

    def _remedy(self, shape: Shape) -> Remedy:
        picture = picture_shape((values(shape),))
        if len(self.target_shape) == 3 and picture is not None:
            return Remedy(f"Use {by(picture)}.", {"target_shape": picture})
        return Remedy(f"Use a shape of {values(shape):,} values.", {"target_shape": (values(shape),)})


class Permute(Layer, frozen=True, kw_only=True):
    """Puts the axes into another order: 2x1x3 turns an image on its diagonal.

    Layers behind it take the last axis for the channels.
    """

    dims: Annotated[Order, Meta(min_length=1, max_length=4, description="The axes in their new order, counted from 1.")]

    def output_shape(self, shape: Shape) -> Shape:
        """The sizes in the new order. Raises Misfit when an axis is missing, named twice or not there."""
        axes = tuple(range(1, len(shape) + 1))
        if tuple(sorted(self.dims)) != axes:
            raise Misfit(
                f"dims {by(self.dims)} do not name each of the {len(shape)} axes of its {by(shape)} input once",
                Remedy(f"Use an order of {by(axes)}.", {"dims": axes}),
                "dims",
            )
        return tuple(shape[axis - 1] for axis in self.dims)

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """The same in the new order, when the channels stay behind."""
        if not seen or not seen.size:
            return seen
        if self.dims[-1] != len(shape):
            return None
        order = [axis - 1 for axis in self.dims[:-1]]
        return Seen(tuple(seen.size[axis] for axis in order), tuple(seen.step[axis] for axis in order))


class RepeatVector(Layer, frozen=True, kw_only=True):
    """Repeats a row of values: 32 values become a sequence of n steps of 32 channels.

    It gives layers for sequences something to begin with.
    """

    n: Annotated[Count, Meta(description="How often it comes.")]

    def output_shape(self, shape: Shape) -> Shape:
        """(n, values). Raises Misfit for anything but a row."""
        if len(shape) != 1:
            raise Misfit(
                f"needs a row of values but gets {by(shape)}", Remedy("Put a Flatten before it.", before=Flatten())
            )
        return (self.n, *shape)

    def sees(self, seen: Seen | None, shape: Shape) -> Seen | None:
        """The whole row."""
        return None
