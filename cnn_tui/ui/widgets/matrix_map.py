"""A small map of the whole matrix, with the part that is in view marked on it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from cnn_tui.results.confusion import Confusion
from cnn_tui.ui.widgets.confusion_cells import LEVELS, Heat
from cnn_tui.ui.widgets.half_blocks import SHADES, UPPER
from cnn_tui.ui.widgets.matrix_canvas import Window

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

_WINDOW = "▒"


class MatrixMap(Widget):
    """Each half of a character is the largest of some cells; a click goes there."""

    DEFAULT_CSS: ClassVar[str] = """
    MatrixMap { height: 1fr; }
    MatrixMap > .map--window { color: $accent; background: $foreground; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"map--window"}

    class Pointed(Message):
        """Someone wants to see this part: shares of the height and of the width."""

        def __init__(self, down: float, along: float) -> None:
            super().__init__()
            self.down = down
            self.along = along

    def __init__(self) -> None:
        super().__init__(classes="panel")
        self.border_title = "the whole"
        self._shown: tuple[Confusion, Sequence[int]] = Confusion((), ()), ()
        self._window: Window = (0.0, 0.0, 1.0, 1.0)
        self._levels: Array | None = None
        """The points, [2 * lines, columns]."""
        self._heat: Heat | None = None

    def show(self, confusion: Confusion, order: Sequence[int]) -> None:
        """Draws a matrix in this order."""
        self._shown, self._levels = (confusion, order), None
        self.refresh()

    def mark(self, window: Window) -> None:
        """Marks what is in view."""
        self._window = window
        self.refresh()

    def notify_style_update(self) -> None:
        """Takes the colours of another theme."""
        self._heat = None
        super().notify_style_update()

    def on_click(self, event: events.Click) -> None:
        """Tells which part was pointed at."""
        place = event.get_content_offset(self)
        if place is not None and self.size.height and self.size.width:
            self.post_message(self.Pointed(place.y / self.size.height, place.x / self.size.width))

    def render_line(self, y: int) -> Strip:
        """One line: two rows of points."""
        width, height = self.size
        if not self._shown[1] or not width or not height:
            return Strip.blank(width)
        if self._levels is None or self._levels.shape != (2 * height, width):
            self._levels = _pooled(*self._shown, 2 * height, width)
        upper, lower = (self._levels[row] for row in (2 * y, 2 * y + 1))
        segments = [self._point(x, y, int(upper[x]), int(lower[x])) for x in range(width)]
        return Strip(segments).apply_style(self.rich_style)

    def _point(self, x: int, y: int, upper: int, lower: int) -> Segment:
        if self._is_in_view(x, y):
            return Segment(_WINDOW, self.get_component_rich_style("map--window"))
        if self.app.no_color:
            return Segment(SHADES[max(upper, lower) * (len(SHADES) - 1) // LEVELS])
        if self._heat is None:
            self._heat = Heat(self.app.theme_variables)
        colours = (self._heat.at(level / LEVELS, good=True).bgcolor for level in (upper, lower))
        return Segment(UPPER, Style(color=next(colours), bgcolor=next(colours)))

    def _is_in_view(self, x: int, y: int) -> bool:
        """Whether the point is on the rim of the window, which is never thinner than a point."""
        top, left, bottom, right = self._window
        rows, columns = _covered(top, bottom, self.size.height), _covered(left, right, self.size.width)
        inside = y in rows and x in columns
        return inside and (y in (rows[0], rows[-1]) or x in (columns[0], columns[-1]))


def _covered(first: float, last: float, count: int) -> range:
    start = min(count - 1, int(first * count))
    return range(start, max(start + 1, min(count, -int(-last * count // 1))))


def _pooled(confusion: Confusion, order: Sequence[int], rows: int, columns: int) -> "Array":
    """Levels [rows, columns], each the largest of the cells under it."""
    import numpy as np

    cells = confusion.cells
    heights = np.cbrt(cells / np.maximum(cells.sum(axis=1, keepdims=True), 1))[np.ix_(order, order)]
    for axis, count in ((0, rows), (1, columns)):
        heights = np.maximum.reduceat(heights, np.arange(count) * len(order) // count, axis=axis)
    levels: Array = (heights * LEVELS).round().astype(np.int64)
    return levels
