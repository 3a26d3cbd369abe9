"""Keras 3's `.keras` file: a zip of a model in JSON and its weights in HDF5."""

from io import BytesIO
from typing import IO

from cnn_tui.errors import Place, UserError
from cnn_tui.interop.keras_h5 import by_group, left_out
from cnn_tui.interop.keras_json import to_bilingual
from cnn_tui.interop.keras_layout import units
from cnn_tui.interop.notes import KEY, taken
from cnn_tui.interop.safe_h5 import open_h5
from cnn_tui.interop.safe_zip import SafeZip
from cnn_tui.interop.weights import Weights, naming, not_finite
from cnn_tui.spec.json_text import MAX_BYTES, parse_json
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import from_document

METADATA, CONFIG, WEIGHTS = "metadata.json", "config.json", "model.weights.h5"


def read_keras(source: IO[bytes], name: str, model: Model | None) -> Weights:
    """The model and the weights of a `.keras` file; a given model takes the place of its own. Raises UserError."""
    with naming(name):
        members = _members(source, name)
        document = None if model else _document(members)
        meant = model or from_document(to_bilingual(document, name), name)
        ours = taken(_metadata(members).get(KEY), name)
        with open_h5(BytesIO(members.read(WEIGHTS)), f"{name}, {WEIGHTS}") as file:
            arrays = by_group(file, units(meant, document))
            notes = (*file.notes, *left_out(file), *not_finite(arrays))
    return Weights(meant, arrays, ours.get("classes", ()), ours.get("about", {}), notes)


def read_keras_model(source: IO[bytes], name: str) -> Model:
    """The model of a `.keras` file alone. Raises UserError."""
    with naming(name):
        return from_document(to_bilingual(_document(_members(source, name)), name), name)


def _members(source: IO[bytes], name: str) -> SafeZip:
    members = SafeZip(source, name)
    if CONFIG not in members or WEIGHTS not in members:
        raise UserError("is a zip without a model of Keras", Place(name), "Keras writes one with model.save().")
    return members


def _document(members: SafeZip) -> object:
    """The model in JSON, with the version that wrote it."""
    document, version = _json(members, CONFIG), _metadata(members).get("keras_version")
    return {"keras_version": version, **document} if version and isinstance(document, dict) else document


def _metadata(members: SafeZip) -> dict[str, object]:
    held = _json(members, METADATA) if METADATA in members else {}
    return held if isinstance(held, dict) else {}


def _json(members: SafeZip, member: str) -> object:
    try:
        text = members.read(member, MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError("is no text", Place(members.name, inside=member)) from None
    return parse_json(text, f"{members.name}, {member}")
