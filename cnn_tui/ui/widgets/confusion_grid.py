"""The confusion matrix to walk in: a row a true class, a column a predicted class, headers that stay in view."""

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size, clamp
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cnn_tui.results.confusion import Confusion, decimals
from cnn_tui.text import clean
from cnn_tui.ui.widgets.confusion_cells import Cells, Heat, Unit

_HEADER_LINES = 2
_SHORTEST_LABEL, _LONGEST_LABEL = 9, 18
_SCORE_WIDTH = 7
_WIDE_CELL = 12
"""Cells where the matrix has to be scrolled anyway, so that names can be read."""


class ConfusionGrid(ScrollView, can_focus=True, inherit_bindings=False):
    """Cells are meant by the places of their classes in the matrix, in whatever order they are shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", "Up", tooltip="True class above", id="grid.up", show=False),
        Binding("down,j", "move(1, 0)", "Down", tooltip="True class below", id="grid.down", show=False),
        Binding("left,h", "move(0, -1)", "Left", tooltip="Predicted class before", id="grid.left", show=False),
        Binding("right,l", "move(0, 1)", "Right", tooltip="Predicted class after", id="grid.right", show=False),
        Binding("enter", "choose", "Images", tooltip="The images of this cell", id="grid.choose"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"grid--header", "grid--here", "grid--cursor", "grid--none"}
    DEFAULT_CSS: ClassVar[str] = """
    ConfusionGrid { height: auto; scrollbar-size-vertical: 1; }
    ConfusionGrid > .grid--header { color: $text-muted; }
    ConfusionGrid > .grid--here { color: $accent; text-style: bold; }
    ConfusionGrid > .grid--cursor { color: $foreground; background: $background; text-style: bold reverse; }
    ConfusionGrid > .grid--none { color: $text-disabled; }
    """

    cursor: reactive[tuple[int, int]] = reactive((0, 0), init=False)
    """Row and column as shown."""
    unit: reactive[Unit] = reactive[Unit]("counts", init=False)
    order: reactive[tuple[int, ...]] = reactive((), init=False)
    """The classes as shown, from the top and from the left."""

    @dataclass
    class CellHighlighted(Message):
        """The cursor is on another cell."""

        true: int
        predicted: int

    @dataclass
    class CellChosen(Message):
        """Someone wants to see what is in the cell."""

        true: int
        predicted: int

    def __init__(self) -> None:
        super().__init__(classes="panel")
        self._cells = Cells(Confusion((), ()), "counts")
        self._labels: tuple[str, ...] = ()
        self._precision: tuple[float | None, ...] = ()
        self._recall: tuple[float | None, ...] = ()
        self._label_width = self._cell_width = 1
        self._heat: Heat | None = None

    def show(self, confusion: Confusion) -> None:
        """Draws a matrix, the classes in their own order, the cursor on the first."""
        self._cells = Cells(confusion, self.unit)
        self._labels = tuple(clean(label, 60) for label in confusion.classes)
        scores = confusion.scores()
        self._precision = tuple(score.precision for score in scores)
        self._recall = tuple(score.recall for score in scores)
        self.set_reactive(ConfusionGrid.order, tuple(range(len(scores))))
        self.set_reactive(ConfusionGrid.cursor, (0, 0))
        self._measure()
        self._announce()

    def select(self, true: int, predicted: int) -> None:
        """Moves the cursor to the cell of these classes."""
        self.cursor = self.order.index(true), self.order.index(predicted)

    @property
    def _colours(self) -> Heat:
        if self._heat is None:
            self._heat = Heat(self.app.theme_variables)
        return self._heat

    @property
    def cell(self) -> tuple[int, int]:
        """True and predicted class under the cursor."""
        row, column = self.cursor
        return self.order[row], self.order[column]

    def action_move(self, rows: int, columns: int) -> None:
        """Moves the cursor; it stays in the matrix."""
        last = len(self.order) - 1
        row, column = self.cursor
        self.cursor = clamp(row + rows, 0, last), clamp(column + columns, 0, last)

    def action_choose(self) -> None:
        """Asks for the images of the cell."""
        self.post_message(self.CellChosen(*self.cell))

    def on_click(self, event: events.Click) -> None:
        """Moves the cursor; a second click chooses."""
        place = event.get_content_offset(self)
        if place is None:
            return
        row = place.y - _HEADER_LINES + self.scroll_offset.y
        column = (place.x - self._label_width + self.scroll_offset.x) // self._cell_width
        inside = place.x >= self._label_width and place.y >= _HEADER_LINES
        if inside and row < len(self.order) and column < len(self.order):
            self.cursor = row, column
            if event.chain > 1:
                self.action_choose()

    def watch_cursor(self) -> None:
        """Keeps the cell in view and tells which it is."""
        self._scroll_to_cursor()
        self.refresh()
        self._announce()

    def watch_unit(self, unit: Unit) -> None:
        """Writes the cells anew."""
        self._cells = Cells(self._cells.confusion, unit)
        self._measure()
        self._announce()

    def watch_order(self, before: tuple[int, ...], order: tuple[int, ...]) -> None:
        """Keeps the cursor on its classes."""
        row, column = self.cursor
        self.cursor = order.index(before[row]), order.index(before[column])
        self.refresh()

    def on_resize(self) -> None:
        """Gives labels more or less room."""
        self._measure()

    def notify_style_update(self) -> None:
        """Takes the colours of another theme."""
        self._heat = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Headers and precisions stay in view; the rows between them scroll."""
        width, height = self.scrollable_content_region.size
        footer = min(height - 1, _HEADER_LINES + len(self.order))
        if not self.order or y > footer:
            left, right = "", []
        elif y == 0:
            left, right = "", [self._segment(f" predicted →   {self.unit}", "header")]
        elif y == 1:
            left, right = "true ↓", self._column_labels()
        elif y == footer:
            left, right = "precision", self._precisions()
        else:
            row = y - _HEADER_LINES + self.scroll_offset.y
            return self._joined(self._row_label(row), self._row(row), width)
        return self._joined(self._segment(left.ljust(self._label_width), "header"), right, width)

    def _joined(self, fixed: Segment, scrolled: list[Segment], width: int) -> Strip:
        """A line: what stays, and what is in view of the rest."""
        offset, room = self.scroll_offset.x, max(0, width - self._label_width)
        moving = Strip(scrolled).extend_cell_length(offset + room).crop(offset, offset + room)
        return Strip.join([Strip([fixed]), moving]).adjust_cell_length(self.size.width).apply_style(self.rich_style)

    def _row_label(self, row: int) -> Segment:
        label = _right(f"{self._labels[self.order[row]]} ", self._label_width)
        return self._segment(label, "here" if row == self.cursor[0] else "header")

    def _column_labels(self) -> list[Segment]:
        labels = [
            self._segment(
                _right(f"{self._labels[one]} ", self._cell_width), "here" if at == self.cursor[1] else "header"
            )
            for at, one in enumerate(self.order)
        ]
        return [*labels, self._segment("recall".rjust(_SCORE_WIDTH), "header")]

    def _precisions(self) -> list[Segment]:
        text = "".join(decimals(self._precision[one]).rjust(self._cell_width) for one in self.order)
        return [self._segment(text, "header")]

    def _row(self, row: int) -> list[Segment]:
        true = self.order[row]
        cells = [self._cell(true, predicted, (row, at) == self.cursor) for at, predicted in enumerate(self.order)]
        return [*cells, self._segment(decimals(self._recall[true]).rjust(_SCORE_WIDTH), "header")]

    def _cell(self, true: int, predicted: int, is_cursor: bool) -> Segment:
        """A cell; under the cursor it is reversed and begins with ▸, so that it is seen without colour too."""
        text = self._cells.text(true, predicted).rjust(self._cell_width)
        share = self._cells.share(true, predicted)
        style = self._colours.style(share, true == predicted) if share else self._style("none")
        if is_cursor:
            return Segment(f"▸{text[1:]}", self._style("cursor"))
        return Segment(text, style)

    def _segment(self, text: str, name: str) -> Segment:
        return Segment(text, self._style(name))

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"grid--{name}")

    def _measure(self) -> None:
        """Label and cell widths: the numbers have theirs, labels what room is left."""
        count, longest = len(self._labels), max(map(cell_len, self._labels), default=0)
        room = self.scrollable_content_region.width - _SCORE_WIDTH
        least = max(_SCORE_WIDTH - 1, self._cells.width)
        must_scroll = room - count * least < _SHORTEST_LABEL
        left = _LONGEST_LABEL if must_scroll else room - count * least
        self._label_width = clamp(min(longest + 1, left), _SHORTEST_LABEL, _LONGEST_LABEL)
        spare = _WIDE_CELL if must_scroll else (room - self._label_width) // max(1, count)
        self._cell_width = max(least, min(longest + 2, spare))
        width = self._label_width + self._cell_width * count + _SCORE_WIDTH
        self.virtual_size = Size(width, _HEADER_LINES + count + 1)
        self.refresh()

    def _scroll_to_cursor(self) -> None:
        width, height = self.scrollable_content_region.size
        row, column = self.cursor
        left, right = column * self._cell_width, (column + 1) * self._cell_width
        x = clamp(self.scroll_offset.x, right - (width - self._label_width), left)
        y = clamp(self.scroll_offset.y, row + 1 - (height - _HEADER_LINES - 1), row)
        self.scroll_to(x, y, animate=False)

    def _announce(self) -> None:
        if self.order:
            self.border_subtitle = Content(self._cells.words(*self.cell))
            self.post_message(self.CellHighlighted(*self.cell))


def _right(text: str, width: int) -> str:
    """The text at the right of so many columns; what is too long is cut and says so."""
    missing = width - cell_len(text)
    return " " * missing + text if missing >= 0 else set_cell_size(text, width - 2) + "… "
