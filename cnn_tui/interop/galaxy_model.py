"""Galaxy's form "Create a deep learning model architecture" as the Keras document that the tool would write."""

from collections import Counter
from typing import Any

from cnn_tui.errors import UserError
from cnn_tui.interop.galaxy_forms import OF_GALAXY, Form, arguments, typed
from cnn_tui.spec.named import snake

WIRES = ("inbound_nodes", "merging_layers")
"""Where a layer of the functional form says which layers it gets values from, counted from 1."""


def keras_document(form: Form) -> dict[str, Any]:
    """The model's JSON. Raises UserError naming the layer."""
    chosen = form.section("model_selection")
    layers = chosen.get("layers")
    if not isinstance(layers, list) or not layers:
        raise UserError("has no layers", form.place, "Add layers in Galaxy and export the workflow again.")
    selections = [_selection(one, index, form) for index, one in enumerate(layers, start=1)]
    if chosen.get("model_type", "sequential") == "sequential":
        config = _sequential(typed("input_shape", chosen.get("input_shape"), form.place), selections, form)
        return {"class_name": "Sequential", "config": config, "keras_version": "2.10.0"}
    return {"class_name": "Functional", "config": _functional(chosen, selections, form), "keras_version": "2.10.0"}


def _selection(layer: Any, index: int, form: Form) -> dict[str, Any]:
    held = layer.get("layer_selection") if isinstance(layer, dict) else None
    if not isinstance(held, dict) or not isinstance(held.get("layer_type"), str):
        raise UserError(f"has no layer {index}", form.place, "Export the workflow from Galaxy again.")
    return held


def _sequential(shape: Any, selections: list[dict[str, Any]], form: Form) -> dict[str, Any]:
    if shape is None:
        raise UserError("does not say the shape of its input", form.place, "Fill in input_shape, such as (784, ).")
    sizes = list(shape) if isinstance(shape, (tuple, list)) else [shape]
    entries = [{"class_name": "InputLayer", "config": {"batch_input_shape": [None, *sizes]}}]
    for index, held in enumerate(selections, start=1):
        place = f"{form.place}, {held['layer_type']} #{index}"
        entries.append({"class_name": held["layer_type"], "config": _config(held, place)})
    return {"name": "sequential", "layers": entries}


def _functional(chosen: dict[str, Any], selections: list[dict[str, Any]], form: Form) -> dict[str, Any]:
    """The layers with the names that Keras gives them, and the numbers of the form turned into names."""
    names = _names([held["layer_type"] for held in selections])

    def named(numbers: Any, place: str) -> list[str]:
        listed = numbers if isinstance(numbers, (list, tuple)) else [] if numbers is None else [numbers]
        if not all(type(one) is int and 1 <= one <= len(names) for one in listed):
            raise UserError(f"names layers {numbers!s:.40}, which are not all there", place, f"It has {len(names)}.")
        return [names[one - 1] for one in listed]

    entries = []
    for index, (name, held) in enumerate(zip(names, selections, strict=True), start=1):
        place = f"{form.place}, {held['layer_type']} #{index}"
        sources = [one for wire in WIRES for one in named(typed(wire, held.get(wire), place), place)]
        config = {**_config(held, place), "name": name}
        kind = held["layer_type"]
        if kind == "Input":
            kind, shape = "InputLayer", config.get("shape")
            config = {"batch_input_shape": [None, *(shape if isinstance(shape, (tuple, list)) else [shape])]}
        nodes = [[[source, 0, 0, {}] for source in sources]] if sources else []
        entries.append({"class_name": kind, "name": name, "config": config, "inbound_nodes": nodes})
    ends = {
        key: [[name, 0, 0] for name in named(typed(key, chosen.get(key), form.place), form.place)]
        for key in ("input_layers", "output_layers")
    }
    return {"name": "model", "layers": entries, **ends}


def _names(kinds: list[str]) -> list[str]:
    counts: Counter[str] = Counter()
    names = []
    for kind in kinds:
        base = snake(kind)
        names.append(f"{base}_{counts[base]}" if counts[base] else base)
        counts[base] += 1
    return names


def _config(held: dict[str, Any], place: str) -> dict[str, Any]:
    """The settings of a layer: its fields that were filled in, then its key words, which count more."""
    left_out = {"layer_type", "kwargs", *WIRES, *OF_GALAXY}
    fields = {name: _field(name, value, place) for name, value in held.items() if name not in left_out}
    told = {name: value for name, value in fields.items() if value is not None}
    return {name: _listed(value) for name, value in (told | arguments(held.get("kwargs"), place)).items()}


def _field(name: str, value: Any, place: str) -> Any:
    """A field; a section of its own, as PReLU has for its constraint, is a class and its settings."""
    if not isinstance(value, dict):
        return typed(name, value, place)
    kind = typed(name, value.get("constraint_type"), place)
    if kind is None:
        return None
    options = value.get("constraint_options", value)
    inner = {
        key: typed(key, one, place)
        for key, one in (options if isinstance(options, dict) else {}).items()
        if key not in ("constraint_type", *OF_GALAXY)
    }
    return {"class_name": kind, "config": inner}


def _listed(value: Any) -> Any:
    """As JSON holds it: tuples are lists there."""
    if isinstance(value, dict):
        return {key: _listed(one) for key, one in value.items()}
    return [_listed(one) for one in value] if isinstance(value, (tuple, list)) else value
