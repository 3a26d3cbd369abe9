"""Drawings kept as data: a table or an .npz of pictures with their labels, which grows by one at a time."""

from pathlib import Path
from typing import Any

import numpy as np

from cnn_tui.errors import Place, UserError, writing
from cnn_tui.files import replacing

Array = np.ndarray[Any, Any]
ENDINGS = (".tsv", ".npz")
LABEL = "label"


def keep_drawing(path: Path, picture: Array, label: str) -> int:
    """Adds a picture, uint8 [height, width, channels], and its label; how many the file holds then.

    A .tsv has a header, the label in the first column, and a column for each value; an .npz the arrays `x` and `y`.
    Both open as data. Raises UserError when the file holds something else.
    """
    if path.suffix.lower() not in ENDINGS:
        raise UserError("drawings are kept in a .tsv or an .npz", Place(path), "Give the file such an ending.")
    with writing(path):
        return _in_arrays(path, picture, label) if path.suffix.lower() == ".npz" else _in_table(path, picture, label)


def _in_table(path: Path, picture: Array, label: str) -> int:
    header = "\t".join((LABEL, *(f"pixel{place}" for place in range(1, picture.size + 1)))) + "\n"
    cell = " ".join(label.split())
    line = "\t".join((cell, *map(str, picture.reshape(-1).tolist()))) + "\n"
    before = path.read_bytes() if path.exists() else b""
    if before and not before.startswith(header.encode()):
        raise UserError("holds something else than drawings of this size", Place(path), "Choose another file.")
    before = before or header.encode()
    with replacing(path) as file:
        file.write(before if before.endswith(b"\n") else before + b"\n")
        file.write(line.encode())
    return before.count(b"\n")


def _in_arrays(path: Path, picture: Array, label: str) -> int:
    pictures, labels = picture[None], np.array([label])
    if path.exists():
        held, names = _held(path)
        if held.shape[1:] != picture.shape:
            raise UserError("holds drawings of another size", Place(path), "Choose another file.")
        pictures, labels = np.concatenate([held, pictures]), np.concatenate([names, labels])
    with replacing(path) as file:
        np.savez_compressed(file, x=pictures, y=labels)
    return len(pictures)


def _held(path: Path) -> tuple[Array, Array]:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            pictures, labels = arrays["x"], arrays["y"]
    except Exception as error:  # numpy and zipfile raise a dozen kinds for what is no .npz of ours
        raise UserError("holds something else than drawings", Place(path), "Choose another file.") from error
    if labels.dtype.kind != "U" or len(labels) != len(pictures):
        raise UserError("holds something else than drawings", Place(path), "Choose another file.")
    return pictures, labels
