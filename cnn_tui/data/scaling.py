"""Scaling of pixels, fitted on the training rows only."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from cnn_tui.spec.data import Scale, Scaling

Array = np.ndarray[Any, Any]
_BLOCK = 2**21
"""How many pixels are looked at together."""


def fit_scaling(images: Array, rows: Array, scale: Scale) -> Scaling:
    """The scaling of images [N, ...] for these training rows.

    none: pixels stay; unit: from 0 to 1, so bytes by 255 and others by what is found; standard: mean 0, deviation 1
    for each channel of [N, H, W, C] and [N, D, H, W, C], for all together in other shapes.
    """
    if scale == "none":
        return Scaling()
    if scale == "unit":
        return Scaling(divide=(255.0,)) if images.dtype == np.uint8 else _fit_unit(images, rows)
    return _fit_standard(images, rows)


def scaled(images: Array, scaling: Scaling) -> Array:
    """Images as the model sees them, float32."""
    subtract, divide = np.array(scaling.subtract, np.float32), np.array(scaling.divide, np.float32)
    return (images.astype(np.float32) - subtract) / divide


def _fit_unit(images: Array, rows: Array) -> Scaling:
    extremes = [(float(block.min()), float(block.max())) for block in _blocks(images, rows)]
    low, high = min(low for low, _ in extremes), max(high for _, high in extremes)
    return Scaling((low,), (high - low or 1.0,))


def _fit_standard(images: Array, rows: Array) -> Scaling:
    count = len(rows) * images[0].size // _channels(images)
    mean = sum(block.sum(axis=0) for block in _blocks(images, rows)) / count
    deviation = np.sqrt(sum(np.square(block - mean).sum(axis=0) for block in _blocks(images, rows)) / count)
    constant = deviation <= np.abs(mean) * np.finfo(np.float32).eps  # what the sum of many equal numbers leaves
    return Scaling(tuple(mean.tolist()), tuple(np.where(constant, 1.0, deviation).tolist()))


def _channels(images: Array) -> int:
    return images.shape[-1] if images.ndim >= 4 else 1


def _blocks(images: Array, rows: Array) -> Iterator[Array]:
    """The pixels of the rows as float64 [pixels, channels], a part at a time."""
    rows_at_once = max(1, _BLOCK // max(1, images[0].size))
    for start in range(0, len(rows), rows_at_once):
        yield images[rows[start : start + rows_at_once]].astype(np.float64).reshape(-1, _channels(images))
