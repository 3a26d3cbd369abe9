"""The layers of a model, a row each, the input above them; as many columns as there is room for."""

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size, clamp
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cnn_tui.spec.layers import Shape
from cnn_tui.spec.shapes import Row
from cnn_tui.ui.numbers import times
from cnn_tui.ui.widgets.brackets import brackets
from cnn_tui.ui.widgets.layer_columns import GAP, HERE, MARKED, Column, Line, fitting, line_of

_HEADER_LINES, _MANY = 1, 4


def _moves(keys: str, action: str, name: str, tooltip: str, id: str) -> Binding:
    return Binding(keys, action, name, tooltip=tooltip, id=id, show=False, priority=True)


class LayerTable(ScrollView, can_focus=True, inherit_bindings=False):
    """A row for the input and one for each layer. Keys act on the marked layers, or on the one under the cursor.

    A Line API widget: only the rows in view are ever made, and of these only what changed is drawn.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # Priority: they act in the order of the keys, and before a key that follows is given to a widget, so that in a
        # burst of keys the arrows come before enter, and what is typed behind enter goes into the form.
        Binding(
            "enter", "screen.edit", "Edit", tooltip="Edit the settings of this layer", id="table.edit", priority=True
        ),
        _moves("down,j", "move(1)", "Down", "Go to the layer below", "table.down"),
        _moves("up,k", "move(-1)", "Up", "Go to the layer above", "table.up"),
        _moves("pagedown", "page(1)", "Page down", "Go a page of layers down", "table.page_down"),
        _moves("pageup", "page(-1)", "Page up", "Go a page of layers up", "table.page_up"),
        _moves("home,ctrl+home", "first", "First", "Go to the input", "table.first"),
        _moves("end,ctrl+end", "last", "Last", "Go to the last layer", "table.last"),
        _moves("shift+down", "extend(1)", "Mark down", "Mark this layer and the one below", "table.mark_down"),
        _moves("shift+up", "extend(-1)", "Mark up", "Mark this layer and the one above", "table.mark_up"),
        _moves("space", "mark", "Mark", "Mark this layer or take the mark away, and go on", "table.mark"),
        _moves("ctrl+a", "mark_all", "Mark all", "Mark every layer", "table.mark_all"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"layer-table--{name}"
        for name in ("header", "quiet", "off", "wrong", "advised", "marked", "cursor", "cursor-blurred")
    }
    DEFAULT_CSS: ClassVar[str] = """
    LayerTable { height: 1fr; background: $background; scrollbar-size: 1 1; overflow-x: hidden; }
    LayerTable > .layer-table--header { color: $text-muted; }
    LayerTable > .layer-table--quiet { color: $text-muted; }
    LayerTable > .layer-table--off { color: $text-muted; text-style: italic; }
    LayerTable > .layer-table--wrong { color: $text-error; text-style: bold; }
    LayerTable > .layer-table--advised { color: $text-warning; }
    LayerTable > .layer-table--marked { color: $accent; text-style: bold; }
    LayerTable > .layer-table--cursor { background: $accent 30%; text-style: bold; }
    LayerTable > .layer-table--cursor-blurred { background: $foreground 12%; }
    """

    cursor: reactive[int] = reactive(0, init=False, repaint=False)
    """The row under the cursor: 0 is the input."""
    marks: reactive[frozenset[int]] = reactive(frozenset(), init=False, repaint=False)
    """The places of the marked layers, from 0."""

    @dataclass
    class Moved(Message):
        """The cursor is on another row, or other layers are marked."""

    @dataclass
    class Opened(Message):
        """A row was clicked twice."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._input_shape: Shape = ()
        self._rows: tuple[Row, ...] = ()
        self._brackets: tuple[str, ...] = ()
        self._advised: frozenset[int] = frozenset()
        self._columns: tuple[Column, ...] = ()
        self._drawn: dict[int, tuple[Line, bool]] = {}

    @property
    def index(self) -> int | None:
        """The place of the layer under the cursor, from 0; None on the input."""
        return self.cursor - 1 if self.cursor > 0 else None

    @property
    def chosen(self) -> tuple[int, ...]:
        """The layers that keys act on: the marked ones, or the one under the cursor."""
        return tuple(sorted(self.marks)) or (() if self.index is None else (self.index,))

    def show(self, input_shape: Shape, rows: tuple[Row, ...], advised: frozenset[int]) -> None:
        """Draws a model; the cursor stays on its row."""
        self._input_shape, self._rows, self._advised = input_shape, rows, advised
        self._brackets = brackets(tuple(row.layer for row in rows))
        self.marks = frozenset(one for one in self.marks if one < len(rows))
        self.cursor = min(self.cursor, len(rows))
        self.virtual_size = Size(self.size.width, _HEADER_LINES + 1 + len(rows))
        self._arrange()
        self._refresh_changed()

    def go_to(self, index: int | None) -> None:
        """Puts the cursor on a layer, or on the input."""
        self.cursor = 0 if index is None else index + 1

    def on_resize(self) -> None:
        """Shows the columns that fit, and the cursor's row."""
        self._arrange()
        self._scroll_to_cursor()

    def validate_cursor(self, cursor: int) -> int:
        """Inside the table."""
        return clamp(cursor, 0, len(self._rows))

    def watch_cursor(self, before: int, cursor: int) -> None:
        """Keeps the row in view and tells that the cursor moved."""
        self._scroll_to_cursor()
        self._refresh_rows({before, cursor})
        self.post_message(self.Moved())

    def watch_marks(self, before: frozenset[int], marks: frozenset[int]) -> None:
        """Draws the rows whose marks changed, and tells so."""
        self._refresh_rows({index + 1 for index in before ^ marks})
        self.post_message(self.Moved())

    def action_move(self, by: int) -> None:
        """Moves the cursor."""
        self.cursor += by

    def action_page(self, by: int) -> None:
        """Moves the cursor by what is in view."""
        self.cursor += by * max(1, self.scrollable_content_region.height - _HEADER_LINES - 1)

    def action_first(self) -> None:
        """Goes to the input."""
        self.cursor = 0

    def action_last(self) -> None:
        """Goes to the last layer."""
        self.cursor = len(self._rows)

    def action_mark(self) -> None:
        """Marks the layer or takes its mark away, and goes on."""
        if self.index is not None:
            self.marks = self.marks ^ {self.index}
        self.cursor += 1

    def action_extend(self, by: int) -> None:
        """Marks the layer under the cursor and the next one; on the way back it takes marks away."""
        here = self.index
        there = clamp(self.cursor + by, 0, len(self._rows)) - 1
        if here is not None and there in self.marks and here in self.marks:
            self.marks = self.marks - {here}
        else:
            self.marks = self.marks | {one for one in (here, there) if one is not None and one >= 0}
        self.cursor += by

    def action_mark_all(self) -> None:
        """Marks every layer, or none when all are marked."""
        every = frozenset(range(len(self._rows)))
        self.marks = frozenset() if self.marks == every else every

    def on_click(self, event: events.Click) -> None:
        """Moves the cursor; with ctrl it marks; a second click opens the form."""
        place = event.get_content_offset(self)
        row = (place.y if place else 0) - _HEADER_LINES + self.scroll_offset.y
        if place is None or place.y < _HEADER_LINES or row > len(self._rows):
            return
        self.cursor = row
        if event.ctrl and self.index is not None:
            self.marks = self.marks ^ {self.index}
        elif event.chain > 1:
            self.post_message(self.Opened())

    def on_focus(self) -> None:
        """The cursor is seen more when keys act on it."""
        self._refresh_rows({self.cursor})

    def on_blur(self) -> None:
        """The cursor is seen less while they do not."""
        self._refresh_rows({self.cursor})

    def render_line(self, y: int) -> Strip:
        """The headings stay in view; the rows under them scroll."""
        width = self.size.width
        if y < _HEADER_LINES:
            return self._strip({one.title: one.title for one in self._columns}, "  ", self._look("header"), width)
        row = y - _HEADER_LINES + self.scroll_offset.y
        if row > len(self._rows):
            return Strip.blank(width, self.rich_style)
        line, marked = self._drawn[y] = self._line(row)
        style = self._look(line.look) if line.look else Style()
        if row == self.cursor:
            style += self._look("cursor" if self.has_focus else "cursor-blurred", ground=True)
        lead = (MARKED if marked else " ") + (HERE if row == self.cursor else " ")
        return self._strip(line.cells, lead, style, width)

    def _line(self, row: int) -> tuple[Line, bool]:
        index = row - 1
        if index < 0:
            return Line({"Layer": "Input", "Output": times(self._input_shape)}, "quiet"), False
        return line_of(self._rows[index], self._brackets[index], index in self._advised), index in self.marks

    def _strip(self, cells: dict[str, str], lead: str, style: Style, width: int) -> Strip:
        text = "".join(one.fit(cells.get(one.title, "")) + " " * GAP for one in self._columns)
        signs = Segment(lead, style + self._look("marked"))
        return Strip([signs, Segment(text, style)]).adjust_cell_length(width, style).apply_style(self.rich_style)

    def _look(self, name: str, ground: bool = False) -> Style:
        """The colour of a row's words; only the cursor has a ground."""
        full = self.get_component_rich_style(f"layer-table--{name}")
        return full.without_color + (Style(bgcolor=full.bgcolor) if ground else Style(color=full.color))

    def _arrange(self) -> None:
        columns = fitting(self.size.width - len(HERE + MARKED), self._rows, self._brackets)
        if columns != self._columns:
            self._columns = columns
            self.refresh()

    def _refresh_changed(self) -> None:
        """Draws the rows in view that are not as they were drawn."""
        top, bottom = self.scroll_offset.y, self.scroll_offset.y + self.size.height
        changed = {
            y - _HEADER_LINES + top
            for y in range(_HEADER_LINES, bottom - top)
            if self._drawn.get(y) != (self._line(row) if (row := y - _HEADER_LINES + top) <= len(self._rows) else None)
        }
        for y in [y for y in self._drawn if y - _HEADER_LINES + top > len(self._rows)]:
            del self._drawn[y]
        self._refresh_rows(changed)

    def _refresh_rows(self, rows: set[int]) -> None:
        lines = [line for row in rows if (line := row + _HEADER_LINES - self.scroll_offset.y) >= _HEADER_LINES]
        if len(lines) > _MANY:  # one region is drawn sooner than many small ones
            self.refresh(Region(0, min(lines), self.size.width, max(lines) - min(lines) + 1))
        elif lines:
            self.refresh(*(Region(0, line, self.size.width, 1) for line in lines))

    def _scroll_to_cursor(self) -> None:
        height = max(1, self.scrollable_content_region.height - _HEADER_LINES)
        y = clamp(self.scroll_offset.y, self.cursor + 1 - height, self.cursor)
        if y != self.scroll_offset.y:
            self.scroll_to(y=y, animate=False)
