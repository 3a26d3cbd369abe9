"""What is in the data, in numbers: classes, range, mean, deviation and histogram of the pixels."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from cnn_tui.data.dataset import Dataset, Opened
from cnn_tui.data.problems import find_problems
from cnn_tui.spec.report import Found, Report

Array = np.ndarray[Any, Any]
STEPS = 16
_BLOCK = 2**20
"""How many pixels are looked at together."""


class Pixels(NamedTuple):
    """The distribution of all pixels; the histogram has 16 equal steps from low to high."""

    low: float
    high: float
    mean: float
    deviation: float
    histogram: tuple[int, ...]


def describe(opened: Opened) -> Report:
    """What the training and the test data hold, and what is wrong with them."""
    facts = opened.train.facts
    return Report(
        format=facts.format,
        kind=opened.kind,
        header=facts.header,
        classes=opened.train.classes,
        problems=find_problems(opened),
        **{part: _found(dataset) for part, dataset in opened.parts.items()},
    )


def pixels_of(images: Array) -> Pixels:
    """The distribution of the pixels of uint8 or float32 images, read a part at a time."""
    return _pixels_of_bytes(images) if images.dtype == np.uint8 else _pixels_of_floats(images)


def _found(dataset: Dataset) -> Found:
    images = dataset.images
    return Found(
        images=len(images),
        shape=images.shape[1:],
        dtype=str(images.dtype),
        counts=tuple(np.bincount(dataset.labels, minlength=len(dataset.classes)).tolist()),
        **pixels_of(images)._asdict(),
    )


def _pixels_of_bytes(images: Array) -> Pixels:
    """From how often each of the 256 values is there, which says everything."""
    counts = np.zeros(256, np.int64)
    for block in _blocks(images):
        counts += np.bincount(block, minlength=256)
    values = np.arange(256)
    low, high = values[counts > 0][[0, -1]].astype(float).tolist()
    mean = float(np.average(values, weights=counts))
    deviation = float(np.sqrt(np.average((values - mean) ** 2, weights=counts)))
    histogram = np.bincount(_steps(values, low, high), weights=counts, minlength=STEPS).astype(np.int64)
    return Pixels(low, high, mean, deviation, tuple(histogram.tolist()))


def _pixels_of_floats(images: Array) -> Pixels:
    low = min(float(block.min()) for block in _blocks(images))
    high = max(float(block.max()) for block in _blocks(images))
    mean = sum(float(block.sum(dtype=np.float64)) for block in _blocks(images)) / images.size
    squares = 0.0
    histogram = np.zeros(STEPS, np.int64)
    for block in _blocks(images):
        squares += float(np.square(block.astype(np.float64) - mean).sum())
        histogram += np.bincount(_steps(block, low, high), minlength=STEPS)
    return Pixels(low, high, mean, float(np.sqrt(squares / images.size)), tuple(histogram.tolist()))


def _steps(values: Array, low: float, high: float) -> Array:
    """The step of the histogram that each value is in, as NumPy's histogram has it; of equal values the last."""
    return np.searchsorted(np.linspace(low, high, STEPS + 1)[1:-1], values, side="right")


def _blocks(images: Array) -> Iterator[Array]:
    """All pixels in one row, a part at a time."""
    pixels = images.reshape(-1)
    for start in range(0, len(pixels), _BLOCK):
        yield pixels[start : start + _BLOCK]
