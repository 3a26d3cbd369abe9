"""The confusion matrix to walk in: by arrows, by the mouse, or from one worst cell to the next."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import clamp
from textual.message import Message
from textual.reactive import reactive

from cnn_tui.results.confusion import Confusion
from cnn_tui.results.scores import confused_pairs
from cnn_tui.ui.widgets.confusion_cells import Cells, Scale, Unit
from cnn_tui.ui.widgets.difference_cells import DifferenceCells
from cnn_tui.ui.widgets.matrix_canvas import MatrixCanvas, Window


class ConfusionGrid(MatrixCanvas, can_focus=True, inherit_bindings=False):
    """Cells are meant by the places of their classes in the matrix, in whatever order they are shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", "Up", tooltip="True class above", id="grid.up", show=False),
        Binding("down,j", "move(1, 0)", "Down", tooltip="True class below", id="grid.down", show=False),
        Binding("left,h", "move(0, -1)", "Left", tooltip="Predicted class before", id="grid.left", show=False),
        Binding("right,l", "move(0, 1)", "Right", tooltip="Predicted class after", id="grid.right", show=False),
        Binding("pageup", "page(-1, 0)", "Page up", tooltip="A screen up", id="grid.page_up", show=False),
        Binding("pagedown", "page(1, 0)", "Page down", tooltip="A screen down", id="grid.page_down", show=False),
        Binding("home", "page(0, -1)", "Page left", tooltip="A screen to the left", id="grid.page_left", show=False),
        Binding("end", "page(0, 1)", "Page right", tooltip="A screen to the right", id="grid.page_right", show=False),
        Binding("enter", "choose", "Images", tooltip="The images of this cell", id="grid.choose"),
        Binding("b", "worst(1)", "Worst", tooltip="To the next of the worst cells; B goes back", id="grid.worst"),
        Binding("B", "worst(-1)", "Worse", tooltip="Back to the cell before", id="grid.worse", show=False),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    ConfusionGrid { height: auto; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0; }
    ConfusionGrid > .grid--header { color: $text-muted; }
    ConfusionGrid > .grid--here { color: $accent; text-style: bold; }
    ConfusionGrid > .grid--cursor { color: $foreground; background: $background; text-style: bold reverse; }
    ConfusionGrid > .grid--none { color: $text-disabled; }
    """

    unit: reactive[Unit] = reactive[Unit]("counts", init=False)
    scale: reactive[Scale] = reactive[Scale]("rare misses", init=False)

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

    @dataclass
    class Panned(Message):
        """Another part of the matrix is in view."""

        window: Window

    def __init__(self) -> None:
        super().__init__()
        self._worst_first: list[tuple[int, int]] | None = None

    def show(self, confusion: Confusion) -> None:
        """Draws a matrix; classes, order and cursor stay as they are if there are as many."""
        self._draw(Cells(confusion, self.unit, self.scale))

    def show_difference(self, other: Confusion, confusion: Confusion, name: str) -> None:
        """Draws what a matrix has more than that of the run of this name. Raises UserError."""
        self._draw(DifferenceCells(other, confusion, name))

    def select(self, true: int, predicted: int) -> None:
        """Moves the cursor to the cell of these classes."""
        self.cursor = self.order.index(true), self.order.index(predicted)

    @property
    def cell(self) -> tuple[int, int]:
        """True and predicted class under the cursor."""
        row, column = self.cursor
        return self.order[row], self.order[column]

    def action_move(self, rows: int, columns: int) -> None:
        """Moves the cursor; it stays in the matrix."""
        last = max(0, len(self.order) - 1)
        row, column = self.cursor
        self.cursor = clamp(row + rows, 0, last), clamp(column + columns, 0, last)

    def action_page(self, rows: int, columns: int) -> None:
        """Moves the cursor by what is in view."""
        self.action_move(rows * self.rows_in_view, columns * self.columns_in_view)

    def action_worst(self, by: int) -> None:
        """Goes to the next of the cells with the most mistakes; after the last comes the first."""
        if self._worst_first is None:
            self._worst_first = [(pair.true, pair.predicted) for pair in confused_pairs(self._cells.confusion)]
        worst = self._worst_first
        if worst:
            at = worst.index(self.cell) + by if self.cell in worst else min(by, 0)
            self.select(*worst[at % len(worst)])

    def action_choose(self) -> None:
        """Asks for the images of the cell."""
        if self.order:
            self.post_message(self.CellChosen(*self.cell))

    def on_click(self, event: events.Click) -> None:
        """Moves the cursor; a second click chooses."""
        place = event.get_content_offset(self)
        cell = place and self.cell_at(place.x, place.y)
        if cell:
            self.cursor = cell
            if event.chain > 1:
                self.action_choose()

    def watch_cursor(self) -> None:
        """Keeps the cell in view and tells which it is."""
        self.scroll_to_cursor()
        self.refresh()
        self._announce()

    def watch_unit(self, unit: Unit) -> None:
        """Writes the cells anew."""
        self._draw(Cells(self._cells.confusion, unit, self.scale))

    def watch_scale(self, scale: Scale) -> None:
        """Colours the cells anew."""
        self._draw(Cells(self._cells.confusion, self.unit, scale))

    def watch_order(self, before: tuple[int, ...], order: tuple[int, ...]) -> None:
        """Keeps the cursor on its classes."""
        if len(before) == len(order):
            row, column = self.cursor
            self.cursor = order.index(before[row]), order.index(before[column])
        self.refresh()

    def watch_scroll_x(self, before: float, after: float) -> None:
        """Tells what is in view."""
        super().watch_scroll_x(before, after)
        self.post_message(self.Panned(self.window))

    def watch_scroll_y(self, before: float, after: float) -> None:
        """Tells what is in view."""
        super().watch_scroll_y(before, after)
        self.post_message(self.Panned(self.window))

    def measure(self) -> None:
        """Finds the widths anew, and tells what is in view then."""
        super().measure()
        self.call_after_refresh(lambda: self.post_message(self.Panned(self.window)))

    def _draw(self, cells: Cells | DifferenceCells) -> None:
        self._worst_first = None
        self.put(cells)
        self._announce()

    def _announce(self) -> None:
        if self.order:
            self.border_subtitle = Content(self._cells.words(*self.cell))
            self.post_message(self.CellHighlighted(*self.cell))
