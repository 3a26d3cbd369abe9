"""How Keras keeps a model's weights: in which order its layers stand, and what their groups are called in a file."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cnn_tui.spec.layers import Shape
from cnn_tui.spec.model import Model, layer_names
from cnn_tui.spec.model_graph import INPUT, graph
from cnn_tui.spec.named import snake
from cnn_tui.spec.shapes import first_problem, trace

PROJECTION = "_projection"
Sources = dict[str, tuple[str, ...]]
"""The layers that each layer gets values from, by name."""


@dataclass(frozen=True)
class Unit:
    """A layer as Keras keeps it."""

    name: str
    kind: str
    group: str
    """Its group in a file of weights: its class and a count, whatever its name is: conv2d_1."""
    arrays: Mapping[str, Shape]
    """Its arrays by our names, in Keras's order; the filters of a Residual are a layer of their own in Keras."""


def units(model: Model, document: Any = None) -> tuple[Unit, ...]:
    """Every layer in Keras's order. Raises UserError when the layers do not fit together.

    `document` is the JSON that the model was read from: Keras orders the layers of a graph by how they are wired
    there, and calls them by the names there.
    """
    ours = _arrays(model)
    order = [INPUT, *_by_depth({node.name: node.sources for node in graph(model)})]
    kinds = {node.name: node.kind for node in graph(model)} | {INPUT: "InputLayer"}
    names = {name: name for name in order}
    if (written := _wired(document)) and (known := _same_layers(written, ours)):
        order, names = _by_depth(written), known
        kinds = {name: kinds.get(ours_, "InputLayer") for name, ours_ in known.items()}
    counts: Counter[str] = Counter()
    made = []
    for name in order:
        kind = kinds[name]
        group = f"{snake(kind)}_{counts[kind]}" if counts[kind] else snake(kind)
        counts[kind] += 1
        made.append(Unit(name, kind, group, ours.get(names[name], {})))
    return tuple(unit for unit in made if unit.kind != "InputLayer")


def expected(model: Model) -> dict[str, Shape]:
    """Every array of a model by its name, with its shape. Raises UserError when the layers do not fit together."""
    return {array: shape for arrays in _arrays(model).values() for array, shape in arrays.items()}


def _arrays(model: Model) -> dict[str, dict[str, Shape]]:
    """The arrays of each layer by its name in Keras."""
    rows = trace(model)
    if problem := first_problem(rows):
        raise problem.error
    held = {
        name: {f"{name}.{weight}": shape for weight, shape in row.weights.items()}
        for name, row in zip(layer_names(model), rows, strict=True)
    }
    nodes = [node.name for node in graph(model)]
    joins = [name.removesuffix(PROJECTION) for name in nodes if name not in held]
    filters = {f"{join}{PROJECTION}": held.pop(join) for join in joins}  # the sum itself has no weights in Keras
    return {name: filters.get(name) or held.get(name, {}) for name in nodes}


def _by_depth(sources: Sources) -> list[str]:
    """The layers as Keras orders those of a graph: far from the answer first, else as a search from it finds them."""
    found: dict[str, int] = {}
    finished: list[str] = []
    answer = next((name for name in reversed(sources) if not any(name in taken for taken in sources.values())), None)
    stack: list[tuple[str, Iterator[str]]] = [(answer, iter(sources[answer]))] if answer else []
    found.update({answer: 0} if answer else {})
    while stack:
        name, waiting = stack[-1]
        following = next(waiting, None)
        if following is None:
            finished.append(name)
            stack.pop()
        elif following in sources and following not in found:
            found[following] = len(found)
            stack.append((following, iter(sources[following])))
    depths = dict.fromkeys(finished, 0)
    for name in reversed(finished):
        for source in sources[name]:
            if source in depths:
                depths[source] = max(depths[source], depths[name] + 1)
    return sorted(finished, key=lambda name: (-depths[name], found[name]))


def _wired(document: Any) -> Sources:
    """Of a graph in JSON, the layers that each layer gets values from, by name; empty for anything else."""
    if not isinstance(document, dict) or document.get("class_name") != "Functional":
        return {}
    config = document.get("config")
    entries = config.get("layers") if isinstance(config, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return {}
    return {str(entry.get("name")): tuple(_histories(entry.get("inbound_nodes"))) for entry in entries}


def _histories(value: Any) -> Iterable[str]:
    """The names of layers in a call: [name, 0, 0] somewhere in version 2's lists or in version 3's objects."""
    if isinstance(value, list):
        if len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int):
            yield value[0]
        else:
            for inner in value:
                yield from _histories(inner)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _histories(inner)


def _same_layers(written: Sources, ours: Mapping[str, Any]) -> dict[str, str]:
    """The name here of each layer of a file: the same, or that of a projection. Empty if one here has none there."""
    known = {}
    for name in written:
        into = [taker for taker, sources in written.items() if name in sources]
        projection = f"{into[0]}{PROJECTION}" if len(into) == 1 else ""
        known[name] = name if name in ours or projection not in ours else projection
    return known if set(ours) <= set(known.values()) else {}
