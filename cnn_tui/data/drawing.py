"""A drawing made into a picture as MNIST's digits were: scaled into a box, its centre of mass in the middle."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
BOX = 20 / 28
"""The share of the picture that the longer side of the drawing takes (LeCun, Cortes, Burges: 20 of 28 pixels)."""


def as_digit(ink: Array, height: int, width: int) -> Array:
    """A drawing [H, W], uint8 with light strokes on black, as uint8 [height, width]; without any ink, black.

    Its proportions stay. Pixels are means over the areas that they cover, so that edges become grey as in MNIST; what
    the shift to the centre of mass would push over an edge stays inside.
    """
    picture = np.zeros((height, width), np.float64)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return picture.astype(np.uint8)
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float64)
    scale = min(height * BOX / cut.shape[0], width * BOX / cut.shape[1])
    size = [max(1, round(side * scale)) for side in cut.shape]
    small = _resized(cut, size[0], size[1])
    top, left = (
        min(max(round((whole - 1) / 2 - centre), 0), whole - side)
        for whole, side, centre in zip((height, width), size, _centre_of_mass(small), strict=True)
    )
    picture[top : top + size[0], left : left + size[1]] = small
    return picture.round().clip(0, 255).astype(np.uint8)


def _resized(image: Array, height: int, width: int) -> Array:
    """Means over the areas that the new pixels cover; each is a fraction of several old ones, or a part of one."""
    return _shares(image.shape[0], height) @ image @ _shares(image.shape[1], width).T


def _shares(before: int, after: int) -> Array:
    """How much of each of `after` equal stretches lies on each of `before`, [after, before]; every row sums to 1."""
    edges = np.linspace(0, before, after + 1)
    starts = np.arange(before)
    overlap = np.minimum(edges[1:, None], starts + 1) - np.maximum(edges[:-1, None], starts)
    shares: Array = overlap.clip(min=0) * after / before
    return shares


def _centre_of_mass(image: Array) -> tuple[float, float]:
    total = image.sum()
    return (
        float(image.sum(axis=1) @ np.arange(image.shape[0]) / total),
        float(image.sum(axis=0) @ np.arange(image.shape[1]) / total),
    )
