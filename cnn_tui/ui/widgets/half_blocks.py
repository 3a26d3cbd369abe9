"""Pixels as characters: two in each cell, the upper half block ▀ on the colour below it; or shades without colour."""

from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from cnn_tui.spec.layers.windows import picture_shape

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

UPPER = "▀"
SHADES = " ░▒▓█"
_LUMA = (0.299, 0.587, 0.114)
"""How bright red, green and blue look (ITU-R BT.601)."""


def as_pixels(images: "Array") -> "Array":
    """Images [n, ...] as uint8 [n, H, W, 3].

    A flat row is looked at as the square picture that it makes, or as one line of pixels. Bytes are taken as they
    are; other numbers are stretched between the least and the greatest of all the images. One channel is grey, three
    are red, green and blue, a fourth is opacity over black; of any other number the mean is shown.
    """
    import numpy as np

    height, width, channels = picture_shape(images.shape[1:]) or (1, int(np.prod(images.shape[1:])), 1)
    shaped = _as_bytes(images).reshape(len(images), height, width, channels)
    if channels == 3:
        return shaped
    if channels == 4:
        return (shaped[..., :3] * (shaped[..., 3:] / np.float32(255))).astype(np.uint8)
    return np.repeat(shaped.mean(axis=-1, keepdims=True).astype(np.uint8), 3, axis=-1)


def shrunk(pixels: "Array", height: int, width: int) -> "Array":
    """The pictures [n, H, W, 3] with so many rows and columns of pixels, at most as many as they have: area means."""
    import numpy as np

    _, rows, columns, _ = pixels.shape
    if (rows, columns) == (height, width):
        return pixels
    means = pixels.astype(np.float32)
    for axis, before, after in ((1, rows, height), (2, columns, width)):
        edges = np.arange(after + 1) * before // after
        sizes = np.diff(edges).astype(np.float32)
        means = np.add.reduceat(means, edges[:-1], axis=axis) / sizes.reshape((-1, 1, 1) if axis == 1 else (-1, 1))
    return means.round().astype(np.uint8)


def coloured_line(picture: "Array", line: int) -> list[Segment]:
    """One line of cells of a picture [H, W, 3]: the pixel rows 2 * line and, if there is one, 2 * line + 1."""
    packed = picture[2 * line : 2 * line + 2].astype("uint32") @ (1 << 16, 1 << 8, 1)
    upper = packed[0].tolist()
    lower = packed[1].tolist() if len(packed) == 2 else [None] * len(upper)
    return [
        Segment(UPPER * len(list(run)), _cell_style(*pair)) for pair, run in groupby(zip(upper, lower, strict=True))
    ]


def shaded_line(picture: "Array", line: int) -> list[Segment]:
    """The same line where there is no colour: each cell the shade of its two pixels together."""
    import numpy as np

    light = (picture[2 * line : 2 * line + 2] @ np.array(_LUMA)).mean(axis=0)
    steps = (light * len(SHADES) / 256).astype(int)
    return [Segment("".join(SHADES[step] for step in steps))]


def _as_bytes(images: "Array") -> "Array":
    import numpy as np

    if images.dtype == np.uint8:
        return images
    numbers = np.nan_to_num(images.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = (float(numbers.min()), float(numbers.max())) if numbers.size else (0.0, 0.0)
    return ((numbers - low) * (255 / (high - low) if high > low else 0.0)).round().astype(np.uint8)


@lru_cache(maxsize=1 << 14)
def _cell_style(upper: int, lower: int | None) -> Style:
    return Style(color=_colour(upper), bgcolor=None if lower is None else _colour(lower))


def _colour(packed: int) -> Color:
    return Color.from_rgb(packed >> 16, packed >> 8 & 255, packed & 255)
