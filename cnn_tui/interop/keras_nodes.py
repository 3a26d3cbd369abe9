"""The nodes of Keras's graphs, as versions 2 and 3 write them: each layer, and the layers that it gets values from."""

from typing import Any

from msgspec import Struct

from cnn_tui.errors import UserError
from cnn_tui.interop.keras_own import refuse_custom
from cnn_tui.spec.layers import KINDS
from cnn_tui.spec.model import MAX_LAYERS

CHAINS = "Only a chain of layers can be read, with additions and concatenations of what was before."
MOST_NODES = 2 * MAX_LAYERS
"""A residual group is up to two layers in Keras: filters of size 1 and what joins."""
SAYS_NOTHING = ({"mask": None}, {"training": None}, {"training": False}, {"training": None, "mask": None})
"""Arguments that version 3 writes of itself."""


MERGES = {"Add": "add", "Concatenate": "concatenate"}
OTHER_MERGES = {"Subtract", "Multiply", "Average", "Maximum", "Minimum", "Dot"}
KNOWN = {*(kind.__name__ for kind in KINDS), "InputLayer", "Sequential", *MERGES, *OTHER_MERGES} - {"Residual"}


class Node(Struct, frozen=True):
    """A layer of a graph."""

    name: str
    kind: str
    entry: dict[str, Any]
    sources: tuple[str, ...]
    """The layers that it gets values from, in the order of its arguments."""

    @property
    def place(self) -> str:
        """How sentences call it."""
        return f"{self.kind} ({self.name})"

    @property
    def config(self) -> dict[str, Any]:
        """Its settings."""
        config: dict[str, Any] = self.entry["config"]
        return config


def nodes_of(config: dict[str, Any], where: str) -> dict[str, Node]:
    """The nodes of a graph by name, sources before what uses them. Raises UserError naming the layer."""
    entries = config.get("layers")
    if not isinstance(entries, list) or not entries:
        raise UserError("holds no layers", where, "Write the model with model.to_json().")
    if len(entries) > MOST_NODES:
        raise UserError(f"has {len(entries):,} layers", where, f"Use {MAX_LAYERS} or fewer.")
    nodes = [_node(entry, index) for index, entry in enumerate(entries)]
    by_name = {node.name: node for node in nodes}
    if len(by_name) < len(nodes):
        raise UserError("has two layers of one name", where, "Give each layer its own name.")
    for node in nodes:
        for source in node.sources:
            if source not in by_name:
                raise UserError(f"gets values from {source!s:.60}, which is no layer", node.place, CHAINS)
    return _in_order(by_name, where)


def ends(config: dict[str, Any], key: str, where: str) -> str:
    """The one layer that the graph begins or ends with; `key`: input_layers or output_layers."""
    told = config.get(key)
    if isinstance(told, list) and len(told) == 1 and isinstance(told[0], list):
        told = told[0]
    if not isinstance(told, list) or not told:
        raise UserError(f"does not say its {key}", where, "Write the model with model.to_json().")
    if not isinstance(told[0], str):
        raise UserError(f"has {len(told)} {key.replace('_layers', 's')}", where, "Only models with one can be read.")
    return told[0]


def _node(entry: Any, index: int) -> Node:
    place = f"layer {index}"
    if not isinstance(entry, dict) or not isinstance(kind := entry.get("class_name"), str):
        raise UserError("is no layer of Keras", place, "Write the model with model.to_json().")
    refuse_custom(entry, f"{kind}, {place}")
    if kind not in KNOWN:
        raise UserError(f"is a {kind:.60}, which this program does not know", place, CHAINS)
    config = entry.get("config")
    if not isinstance(config, dict):
        raise UserError("has no settings", f"{kind}, {place}", "Write the model with model.to_json().")
    name = entry.get("name", config.get("name"))
    if not isinstance(name, str):
        raise UserError("has no name", f"{kind}, {place}", "Write the model with model.to_json().")
    return Node(name, kind, entry, _sources(entry.get("inbound_nodes"), f"{kind} ({name})"))


def _sources(calls: Any, place: str) -> tuple[str, ...]:
    """The layers that the one call of a layer gets values from."""
    if calls in (None, []):
        return ()
    if not isinstance(calls, list) or len(calls) != 1:
        times = len(calls) if isinstance(calls, list) else "no"
        raise UserError(f"is used {times} times, with the same weights", place, CHAINS)
    (call,) = calls
    return _sources_of_3(call, place) if isinstance(call, dict) else _sources_of_2(call, place)


def _sources_of_2(call: Any, place: str) -> tuple[str, ...]:
    """[[name, call, output, arguments], ...]."""
    sources = []
    for one in call if isinstance(call, list) else [call]:
        if not isinstance(one, list) or len(one) < 3 or not isinstance(one[0], str):
            raise UserError("gets values in a way that this program does not know", place, CHAINS)
        if one[3:] not in ([], [{}], [None]):
            raise _called_with(one[3], place)
        sources.append(_source(one, place))
    return tuple(sources)


def _sources_of_3(call: dict[str, Any], place: str) -> tuple[str, ...]:
    """{"args": [tensor or [tensor, ...], ...], "kwargs": {}}."""
    args, kwargs = call.get("args"), call.get("kwargs")
    if kwargs and kwargs not in SAYS_NOTHING:
        raise _called_with(kwargs, place)
    flat = [
        one for arg in (args if isinstance(args, list) else [args]) for one in (arg if isinstance(arg, list) else [arg])
    ]
    sources = []
    for one in flat:
        inside = one.get("config") if isinstance(one, dict) and one.get("class_name") == "__keras_tensor__" else None
        history = inside.get("keras_history") if isinstance(inside, dict) else None
        if not isinstance(history, list) or len(history) != 3 or not isinstance(history[0], str):
            raise UserError("gets a value that no layer made", place, CHAINS)
        sources.append(_source(history, place))
    return tuple(sources)


def _called_with(arguments: Any, place: str) -> UserError:
    words = ", ".join(map(str, arguments)) if isinstance(arguments, dict) else str(arguments)
    return UserError(f"is called with {words:.60}", place, "Call it without arguments.")


def _source(told: list[Any], place: str) -> str:
    """A layer by name, if it is meant as it was called first, and its only output."""
    if told[1:3] != [0, 0]:
        raise UserError(f"gets values from another use of {told[0]:.60}", place, CHAINS)
    name: str = told[0]
    return name


def _in_order(nodes: dict[str, Node], where: str) -> dict[str, Node]:
    """Sources before what uses them."""
    waiting = {name: set(node.sources) for name, node in nodes.items()}
    users: dict[str, list[str]] = {name: [] for name in nodes}
    for name, sources in waiting.items():
        for source in sources:
            users[source].append(name)
    ready = [name for name, sources in waiting.items() if not sources]
    order = []
    while ready:
        name = ready.pop()
        order.append(name)
        for user in users[name]:
            waiting[user].discard(name)
            if not waiting[user]:
                ready.append(user)
    if len(order) < len(nodes):
        left = next(name for name in nodes if name not in order)
        raise UserError("gets values from itself", f"{where}, {nodes[left].place}", CHAINS)
    return {name: nodes[name] for name in order}
