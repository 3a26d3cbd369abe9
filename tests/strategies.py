"""Random layers, shapes and models, drawn from the declared limits: a new kind of layer is covered by existing."""

import os
import string
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.spec.fields import Field, fields
from cnn_tui.spec.layers import (
    KINDS,
    Conv3D,
    GroupNormalization,
    Layer,
    Misfit,
    Permute,
    Reshape,
    Residual,
    Shape,
    values,
)
from cnn_tui.spec.make import make
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import trace

SMALL = 6
FUZZ = "CNN_TUI_FUZZ"
"""Set: 25 times as many examples, other ones each time."""
MOST_VALUES = 4_000
"""How many values an example of a random model may have on its way."""


def examples(usual: int) -> int:
    """How many examples a property is tried with."""
    return usual * 25 if os.environ.get(FUZZ) else usual


def any_shape(most: int = 9) -> st.SearchStrategy[Shape]:
    """Flat values, sequences, images and volumes, small enough to run."""
    return st.integers(1, 4).flatmap(lambda rank: any_shape_of(rank, most if rank < 4 else min(most, 6)))


def any_shape_of(rank: int, most: int = 9) -> st.SearchStrategy[Shape]:
    sizes = st.integers(1, most)
    return st.tuples(*(sizes for _ in range(rank - 1)), st.sampled_from([1, 2, 3, 4, 6]))


def any_image(most: int = 9) -> st.SearchStrategy[Shape]:
    return any_shape_of(3, most)


def any_value(field: Field) -> st.SearchStrategy[Any]:
    """A value that the field's limits allow, kept small."""
    low = max(int(field.low if field.low is not None else 1), -4)
    high = min(int(field.high if field.high is not None else SMALL), SMALL)
    match field.kind:
        case "whole":
            drawn: st.SearchStrategy[Any] = st.integers(low, high)
        case "number":
            least = field.low if field.low is not None else field.above or 0.0
            drawn = st.floats(max(least, -1.0), min(field.high or 0.9, 0.9), exclude_min=field.low is None)
        case "choice":
            drawn = st.sampled_from(field.choices)
        case "flag":
            drawn = st.booleans()
        case "sizes":
            drawn = st.lists(st.integers(low, high), min_size=field.length or 1, max_size=field.length or 3).map(tuple)
        case "edges":
            edges = st.tuples(st.integers(0, 3), st.integers(0, 3))
            drawn = edges if field.length is None else st.tuples(*(edges for _ in range(field.length)))
        case "named":
            drawn = st.sampled_from(field.parts).flatmap(any_settings)
        case _:
            drawn = st.just("") | st.text(string.ascii_letters, min_size=1, max_size=8)
    return st.none() | drawn if field.optional else drawn


@st.composite
def any_settings(draw: st.DrawFn, struct: type[Struct]) -> Any:
    """A struct with random settings; a name of its own, and being off, are for the tests that mean them."""
    settings = {
        field.name: draw(any_value(field))
        for field in fields(struct)
        if field.name not in ("name", "enabled") and (field.required or draw(st.booleans()))
    }
    return make(struct, settings)


def any_layer(kinds: tuple[type[Layer], ...] = KINDS) -> st.SearchStrategy[Layer]:
    return st.sampled_from(kinds).flatmap(any_settings)


def rank_of(kind: type[Layer]) -> int | None:
    """Of how many sizes the shapes are that a kind works on; None: any."""
    sizes = next((one.length for one in fields(kind) if one.name in ("kernel_size", "pool_size")), None)
    axes = getattr(kind, "AXES", sizes)
    return None if axes is None else axes + 1


@st.composite
def layer_for(draw: st.DrawFn, shape: Shape, kinds: tuple[type[Layer], ...] = KINDS) -> Layer:
    """A layer that has a good chance to take this shape."""
    fitting = [kind for kind in kinds if rank_of(kind) in (None, len(shape))]
    layer: Layer = draw(any_layer(tuple(fitting) or kinds))
    if isinstance(layer, Permute):
        return Permute(dims=tuple(draw(st.permutations(range(1, len(shape) + 1)))))
    if isinstance(layer, Reshape):
        return Reshape(target_shape=draw(st.sampled_from([shape[::-1], (-1, shape[-1]), (*shape, 1), (-1,)]))[:4])
    if isinstance(layer, GroupNormalization):
        return replace(layer, groups=draw(st.sampled_from([-1, 1, 2, 3])))
    if hasattr(layer, "groups") and draw(st.booleans()):  # groups that divide both numbers are rare
        layer = replace(layer, groups=1)
    if hasattr(layer, "dilation_rate") and draw(st.booleans()):
        layer = replace(layer, dilation_rate=(1,) * len(layer.dilation_rate))
    return layer


@st.composite
def layer_and_shape(draw: st.DrawFn, kind: type[Layer]) -> tuple[Layer, Shape]:
    """A layer in its place, a Residual with what went into its group; mostly on a shape that it can take."""
    rank = rank_of(kind)
    shape = draw(
        any_shape() if rank is None or draw(st.integers(0, 5)) == 0 else any_shape_of(rank, 9 if rank < 4 else 6)
    )
    layer = draw(layer_for(shape, (kind,)))
    if isinstance(layer, Conv3D) and draw(st.booleans()):  # volumes are small here, and kernels seldom fit into them
        layer = replace(layer, padding="same")
    if isinstance(layer, Residual):
        times = draw(st.lists(st.integers(1, 3), min_size=len(shape) - 1, max_size=len(shape) - 1))
        larger = (*(size * by for size, by in zip(shape, times, strict=False)), draw(st.integers(1, 4)))
        layer = layer.joining(draw(st.sampled_from([shape, larger]) | any_shape()))
    return layer, shape


@st.composite
def any_model(draw: st.DrawFn, most: int = 12) -> Model:
    """A stack of which most layers fit, with residual groups and layers that are off."""
    shape = draw(any_shape())
    layers: list[Layer] = []
    for index in range(draw(st.integers(1, most))):
        held = trace(Model(shape, tuple(layers)))[-1].output_shape if layers else shape
        layer = draw(layer_for(held or shape, (Residual,) if draw(st.integers(0, 6)) == 0 else KINDS))
        if isinstance(layer, Residual):
            layer = replace(layer, layers=draw(st.integers(1, index + 1)))
        try:
            grows = values(layer.output_shape(held or shape)) > MOST_VALUES
        except Misfit:
            grows = draw(st.integers(0, 3)) > 0  # most of those that do not fit are left out
        if not grows:
            layers.append(replace(layer, enabled=draw(st.integers(0, 9)) > 0))
    return Model(shape, tuple(layers))
