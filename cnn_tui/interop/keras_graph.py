"""Keras's graphs as one list of layers: a chain, with a residual group wherever a way round some layers ends.

The way may be free, or lead through filters of size 1 (a convolution, or a Dense on flat values) and nothing else.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from cnn_tui.errors import UserError
from cnn_tui.interop.keras_nodes import CHAINS, MERGES, OTHER_MERGES, Node, ends, nodes_of
from cnn_tui.spec.layers import Join, Residual
from cnn_tui.spec.model import Model, layer_names
from cnn_tui.spec.shapes import trace

FILTERS = {"Conv1D", "Conv2D", "Conv3D", "Dense"}
CARRIED = ("use_bias", "kernel_initializer", "kernel_regularizer", "kernel_constraint")
"""The settings of filters on a way round that a residual group has too."""
ZEROS = ("zeros", "Zeros", None)


class Joint(Struct, frozen=True):
    """Where two ways meet: the layer that ends the group, where the other way began, and the filters on it."""

    node: Node
    main: str
    entering: str
    filters: Node | None = None


class Chain(Struct, frozen=True):
    """The graph as a list: Keras's entries, `Residual` among them, and what each Residual was made of."""

    input: dict[str, Any]
    layers: tuple[dict[str, Any], ...]
    joints: tuple[Joint, ...]


def chain(config: dict[str, Any], where: str) -> Chain:
    """The graph as a list. Raises UserError naming the layer that does not fit into one."""
    nodes = nodes_of(config, where)
    first, last = ends(config, "input_layers", where), ends(config, "output_layers", where)
    for node in nodes.values():
        if not node.sources and (node.kind != "InputLayer" or node.name != first):
            fact = "is a second input" if node.kind == "InputLayer" else "gets values from no layer"
            raise UserError(fact, node.place, "Only models with one input can be read.")
    if last not in nodes:
        raise UserError(f"ends with {last:.60}, which is no layer", where, CHAINS)
    ways = tuple(_backwards(nodes, last))[::-1]
    _refuse_branches(nodes, ways)
    return Chain(nodes[first].entry, *_listed(ways, first))


def check_joints(model: Model, joints: tuple[Joint, ...]) -> None:
    """Raises UserError where a residual group would not do what the graph does.

    A group has filters on its way round where the shapes differ, and moves them so that they meet.
    """
    rows = dict(zip(layer_names(model), trace(model), strict=True))
    for joint in joints:
        row = rows[joint.node.name]
        if row.output_shape is None or not isinstance(row.acts, Join):
            continue  # the trace has a sentence for it
        axis = joint.node.config.get("axis", -1)
        if joint.node.kind == "Concatenate" and axis not in (-1, len(row.output_shape)):
            raise UserError(f"joins along axis {axis!s:.20}", joint.node.place, "Use -1, the channels.")
        strides = row.acts.strides(row.input_shape or ())
        if joint.filters is None and strides is not None:
            fact = "joins shapes that differ, and Keras stretches one of them"
            raise UserError(fact, joint.node.place, "Bring them to one shape with 1x1 filters.")
        if joint.filters is not None and strides is None:
            fact = f"stands on a way round layers that would fit without it, before {joint.node.name}"
            raise UserError(fact, joint.filters.place, "Only filters that change the shape can stand there.")
        if joint.filters is not None:
            made = (strides or (), row.weights["kernel"][-1])
            if (_strides(joint.filters, len(made[0])), _outputs(joint.filters)) != made:
                fact = f"does not bring its input to the shape that {joint.node.name} joins it to"
                raise UserError(fact, joint.filters.place, "Give it the strides of the layers that it goes round.")


def _backwards(nodes: dict[str, Node], last: str) -> Iterator[Node | Joint]:
    """From the output to the input, each time along the way that holds the layers of a group."""
    before = _ancestors(nodes)
    users: dict[str, int] = dict.fromkeys(nodes, 0)
    for node in nodes.values():
        for source in node.sources:
            users[source] += 1
    at = nodes[last]
    while at.kind != "InputLayer":
        joined = at.kind in MERGES and len(at.sources) > 1
        step = _joint(at, nodes, before, users) if joined else at
        yield step
        if isinstance(step, Joint):
            at = nodes[step.main]
        elif len(at.sources) != 1:
            known = "joins values in a way that this program cannot" if at.kind in OTHER_MERGES else None
            raise UserError(known or f"gets values from {len(at.sources)} layers", at.place, CHAINS)
        else:
            at = nodes[at.sources[0]]


def _joint(node: Node, nodes: dict[str, Node], before: dict[str, frozenset[str]], users: dict[str, int]) -> Joint:
    """Which of two ways holds the layers and which goes round them."""
    if len(node.sources) != 2:
        raise UserError(f"joins {len(node.sources)} ways", node.place, "Only two can be joined.")
    orders = [node.sources, node.sources[::-1]]
    for main, other in orders:
        if other in before[main]:
            return _in_order(Joint(node, main, other))
    reason = ""
    for main, other in orders:
        filters = nodes[other]
        alone = users[other] == 1 and filters.sources[0] in before[main] if filters.sources else False
        if alone and _sees_one_place(filters):
            reason = _no_way_round(filters)
            if not reason:
                return _in_order(Joint(node, main, filters.sources[0], filters))
            reason = f"joins a way through {filters.name}, which {reason}"
    raise UserError(reason or "joins two ways of which both hold layers", node.place, CHAINS)


def _in_order(joint: Joint) -> Joint:
    """Channels side by side have an order: those that came out, then those that went in."""
    other = joint.filters.name if joint.filters else joint.entering
    if joint.node.kind == "Concatenate" and joint.node.sources != (joint.main, other):
        fact = "puts what went into its layers before what comes out of them"
        raise UserError(fact, joint.node.place, "Concatenate them in the other order.")
    return joint


def _sees_one_place(node: Node) -> bool:
    """Whether it is a Dense or a convolution of size 1."""
    size = node.config.get("kernel_size", 1)
    return node.kind in FILTERS and all(one == 1 for one in (size if isinstance(size, list) else [size]))


def _no_way_round(filters: Node) -> str:
    """What keeps a layer from standing on a way round others; empty: nothing."""
    config = filters.config
    if config.get("groups", 1) != 1:
        return "has groups"
    if config.get("activation") not in (None, "linear"):
        return f"has the activation {config['activation']!s:.40}"
    start = config.get("bias_initializer")
    if config.get("use_bias", True) and (start.get("class_name") if isinstance(start, dict) else start) not in ZEROS:
        return "has a bias that does not start at 0"
    told = [one for one in ("bias_regularizer", "bias_constraint", "activity_regularizer") if config.get(one)]
    return f"has a {told[0]}" if told else ""


def _listed(ways: tuple[Node | Joint, ...], first: str) -> tuple[tuple[dict[str, Any], ...], tuple[Joint, ...]]:
    """The entries of the list; a group without layers gets one that does nothing."""
    entries: list[dict[str, Any]] = []
    after = {first: 0}
    for way in ways:
        if isinstance(way, Node):
            layers = inlined([{**way.entry, "config": {**way.config, "name": way.name}}])
            entries += [one for one in layers if not _is_input(one)]
            after[way.name] = len(entries)
            continue
        if way.entering not in after:
            raise UserError(f"joins a way that begins beside the chain, at {way.entering}", way.node.place, CHAINS)
        if len(entries) == after[way.entering]:
            entries.append({"class_name": "Activation", "config": {"activation": "linear"}})
        settings = {key: way.filters.config[key] for key in CARRIED if key in way.filters.config} if way.filters else {}
        if way.filters:
            settings.setdefault("use_bias", True)
        group = {"layers": len(entries) - after[way.entering], "merge": MERGES[way.node.kind], **settings}
        entries.append({"class_name": Residual.__name__, "config": {"name": way.node.name, **group}})
        after[way.node.name] = len(entries)
    return tuple(entries), tuple(way for way in ways if isinstance(way, Joint))


def inlined(entries: list[Any]) -> list[Any]:
    """The layers with those of a Sequential among them in its place; a name that they bring again goes."""
    flat: list[Any] = []
    for entry in entries:
        config = entry.get("config") if isinstance(entry, dict) else None
        layers = config.get("layers") if isinstance(config, dict) else None
        if not isinstance(layers, list) or entry.get("class_name") != "Sequential":
            flat.append(entry)
            continue
        taken = {_name(one) for one in (*entries, *flat)}
        for one in inlined(layers):
            if not flat or not _is_input(one):
                flat.append(_unnamed(one) if _name(one) in taken else one)
    return flat


def _name(entry: Any) -> str:
    config = entry.get("config") if isinstance(entry, dict) else None
    name = config.get("name") if isinstance(config, dict) else None
    return name if isinstance(name, str) else ""


def _unnamed(entry: Any) -> Any:
    if not isinstance(entry, dict) or not isinstance(entry.get("config"), dict):
        return entry
    return {**entry, "config": {key: one for key, one in entry["config"].items() if key != "name"}}


def _is_input(entry: Any) -> bool:
    return isinstance(entry, dict) and entry.get("class_name") == "InputLayer"


def _refuse_branches(nodes: dict[str, Node], ways: tuple[Node | Joint, ...]) -> None:
    used = {way.name if isinstance(way, Node) else way.node.name for way in ways}
    used |= {way.filters.name for way in ways if isinstance(way, Joint) and way.filters}
    for node in nodes.values():
        if node.name not in used and node.kind != "InputLayer":
            raise UserError("stands on a branch beside the chain", node.place, CHAINS)


def _ancestors(nodes: dict[str, Node]) -> dict[str, frozenset[str]]:
    """For each layer those on whose values it depends, itself among them."""
    before: dict[str, frozenset[str]] = {}
    for node in nodes.values():
        before[node.name] = frozenset((node.name,)).union(*(before[source] for source in node.sources))
    return before


def _strides(filters: Node, axes: int) -> tuple[int, ...]:
    strides = filters.config.get("strides", 1)
    return tuple(strides) if isinstance(strides, list) else (strides,) * axes


def _outputs(filters: Node) -> Any:
    return filters.config.get("units" if filters.kind == "Dense" else "filters")
