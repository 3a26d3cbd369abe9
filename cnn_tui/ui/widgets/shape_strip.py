"""The strip under the layer table: the shapes that flow through the model, as bars and in words."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from cnn_tui.spec.layers import Residual, Shape
from cnn_tui.spec.shapes import Row
from cnn_tui.ui.shape_diagram import Span, draw

SHORT, TALL = 3, 4
"""Lines of the bars where the terminal is short, and where there is room."""


class ShapeStrip(Widget):
    """Draws the diagram of a model anew only when the model, the cursor or the room is another."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"shape-strip--{name}" for name in ("image", "flat", "here", "label", "here-label", "arc", "wrong")
    }
    DEFAULT_CSS: ClassVar[str] = """
    ShapeStrip { height: auto; }
    ShapeStrip > .shape-strip--image { color: $secondary; }
    ShapeStrip > .shape-strip--flat { color: $secondary 75%; }
    ShapeStrip > .shape-strip--here { color: $accent; }
    ShapeStrip > .shape-strip--label { color: $text-muted; }
    ShapeStrip > .shape-strip--here-label { color: $accent; text-style: bold underline; }
    ShapeStrip > .shape-strip--arc { color: $foreground 60%; }
    ShapeStrip > .shape-strip--wrong { color: $text-error; text-style: bold; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shapes: tuple[Shape, tuple[Row, ...], int | None] = ((1,), (), None)
        self._lines: list[list[Span]] = []
        self._has_arcs = False
        self._styles_of: dict[str, Style] = {}

    def show(self, input_shape: Shape, rows: tuple[Row, ...], here: int | None) -> None:
        """Draws a model, with the layer under the cursor (None: the input) standing out."""
        before, self._shapes = self._has_arcs, (input_shape, rows, here)
        self._has_arcs = any(isinstance(row.layer, Residual) and row.layer.enabled for row in rows)
        if before != self._has_arcs:
            self.refresh(layout=True)
        self._redraw()

    def on_resize(self) -> None:
        """Takes the room there is."""
        self._redraw()

    def notify_style_update(self) -> None:
        """Draws in the colours of the new theme."""
        super().notify_style_update()
        self._styles_of.clear()
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Bars, labels, and a line of arcs over them where there are residual groups."""
        return self._bars + 1 + self._has_arcs

    def render_line(self, y: int) -> Strip:
        """One line of the diagram."""
        width, lines = self.size.width, self._lines
        spans = lines[y - self.size.height + len(lines)] if y >= self.size.height - len(lines) else []
        strip = Strip([Segment(text, self._style(look)) for text, look in spans])
        return strip.adjust_cell_length(width).apply_style(self.rich_style)

    def _redraw(self) -> None:
        lines = draw(*self._shapes, max(1, self.size.width), self._bars)
        if lines != self._lines:
            self._lines = lines
            self.refresh()

    @property
    def _bars(self) -> int:
        return SHORT if self.screen.has_class("-short") else TALL

    def _style(self, look: str) -> Style:
        if not look:
            return Style()
        if look not in self._styles_of:
            full = self.get_component_rich_style(f"shape-strip--{look}")
            self._styles_of[look] = full.without_color + Style(color=full.color)
        return self._styles_of[look]
