"""Opening a file of a model, or of a Galaxy workflow with one in it, whoever wrote it."""

from pathlib import Path

from cnn_tui.errors import UserError
from cnn_tui.interop.galaxy import Workflow, read_workflow
from cnn_tui.interop.galaxy_forms import is_workflow
from cnn_tui.interop.keras_json import to_bilingual
from cnn_tui.spec.json_text import MAX_BYTES, read_json
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import from_document

WORKFLOW = ".ga"
"""How Galaxy ends the names of workflow files."""


def open_model(path: Path) -> Model:
    """The model of a JSON file written here, by Keras 2 or 3 or by Galaxy, or of a file of weights that holds one.

    Of a Galaxy workflow it is the network. Raises UserError.
    """
    from cnn_tui.interop.weight_files import holds_weights, read_weights_model

    if holds_weights(path):
        return read_weights_model(path)
    document = read_json(path)
    if is_workflow(document):
        return read_workflow(document, path.name).model
    return from_document(to_bilingual(document, path.name), path.name)


def open_workflow(path: Path) -> Workflow | None:
    """The Galaxy workflow of a file; None: it is no workflow. Raises UserError for one that cannot be read."""
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        return None
    try:
        document = read_json(path)
    except UserError:
        if path.suffix.lower() == WORKFLOW:
            raise
        return None
    return read_workflow(document, path.name) if is_workflow(document) else None
