"""Random layers and shapes, drawn from the declared limits: a new kind of layer is covered by existing."""

import string
from typing import Any

from hypothesis import strategies as st

from cnn_tui.spec.fields import Field, fields
from cnn_tui.spec.layers import KINDS, Layer
from cnn_tui.spec.make import make

SMALL = 6


def any_shape(most: int = 9) -> st.SearchStrategy[tuple[int, ...]]:
    """Flat values, sequences and images, small enough to run."""
    return st.lists(st.integers(1, most), min_size=1, max_size=3).map(tuple)


def any_image(most: int = 9) -> st.SearchStrategy[tuple[int, int, int]]:
    return st.tuples(st.integers(1, most), st.integers(1, most), st.sampled_from([1, 2, 3, 4, 6]))


def any_value(field: Field) -> st.SearchStrategy[Any]:
    """A value that the field's limits allow, kept small."""
    low = int(field.low if field.low is not None else 1)
    match field.kind:
        case "whole":
            drawn: st.SearchStrategy[Any] = st.integers(low, min(int(field.high or SMALL), SMALL))
        case "number":
            drawn = st.floats(field.low or 0.0, min(field.high or 0.9, 0.9), exclude_min=field.low is None)
        case "choice":
            drawn = st.sampled_from(field.choices)
        case "flag":
            drawn = st.booleans()
        case "sizes":
            sizes = st.integers(low, SMALL)
            length = field.length
            drawn = st.lists(sizes, min_size=length or 1, max_size=length or 3).map(tuple)
        case _:
            drawn = st.just("") | st.text(string.ascii_letters, min_size=1, max_size=8)
    return st.none() | drawn if field.optional else drawn


@st.composite
def any_layer(draw: st.DrawFn, kinds: tuple[type[Layer], ...] = KINDS) -> Layer:
    kind = draw(st.sampled_from(kinds))
    settings = {
        field.name: draw(any_value(field))
        for field in fields(kind)
        if field.name != "name" and (field.required or draw(st.booleans()))
    }
    return make(kind, settings)
