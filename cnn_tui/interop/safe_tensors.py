"""Safetensors files from outside: the header checked whole before a number is read."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from cnn_tui.errors import Place, UserError
from cnn_tui.interop.weights import as_float32
from cnn_tui.spec.json_text import parse_json
from cnn_tui.spec.layers import Shape

if TYPE_CHECKING:
    from cnn_tui.interop.weights import Array

MAX_HEADER_BYTES = 8 * 2**20
MAX_TENSORS = 20_000
KINDS = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1",
}  # fmt: skip
"""The kinds of numbers that are read, as NumPy calls them; of bfloat16 it has the bits."""
DAMAGED = "is not a safetensors file, or damaged"


@dataclass(frozen=True)
class Stored:
    """Where the numbers of an array stand in a file, and what they are."""

    kind: str
    shape: Shape
    first: int
    """The byte it begins with, counted from the end of the header."""
    last: int
    """The byte behind it."""


class SafeTensors:
    """A file whose header was read and checked; arrays are read one by one when asked for. Raises UserError."""

    def __init__(self, source: IO[bytes], name: str) -> None:
        self.name = name
        self.notes: list[str] = []
        self._source = source
        size = source.seek(0, 2)
        source.seek(0)
        length = int.from_bytes(source.read(8), "little")
        if size < 8 or length > size - 8:
            raise UserError(DAMAGED, Place(name))
        if length > MAX_HEADER_BYTES:
            raise UserError(f"its header is larger than {MAX_HEADER_BYTES >> 20} MB", Place(name))
        try:
            header = parse_json(source.read(length).decode(), name)
        except UnicodeDecodeError:
            raise UserError(DAMAGED, Place(name)) from None
        if not isinstance(header, dict):
            raise UserError(DAMAGED, Place(name))
        self.metadata = self._metadata(header.pop("__metadata__", {}))
        if len(header) > MAX_TENSORS:
            raise UserError(f"holds {len(header):,} arrays, more than the {MAX_TENSORS:,} there may be", Place(name))
        self._start = 8 + length
        self.stored = {key: _stored(entry, Place(name, inside=key)) for key, entry in header.items()}
        self._refuse_overlaps(size - self._start)

    def array(self, key: str) -> "Array":
        """The float32 array of this name. Raises UserError when it holds anything but numbers."""
        import numpy as np

        stored, place = self.stored[key], Place(self.name, inside=key)
        if stored.kind not in KINDS:
            raise UserError(f"holds {stored.kind:.20}, not plain numbers", place, "Only plain numbers are read.")
        self._source.seek(self._start + stored.first)
        room = np.empty(stored.last - stored.first, np.uint8)
        self._source.readinto(room)  # type: ignore[attr-defined]  # every file that is open for reading has it
        held = room.view(KINDS[stored.kind])
        array, notes = as_float32(held.reshape(stored.shape), place, stored.kind == "BF16")
        self.notes += [note for note in notes if note not in self.notes]
        return array

    def _metadata(self, held: Any) -> dict[str, str]:
        if not isinstance(held, dict) or not all(isinstance(value, str) for value in held.values()):
            raise UserError("its metadata are damaged", Place(self.name))
        return held

    def _refuse_overlaps(self, size: int) -> None:
        """Raises UserError unless the arrays fill the rest of the file, each with bytes of its own."""
        reached = 0
        for key, one in sorted(self.stored.items(), key=lambda item: (item[1].first, item[1].last)):
            if one.first != reached:
                fact = "shares bytes with another array" if one.first < reached else "leaves bytes before it unused"
                raise UserError(fact, Place(self.name, inside=key), "The file is damaged.")
            reached = one.last
        if reached != size:
            raise UserError(f"holds {size:,} bytes of numbers, not {reached:,}", Place(self.name), "It is not whole.")


def _stored(entry: Any, place: Place) -> Stored:
    try:
        kind, sizes, (first, last) = entry["dtype"], entry["shape"], entry["data_offsets"]
    except (KeyError, TypeError, ValueError):
        raise UserError(DAMAGED, place) from None
    numbers = [*sizes, first, last] if isinstance(sizes, list) else [None]
    if not isinstance(kind, str) or not all(type(one) is int and 0 <= one < 2**48 for one in numbers):
        raise UserError(DAMAGED, place)
    shape = tuple(sizes)
    if len(shape) > 8 or last < first:
        raise UserError(DAMAGED, place)
    bytes_each = int(KINDS[kind][-1]) if kind in KINDS else 0
    if bytes_each and math.prod(shape) * bytes_each != last - first:
        raise UserError(f"is {'x'.join(map(str, shape))} but has {last - first:,} bytes", place, "The file is damaged.")
    return Stored(kind, shape, first, last)


def write_tensors(file: IO[bytes], arrays: "Mapping[str, Array]", metadata: dict[str, str]) -> None:
    """Writes float32 arrays in their order, one after the other without a copy of them all."""
    header: dict[str, Any] = {"__metadata__": metadata}
    reached = 0
    for key, array in arrays.items():
        header[key] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [reached, reached + array.nbytes]}
        reached += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)  # so that the numbers stand where processors like them
    file.write(len(text).to_bytes(8, "little") + text)
    for array in arrays.values():
        file.write(array.data)
