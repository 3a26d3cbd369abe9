"""The columns of the layer table: which of them fit, and what stands in them for a layer."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace
from rich.cells import cell_len, set_cell_size

from cnn_tui.spec.shapes import Row
from cnn_tui.ui.numbers import short, times
from cnn_tui.ui.widgets.layer_words import settings_in_words

WRONG, ADVISED, MARKED, HERE = "✗", "!", "▪", "▸"
OFF = " off"


class Column(Struct, frozen=True):
    """A column: its heading, how wide it is, and whether it holds numbers."""

    title: str
    width: int
    justify: Literal["left", "right"] = "left"

    def fit(self, text: str) -> str:
        """The text in exactly this width; what is too long is cut and says so."""
        missing = self.width - cell_len(text)
        if missing < 0:
            return set_cell_size(text, self.width - 1) + "…"
        return " " * missing + text if self.justify == "right" else text + " " * missing


COLUMNS = (
    Column("#", 2, justify="right"),
    Column("Layer", 12),
    Column("Settings", 14),
    Column("Output", 7),
    Column("Parameters", 10, justify="right"),
    Column("Mult-adds", 9, justify="right"),
    Column("Sees", 5),
)
OPTIONAL = ("Sees", "Mult-adds", "Settings", "Parameters")
"""What is left out first where there is no room."""
SPREADS, ROOMY, WIDEST = "Settings", 22, 52
"""The column that takes the room that is left; before it has this much, numbers that are looked at less go."""
GAP = 2
LONGEST_NAME, LONGEST_SHAPE = 27, 16


Look = Literal["", "quiet", "off", "wrong", "advised"]


class Line(Struct, frozen=True):
    """What stands in one row, and what is to be seen of it at once."""

    cells: dict[str, str]
    look: Look = ""


def fitting(width: int, rows: tuple[Row, ...], brackets: tuple[str, ...]) -> tuple[Column, ...]:
    """The columns for this width; names and shapes get what they need, the settings what is left over."""
    names = [cell_len(_name(row, bracket)) for row, bracket in zip(rows, brackets, strict=True)]
    shapes = [len(times(row.output_shape)) for row in rows if row.output_shape]
    seen = [len(times(row.seen.size)) for row in rows if row.seen]
    needed = {
        "#": len(f"{WRONG}{len(rows)}"),
        "Layer": min(LONGEST_NAME, max(names, default=0)),
        "Output": min(LONGEST_SHAPE, max(shapes, default=0)),
        "Sees": min(LONGEST_SHAPE, max(seen, default=0)),
    }
    columns = tuple(replace(one, width=max(one.width, needed.get(one.title, 0))) for one in COLUMNS)
    least = next(one.width for one in COLUMNS if one.title == SPREADS)
    wanted = min(ROOMY, max(least, *(len(settings_in_words(row.layer)) for row in rows))) if rows else least
    for title in OPTIONAL:
        reserved = wanted - least if OPTIONAL.index(title) < OPTIONAL.index(SPREADS) else 0
        if _total(columns) + reserved > width:
            columns = tuple(column for column in columns if column.title != title)
    spare = max(0, width - _total(columns))
    return tuple(
        replace(column, width=min(WIDEST, column.width + spare)) if column.title == SPREADS else column
        for column in columns
    )


def _total(columns: tuple[Column, ...]) -> int:
    return sum(column.width + GAP for column in columns)


def line_of(row: Row, bracket: str, advised: bool) -> Line:
    """What stands in a layer's row, by the titles of the columns; nothing is known after a problem."""
    sign = WRONG if row.problem else ADVISED if advised else ""
    cells = {
        "#": f"{sign}{row.index + 1}",
        "Layer": _name(row, bracket),
        "Settings": settings_in_words(row.layer),
    }
    look: Look = "wrong" if row.problem else "off" if not row.layer.enabled else "advised" if advised else ""
    if row.output_shape is None:
        return Line(cells, look)
    if row.layer.enabled:
        cells |= {
            "Parameters": _number(row.parameters, 10),
            "Mult-adds": _number(row.macs, 9),
            "Sees": times(row.seen.size) if row.seen else "all",
        }
    return Line(cells | {"Output": times(row.output_shape)}, look)


def _name(row: Row, bracket: str) -> str:
    name = type(row.layer).__name__ + ("" if row.layer.enabled else OFF)
    return f"{bracket} {name}" if bracket else name


def _number(number: int, room: int) -> str:
    """Every digit where there is room, else the shorter form: 2,654,208 but 494.8 M."""
    return text if len(text := f"{number:,}") <= room else short(number)
