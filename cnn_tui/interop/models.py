"""Opening a model file, whoever wrote it."""

from pathlib import Path

from cnn_tui.interop.keras_json import to_bilingual
from cnn_tui.spec.json_text import read_json
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import from_document


def open_model(path: Path) -> Model:
    """The model of a JSON file written here, by Keras 2, by Keras 3 or by Galaxy. Raises UserError."""
    return from_document(to_bilingual(read_json(path), path.name), path.name)
