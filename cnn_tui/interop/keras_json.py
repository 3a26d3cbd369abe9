"""Keras's own model JSON, of version 2 and of version 3, turned into the one dialect that this program keeps.

Keras writes every setting of a layer, also those that this program has no word for. Such a setting is dropped when it
says what Keras does anyway, and refused by name when it says anything else: a model means the same here or is not read.
"""

import struct
from typing import Any

from cnn_tui.errors import UserError
from cnn_tui.interop.keras_graph import chain, check_joints, inlined
from cnn_tui.interop.keras_own import refuse_custom
from cnn_tui.spec.fields import Field, fields
from cnn_tui.spec.layers import KINDS
from cnn_tui.spec.model_file import as_noted, from_document

GRAPHS = ("Functional", "Model")
"""What a graph of layers is called, by the version."""
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
MOST_TYPED = 5
"""Digits of a number that people type."""
SMALLEST, LARGEST = 2.0**-126, 2.0**127
"""Between them float32 has all its digits."""
_OTHER_NAMES = {("LeakyReLU", "negative_slope"): "alpha"}
"""What Keras 3 calls a setting that version 2 calls otherwise."""
_OTHER_WORDS = {"swish": "silu", "hard_swish": "hard_silu", None: "linear"}
"""Activations that have two names."""


def to_bilingual(document: Any, where: str) -> Any:
    """The same model in the dialect that `spec.model_file` reads. Raises UserError naming the layer and the setting."""
    if not isinstance(document, dict) or not isinstance(config := document.get("config"), dict):
        return document  # spec.model_file says what is wrong with it
    if as_noted(document, where):
        return document  # our own, with residual groups or layers that are off
    kind = document.get("class_name")
    if kind in GRAPHS:
        found = chain(config, where)
        layers = _layers([found.input, *found.layers], config, where)
        made = _document(document, layers)
        check_joints(from_document(made, where), found.joints)
        return made
    if kind != "Sequential":
        raise UserError(f"is a model of the kind {kind!s:.40}", where, "Only Sequential and Functional can be read.")
    if not isinstance(config.get("layers"), list):
        return document
    return _document(document, _layers(inlined(config["layers"]), config, where))


def _document(document: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """The document with these settings. What Keras 3 writes says its version by naming a module."""
    version = document.get("keras_version", "3" if "module" in document else "2")
    return {"class_name": "Sequential", "keras_version": version, "config": config}


def _layers(entries: list[Any], config: dict[str, Any], where: str) -> dict[str, Any]:
    """The settings of a model with these layers, the first of them its input."""
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict) or not isinstance(entry.get("class_name"), str):
            raise UserError("is no layer of Keras", f"layer {index}", "Write the model with model.to_json().")
        if index and _is_input(entry):
            raise UserError("is a second input", f"layer {index}", "Only models with one input can be read.")
        refuse_custom(entry, f"{entry['class_name']}, layer {index}")
    layers = [_layer(entry, index) for index, entry in enumerate(entries) if not _is_input(entry)]
    return {"name": config.get("name"), "layers": [_input(entries, where), *layers]}


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
    """Keras 2 writes some numbers through float32: 0.3 as 0.30000001192092896. That of few digits that it came from."""
    short = float(f"{number:.{MOST_TYPED}g}")
    if not SMALLEST < abs(number) < LARGEST or struct.pack("f", short) != struct.pack("f", number):
        return number
    return short if number == struct.unpack("f", struct.pack("f", number))[0] else number


def _says_nothing(key: str, value: Any) -> bool:
    return key in _SILENT and any(_bare(value) == silent for silent in _SILENT[key])


def _short(value: Any) -> str:
    name = value.get("class_name", value) if isinstance(value, dict) else value
    return f"{name!s:.60}"
