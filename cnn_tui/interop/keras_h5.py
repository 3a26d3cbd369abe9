"""Keras's HDF5 files: `.weights.h5` of Keras 3, and the older `.h5` of weights alone or of a whole model."""

from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from cnn_tui.errors import UserError
from cnn_tui.interop.keras_json import to_bilingual
from cnn_tui.interop.keras_layout import Unit, units
from cnn_tui.interop.notes import KEY, our_notes
from cnn_tui.interop.safe_h5 import SafeH5, open_h5
from cnn_tui.interop.weights import OTHER_MODEL, Weights, given_or_refused, in_order, naming, not_finite, weights_alone
from cnn_tui.spec.json_text import parse_json
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import from_document

if TYPE_CHECKING:
    from h5py import Group

    from cnn_tui.interop.weights import Arrays

OLDER = "_layer_checkpoint_dependencies"
"""What Keras 2.13 calls `layers`."""


def read_h5(source: IO[bytes], name: str, model: Model | None) -> Weights:
    """The weights of an HDF5 file of Keras, of whichever kind it is.

    The model is the one that the file holds; for weights alone it must be given. Raises UserError naming the layer.
    """
    with naming(name), open_h5(source, name) as file:
        ours = our_notes(file.text(file.root, KEY), name)
        document = None if model else _document(file) or ours.get("model")
        meant = given_or_refused(model or _model(document, name), name)
        placed = units(meant, document)
        older = file.group(file.root, "model_weights") or file.root
        if file.names(older, "layer_names") is not None:
            arrays = by_place(file, older, placed)
        else:
            arrays = by_group(file, placed)
        notes = (*file.notes, *left_out(file), *not_finite(arrays))
    return Weights(meant, arrays, ours.get("classes", ()), ours.get("about", {}), notes)


def read_h5_model(source: IO[bytes], name: str) -> Model:
    """The model that an HDF5 file of Keras holds. Raises UserError when it holds weights alone."""
    with naming(name), open_h5(source, name) as file:
        document = _document(file) or our_notes(file.text(file.root, KEY), name).get("model")
        model = _model(document, name)
    if model is None:
        raise weights_alone(name)
    return model


def by_group(file: SafeH5, placed: tuple[Unit, ...]) -> "Arrays":
    """The arrays of a `.weights.h5`: `layers/<class and count>/vars/<number>`. Raises UserError."""
    layers = file.group(file.root, "layers") or file.group(file.root, OLDER)
    if layers is None:
        raise UserError("holds no layers", file.place(), "Give a file of weights that Keras wrote.")
    _refuse_more(file, layers, placed)
    arrays: Arrays = {}
    for unit in placed:
        if not unit.arrays:
            continue
        stored = file.group(layers, f"{unit.group}/vars")
        if stored is None:
            raise UserError(f"has no weights for {unit.name}", file.place(f"layers/{unit.group}"), OTHER_MODEL)
        if len(stored) != len(unit.arrays):
            raise UserError(_counts(unit, len(stored)), file.place(stored.name or ""), OTHER_MODEL)
        for number, (array, shape) in enumerate(unit.arrays.items()):
            arrays[array] = file.numbers(stored, str(number), shape)
    return arrays


def by_place(file: SafeH5, stored: "Group", placed: tuple[Unit, ...]) -> "Arrays":
    """The arrays of an older file: the layers that have any, one after the other as Keras does. Raises UserError."""
    found: list[tuple[Group, list[str]]] = []
    for name in file.names(stored, "layer_names") or ():
        group = file.group(stored, name)
        if group is None:
            raise UserError("is missing", file.place(f"{stored.name}/{name}"), "The file is not whole.")
        if weights := file.names(group, "weight_names"):
            found.append((group, weights))
    wanted = [unit for unit in placed if unit.arrays]
    if len(found) != len(wanted):
        fact = f"holds weights of {len(found)} layers; the model has {len(wanted)} with weights"
        raise UserError(fact, file.place(), OTHER_MODEL)
    arrays: Arrays = {}
    for unit, (group, weights) in zip(wanted, found, strict=True):
        if len(weights) != len(unit.arrays):
            raise UserError(_counts(unit, len(weights)), file.place(group.name or ""), OTHER_MODEL)
        for weight, (array, shape) in zip(weights, unit.arrays.items(), strict=True):
            arrays[array] = file.numbers(group, weight, shape)
    return arrays


def _model(document: Any, name: str) -> Model | None:
    return from_document(to_bilingual(document, name), name) if document else None


def _document(file: SafeH5) -> Mapping[str, Any] | None:
    """The JSON of the model that a whole model's file holds."""
    text = file.text(file.root, "model_config")
    if text is None:
        return None
    document = parse_json(text, file.name)
    if not isinstance(document, dict):
        raise UserError("its model_config is no model", file.place())
    version = file.text(file.root, "keras_version")
    return {"keras_version": version, **document} if version else document


def _refuse_more(file: SafeH5, layers: "Group", placed: tuple[Unit, ...]) -> None:
    """Raises UserError when there are weights of layers that the model has not."""
    known = {unit.group for unit in placed}
    if len(layers) > 2 * len(known) + 10:
        raise UserError(f"holds {len(layers):,} layers", file.place(layers.name or ""), OTHER_MODEL)
    for name in in_order(list(layers)):
        if name not in known and (stored := file.group(layers, name)) is not None:
            held = file.group(stored, "vars")
            if held is not None and len(held):
                raise UserError("is a layer that the model has not", file.place(stored.name or ""), OTHER_MODEL)


def _counts(unit: Unit, found: int) -> str:
    return f"holds {found} array{'' if found == 1 else 's'}; {unit.name} has {len(unit.arrays)}"


def left_out(file: SafeH5) -> tuple[str, ...]:
    """A note about what a file holds beside weights."""
    left = [name for name in ("optimizer", "optimizer_weights") if file.group(file.root, name) is not None]
    return ("the state of the optimizer was left out",) if left else ()
