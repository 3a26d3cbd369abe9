"""IDX files as MNIST comes in them, plain or gzipped."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from cnn_tui.data.classes import Labels
from cnn_tui.data.formats.content import Facts, Tell
from cnn_tui.data.formats.lines import is_gzip, open_bytes
from cnn_tui.data.formats.pixels import Stored, blocks_of, check_length, put, refuse_empty
from cnn_tui.data.growing import Growing
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Reading, Where
from cnn_tui.spec.layers import Shape

TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
"""The types of numbers by the third byte of a file."""
_WAY_OUT = "Download the file again, or save its array with numpy.save."


def is_idx(start: bytes) -> bool:
    """Whether a file begins as IDX does: two zeros, a type of numbers, how many axes."""
    return len(start) >= 4 and start[:2] == b"\0\0" and start[2] in TYPES and 1 <= start[3] <= 8


def is_swapped_idx(start: bytes) -> bool:
    """Whether a file begins as IDX would with its bytes in the wrong order."""
    return is_idx(start[3::-1])


def read(where: Where, reading: Reading, out: Growing, tell: Tell) -> tuple[Facts, Labels | None]:
    """The images as `Reader` has it."""
    notes = put(stored(where.path), Place(where.path), out, tell)
    return Facts(format=f"IDX{', gzipped' if is_gzip(where.path) else ''}", notes=notes), None


def stored(path: Path) -> Stored:
    """The array of a file. Raises UserError, also while its blocks are read."""
    with open_bytes(path) as file:
        shape, dtype = _header(file, path)
        length = None if is_gzip(path) else path.stat().st_size - file.tell()
    refuse_empty(shape, Place(path))
    if length is not None:
        check_length(length, shape, dtype, Place(path))
    return Stored(shape, dtype, _blocks(path))


def _blocks(path: Path) -> Iterator[np.ndarray]:
    with open_bytes(path) as file:
        yield from blocks_of(file, *_header(file, path), Place(path))


def _header(file: BinaryIO, path: Path) -> tuple[Shape, np.dtype]:
    """The shape and the type that a file declares."""
    magic = file.read(4)
    if is_swapped_idx(magic):
        problem = f"is IDX with its bytes swapped: it begins with {magic.hex(' ')}, not {magic[::-1].hex(' ')}"
        raise UserError(problem, Place(path), _WAY_OUT)
    if not is_idx(magic):
        problem = f"is not IDX: it begins with {magic.hex(' ')}, not 00 00, a type from 08 to 0e and the number of axes"
        raise UserError(problem, Place(path), _WAY_OUT)
    sizes = file.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise UserError("breaks off in its header", Place(path), "Copy or download it again.")
    return tuple(int(size) for size in np.frombuffer(sizes, ">u4")), np.dtype(TYPES[magic[2]])
