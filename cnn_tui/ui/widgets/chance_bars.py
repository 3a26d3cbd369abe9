"""What the model says of one image: a bar a class, the likeliest three marked."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from cnn_tui.text import clean
from cnn_tui.ui.widgets.class_bars import EIGHTHS

WIDEST_LABEL = 16
RANKS = ("1st", "2nd", "3rd")
LEAST = 0.0005
"""Below it a class shows as 0.000 and has no rank."""


class ChanceBars(Widget):
    """A line a class in the order of the classes; where there is no room for all, the likeliest ones."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"chance-bars--first", "chance-bars--bar", "chance-bars--nothing"}
    DEFAULT_CSS: ClassVar[str] = """
    ChanceBars { height: auto; }
    ChanceBars > .chance-bars--first { color: $accent; text-style: bold; }
    ChanceBars > .chance-bars--bar { color: $secondary; }
    ChanceBars > .chance-bars--nothing { color: $text-muted; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._labels: tuple[str, ...] = ()
        self._chances: tuple[float, ...] = ()

    def show(self, classes: Sequence[str], chances: Sequence[float] = ()) -> None:
        """Draws the probability of each class; without any, the classes alone."""
        labels = tuple(clean(label, WIDEST_LABEL) for label in classes)
        changed = len(labels) != len(self._labels)
        self._labels, self._chances = labels, tuple(chances)
        self.refresh(layout=changed)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line a class."""
        return max(1, len(self._labels))

    def render_line(self, y: int) -> Strip:
        """One class."""
        shown = self._shown
        if y >= len(shown):
            return Strip.blank(self.size.width, self.rich_style)
        return Strip(self._segments(shown[y])).adjust_cell_length(self.size.width).apply_style(self.rich_style)

    @property
    def _ranked(self) -> list[int]:
        """The classes, the likeliest first."""
        return sorted(range(len(self._chances)), key=lambda place: -self._chances[place])

    @property
    def _shown(self) -> list[int]:
        room = self.size.height
        if len(self._labels) <= room or not self._chances:
            return list(range(len(self._labels)))
        return self._ranked[:room]

    def _segments(self, place: int) -> list[Segment]:
        width = max(map(cell_len, self._labels))
        head = f"{set_cell_size(self._labels[place], width)} "
        if not self._chances:
            return [Segment(head, self.get_component_rich_style("chance-bars--nothing"))]
        chance, rank = self._chances[place], self._ranked.index(place)
        tail = f" {chance:.3f} {RANKS[rank] if rank < len(RANKS) and chance >= LEAST else '':<3}"
        room = max(1, self.size.width - cell_len(head) - len(tail))
        eighths = round(8 * room * chance)
        bar = (EIGHTHS[8] * (eighths // 8) + EIGHTHS[eighths % 8]).ljust(room)[:room]
        first = self.get_component_rich_style("chance-bars--first")
        words, colour = (first, first) if rank == 0 else (None, self.get_component_rich_style("chance-bars--bar"))
        return [Segment(head, words), Segment(bar, colour), Segment(tail, words)]
