"""Passes over images that may be larger than memory: a block at a time, telling how far they are."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnn_tui.data.formats.content import Tell, silently

Array = np.ndarray[Any, Any]
PIXELS = 2**20
"""How many pixels are looked at together; a larger image is looked at alone."""


def blocks(images: Array, tell: Tell = silently) -> Iterator[tuple[int, Array]]:
    """The images [N, ...] a part at a time, with the row at which each part begins."""
    rows_at_once = max(1, PIXELS // max(1, images[:1].size))
    for start in range(0, len(images), rows_at_once):
        yield start, images[start : start + rows_at_once]
        tell(min(1.0, (start + rows_at_once) / len(images)))


def stage(tell: Tell, first: float, last: float) -> Tell:
    """What a part of the work tells, so that the whole goes from `first` to `last` meanwhile."""
    return lambda share: tell(first + share * (last - first))


def stages(tell: Tell, count: int) -> Iterator[Tell]:
    """What each of so many equal parts of the work tells, one after the other."""
    return (stage(tell, step / count, (step + 1) / count) for step in range(count))
