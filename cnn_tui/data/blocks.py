"""Passes over images that may be larger than memory: a block at a time, telling how far they are."""

import mmap
from collections.abc import Iterator
from typing import Any

import numpy as np

from cnn_tui.data.formats.content import Tell, silently

Array = np.ndarray[Any, Any]
PIXELS = 2**20
"""How many pixels are looked at together; a larger image is looked at alone."""
LARGE = 2**28
"""The bytes from which images that are mapped from a file are let go after a look; fewer may stay in memory."""


def blocks(images: Array, tell: Tell = silently) -> Iterator[tuple[int, Array]]:
    """The images [N, ...] a part at a time, with the row at which each part begins."""
    rows_at_once = max(1, PIXELS // max(1, images[:1].size))
    for start in range(0, len(images), rows_at_once):
        block = images[start : start + rows_at_once]
        yield start, block
        if images.nbytes >= LARGE:
            _let_go(block)
        tell(min(1.0, (start + rows_at_once) / len(images)))


def stage(tell: Tell, first: float, last: float) -> Tell:
    """What a part of the work tells, so that the whole goes from `first` to `last` meanwhile."""
    return lambda share: tell(first + share * (last - first))


def stages(tell: Tell, count: int) -> Iterator[Tell]:
    """What each of so many equal parts of the work tells, one after the other."""
    return (stage(tell, step / count, (step + 1) / count) for step in range(count))


def _let_go(block: Array) -> None:
    """Takes what was read from a map out of this process's memory; whoever looks again reads it again."""
    mapped = getattr(block, "_mmap", None)
    if not isinstance(mapped, mmap.mmap) or not hasattr(mmap, "MADV_DONTNEED"):
        return
    if block.flags.writeable or not block.flags.c_contiguous:
        return
    begin = block.ctypes.data - np.frombuffer(mapped, np.uint8).ctypes.data
    first = begin - begin % mmap.PAGESIZE
    mapped.madvise(mmap.MADV_DONTNEED, first, begin + block.nbytes - first)
