"""Opening a file of a model, or of a Galaxy workflow with one in it, whoever wrote it."""

from pathlib import Path

from msgspec import Struct

from cnn_tui.errors import UserError
from cnn_tui.interop.galaxy import Workflow, read_workflow
from cnn_tui.interop.galaxy_forms import is_workflow
from cnn_tui.interop.keras_json import to_bilingual
from cnn_tui.spec.json_text import MAX_BYTES, read_json
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import from_document

WORKFLOW = ".ga"
"""How Galaxy ends the names of workflow files."""
WEIGHTS_STAY = "Its weights and how it was trained stay in the file; predictions are made with the file itself."
COMPILED = "How Keras would train it is left out: the optimizer, the loss and the metrics."


class Found(Struct, frozen=True):
    """What a file of a model holds."""

    model: Model
    notes: tuple[str, ...] = ()
    """What stays in the file or is left out, in words."""
    workflow: Workflow | None = None
    """The Galaxy workflow that the model is a part of."""


def open_model(path: Path) -> Model:
    """The model of a JSON file written here, by Keras 2 or 3 or by Galaxy, or of a file of weights that holds one.

    Of a Galaxy workflow it is the network. Raises UserError.
    """
    return find_model(path).model


def find_model(path: Path) -> Found:
    """The model of such a file, and what else is in it. Raises UserError."""
    from cnn_tui.interop.weight_files import holds_weights, read_weights_model

    if holds_weights(path):
        return Found(read_weights_model(path), (WEIGHTS_STAY,))
    document = read_json(path)
    if is_workflow(document):
        workflow = read_workflow(document, path.name)
        return Found(workflow.model, workflow.notes, workflow)
    model = from_document(to_bilingual(document, path.name), path.name)
    return Found(model, (COMPILED,) if document.get("compile_config") else ())


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
