"""Small pictures that are decoded when their headers are read, as long as all of them go into one array."""

from collections.abc import Sequence
from typing import IO, Any

import numpy as np

from cnn_tui.data.formats.decoding import Colour, Damaged, Header, colour_of, header_and_pixels
from cnn_tui.data.growing import Growing
from cnn_tui.spec.data import Reading

Array = np.ndarray[Any, Any]
SMALL = 128 * 128
"""A picture of fewer pixels takes longer to open than to decode."""
_BLOCK_BYTES = 2**20


class AtSight:
    """Puts the pictures into `out` in the order in which they are seen, until one is large, or differs from the first.

    Opening a small picture twice, for its header and for its pixels, would take twice the time.
    """

    def __init__(self, reading: Reading, out: Growing) -> None:
        self._reading, self._out = reading, out
        self._first: tuple[tuple[int, int], Colour] | None = None
        self._names: list[str] = []
        self._block: list[Array] = []
        self._bytes = 0
        self.goes_on = True

    def see(self, name: str, file: IO[bytes]) -> tuple[Header, Damaged | None]:
        """The header of the next picture, and what is wrong with its pixels if they are decoded. Raises Damaged."""
        found, pixels = header_and_pixels(file, self._reading, self._wanted)
        if isinstance(pixels, Damaged):
            return found, pixels
        if pixels is not None:
            self._keep(name, pixels)
        return found, None

    def holds(self, names: Sequence[str]) -> bool:
        """Whether `out` has exactly these pictures, in this order; if not, it is emptied."""
        if self.goes_on and self._names == list(names):
            self._write()
            return True
        self._stop()
        return False

    def _wanted(self, found: Header) -> Colour | None:
        if not self.goes_on:
            return None
        this = self._reading.size or found[:2], colour_of([found], self._reading)
        self._first = self._first or this
        if this == self._first and found.height * found.width < SMALL:
            return this[1]
        self._stop()
        return None

    def _keep(self, name: str, pixels: Array) -> None:
        assert self._first
        if pixels.shape[:2] != self._first[0]:
            self._stop()
            return
        self._names.append(name)
        self._block.append(pixels)
        self._bytes += pixels.nbytes
        if self._bytes >= _BLOCK_BYTES:
            self._write()

    def _write(self) -> None:
        if self._block:
            self._out.add(np.stack(self._block))
        self._block, self._bytes = [], 0

    def _stop(self) -> None:
        self.goes_on = False
        self._names, self._block = [], []
        self._out.clear()
