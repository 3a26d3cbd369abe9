"""Opening a file of weights, whoever wrote it."""

from pathlib import Path

from cnn_tui.errors import Place, UserError
from cnn_tui.interop.apart import ask
from cnn_tui.interop.keras_layout import expected
from cnn_tui.interop.notes import KEY, our_notes
from cnn_tui.interop.safe_tensors import SafeTensors
from cnn_tui.interop.state_dict import from_state_dict
from cnn_tui.interop.weights import Weights, given_or_refused, naming, not_finite, refuse_others
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import from_document, to_document

HDF5, ZIP, PICKLE = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04", b"\x80"
TORCH_SUFFIXES = (".pt", ".pth", ".bin", ".ckpt")
READER = "cnn_tui.interop.reader"
KNOWN = "Weights come in .safetensors, .keras, .h5, .weights.h5, .h5mlm and .pt."


def kind_of(path: Path) -> str:
    """What a file of weights is, by its first bytes: safetensors, keras (or h5), torch. Raises UserError."""
    try:
        with path.open("rb") as file:
            start = file.read(64)
    except OSError as error:
        fact = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise UserError(fact, Place(path), "Check the path.") from None
    if start[8:9] == b"{":  # before all others: its length, which comes first, may look like any of them
        return "safetensors"
    is_torchs = b"/data.pkl" in start or path.suffix.lower() in TORCH_SUFFIXES
    if start.startswith(PICKLE) or (start.startswith(ZIP) and is_torchs):
        return "torch"
    if start.startswith((HDF5, ZIP)):
        return "keras"
    raise UserError("is no file of weights", Place(path), KNOWN)


def holds_weights(path: Path) -> bool:
    """Whether a file begins as files of weights do."""
    try:
        return path.is_file() and bool(kind_of(path))
    except UserError:
        return False


def read_weights(path: Path, model: Model | None = None) -> Weights:
    """The weights of a `.keras`, `.h5`, `.weights.h5`, `.h5mlm` or `.safetensors` file.

    `model` is needed where the file has none of its own, and counts where it has one. Raises UserError with the file,
    the place in it and what is wrong.
    """
    if kind_of(path) == "safetensors":
        return _read_safetensors(path, model)
    question = {"model": to_document(model) if model else None, "only_model": False}
    message, arrays = ask(READER, path, question)
    meant = model or from_document(message["model"], path.name)
    return Weights(meant, arrays, tuple(message["classes"]), message["about"], tuple(message["notes"]))


def read_weights_model(path: Path) -> Model:
    """The model of a file of weights, which need not be there. Raises UserError."""
    if kind_of(path) == "safetensors":
        return _read_safetensors(path, None).model
    message, _ = ask(READER, path, {"model": None, "only_model": True})
    return from_document(message["model"], path.name)


def _read_safetensors(path: Path, model: Model | None) -> Weights:
    with naming(path.name), path.open("rb") as source:
        held = SafeTensors(source, path.name)
        ours = our_notes(held.metadata.get(KEY), path.name)
        document = ours.get("model")
        meant = model or (from_document(document, path.name) if document else None)
        wanted = expected(given_or_refused(meant, path.name))
        assert meant
        if document is None and wanted.keys() != held.stored.keys():
            found = from_state_dict(meant, {key: held.array(key) for key in held.stored}, path.name, is_ordered=False)
            return Weights(meant, found.arrays, notes=(*held.notes, *found.notes))
        refuse_others(wanted, {key: one.shape for key, one in held.stored.items()}, path.name)
        arrays = {key: held.array(key) for key in wanted}
    return Weights(meant, arrays, ours.get("classes", ()), ours.get("about", {}), (*held.notes, *not_finite(arrays)))
