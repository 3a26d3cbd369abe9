"""The model as JSON: the dialect of Keras that versions 2.10 to 3.15 and Galaxy all read. There is no second format.

What is written: `module` for Keras 3, `batch_input_shape` for Keras 2, the settings that differ from Keras's defaults
(so no key that only some versions know), and our own notes under `cnn_tui`, which they all ignore.
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from cnn_tui.errors import UserError, nearest
from cnn_tui.files import replace_text
from cnn_tui.spec.fields import fields, show
from cnn_tui.spec.json_text import read_json
from cnn_tui.spec.layers import KINDS, Layer, Shape
from cnn_tui.spec.make import make
from cnn_tui.spec.model import MAX_LAYERS, Model

_KIND_BY_NAME = {kind.__name__: kind for kind in KINDS}


def to_document(model: Model) -> dict[str, Any]:
    """The JSON object of a model."""
    entry = {"batch_input_shape": [None, *model.input_shape], "dtype": "float32", "sparse": False, "ragged": False}
    layers = [("InputLayer", {**entry, "name": "input_layer"})]
    layers += [(type(layer).__name__, _config(layer)) for layer in model.layers]
    return {
        "module": "keras",
        "class_name": "Sequential",
        "registered_name": None,
        "config": {
            "name": model.name,
            "layers": [{"module": "keras.layers", "class_name": kind, "config": config} for kind, config in layers],
        },
        "keras_version": "2.10.0",
        "backend": "tensorflow",
        "cnn_tui": {"format": 1},
    }


def from_document(document: Any, where: str = "the model") -> Model:
    """The model of a JSON object in this dialect. Raises UserError naming the layer and the setting."""
    config = _object(_object(document, where).get("config"), where)
    entries = config.get("layers")
    if not isinstance(entries, list) or not entries:
        raise UserError(
            "holds no layers", where, 'A model is {"class_name": "Sequential", "config": {"layers": [...]}}.'
        )
    if len(entries) - 1 > MAX_LAYERS:
        raise UserError(f"has {len(entries) - 1:,} layers", where, f"Use {MAX_LAYERS} or fewer.")
    layers = tuple(_layer(entry, index) for index, entry in enumerate(entries[1:]))
    _refuse_twins(layers)
    name = config.get("name")
    return Model(_input_shape(entries[0], where), layers, name if isinstance(name, str) else "sequential")


def read_model(path: Path) -> Model:
    """The model of a file in this dialect. Raises UserError."""
    return from_document(read_json(path), path.name)


def dump(model: Model) -> str:
    """The file's text: a layer a line, so that two versions compare well."""
    document = to_document(model)
    lines = ",\n".join(f"   {json.dumps(layer)}" for layer in document["config"]["layers"])
    config = f'{{\n  "name": {json.dumps(model.name)},\n  "layers": [\n{lines}\n  ]\n }}'
    rest = {key: value for key, value in document.items() if key != "config"}
    head = ",\n".join(f' "{key}": {json.dumps(value)}' for key, value in rest.items())
    return f'{{\n{head},\n "config": {config}\n}}\n'


def write_model(model: Model, path: Path) -> None:
    """Writes the file, whole or not at all."""
    replace_text(path, dump(model))


def _config(layer: Layer) -> dict[str, Any]:
    settings = ((one, getattr(layer, one.name)) for one in fields(type(layer)))
    return {one.name: msgspec.to_builtins(value) for one, value in settings if one.required or value != one.default}


def _layer(entry: Any, index: int) -> Layer:
    where = f"layer {index + 1}"
    kind = _object(entry, where).get("class_name")
    if kind not in _KIND_BY_NAME:
        known = tuple(_KIND_BY_NAME)
        raise UserError(
            f"is a {kind!s:.60}, which this program does not know" if kind else "has no class_name",
            where,
            nearest(str(kind), known) or f"It knows {', '.join(known)}.",
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
