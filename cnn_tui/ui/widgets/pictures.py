"""Pictures side by side, each with words under it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cnn_tui.text import clean
from cnn_tui.ui.widgets.half_blocks import as_pixels, coloured_line, shaded_line, shrunk
from cnn_tui.ui.widgets.picture_grid import GAP, Grid, best_grid

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]


class Pictures(ScrollView, inherit_bindings=False):
    """Images as half blocks in rows that wrap; one taller or wider than the widget is made to fit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "Up", tooltip="Pictures above", id="pictures.up", show=False),
        Binding("down", "scroll_down", "Down", tooltip="Pictures below", id="pictures.down", show=False),
        Binding("pageup", "page_up", "Page up", tooltip="A page of pictures up", id="pictures.page_up", show=False),
        Binding(
            "pagedown", "page_down", "Page down", tooltip="A page of pictures down", id="pictures.page_down", show=False
        ),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"pictures--caption", "pictures--selected"}
    DEFAULT_CSS: ClassVar[str] = """
    Pictures { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    Pictures > .pictures--caption { color: $text-muted; }
    Pictures > .pictures--selected { color: $accent; text-style: bold reverse; }
    """

    def __init__(self, *, least: int = 1, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._least = least
        """How many should be in view at least, made smaller if need be."""
        self._given: Array | None = None
        """As they came, uint8 [n, H, W, 3]."""
        self._pictures: Array | None = None
        """As they are drawn."""
        self._captions: list[list[str]] = []
        self._grid = Grid(0, 0, 1, 0)
        self._strips: dict[int, Strip] = {}
        self._selected: int | None = None

    def show(self, images: "Array", captions: Sequence[str]) -> None:
        """Draws images [n, H, W, C], [n, H, W] or [n, values], uint8 or float; a caption may have several lines."""
        assert len(images) == len(captions)
        self._given = as_pixels(images) if len(images) else None
        self._captions = [[clean(line) for line in caption.split("\n")] for caption in captions]
        self._selected = None
        self.scroll_home(animate=False)
        self._arrange()

    def select(self, index: int) -> None:
        """Marks the words under a picture and brings it into view."""
        self._selected = index
        self._strips.clear()
        self.refresh()
        if self._pictures is not None:
            top = index // self._grid.columns * self._row_lines
            last = top + self._row_lines - 1 - self.scrollable_content_region.height
            self.scroll_to(y=min(top, max(self.scroll_offset.y, last)), animate=False)

    def allow_focus(self) -> bool:
        """Only what can be scrolled has a use for keys."""
        return self.max_scroll_y > 0

    def on_resize(self) -> None:
        """Arranges the pictures for the new size."""
        self._arrange()

    def notify_style_update(self) -> None:
        """Forgets strips that were drawn in the colours of another theme."""
        self._strips.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One line of what is in view."""
        line = y + self.scroll_offset.y
        if line not in self._strips:
            self._strips[line] = self._strip(line).apply_style(self.rich_style)
        return self._strips[line].adjust_cell_length(self.size.width, self.rich_style)

    @property
    def _caption_size(self) -> tuple[int, int]:
        """Lines and cells of the largest caption."""
        lines = max(map(len, self._captions), default=0)
        return lines, max((cell_len(line) for caption in self._captions for line in caption), default=0)

    @property
    def _row_lines(self) -> int:
        """Lines of a row of pictures, with the empty one under it."""
        return self._grid.lines + self._caption_size[0] + 1

    def _arrange(self) -> None:
        """Fits the pictures to the widget."""
        self._strips.clear()
        width, height = self.scrollable_content_region.size
        if self._given is None or not width or not height:
            self._pictures, self.virtual_size = None, Size(width, 0)
        else:
            count, rows, columns, _ = self._given.shape
            self._grid = best_grid(count, (rows, columns), (height, width), self._caption_size, self._least)
            self._pictures = shrunk(self._given, self._grid.height, self._grid.width)
            self.virtual_size = Size(width, -(-count // self._grid.columns) * self._row_lines - 1)
        self.refresh()

    def _strip(self, line: int) -> Strip:
        if self._pictures is None:
            return Strip.blank(self.size.width)
        row, inside = divmod(line, self._row_lines)
        first = row * self._grid.columns
        shown = range(first, min(first + self._grid.columns, len(self._pictures)))
        tiles = [self._tile(index, inside) for index in shown]
        return Strip.join([piece for tile in tiles for piece in (tile, Strip.blank(GAP))])

    def _tile(self, index: int, inside: int) -> Strip:
        """One line of a picture or of its caption, as wide as every other."""
        width = max(self._grid.width, self._caption_size[1])
        return Strip(self._tile_line(index, inside)).adjust_cell_length(width, Style())

    def _tile_line(self, index: int, inside: int) -> list[Segment]:
        assert self._pictures is not None
        if inside < self._grid.lines:
            draw = shaded_line if self.app.no_color else coloured_line
            return draw(self._pictures[index], inside)
        caption, below = self._captions[index], inside - self._grid.lines
        if below >= len(caption):
            return []
        style = "pictures--selected" if index == self._selected else "pictures--caption"
        return [Segment(caption[below], self.get_component_rich_style(style))]
