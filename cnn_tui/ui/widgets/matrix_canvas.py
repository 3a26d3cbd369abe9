"""A matrix drawn: axes that say what they are, cells that are panned, names, scores and totals that stay in view."""

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size, clamp
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cnn_tui.results.confusion import Confusion
from cnn_tui.text import clean
from cnn_tui.ui.short_names import short_name
from cnn_tui.ui.widgets.confusion_cells import Cells, Heat
from cnn_tui.ui.widgets.difference_cells import DifferenceCells
from cnn_tui.ui.widgets.grid_layout import FOOTERS, HEADERS, TAIL, Layout, layout

Window = tuple[float, float, float, float]
"""What is in view, as shares of the whole: top, left, bottom, right."""


class MatrixCanvas(ScrollView, inherit_bindings=False):
    """Draws only what is in view, whatever the number of classes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"grid--header", "grid--here", "grid--cursor", "grid--none"}

    cursor: reactive[tuple[int, int]] = reactive((0, 0), init=False)
    """Row and column as shown."""
    order: reactive[tuple[int, ...]] = reactive((), init=False)
    """The classes as shown, from the top and from the left."""

    def __init__(self) -> None:
        super().__init__(classes="panel")
        self._cells: Cells | DifferenceCells = Cells(Confusion((), ()), "counts")
        self._labels: tuple[str, ...] = ()
        self._layout = Layout(1, 1, TAIL, 1)
        self._heat: Heat | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all of it is in view."""
        return not (self.max_scroll_x or self.max_scroll_y)

    @property
    def window(self) -> Window:
        """What is in view."""
        size = max(1, len(self.order))
        top, left = self.scroll_offset.y, self.scroll_offset.x / self._layout.cell
        bottom, right = top + self.rows_in_view, left + self._layout.room / self._layout.cell
        return top / size, left / size, min(1.0, bottom / size), min(1.0, right / size)

    @property
    def rows_in_view(self) -> int:
        """How many classes there is room for."""
        return max(1, self.scrollable_content_region.height - HEADERS - FOOTERS)

    @property
    def columns_in_view(self) -> int:
        """How many predicted classes there is room for."""
        return self._layout.columns

    def cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Row and column of the cell that is drawn there."""
        along, down = x - self._layout.label, y - HEADERS
        if not (0 <= along < self._layout.room and 0 <= down < self._foot - HEADERS):
            return None
        row, column = down + self.scroll_offset.y, (along + self.scroll_offset.x) // self._layout.cell
        return (row, column) if max(row, column) < len(self.order) else None

    def on_resize(self) -> None:
        """Gives labels more or less room."""
        self.measure()

    def notify_style_update(self) -> None:
        """Takes the colours of another theme."""
        self._heat = None
        super().notify_style_update()

    def put(self, cells: Cells | DifferenceCells) -> None:
        """Draws these cells; the order stays if it can."""
        self._cells = cells
        self._labels = tuple(clean(label) for label in cells.confusion.classes)
        if len(self.order) != len(self._labels):
            self.set_reactive(MatrixCanvas.order, tuple(range(len(self._labels))))
            self.set_reactive(MatrixCanvas.cursor, (0, 0))
        self.measure()

    def measure(self) -> None:
        """Finds the widths anew, for what is shown and for the size of the widget."""
        longest = max(map(cell_len, self._labels), default=0)
        totals = max(map(len, self._cells.row_totals), default=0)
        width, count = self.scrollable_content_region.width, len(self._labels)
        self._layout = layout(width, count, longest, self._cells.width, totals)
        across = self._layout.label + self._layout.cell * count + self._layout.tail
        self.virtual_size = Size(across, HEADERS + count + FOOTERS)
        self.refresh()

    def scroll_to_cursor(self) -> None:
        """Pans as little as it takes for the cell under the cursor to be in view."""
        row, column = self.cursor
        left, right = column * self._layout.cell, (column + 1) * self._layout.cell
        x = clamp(self.scroll_offset.x, right - self._layout.room, left)
        y = clamp(self.scroll_offset.y, row + 1 - self.rows_in_view, row)
        self.scroll_to(x, y, animate=False)

    def render_line(self, y: int) -> Strip:
        """One line of what is in view."""
        foot, cells = self._foot, self._cells
        if not self.order or y > foot + 1:
            return Strip.blank(self.size.width, self.rich_style)
        if y == 0:
            title = Strip([self._segment(f" predicted →   {cells.title}", "header")])
            return self._line(self._head(""), title, "", "")
        if y == 1:
            return self._line(self._head("true ↓"), self._panned(self._column_labels()), "recall", "total")
        if y >= foot:
            is_score = y == foot
            name = ("precision" if self._layout.label >= len("precision") else "prec.") if is_score else "total"
            numbers = cells.precisions if is_score else cells.column_totals
            texts = (numbers[self.order[at]] for at in self._columns)
            foots = [
                self._segment((one if is_score else f"{one} ").rjust(self._layout.cell), "header") for one in texts
            ]
            return self._line(self._head(name), self._panned(foots), "", "")
        row = y - HEADERS + self.scroll_offset.y
        true = self.order[row]
        return self._line(
            self._row_label(row), self._panned(self._row(row)), cells.recalls[true], cells.row_totals[true]
        )

    @property
    def _colours(self) -> Heat:
        if self._heat is None:
            self._heat = Heat(self.app.theme_variables)
        return self._heat

    @property
    def _foot(self) -> int:
        """The line of the precisions: below the last row, or as low as there is room."""
        height = self.scrollable_content_region.height
        return max(HEADERS, min(height - FOOTERS, HEADERS + len(self.order)))

    @property
    def _columns(self) -> range:
        """The columns that are in view, cut ones too."""
        first = self.scroll_offset.x // self._layout.cell
        return range(first, min(len(self.order), first + self._layout.room // self._layout.cell + 2))

    def _line(self, label: Segment, moving: Strip, score: str, total: str) -> Strip:
        """A line: what stays at the left, the part that is panned, what stays at the right."""
        room, tail = self._layout.room, score.rjust(TAIL)
        if self._layout.has_totals:
            tail += total.rjust(self._layout.tail - TAIL)
        middle = moving.adjust_cell_length(room) if self._layout.is_panned else moving
        whole = Strip.join([Strip([label]), middle, Strip([self._segment(tail, "header")])])
        return whole.adjust_cell_length(self.size.width).apply_style(self.rich_style)

    def _panned(self, cells: list[Segment]) -> Strip:
        """What is in view of these cells, the first of which is the first of `_columns`."""
        cut = self.scroll_offset.x % self._layout.cell
        shown = Strip(cells)
        return shown.crop(cut, cut + self._layout.room) if shown.cell_length > self._layout.room else shown

    def _row(self, row: int) -> list[Segment]:
        true = self.order[row]
        return [self._cell(true, self.order[at], (row, at) == self.cursor) for at in self._columns]

    def _cell(self, true: int, predicted: int, is_cursor: bool) -> Segment:
        """A cell; under the cursor it is reversed and begins with ▸, so that it is seen without colour too."""
        text = self._cells.text(true, predicted).rjust(self._layout.cell)
        if is_cursor:
            return Segment(f"▸{text[1:]}", self._style("cursor"))
        return Segment(text, self._cells.style(self._colours, true, predicted) or self._style("none"))

    def _column_labels(self) -> list[Segment]:
        return [
            self._segment(
                _right(self._labels[self.order[at]], self._layout.cell),
                "here" if at == self.cursor[1] else "header",
            )
            for at in self._columns
        ]

    def _row_label(self, row: int) -> Segment:
        label = _right(self._labels[self.order[row]], self._layout.label)
        return self._segment(label, "here" if row == self.cursor[0] else "header")

    def _head(self, text: str) -> Segment:
        return self._segment(text.ljust(self._layout.label), "header")

    def _segment(self, text: str, name: str) -> Segment:
        return Segment(text, self._style(name))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"grid--{name}")


def _right(name: str, width: int) -> str:
    """A name at the right of so many columns, and a space."""
    shown = short_name(name, max(1, width - 1))
    return " " * max(0, width - 1 - cell_len(shown)) + f"{shown} "
