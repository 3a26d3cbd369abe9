"""An array that grows block by block into a .npy file: memory holds a block at a time."""

import io
import zlib
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

Array = np.ndarray[Any, Any]
BLOCK_BYTES = 2**23


class Growing:
    """Rows [N, ...] of uint8 or float32, written one behind the other from the beginning of a file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._start = file.tell()
        self.rows = 0
        self.row_shape: tuple[int, ...] = ()
        self.dtype = np.dtype(np.uint8)
        self.body = 0
        """Where the values begin."""
        self._checksum = 0

    def add(self, block: Array) -> None:
        """Puts rows [n, ...] behind the others; the first block says what rows look like."""
        if self.rows == 0:
            self.clear()
            self.row_shape, self.dtype = block.shape[1:], block.dtype
            self._write_header()
            self.body = self._file.tell()
        assert block.shape[1:] == self.row_shape
        assert block.dtype == self.dtype
        data = np.ascontiguousarray(block).data.cast("B") if block.size else b""
        self._file.write(data)
        self._checksum = zlib.crc32(data, self._checksum)
        self.rows += len(block)

    def clear(self) -> None:
        """Forgets every row."""
        self._file.seek(self._start)
        self._file.truncate()
        self.rows, self._checksum = 0, 0

    def blocks(self) -> Iterator[Array]:
        """The rows that were written, a part at a time."""
        row_bytes = max(1, int(np.prod(self.row_shape)) * self.dtype.itemsize)
        at_once = max(1, BLOCK_BYTES // row_bytes)
        for first in range(0, self.rows, at_once):
            count = min(at_once, self.rows - first)
            self._file.seek(self.body + first * row_bytes)
            block = np.frombuffer(self._file.read(count * row_bytes), self.dtype)
            yield block.reshape(count, *self.row_shape)
        self._file.seek(0, io.SEEK_END)

    def as_bytes_if_whole(self) -> None:
        """Makes float rows uint8 when every value is a whole number from 0 to 255."""
        if self.dtype == np.uint8 or not self.rows or not all(map(_fits_bytes, self.blocks())):
            return
        place, checksum = self.body, 0
        for block in self.blocks():  # what is written never overtakes what is still to be read: it is a quarter of it
            data = block.astype(np.uint8).tobytes()
            self._file.seek(place)
            self._file.write(data)
            place, checksum = place + len(data), zlib.crc32(data, checksum)
        self._file.seek(place)
        self._file.truncate()
        self.dtype, self._checksum = np.dtype(np.uint8), checksum

    def finish(self) -> int:
        """Writes the header of the whole array; the CRC-32 of its values, the file standing behind them."""
        end = self._file.seek(0, io.SEEK_END)  # whoever looked at the blocks need not have looked at all
        self._file.seek(self._start)
        self._write_header()
        self._file.seek(end)
        return self._checksum

    def _write_header(self) -> None:
        """The header of .npy; it leaves room for any number of rows, so that it can be written again."""
        shape = (self.rows, *self.row_shape)
        npy.write_array_header_1_0(
            self._file, {"descr": npy.dtype_to_descr(self.dtype), "fortran_order": False, "shape": shape}
        )


def _fits_bytes(block: Array) -> bool:
    return bool(((block >= 0) & (block <= 255) & (block == np.floor(block))).all())
