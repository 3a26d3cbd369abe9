"""How many images each class has, as bars; one class can be chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cnn_tui.text import clean
from cnn_tui.ui.numbers import share

EIGHTHS = " ▏▎▍▌▋▊▉█"
WIDEST_LABEL = 14
CHOSEN = "▸"
_REMARK_CELLS = 8
_LEAST_BAR = 2


class ClassBars(ScrollView, inherit_bindings=False):
    """A line a class: its label, a bar, its number of images, its share; the smallest and the largest are marked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Class above", tooltip="Look at the class above", id="classes.up", show=False),
        Binding("down", "step(1)", "Class below", tooltip="Look at the class below", id="classes.down", show=False),
        Binding("home", "choose_all", "All classes", tooltip="Look at all classes", id="classes.all", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"class-bars--bar", "class-bars--chosen", "class-bars--fewest"}
    DEFAULT_CSS: ClassVar[str] = """
    ClassBars { height: auto; overflow-x: hidden; scrollbar-size-vertical: 1; }
    ClassBars > .class-bars--bar { color: $secondary; }
    ClassBars > .class-bars--chosen { color: $accent; text-style: bold; }
    ClassBars > .class-bars--fewest { color: $text-warning; }
    """

    @dataclass
    class Chosen(Message):
        """Someone chose a class; None: all of them."""

        label: int | None

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._labels: tuple[str, ...] = ()
        self._counts: tuple[int, ...] = ()
        self._chosen: int | None = None

    def show(self, classes: Sequence[str], counts: Sequence[int], chosen: int | None) -> None:
        """Draws the counts of the classes, in their order."""
        labels = tuple(clean(label, WIDEST_LABEL) for label in classes)
        changed = len(labels) != len(self._labels)
        self._labels, self._counts, self._chosen = labels, tuple(counts), chosen
        self.virtual_size = Size(self.size.width, len(labels))
        self.refresh(layout=changed)
        if chosen is not None:
            self.call_after_refresh(self._bring_into_view, chosen)

    def render_line(self, y: int) -> Strip:
        """One class."""
        line = y + self.scroll_offset.y
        if not 0 <= line < len(self._labels):
            return Strip.blank(self.size.width, self.rich_style)
        return Strip(self._segments(line)).adjust_cell_length(self.size.width).apply_style(self.rich_style)

    def action_step(self, by: int) -> None:
        """Chooses the class above or below; before the first stands: all."""
        place = (-1 if self._chosen is None else self._chosen) + by
        if place < len(self._labels):
            self.post_message(self.Chosen(place if place >= 0 else None))

    def action_choose_all(self) -> None:
        """Chooses no class, so all."""
        self.post_message(self.Chosen(None))

    def on_click(self, event: events.Click) -> None:
        """Chooses the class of the line, or all when it is chosen already."""
        spot = event.get_content_offset(self)
        if spot is not None and (line := spot.y + self.scroll_offset.y) < len(self._labels):
            self.post_message(self.Chosen(None if line == self._chosen else line))

    def _bring_into_view(self, line: int) -> None:
        self.scroll_to(y=line - self.size.height // 2, animate=False)

    def _segments(self, line: int) -> list[Segment]:
        chosen = line == self._chosen
        style = self.get_component_rich_style("class-bars--chosen") if chosen else self.rich_style
        tail = f" {self._counts[line]:>{len(f'{max(self._counts):,}')},}"
        label_width = max(map(cell_len, self._labels))
        head = f"{CHOSEN if chosen else ' '}{set_cell_size(self._labels[line], label_width)} "
        room = self.scrollable_content_region.width - cell_len(head) - len(tail)
        has_remark = room - _REMARK_CELLS >= _LEAST_BAR  # a name and its bar say more than a share cut off
        bar = self._bar(line, max(0, room - _REMARK_CELLS * has_remark))
        bar_style = style if chosen else self.get_component_rich_style("class-bars--bar")
        return [
            Segment(head, style),
            Segment(bar, bar_style),
            Segment(tail, style),
            *(self._remark(line) if has_remark else []),
        ]

    def _bar(self, line: int, width: int) -> str:
        eighths = round(8 * width * self._counts[line] / max(1, max(self._counts)))
        return (EIGHTHS[8] * (eighths // 8) + EIGHTHS[eighths % 8]).ljust(width)[:width]

    def _remark(self, line: int) -> list[Segment]:
        """The share of all images; of the smallest and the largest class that it is so, the largest if it is alone."""
        count, fewest, most = self._counts[line], min(self._counts), max(self._counts)
        if count == fewest < most:
            return [Segment("  fewest", self.get_component_rich_style("class-bars--fewest"))]
        if count == most > fewest and self._counts.count(most) == 1:
            return [Segment("    most", self.rich_style)]
        return [Segment(f" {share(self._counts[line] / max(1, sum(self._counts))):>7}", self.rich_style)]
