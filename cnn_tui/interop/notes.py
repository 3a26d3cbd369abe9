"""What this program writes beside weights, the same JSON in every format: enough to predict with the file alone."""

from collections.abc import Mapping
from typing import Any

from cnn_tui.errors import Place, UserError
from cnn_tui.spec.json_text import parse_json
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import to_document

KEY = "cnn_tui"
MAX_CLASSES = 100_000


def notes_document(model: Model, about: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON object: `about` (classes, data shape, scaling, reading, epoch) and the model."""
    return {"about": dict(about), "model": to_document(model)}


def our_notes(text: str | None, name: str) -> dict[str, Any]:
    """`about`, `classes` and `model` of what this program wrote; empty when it wrote nothing. Raises UserError."""
    if text is None:
        return {}
    return taken(parse_json(text, name), name)


def taken(document: Any, name: str) -> dict[str, Any]:
    """The same from a JSON object that is read already."""
    if document is None:
        return {}
    about = document.get("about", {}) if isinstance(document, dict) else None
    if not isinstance(about, dict):
        raise UserError("its notes of this program are damaged", Place(name))
    classes = about.get("classes", [])
    if not isinstance(classes, list) or len(classes) > MAX_CLASSES or not all(isinstance(one, str) for one in classes):
        raise UserError("its names of classes are damaged", Place(name))
    return {"about": about, "classes": tuple(classes), "model": document.get("model")}
