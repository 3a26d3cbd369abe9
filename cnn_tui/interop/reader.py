"""The process that reads a foreign file of Keras or Galaxy, confined before it opens it.

python -m cnn_tui.interop.reader FILE, with a question on its standard input: see `apart`
"""

from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import h5py  # noqa: F401 (loaded before the limits are set)
import numpy  # noqa: F401

from cnn_tui.errors import Place, UserError
from cnn_tui.interop.apart import answer
from cnn_tui.interop.confined import confine
from cnn_tui.interop.galaxy_h5mlm import MARK, read_h5mlm, read_h5mlm_model
from cnn_tui.interop.keras_h5 import read_h5, read_h5_model
from cnn_tui.interop.keras_zip import read_keras, read_keras_model
from cnn_tui.interop.safe_h5 import open_h5
from cnn_tui.interop.weights import Weights
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import from_document, to_document

if TYPE_CHECKING:
    from cnn_tui.interop.weights import Arrays

HDF5 = b"\x89HDF\r\n\x1a\n"
ZIP = b"PK"


def read(source: IO[bytes], name: str, model: Model | None) -> Weights:
    """The weights of an open file of Keras or Galaxy, by what it begins with. Raises UserError."""
    start = source.read(len(HDF5))
    if start.startswith(ZIP):
        return read_keras(source, name, model)
    if start != HDF5:
        raise UserError("is neither a file of Keras nor of Galaxy", Place(name))
    return read_h5mlm(source, name, model) if _is_galaxys(source, name) else read_h5(source, name, model)


def read_model(source: IO[bytes], name: str) -> Model:
    """The model alone, also of a file without weights. Raises UserError."""
    start = source.read(len(HDF5))
    if start.startswith(ZIP):
        return read_keras_model(source, name)
    return read_h5mlm_model(source, name) if _is_galaxys(source, name) else read_h5_model(source, name)


def _is_galaxys(source: IO[bytes], name: str) -> bool:
    with open_h5(source, name) as file:
        return MARK in file.root.attrs


def _read(path: Path, question: dict[str, Any]) -> tuple[dict[str, Any], "Arrays"]:
    given, name = question["model"], path.name
    model = from_document(given, "the model") if given else None
    confine(path.stat().st_size)
    with path.open("rb") as source:
        if question["only_model"]:
            return {"model": to_document(read_model(source, name))}, {}
        held = read(source, name, model)
    beside = {"classes": held.classes, "about": dict(held.about), "notes": held.notes}
    return {"model": to_document(held.model), **beside}, held.arrays


if __name__ == "__main__":
    answer(_read)
