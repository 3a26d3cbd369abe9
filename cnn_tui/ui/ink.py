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
"""The width of the pen as a share of the canvas: after scaling, about as wide as MNIST's."""


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

    def cleared(self) -> "Drawing":
        """Without any."""
        return replace(self, strokes=())


def ink(drawing: Drawing) -> "Array":
    """The drawing as uint8 [height, width], 255 where the pen was and 0 elsewhere, grey at the edge of a stroke."""
    import numpy as np

    nearest = np.full((drawing.height, drawing.width), np.inf)
    for stroke in drawing.strokes:
        for begin, end in zip(stroke, stroke[1:] or stroke, strict=False):
            nearest = np.minimum(nearest, _distances(drawing, begin, end))
    radius = max(1.0, PEN * max(drawing.height, drawing.width)) / 2
    shade: Array = ((radius + 0.5 - nearest).clip(0, 1) * 255).round().astype(np.uint8)
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
