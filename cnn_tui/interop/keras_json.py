"""Keras's own model JSON, of version 2 and of version 3, turned into the one dialect that this program keeps.

Keras writes every setting of a layer, also those that this program has no word for. Such a setting is dropped when it
says what Keras does anyway, and refused by name when it says anything else: a model means the same here or is not read.
"""

import struct
from typing import Any

from cnn_tui.errors import UserError
from cnn_tui.spec.fields import Field, fields
from cnn_tui.spec.layers import KINDS

_SETTINGS = {kind.__name__: {one.name: one for one in fields(kind)} for kind in KINDS}
_SILENT: dict[str, tuple[Any, ...]] = {
    "trainable": (True,),
    "dtype": ("float32", {"class_name": "DTypePolicy", "config": {"name": "float32"}}),
    "data_format": (None, "channels_last"),
    "activity_regularizer": (None,),
    "quantization_config": (None,),
    "noise_shape": (None,),
    "seed": (None,),
    "groups": (1,),
    "synchronized": (False,),
    "renorm": (False,),
    "renorm_clipping": (None,),
    "renorm_momentum": (0.99,),
    "padding": ("valid",),
    "rms_scaling": (False,),
    "implementation": (1,),
    "output_padding": (None,),
    "virtual_batch_size": (None,),
    "kernel_initializer": (None, "glorot_uniform", {"class_name": "GlorotUniform", "config": {"seed": None}}),
    "kernel_regularizer": (None,),
    "kernel_constraint": (None,),
}
"""The values with which a setting that a layer has no word for says nothing new. Version 2 writes the settings of a
kernel also for depthwise layers, which have others."""
_BY_NAME_ONLY = {"module", "registered_name", "build_config", "shared_object_id", "input_axes", "output_axes"}
"""What Keras 3 adds to every object it names."""
_OTHER_NAMES = {("LeakyReLU", "negative_slope"): "alpha"}
"""What Keras 3 calls a setting that version 2 calls otherwise."""
_OTHER_WORDS = {"swish": "silu", "hard_swish": "hard_silu", None: "linear"}
"""Activations that have two names."""


def to_bilingual(document: Any, where: str) -> Any:
    """The same model in the dialect that `spec.model_file` reads. Raises UserError naming the layer and the setting."""
    if not isinstance(document, dict) or "config" not in document:
        return document  # spec.model_file says what is wrong with it
    if document.get("class_name") == "Functional" and "cnn_tui" in document:
        return document  # our own, with residual groups
    if document.get("class_name") != "Sequential":
        raise UserError(
            f"is a model of the kind {document.get('class_name')!s:.40}", where, "Only Sequential models can be read."
        )
    config = document["config"]
    if not isinstance(config, dict) or not isinstance(config.get("layers"), list):
        return document
    entries = config["layers"]
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict) or not isinstance(entry.get("class_name"), str):
            raise UserError("is no layer of Keras", f"layer {index}", "Write the model with model.to_json().")
        if index and _is_input(entry):
            raise UserError("is a second input", f"layer {index}", "Only models with one input can be read.")
    layers = [_layer(entry, index) for index, entry in enumerate(entries) if not _is_input(entry)]
    return {**document, "config": {"name": config.get("name"), "layers": [_input(entries, where), *layers]}}


def _is_input(entry: dict[str, Any]) -> bool:
    return entry.get("class_name") == "InputLayer"


def _input(entries: list[dict[str, Any]], where: str) -> dict[str, Any]:
    """The InputLayer, by version 2's name of its shape; the first layer has the shape when there is no InputLayer."""
    first = entries[0].get("config") if entries else None
    config = first if isinstance(first, dict) else {}
    shape = config.get("batch_input_shape") or config.get("batch_shape")
    if shape is None and isinstance(config.get("shape"), list):
        shape = [None, *config["shape"]]
    if shape is None:
        raise UserError("does not say the shape of its input", where, "Build the model in Keras before saving it.")
    return {"class_name": "InputLayer", "config": {"batch_input_shape": shape}}


def _layer(entry: dict[str, Any], index: int) -> dict[str, Any]:
    kind, config = entry["class_name"], entry.get("config", {})
    if kind not in _SETTINGS or not isinstance(config, dict):
        return entry
    known, kept = _SETTINGS[kind], {}
    for key, value in config.items():
        name = _OTHER_NAMES.get((kind, key), key)
        if name in known:
            kept[name] = _as_here(known[name], value)
        elif key != "batch_input_shape" and not _says_nothing(key, value):
            place = f"{kind} ({config.get('name', f'layer {index}')})"
            fact = f"has the {key} {_short(value)}" if key in _SILENT else f'has the unknown setting "{key}"'
            raise UserError(f"{fact}, which this program cannot do", place, "Leave it at Keras's default.")
    return {"class_name": kind, "config": kept}


def _as_here(field: Field, value: Any) -> Any:
    """A setting in this program's words: without what version 3 adds, numbers as they were typed, one axis alone."""
    value = _bare(value)
    if field.name == "activation" and (value is None or isinstance(value, str)):
        return _OTHER_WORDS.get(value, value)
    if field.kind == "whole" and isinstance(value, list) and len(value) == 1:
        return value[0]
    return value


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _bare(inner) for key, inner in value.items() if key not in _BY_NAME_ONLY}
    return _as_typed(value) if isinstance(value, float) else value


def _as_typed(number: float) -> float:
    """Keras 2 writes some numbers through float32: 0.3 as 0.30000001192092896. The shortest that means the same."""
    try:
        short = float(f"{number:.7g}")
        return short if struct.pack("f", short) == struct.pack("f", number) else number
    except (OverflowError, ValueError):  # too large for float32
        return number


def _says_nothing(key: str, value: Any) -> bool:
    return key in _SILENT and any(_bare(value) == silent for silent in _SILENT[key])


def _short(value: Any) -> str:
    name = value.get("class_name", value) if isinstance(value, dict) else value
    return f"{name!s:.60}"
