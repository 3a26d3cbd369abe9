"""Strokes as pixels: a round pen along lines, its edge smooth."""

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

Point = tuple[float, float]
"""Across and down, in pixels of the canvas."""
Stroke = tuple[Point, ...]
PEN = 1 / 10
"""The width of the pen as a share of the canvas: when a drawing has been scaled, about as wide as MNIST's."""


class Drawing(Struct, frozen=True):
    """Strokes in the order in which they were drawn, on a canvas of so many pixels."""

    height: int
    width: int
    strokes: tuple[Stroke, ...] = ()

    def begun(self, point: Point) -> "Drawing":
        """With the pen set down."""
        return replace(self, strokes=(*self.strokes, (point,)))

    def drawn_to(self, point: Point) -> "Drawing":
        """With the last stroke going on to a point."""
        return replace(self, strokes=(*self.strokes[:-1], (*self.strokes[-1], point)))

    def undone(self) -> "Drawing":
        """Without the last stroke."""
        return replace(self, strokes=self.strokes[:-1])


def ink(drawing: Drawing) -> "Array":
    """The drawing as uint8 [height, width], 255 where the pen was and 0 elsewhere, grey at the edge of a stroke."""
    import numpy as np

    shade: Array = np.zeros((drawing.height, drawing.width), np.uint8)
    for stroke in drawing.strokes:
        for begin, end in zip(stroke, stroke[1:] or stroke, strict=False):
            shade = np.maximum(shade, line_ink(drawing, begin, end))
    return shade


def line_ink(drawing: Drawing, begin: Point, end: Point) -> "Array":
    """The ink of one line on the canvas of a drawing; a drawing is the most of what its lines leave."""
    radius = max(1.0, PEN * max(drawing.height, drawing.width)) / 2
    left = (radius + 0.5 - _distances(drawing, begin, end)).clip(0, 1)
    shade: Array = (left * 255).round().astype("uint8")
    return shade


def _distances(drawing: Drawing, begin: Point, end: Point) -> "Array":
    """How far the middle of each pixel is from a line."""
    import numpy as np

    across, down = np.arange(drawing.width) + 0.5 - begin[0], np.arange(drawing.height)[:, None] + 0.5 - begin[1]
    run, fall = end[0] - begin[0], end[1] - begin[1]
    length = run * run + fall * fall
    along = ((across * run + down * fall) / length).clip(0, 1) if length else 0.0
    distances: Array = np.hypot(across - along * run, down - along * fall)
    return distances
