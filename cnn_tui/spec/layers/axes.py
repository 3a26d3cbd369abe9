"""Axes as Keras counts them: 0 is the batch, -1 the last."""

from typing import Annotated

from msgspec import Meta

from cnn_tui.spec.layers.base import Misfit, Remedy, Shape, by

Axis = Annotated[int, Meta(ge=-4, le=4)]


def place(axis: int, shape: Shape, field: str = "axis", *, of_one: bool = True) -> int:
    """Where an axis stands in a shape without the batch, from 0. Raises Misfit for the batch, or what is no axis."""
    rank = len(shape) + 1
    at = axis % rank if -rank <= axis < rank else 0
    if at == 0:
        given = f"flat {shape[0]:,}-value" if len(shape) == 1 else by(shape)
        raise Misfit(
            f"{field} {axis} is the batch" if axis in (0, -rank) else f"{field} {axis} is no axis of its {given} input",
            Remedy("Use -1, the channels.", {field: -1 if of_one else (-1,)}),
            field,
        )
    return at - 1
