"""Galaxy's `.h5mlm` files: a classifier with a Keras model in it, fitted or not."""

from typing import IO, Any

from cnn_tui.errors import UserError
from cnn_tui.interop.keras_h5 import by_place
from cnn_tui.interop.keras_json import to_bilingual
from cnn_tui.interop.keras_layout import units
from cnn_tui.interop.safe_h5 import SafeH5, open_h5
from cnn_tui.interop.weights import Weights, naming, not_finite
from cnn_tui.spec.json_text import parse_json
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import from_document

MARK = "-Galaxy-ML-"
MODELS = "-keras_models-"
PLAIN = {"-object-": {"-keras_model-": 0}}
"""What the file holds when it is a Keras model alone; anything else is a pipeline with steps before the model."""
ONLY = "Only a Keras classifier alone can be read."


def read_h5mlm(source: IO[bytes], name: str, model: Model | None) -> Weights:
    """The architecture, the weights and the classes of a fitted classifier. Raises UserError when it is not fitted."""
    with naming(name), open_h5(source, name) as file:
        meant = model or _model(file)
        stored = file.group(file.root, f"{MODELS}/0/weights")
        if stored is None:
            raise UserError("is a model that was not trained yet", file.place(), "Fit it in Galaxy first.")
        arrays = by_place(file, stored, units(meant))
        notes = (*file.notes, *not_finite(arrays))
        classes = _classes(file)
    return Weights(meant, arrays, classes, {}, notes)


def read_h5mlm_model(source: IO[bytes], name: str) -> Model:
    """The architecture alone, of a classifier that may not be fitted. Raises UserError."""
    with naming(name), open_h5(source, name) as file:
        return _model(file)


def _model(file: SafeH5) -> Model:
    if parse_json(file.stored_text(file.root, "-model_config-"), file.name) != PLAIN:
        raise UserError("holds more than a Keras model", file.place(), ONLY)
    kind = file.stored_text(file.root, f"{MODELS}/0/class_name")
    if kind != "KerasGClassifier":
        raise UserError(f"is a {kind:.40}", file.place(f"{MODELS}/0"), ONLY)
    settings = parse_json(file.stored_text(file.root, f"{MODELS}/0/params"), file.name)
    config = settings.get("config") if isinstance(settings, dict) else None
    if not isinstance(config, dict):
        raise UserError("has no model in its settings", file.place(f"{MODELS}/0/params"), ONLY)
    is_graph = settings.get("model_type") == "functional"
    document = {"class_name": "Functional" if is_graph else "Sequential", "config": config}
    return from_document(to_bilingual(document, file.name), file.name)


def _classes(file: SafeH5) -> tuple[str, ...]:
    group = file.group(file.root, f"{MODELS}/0/attributes")
    if group is None or "classes_" not in group:
        return ()
    found = file.some_numbers(group, "classes_", most=100_000)
    return tuple(_as_name(one) for one in found)


def _as_name(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else value.decode(errors="replace") if isinstance(value, bytes) else str(value)
