"""The epochs of a run, a line each, the best one marked."""

from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cnn_tui.runs.events import EpochEnd
from cnn_tui.ui.run_text import clock

_COLUMNS = (("loss", 8), ("accuracy", 10), ("val loss", 10), ("val acc.", 10), ("time", 7))
_WIDTH = 5 + sum(width for _, width in _COLUMNS)
_MARKS = ("  ★ best", " ★")


class EpochTable(ScrollView, can_focus=True):
    """Draws the lines in view only, so that a run of a million epochs costs no more than one of two."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"epoch-table--header", "epoch-table--best"}
    DEFAULT_CSS: ClassVar[str] = """
    EpochTable { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }
    EpochTable > .epoch-table--header { color: $text-muted; }
    EpochTable > .epoch-table--best { color: $accent; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__(classes="panel")
        self.border_title = "epochs"
        self._epochs: tuple[EpochEnd, ...] = ()
        self._best = 0
        self._follows = True
        """Whether the newest epoch is to stay in view: until someone scrolls away from it."""

    def show(self, epochs: tuple[EpochEnd, ...], best: int) -> None:
        """Draws the epochs; `best` is the number of the best one, from 1, or 0. It stays at the end if it was there."""
        if (epochs, best) == (self._epochs, self._best):
            return
        self._follows = self.scroll_offset.y >= self.max_scroll_y
        self._epochs, self._best = epochs, best
        self.virtual_size = Size(_WIDTH, len(epochs) + 1)
        self._follow()
        self.refresh()

    def on_resize(self) -> None:
        """Keeps the newest epoch in view."""
        self._follow()

    def _follow(self) -> None:
        if self._follows:
            self.call_after_refresh(self.scroll_end, animate=False)

    def render_line(self, y: int) -> Strip:
        """The header, which stays, or an epoch."""
        index = y - 1 + self.scroll_offset.y
        if y == 0:
            line = self._segment(_cells("epoch", *(name for name, _ in _COLUMNS)), "header")
        elif index < len(self._epochs):
            line = self._epoch(self._epochs[index])
        else:
            line = self._segment("none is over yet" if y == 1 else "", "header")
        return Strip([line]).adjust_cell_length(self.size.width).apply_style(self.rich_style)

    def _epoch(self, end: EpochEnd) -> Segment:
        numbers = map(_number, (end.loss, end.accuracy, end.val_loss, end.val_accuracy))
        text = _cells(f"{end.epoch:,}", *numbers, clock(end.seconds))
        if end.epoch != self._best:
            return Segment(text)
        room = self.size.width - len(text)
        return self._segment(text + next((mark for mark in _MARKS if len(mark) <= room), "★"), "best")

    def _segment(self, text: str, name: str) -> Segment:
        return Segment(text, self.get_component_rich_style(f"epoch-table--{name}"))


def _cells(epoch: str, *others: str) -> str:
    """The cells of a line, each at the right of its column."""
    columns = zip(others, _COLUMNS, strict=True)
    return epoch.rjust(5) + "".join(text.rjust(width) for text, (_, width) in columns)


def _number(value: float | None) -> str:
    """Four digits after the point; – for what was not measured or is not a number."""
    if value is None:
        return "–"
    return f"{value:.4f}" if abs(value) < 100 else f"{value:.2g}"
