"""One look at every image of a part: what tells images that are equal, empty or out of range."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from cnn_tui.data.blocks import PIXELS, blocks, stages
from cnn_tui.data.dataset import Opened
from cnn_tui.data.formats.content import Tell, silently
from cnn_tui.spec.report import PartName

Array = np.ndarray[Any, Any]
HASH_BYTES = 16
"""So long a hash of BLAKE2b is the same for images that are the same, and for no others that anybody can find."""


@dataclass(frozen=True)
class Scan:
    """What a look at all images of a part found."""

    hashes: Array
    """uint64 [N, 2]: equal where images are equal pixel for pixel."""
    even: Array
    """bool [N]: images with the same value in all pixels."""
    constant: Array
    """bool, flat: the places in an image that have the same value in all images."""
    high: float
    outside: int
    """How many values are below 0 or above 255."""
    first_outside: tuple[int, int]
    """The first of them: its row and its column, from 0."""
    whole: bool
    """Whether all other values are whole numbers."""


def scan_parts(opened: Opened, tell: Tell = silently) -> dict[PartName, Scan]:
    """A look at each part; their hashes can be compared."""
    dtype = np.result_type(*(dataset.images for dataset in opened.parts.values()))
    tells = stages(tell, len(opened.parts))
    return {part: scan(dataset.images, dtype, next(tells)) for part, dataset in opened.parts.items()}


def scan(images: Array, dtype: np.dtype[Any], tell: Tell = silently) -> Scan:
    """Looks at images [N, ...], block by block; they are hashed as values of `dtype`, uint8 or float32."""
    flat = images.reshape(len(images), -1)
    hashes = bytearray()
    even = np.empty(len(flat), bool)
    constant = np.ones(flat.shape[1], bool)
    high, outside, first_outside, whole = -np.inf, 0, (0, 0), True
    for start, block in blocks(flat, tell):
        rows = slice(start, start + len(block))
        highest = block.max(axis=1)
        even[rows] = highest == block.min(axis=1)
        high = max(high, float(highest.max()))
        for first in range(0, flat.shape[1], PIXELS):  # a large image is not compared in one piece
            columns = slice(first, first + PIXELS)
            constant[columns] &= (block[:, columns] == flat[0, columns]).all(axis=0)
        hashes += b"".join(_hashes(block, dtype))
        if block.dtype != np.uint8:
            are_outside = (block < 0) | (block > 255)
            if not outside and are_outside.any():
                row, column = np.argwhere(are_outside)[0].tolist()
                first_outside = (start + row, column)
            outside += int(are_outside.sum())
            whole = whole and bool((are_outside | (block == np.floor(block))).all())
    numbers = np.frombuffer(hashes, np.uint64).reshape(-1, 2)
    return Scan(numbers, even, constant, high, outside, first_outside, whole)


def _hashes(block: Array, dtype: np.dtype[Any]) -> list[bytes]:
    """A hash of each row."""
    values = np.ascontiguousarray(block, dtype)
    if dtype != np.uint8:
        values = values + dtype.type(0)  # -0 and 0 are the same number in other bytes
    return [blake2b(row, digest_size=HASH_BYTES).digest() for row in values]
