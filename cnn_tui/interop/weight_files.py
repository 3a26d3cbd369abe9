"""Opening a file of weights, whoever wrote it."""

from pathlib import Path
from typing import TYPE_CHECKING

from cnn_tui.errors import Place, UserError
from cnn_tui.interop.apart import ask
from cnn_tui.interop.keras_layout import expected
from cnn_tui.interop.notes import KEY, our_notes
from cnn_tui.interop.safe_tensors import SafeTensors
from cnn_tui.interop.state_dict import from_state_dict
from cnn_tui.interop.weights import Weights, given_or_refused, naming, not_finite, refuse_others, weights_alone
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import from_document, to_document

if TYPE_CHECKING:
    from cnn_tui.interop.weights import Arrays

HDF5, ZIP, PICKLE = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04", b"\x80"
TORCH_SUFFIXES = (".pt", ".pth", ".bin", ".ckpt")
READER, TORCH_READER = "cnn_tui.interop.reader", "cnn_tui.engine.torch_files"
"""The programs that read foreign files; torch is needed for its own files, and loaded by that program alone."""
KNOWN = "Weights come in .safetensors, .keras, .h5, .weights.h5, .h5mlm and .pt."


def kind_of(path: Path) -> str:
    """What a file of weights is, by its first bytes: safetensors, keras (or h5), torch. Raises UserError."""
    try:
        with path.open("rb") as file:
            start = file.read(64)
    except OSError as error:
        fact = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise UserError(fact, Place(path), "Check the path.") from None
    # Before all others: the length that comes first may look like any of them, but no text has such bytes.
    if start[8:9] == b"{" and b"\0" in start[:8]:
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
    """The weights of a `.keras`, `.h5`, `.weights.h5`, `.h5mlm`, `.safetensors` or `.pt` file.

    `model` is needed where the file has none of its own, and counts where it has one. Raises UserError with the file,
    the place in it and what is wrong.
    """
    kind = kind_of(path)
    if kind == "safetensors":
        return _read_safetensors(path, model)
    if kind == "torch":
        meant = given_or_refused(model, path.name)
        message, arrays = ask(TORCH_READER, path, {})
        return _placed(meant, arrays, path, tuple(message["notes"]), is_ordered=True)
    question = {"model": to_document(model) if model else None, "only_model": False}
    message, arrays = ask(READER, path, question)
    meant = model or from_document(message["model"], path.name)
    return Weights(meant, arrays, tuple(message["classes"]), message["about"], tuple(message["notes"]))


def read_weights_model(path: Path) -> Model:
    """The model of a file of weights, which need not be there. Raises UserError."""
    kind = kind_of(path)
    if kind == "safetensors":
        return _read_safetensors(path, None).model
    if kind == "torch":
        raise weights_alone(path.name)
    message, _ = ask(READER, path, {"model": None, "only_model": True})
    return from_document(message["model"], path.name)


def _placed(model: Model, given: "Arrays", path: Path, notes: tuple[str, ...], is_ordered: bool) -> Weights:
    """Weights that came without a model: by our own names, or by those of a torch model."""
    wanted = expected(model)
    if given and 2 * len(wanted.keys() & given.keys()) <= len(wanted):  # biases may be called alike
        found = from_state_dict(model, given, path.name, is_ordered)
        return Weights(model, found.arrays, notes=(*notes, *found.notes))
    refuse_others(wanted, {name: array.shape for name, array in given.items()}, path.name)
    return Weights(model, {name: given[name] for name in wanted}, notes=(*notes, *not_finite(given)))


def _read_safetensors(path: Path, model: Model | None) -> Weights:
    with naming(path.name), path.open("rb") as source:
        held = SafeTensors(source, path.name)
        ours = our_notes(held.metadata.get(KEY), path.name)
        document = ours.get("model")
        meant = model or (from_document(document, path.name) if document else None)
        wanted = expected(given_or_refused(meant, path.name))
        assert meant
        if document is None:
            given = {key: held.array(key) for key in held.stored}
            return _placed(meant, given, path, tuple(held.notes), is_ordered=False)
        refuse_others(wanted, {key: one.shape for key, one in held.stored.items()}, path.name)
        arrays = {key: held.array(key) for key in wanted}
    return Weights(meant, arrays, ours.get("classes", ()), ours.get("about", {}), (*held.notes, *not_finite(arrays)))
