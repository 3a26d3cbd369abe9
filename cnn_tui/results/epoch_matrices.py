"""The matrix of the held-out rows after each epoch of a run: a file of JSON lines that is only appended to.

The first line has the classes; each other one an epoch and those of its cells that are not 0. An epoch that was
trained again, after a resume, stands there again, and what stands last is meant.
"""

from pathlib import Path

import msgspec
from msgspec import Struct

from cnn_tui.results.confusion import Confusion


class Header(Struct, frozen=True, tag="classes"):
    """The classes of every matrix in the file."""

    classes: tuple[str, ...]


class Epoch(Struct, frozen=True, tag="epoch"):
    """The cells of one epoch's matrix that are not 0: true class, predicted class, images."""

    epoch: int
    cells: tuple[tuple[int, int, int], ...]


_lines: msgspec.json.Decoder[Header | Epoch] = msgspec.json.Decoder(Header | Epoch)


def append_matrix(path: Path, epoch: int, confusion: Confusion) -> None:
    """Adds the matrix after an epoch (from 1); what a writer that was killed left half written is taken away."""
    import numpy as np

    true, predicted = np.nonzero(confusion.cells)
    images = confusion.cells[true, predicted]
    line = Epoch(epoch, tuple(zip(true.tolist(), predicted.tolist(), images.tolist(), strict=True)))
    with path.open("ab+") as file:
        file.seek(0)
        held = file.read()
        file.seek(file.truncate(held.rfind(b"\n") + 1))
        lines = [line] if b'{"type":"classes"' in held[: file.tell()] else [Header(confusion.classes), line]
        file.write(b"".join(msgspec.json.encode(one) + b"\n" for one in lines))


def read_matrices(path: Path) -> dict[int, Confusion]:
    """The matrix after each epoch (from 1), in their order; a line that cannot be read is left out."""
    import numpy as np

    try:
        data = path.read_bytes()
    except OSError:
        return {}
    classes: tuple[str, ...] = ()
    epochs: dict[int, Epoch] = {}
    for line in data[: data.rfind(b"\n") + 1].splitlines():
        match _decoded(line):
            case Header(found):
                classes = found
            case Epoch() as epoch if _fits(epoch, len(classes)):
                epochs[epoch.epoch] = epoch
    matrices = {}
    for number, epoch in sorted(epochs.items()):
        cells = np.zeros((len(classes), len(classes)), np.int64)
        for true, predicted, images in epoch.cells:
            cells[true, predicted] = images
        matrices[number] = Confusion(classes, tuple(map(tuple, cells.tolist())))
    return matrices


def _decoded(line: bytes) -> Header | Epoch | None:
    try:
        return _lines.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _fits(epoch: Epoch, classes: int) -> bool:
    return all(
        0 <= true < classes and 0 <= predicted < classes and images >= 0 for true, predicted, images in epoch.cells
    )
