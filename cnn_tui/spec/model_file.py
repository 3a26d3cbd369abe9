"""The model as JSON: the dialect of Keras that versions 2.10 to 3.15 and Galaxy all read. There is no second format.

What is written: `module` for Keras 3, `batch_input_shape` for Keras 2, the settings that differ from Keras's defaults
(so no key that only some versions know), and our own notes under `cnn_tui`, which they all ignore.
"""

import json
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from cnn_tui.errors import UserError, nearest
from cnn_tui.files import replace_text
from cnn_tui.spec.fields import fields, show
from cnn_tui.spec.json_text import read_json
from cnn_tui.spec.layers import KINDS, AveragePooling1D, AveragePooling2D, AveragePooling3D, Layer, Residual, Shape
from cnn_tui.spec.make import make
from cnn_tui.spec.model import MAX_LAYERS, Model
from cnn_tui.spec.model_graph import INPUT, graph
from cnn_tui.spec.named import Named

FORMAT = 1
FOR_US = frozenset({"enabled"})
"""Settings that Keras does not know."""
AVERAGES = (AveragePooling1D, AveragePooling2D, AveragePooling3D)
"""Keras 3 wants to be told their pool_size."""
KERAS_VERSIONS = {2: "2.10.0", 3: "3.0.0"}
"""The oldest of each that reads the dialect."""
_KIND_BY_NAME = {kind.__name__: kind for kind in KINDS}


def to_document(model: Model) -> dict[str, Any]:
    """The JSON object of a model: Sequential, or Functional when it has residual groups.

    Keras has no word for a group and none for a layer that is off, so such a model stands once more in our notes.
    """
    notes: dict[str, Any] = {"format": FORMAT}
    has_groups = any(isinstance(layer, Residual) for layer in model.layers)
    if has_groups or not all(layer.enabled for layer in model.layers):
        notes["layers"] = [_entry(type(layer).__name__, _config(layer, FOR_US)) for layer in model.layers]
    return {
        "module": "keras.src.models.functional" if has_groups else "keras",  # where Keras 3 looks for it
        "class_name": "Functional" if has_groups else "Sequential",
        "registered_name": None,
        "config": _functional(model) if has_groups else _sequential(model),
        "keras_version": KERAS_VERSIONS[model.keras],
        "backend": "tensorflow",
        "cnn_tui": notes,
    }


def from_document(document: Any, where: str = "the model") -> Model:
    """The model of a JSON object in this dialect. Raises UserError naming the layer and the setting."""
    config = _object(_object(document, where).get("config"), where)
    entries = config.get("layers")
    if not isinstance(entries, list) or not entries:
        raise UserError(
            "holds no layers", where, 'A model is {"class_name": "Sequential", "config": {"layers": [...]}}.'
        )
    if noted := as_noted(document, where):
        return noted
    if document.get("class_name") == "Functional":
        raise UserError("is a graph of layers that this program did not write", where, "Give a Sequential model.")
    return replace(_without_layers(document, where), layers=layers_from(entries[1:], where))


def as_noted(document: dict[str, Any], where: str) -> Model | None:
    """The model of our own notes, if the document still says the same; else another program has changed it."""
    notes, config = document.get("cnn_tui"), document.get("config")
    noted = notes.get("layers") if isinstance(notes, dict) else None
    held = config.get("layers") if isinstance(config, dict) else None
    if not isinstance(noted, list) or not isinstance(held, list) or not held:
        return None
    told = replace(_without_layers(document, where), layers=layers_from(noted, where))
    return told if to_document(told)["config"] == config else None


def _without_layers(document: dict[str, Any], where: str) -> Model:
    config = document["config"]
    name, version = config.get("name"), document.get("keras_version")
    return Model(
        _input_shape(config["layers"][0], where),
        (),
        name if isinstance(name, str) else "sequential",
        3 if str(version).startswith("3") else 2,
    )


def layers_from(entries: list[Any], where: str) -> tuple[Layer, ...]:
    """The layers of a list of JSON entries. Raises UserError naming the layer and the setting."""
    if len(entries) > MAX_LAYERS:
        raise UserError(f"has {len(entries):,} layers", where, f"Use {MAX_LAYERS} or fewer.")
    layers = tuple(_layer(entry, index) for index, entry in enumerate(entries))
    _refuse_twins(layers)
    return layers


def read_model(path: Path) -> Model:
    """The model of a file in this dialect. Raises UserError."""
    return from_document(read_json(path), path.name)


def dump(model: Model) -> str:
    """The file's text: a layer a line, so that two versions compare well."""
    document = to_document(model)
    if "layers" in document["cnn_tui"]:
        noted = _lines(document["cnn_tui"]["layers"])
        notes = f'{{\n  "format": {FORMAT},\n  "layers": {noted}\n }}'
    else:
        notes = json.dumps(document["cnn_tui"])
    config = ",\n".join(
        f'  "{key}": {_lines(value) if key == "layers" else json.dumps(value)}'
        for key, value in document["config"].items()
    )
    head = "".join(
        f' "{key}": {json.dumps(value)},\n' for key, value in document.items() if key not in {"config", "cnn_tui"}
    )
    return f'{{\n{head} "cnn_tui": {notes},\n "config": {{\n{config}\n }}\n}}\n'


def _lines(entries: list[Any]) -> str:
    lines = ",\n".join(f"   {json.dumps(entry)}" for entry in entries)
    return f"[\n{lines}\n  ]"


def write_model(model: Model, path: Path) -> None:
    """Writes the file, whole or not at all."""
    replace_text(path, dump(model))


def _sequential(model: Model) -> dict[str, Any]:
    entries = [_entry("InputLayer", _input_config(model))]
    entries += [_entry(type(layer).__name__, _config(layer)) for layer in model.layers if layer.enabled]
    return {"name": model.name, "layers": entries}


def _functional(model: Model) -> dict[str, Any]:
    """Nodes in version 2's form, [layer, its call, its output, arguments], which version 3 reads too."""
    nodes = graph(model)
    entries = [{**_entry("InputLayer", _input_config(model)), "name": INPUT, "inbound_nodes": []}]
    for node in nodes:
        config = {**(_config(node.layer) if node.layer else {}), **node.settings, "name": node.name}
        inbound = [[[source, 0, 0, {}] for source in node.sources]]
        entries.append({**_entry(node.kind, config), "name": node.name, "inbound_nodes": inbound})
    return {
        "name": model.name,
        "layers": entries,
        "input_layers": [[INPUT, 0, 0]],
        "output_layers": [[nodes[-1].name if nodes else INPUT, 0, 0]],
    }


def _entry(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    return {"module": "keras.layers", "class_name": kind, "config": config}


def _input_config(model: Model) -> dict[str, Any]:
    batch_shape = [None, *model.input_shape]
    return {"batch_input_shape": batch_shape, "dtype": "float32", "sparse": False, "ragged": False, "name": INPUT}


def _config(layer: Layer, also: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The settings that differ from Keras's defaults, without those that are ours alone, but for those in `also`."""
    settings = ((one, getattr(layer, one.name)) for one in fields(type(layer)) if one.name not in FOR_US - also)
    return {
        one.name: _plain(value)
        for one, value in settings
        if one.required or value != one.default or (one.name == "pool_size" and isinstance(layer, AVERAGES))
    }


def _plain(value: Any) -> Any:
    """A setting as JSON holds it; what has settings of its own is nested as Keras nests it."""
    if isinstance(value, Named):
        config = {one.name: _plain(getattr(value, one.name)) for one in fields(type(value))}
        return {"module": value.MODULE, "class_name": type(value).__name__, "config": config}
    return list(map(_plain, value)) if isinstance(value, tuple) else value


def _layer(entry: Any, index: int) -> Layer:
    where = f"layer {index + 1}"
    kind = _object(entry, where).get("class_name")
    if kind not in _KIND_BY_NAME:
        known = tuple(_KIND_BY_NAME)
        raise UserError(
            f"is a {kind!s:.60}, which this program does not know" if kind else "has no class_name",
            where,
            nearest(str(kind), known) or f"It knows {len(known)} layers for images, sequences and volumes.",
        )
    return make(_KIND_BY_NAME[kind], _object(entry, where).get("config", {}), f"{kind} #{index + 1}")


def _input_shape(entry: Any, where: str) -> Shape:
    config = _object(_object(entry, where).get("config"), where)
    batch_shape = config.get("batch_input_shape")
    if _object(entry, where).get("class_name") != "InputLayer" or not isinstance(batch_shape, list):
        raise UserError("does not begin with an InputLayer", where, "Give it a batch_input_shape, such as [null, 784].")
    sizes = batch_shape[1:]
    if not 1 <= len(sizes) <= 4 or not all(type(size) is int and 1 <= size <= 2**31 for size in sizes):
        given = ", ".join(show(size) for size in sizes)
        raise UserError(
            f"has the input shape ({given})", where, "Use one to four whole numbers, such as [null, 28, 28, 1]."
        )
    return tuple(sizes)


def _refuse_twins(layers: tuple[Layer, ...]) -> None:
    seen: dict[str, int] = {}
    for index, layer in enumerate(layers):
        if layer.name and layer.name in seen:
            raise UserError(
                f'has the name "{layer.name}" of layer {seen[layer.name] + 1}',
                f"{type(layer).__name__} #{index + 1}",
                "Give each layer its own name.",
            )
        seen[layer.name] = index


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UserError("is not a Keras model in JSON", where, "Keras writes one with model.to_json().")
    return value
