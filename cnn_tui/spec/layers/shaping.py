"""Layers that only arrange values: in rows, in images."""

from typing import Annotated

from msgspec import Meta

from cnn_tui.spec.layers.base import Layer, Misfit, Remedy, Seen, Shape, by, values
from cnn_tui.spec.layers.windows import picture_shape

Target = tuple[Annotated[int, Meta(ge=-1, le=1_000_000)], ...]


class Flatten(Layer, frozen=True, kw_only=True):
    """Lays all values out in one row, so that a Dense layer can take them; in the order height, width, channel."""

    def output_shape(self, shape: Shape) -> Shape:
        """(values,)."""
        return (values(shape),)


class Reshape(Layer, frozen=True, kw_only=True):
    """Gives the same values another shape: 784 numbers become an image of 28x28x1."""

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
        return seen if seen == Seen() else None

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
