"""The layers of a model, a row each, the input above them; as many columns as there is room for."""

from typing import ClassVar, Literal

from msgspec import Struct
from msgspec.structs import replace
from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from cnn_tui.spec.layers import Shape
from cnn_tui.spec.shapes import Row
from cnn_tui.ui.numbers import short, times
from cnn_tui.ui.widgets.layer_words import settings_in_words


class _Column(Struct, frozen=True):
    """A column: its heading, how wide it is, and whether it holds numbers."""

    title: str
    width: int
    justify: Literal["left", "right"] = "left"


COLUMNS = (
    _Column("#", 3, justify="right"),
    _Column("Layer", 12),
    _Column("Settings", 22),
    _Column("Output", 9),
    _Column("Parameters", 10, justify="right"),
    _Column("Mult-adds", 9, justify="right"),
    _Column("Sees", 7),
)
OPTIONAL = ("Sees", "Mult-adds", "Settings", "Parameters")
"""What is left out first where there is no room."""
SPREADS = "Settings"
"""The column that takes the room that is left."""
WRONG = "✗"


def _moves(keys: str, action: str, name: str, tooltip: str, id: str) -> Binding:
    return Binding(keys, action, name, tooltip=tooltip, id=id, show=False, priority=True)


class LayerTable(DataTable[Text]):
    """A row for the input and one for each layer. The cursor stands on the layer that keys act on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # Priority: they act in the order of the keys, and before a key that follows is given to a widget, so that in a
        # burst of keys the arrows come before enter, and what is typed behind enter goes into the form.
        Binding(
            "enter", "screen.edit", "Edit", tooltip="Edit the settings of this layer", id="table.edit", priority=True
        ),
        _moves("down,j", "cursor_down", "Down", "Go to the layer below", "table.down"),
        _moves("up,k", "cursor_up", "Up", "Go to the layer above", "table.up"),
        _moves("pagedown", "page_down", "Page down", "Go a page of layers down", "table.page_down"),
        _moves("pageup", "page_up", "Page up", "Go a page of layers up", "table.page_up"),
        _moves("home,ctrl+home", "scroll_top", "First", "Go to the input", "table.first"),
        _moves("end,ctrl+end", "scroll_bottom", "Last", "Go to the last layer", "table.last"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"layer-table--wrong", "layer-table--quiet"}
    DEFAULT_CSS: ClassVar[str] = """
    LayerTable { height: 1fr; background: $background; scrollbar-size: 1 1; overflow-x: hidden; }
    LayerTable:focus { background-tint: $background 0%; }
    LayerTable > .datatable--header { background: $background; color: $text-muted; text-style: none; }
    LayerTable:focus > .datatable--header { background-tint: $background 0%; }
    LayerTable > .datatable--hover { background: $panel; }
    LayerTable > .layer-table--wrong { color: $text-error; text-style: bold; }
    LayerTable > .layer-table--quiet { color: $text-muted; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, cursor_type="row", cursor_foreground_priority="css")
        self._columns_shown: tuple[_Column, ...] = ()
        self._lines: list[dict[str, str]] = []
        self._problem_at: int | None = None

    @property
    def index(self) -> int | None:
        """The place of the layer under the cursor, from 0; None on the input."""
        return self.cursor_row - 1 if self.cursor_row > 0 else None

    def show(self, input_shape: Shape, rows: tuple[Row, ...]) -> None:
        """Draws a model; the cursor stays on its row."""
        self._lines = [{"Layer": "Input", "Output": times(input_shape)}, *(_cells(row) for row in rows)]
        self._problem_at = next((row.index for row in rows if row.problem), None)
        self._fill()

    def go_to(self, index: int | None) -> None:
        """Puts the cursor on a layer, or on the input."""
        self.move_cursor(row=0 if index is None else index + 1, animate=False)

    def on_resize(self) -> None:
        """Shows the columns that fit."""
        columns = self._fitting(self.size.width)
        if columns != self._columns_shown:
            cursor = self.cursor_row
            self.clear(columns=True)
            self._columns_shown = columns
            for column in columns:
                self.add_column(Text(column.title, justify=column.justify), width=column.width, key=column.title)
            self._fill()
            self.move_cursor(row=cursor, animate=False)

    def notify_style_update(self) -> None:
        """Draws in the colours of the new theme."""
        super().notify_style_update()
        self._fill()

    def _fill(self) -> None:
        """Brings every row up to date, writing only the cells that differ."""
        if not self._columns_shown:
            return
        while self.row_count > len(self._lines):
            self.remove_row(str(self.row_count - 1))
        while self.row_count < len(self._lines):
            self.add_row(*(Text() for _ in self._columns_shown), key=str(self.row_count))
        for place, line in enumerate(self._lines):
            for at, column in enumerate(self._columns_shown):
                cell, spot = self._cell(place, line, column), Coordinate(place, at)
                if self.get_cell_at(spot) != cell or self.get_cell_at(spot).style != cell.style:
                    self.update_cell_at(spot, cell)

    def _cell(self, place: int, line: dict[str, str], column: _Column) -> Text:
        text = line.get(column.title, "")
        if column.title == "#" and place - 1 == self._problem_at:
            text = f"{WRONG}{place}"
        return Text(text, style=self._style(place), justify=column.justify, no_wrap=True, overflow="ellipsis")

    def _style(self, place: int) -> Style:
        """The colour of a row's words; its ground is the cursor's affair."""
        name = "quiet" if place == 0 else "wrong" if place - 1 == self._problem_at else ""
        if not name:
            return Style()
        return Style.from_color(self.get_component_rich_style(f"layer-table--{name}").color)

    def _fitting(self, width: int) -> tuple[_Column, ...]:
        """The columns for this width; the settings take what is left over."""
        columns: tuple[_Column, ...] = COLUMNS
        for title in OPTIONAL:
            if _total(columns) > width:
                columns = tuple(column for column in columns if column.title != title)
        spare = max(0, width - _total(columns))
        return tuple(
            replace(column, width=column.width + min(spare, 30)) if column.title == SPREADS else column
            for column in columns
        )


def _total(columns: tuple[_Column, ...]) -> int:
    return sum(column.width + 2 for column in columns)


def _cells(row: Row) -> dict[str, str]:
    """What stands in a layer's row, by the titles of the columns; nothing is known after a problem."""
    cells = {
        "#": str(row.index + 1),
        "Layer": type(row.layer).__name__,
        "Settings": settings_in_words(row.layer),
    }
    if row.output_shape is None:
        return cells
    return cells | {
        "Output": times(row.output_shape),
        "Parameters": _number(row.parameters, 10),
        "Mult-adds": _number(row.macs, 9),
        "Sees": times(row.seen.size) if row.seen else "all",
    }


def _number(number: int, room: int) -> str:
    """Every digit where there is room, else the shorter form: 2,654,208 but 494.8 M."""
    return text if len(text := f"{number:,}") <= room else short(number)
