"""Predicted against true numbers of a test, one dot an image or more, and one of them marked."""

from typing import TYPE_CHECKING, Any, ClassVar

from textual.content import Content

from cnn_tui.ui.scatter import CHOSEN, scatter_lines
from cnn_tui.ui.widgets.lines import Lines

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


class ScatterPlot(Lines):
    """Right answers lie on the dotted line, what is too high above it."""

    DEFAULT_CSS: ClassVar[str] = """
    ScatterPlot { width: 1fr; height: 1fr; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__(classes="panel")
        self._points: tuple[Array, Array] | None = None
        self._chosen: int | None = None

    def show(self, true: "Array", predicted: "Array", title: str) -> None:
        """Draws a dot an image."""
        self._points, self._chosen = (true, predicted), None
        self.border_title = Content(title)
        self.border_subtitle = Content(f"across: true · up: predicted · {CHOSEN} the image in view")
        self.redraw()

    def choose(self, at: int | None) -> None:
        """Marks the image at a place."""
        if at != self._chosen:
            self._chosen = at
            self.redraw()

    def on_resize(self) -> None:
        """Draws it as large as it is now."""
        self.redraw()

    def redraw(self) -> None:
        """Makes the lines."""
        if self._points and self.size.area:
            self.draw(scatter_lines(*self._points, self._chosen, *self.size))
