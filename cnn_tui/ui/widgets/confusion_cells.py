"""The cells of a confusion matrix as text and colour: counts or percentages, hits in one hue, misses in another."""

from collections.abc import Mapping
from math import cbrt
from typing import Literal, get_args

from rich.style import Style
from textual.color import Color

from cnn_tui.results.confusion import Confusion
from cnn_tui.text import clean
from cnn_tui.ui.numbers import share

Unit = Literal["counts", "% of rows", "% of columns"]
UNITS: tuple[Unit, ...] = get_args(Unit)
LEVELS = 16
"""Steps of lightness; more can hardly be told apart in a terminal."""


class Cells:
    """What stands in each cell of a matrix in one unit. Classes are meant by their place in the matrix."""

    def __init__(self, confusion: Confusion, unit: Unit) -> None:
        self.confusion = confusion
        self.unit = unit
        self._row_sums = tuple(map(sum, confusion.counts))
        self._column_sums = tuple(map(sum, zip(*confusion.counts, strict=True)))

    @property
    def width(self) -> int:
        """Characters of the widest cell: its number in the brackets of a hit, or a percentage."""
        largest = max(map(max, self.confusion.counts), default=0)
        return 2 + (len(str(largest)) if self.unit == "counts" else len("99.9"))

    def share(self, true: int, predicted: int) -> float:
        """The cell's part of its row, or of its column where percentages of columns are shown."""
        sums = self._column_sums[predicted] if self.unit == "% of columns" else self._row_sums[true]
        return self.confusion.counts[true][predicted] / sums if sums else 0.0

    def text(self, true: int, predicted: int) -> str:
        """The number, a hit in brackets; a dot for none."""
        count = self.confusion.counts[true][predicted]
        number = str(count) if self.unit == "counts" else _percent(self.share(true, predicted))
        if true == predicted:
            return f"[{number}]"
        return f"{number} " if count else "· "

    def words(self, true: int, predicted: int) -> str:
        """The cell in words: `true 4, predicted 9: 21 images, 2.1 % of all true 4`."""
        classes, count = self.confusion.classes, self.confusion.counts[true][predicted]
        name, other = clean(classes[true], 24), clean(classes[predicted], 24)
        of = f"all predicted {other}" if self.unit == "% of columns" else f"all true {name}"
        images = f"{count:,} image{'' if count == 1 else 's'}"
        return f"true {name}, predicted {other}: {images}, {share(self.share(true, predicted))} of {of}"


class Heat:
    """The style of a cell by its share: lightness rises evenly for hits, with the cube root for the rare misses."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._hits = _scale(variables["heat-hit-low"], variables["heat-hit-high"])
        self._misses = _scale(variables["heat-miss-low"], variables["heat-miss-high"])

    def style(self, share: float, hit: bool) -> Style:
        """The background for a share, and a text colour that can be read on it."""
        height = share if hit else cbrt(share)
        return (self._hits if hit else self._misses)[round(height * LEVELS)]


def _scale(low: str, high: str) -> tuple[Style, ...]:
    colours = [Color.parse(low).blend(Color.parse(high), level / LEVELS) for level in range(LEVELS + 1)]
    return tuple(Style(color=_readable_on(colour).rich_color, bgcolor=colour.rich_color) for colour in colours)


def _readable_on(background: Color) -> Color:
    return background + background.get_contrast_text(0.9)


def _percent(share: float) -> str:
    """`98.7`; only what is all is `100`, and only what is nothing would be `0.0`."""
    if 0 < share < 0.0005:
        return "<0.1"
    return "100" if share == 1 else f"{min(100 * share, 99.9):.1f}"
