"""How often each brightness occurs, as upright bars over a scale from the least to the greatest."""

from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from cnn_tui.spec.report import Found

EIGHTHS = " ▁▂▃▄▅▆▇█"


class PixelHistogram(Widget):
    """Bars for the steps of the histogram; a step that has any pixel is never empty."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"pixel-histogram--scale"}
    DEFAULT_CSS: ClassVar[str] = """
    PixelHistogram { height: 1fr; color: $secondary; }
    PixelHistogram > .pixel-histogram--scale { color: $text-muted; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._found: Found | None = None

    def show(self, found: Found) -> None:
        """Draws the pixels of one part of the data."""
        self._found = found
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A line of the bars, or the scale under them."""
        width, height = self.size
        if self._found is None or not self._found.histogram:
            return Strip.blank(width, self.rich_style)
        bins = self._found.histogram
        bin_width = max(1, min(3, width // len(bins)))
        if y < height - 1:
            text = "".join(_bar(count, max(bins), height - 1 - y, height - 1) * bin_width for count in bins)
            segment = Segment(text, self.rich_style)
        else:
            low, high = f"{self._found.low:,.4g}", f"{self._found.high:,.4g}"
            text = low + high.rjust(len(bins) * bin_width - len(low))
            segment = Segment(text, self.get_component_rich_style("pixel-histogram--scale"))
        return Strip([segment]).adjust_cell_length(width, self.rich_style)


def _bar(count: int, most: int, line: int, lines: int) -> str:
    """The character of a bar at a line, counted from 1 at the bottom."""
    eighths = round(8 * lines * count / most) if most else 0
    if count and not eighths:
        eighths = 1
    return EIGHTHS[max(0, min(8, eighths - 8 * (line - 1)))]
