"""A model with residual groups as Keras writes it: a Functional graph, in the form that versions 2 and 3 both read."""

from typing import Any

from msgspec import Struct

from cnn_tui.spec.layers import Conv1D, Conv2D, Conv3D, Dense, Join, Layer, Residual, Shape
from cnn_tui.spec.model import Model, layer_names
from cnn_tui.spec.shapes import Row, trace

INPUT = "input_layer"


class Node(Struct, frozen=True):
    """A layer of the graph: its Keras class, its name, its settings, and the layers it gets values from, by name."""

    kind: str
    name: str
    layer: Layer | None
    """The layer whose settings it has; None: it has none."""
    sources: tuple[str, ...]
    settings: dict[str, Any] = {}
    """Settings that are Keras's alone."""


def graph(model: Model) -> tuple[Node, ...]:
    """Every layer that is on, in order; a Residual becomes 1x1 filters where it needs them, and Add or Concatenate."""
    nodes: list[Node] = []
    names = layer_names(model)
    given: list[str] = []  # for each row, the layer whose output it gets
    last = INPUT
    for row, name in zip(trace(model), names, strict=True):
        given.append(last)
        if not row.layer.enabled:
            continue
        if isinstance(row.layer, Residual):
            nodes += _joined(row, row.layer, name, last, given[max(0, row.index - row.layer.layers)])
        else:
            nodes.append(Node(type(row.layer).__name__, name, row.layer, (last,)))
        last = name
    return tuple(nodes)


def _joined(row: Row, layer: Residual, name: str, last: str, entering: str) -> list[Node]:
    filters = _filters(row)
    between = f"{name}_projection"
    nodes = [Node(type(filters).__name__, between, filters, (entering,))] if filters else []
    kind, settings = ("Add", {}) if layer.merge == "add" else ("Concatenate", {"axis": -1})
    return [*nodes, Node(kind, name, None, (last, between if filters else entering), settings)]


def _filters(row: Row) -> Layer | None:
    """The 1x1 filters that bring what went into a group to the shape of what came out; None: it fits, or never will."""
    join = row.acts
    if not isinstance(join, Join) or "kernel" not in row.weights:
        return None
    *ones, _, channels = row.weights["kernel"]
    strides: Shape = join.strides(row.input_shape or ()) or ()
    shared: dict[str, Any] = {
        "use_bias": join.use_bias,
        "kernel_initializer": join.kernel_initializer,
        "kernel_regularizer": join.kernel_regularizer,
        "kernel_constraint": join.kernel_constraint,
    }
    if not ones:
        return Dense(units=channels, **shared)
    convolution: Any = (Conv1D, Conv2D, Conv3D)[len(ones) - 1]
    made: Layer = convolution(filters=channels, kernel_size=tuple(ones), strides=strides, **shared)
    return made
