"""The epochs of a run, a line each, the best one marked."""

from typing import ClassVar

from msgspec import Struct
from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cnn_tui.runs.events import EpochEnd
from cnn_tui.spec.metrics import SHORT
from cnn_tui.ui.run_text import clock

_MARKS = ("  ★ best", " ★")


class Column(Struct, frozen=True):
    """A column: what stands above it, and how wide it is."""

    title: str
    width: int


class EpochTable(ScrollView, can_focus=True):
    """Draws the lines in view only, so that a run of a million epochs costs no more than one of two."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"epoch-table--header", "epoch-table--best"}
    DEFAULT_CSS: ClassVar[str] = """
    EpochTable { height: 1fr; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; }
    EpochTable > .epoch-table--header { color: $text-muted; }
    EpochTable > .epoch-table--best { color: $accent; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__(classes="panel")
        self.border_title = "epochs"
        self._epochs: tuple[EpochEnd, ...] = ()
        self._columns = _columns(None)
        self._best = 0
        self._follows = True
        """Whether the newest epoch is to stay in view: until someone scrolls away from it."""

    def show(self, epochs: tuple[EpochEnd, ...], best: int) -> None:
        """Draws the epochs; `best` is the number of the best one, from 1, or 0. It stays at the end if it was there."""
        if (len(epochs), best) == (len(self._epochs), self._best) and epochs[-1:] == self._epochs[-1:]:
            return
        self._follows = self.scroll_offset.y >= self.max_scroll_y
        self._epochs, self._best = epochs, best
        self._columns = _columns(epochs[-1] if epochs else None)
        self.virtual_size = Size(sum(column.width for column in self._columns), len(epochs) + 1)
        self._follow()
        self.refresh()

    def on_resize(self) -> None:
        """Keeps the newest epoch in view."""
        self._follow()

    def _follow(self) -> None:
        if self._follows:
            self.call_after_refresh(self._show_newest)

    def _show_newest(self) -> None:
        self.scroll_to(y=self.max_scroll_y, animate=False)

    def render_line(self, y: int) -> Strip:
        """The header, which stays, or an epoch."""
        left, width = self.scroll_offset.x, self.size.width
        index = y - 1 + self.scroll_offset.y
        if y == 0:
            line = self._segment(self._row([column.title for column in self._columns]), "header")
        elif index < len(self._epochs):
            line = self._epoch(self._epochs[index])
        else:
            line = self._segment("none is over yet" if y == 1 else "", "header")
        strip = Strip([line]).adjust_cell_length(max(left + width, len(line.text)))
        return strip.crop(left, left + width).apply_style(self.rich_style)

    def _epoch(self, end: EpochEnd) -> Segment:
        text = self._row(_values(end, self._columns))
        if end.epoch != self._best:
            return Segment(text)
        room = self.size.width - len(text)
        mark = next((mark for mark in _MARKS if len(mark) <= room), "")
        return self._segment(text + mark if mark else f"★{text[1:]}", "best")

    def _row(self, cells: list[str]) -> str:
        """The cells of a line, each at the right of its column."""
        return "".join(cell.rjust(column.width) for cell, column in zip(cells, self._columns, strict=True))

    def _segment(self, text: str, name: str) -> Segment:
        return Segment(text, self.get_component_rich_style(f"epoch-table--{name}"))


def _columns(end: EpochEnd | None) -> list[Column]:
    """What an epoch has numbers for; accuracy, unless the answers are numbers; what was asked to be computed beside."""
    scored = end is None or end.accuracy is not None
    columns = [Column("epoch", 5), Column("loss", 8)]
    columns += [Column("accuracy", 10)] if scored else []
    columns += [Column("val loss", 10)]
    columns += [Column("val acc.", 10)] if scored else []
    for name in end.metrics if end else ():
        short = SHORT.get(name, name)[:12]
        columns += [Column(short, max(9, len(short) + 2)), Column(f"val {short}", max(10, len(short) + 6))]
    columns += [Column("rate", 10)] if end and end.learning_rate is not None and end.metrics else []
    return [*columns, Column("time", 7)]


def _values(end: EpochEnd, columns: list[Column]) -> list[str]:
    """The cells of an epoch, as many as there are columns."""
    scored = any(column.title == "accuracy" for column in columns)
    numbers = [end.loss, *([end.accuracy] if scored else []), end.val_loss, *([end.val_accuracy] if scored else [])]
    cells = [f"{end.epoch:,}", *map(_number, numbers)]
    for name, value in end.metrics.items():
        cells += [_number(value), _number(end.val_metrics.get(name))]
    cells += [f"{end.learning_rate or 0:.3g}"] if any(column.title == "rate" for column in columns) else []
    cells = cells[: len(columns) - 1]
    return [*cells, *[""] * (len(columns) - 1 - len(cells)), clock(end.seconds)]


def _number(value: float | None) -> str:
    """Four digits after the point; – for what was not measured or is not a number."""
    if value is None:
        return "–"
    return f"{value:.4f}" if abs(value) < 100 else f"{value:.2g}"
