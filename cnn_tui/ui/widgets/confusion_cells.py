"""The cells of a confusion matrix as text and colour: counts or percentages, hits in one hue, misses in another."""

from collections.abc import Mapping
from functools import cached_property
from math import cbrt, log1p
from typing import Literal, get_args

from rich.style import Style
from textual.color import Color

from cnn_tui.results.confusion import ClassScore, Confusion, decimals
from cnn_tui.ui.numbers import share
from cnn_tui.ui.short_names import short_name

Unit = Literal["counts", "% of rows", "% of columns", "% of all"]
UNITS: tuple[Unit, ...] = get_args(Unit)
Scale = Literal["rare misses", "linear", "log"]
SCALES: tuple[Scale, ...] = get_args(Scale)
"""How a share becomes lightness: `rare misses` is linear for hits and lifts misses by the cube root."""
LEVELS = 16
"""Steps of lightness; more can hardly be told apart in a terminal."""
_LOG_REACH = 1_000.0
"""On the log scale a thousandth is about a tenth of the way up."""


class Cells:
    """What stands in each cell of a matrix in one unit. Classes are meant by their place in the matrix."""

    def __init__(self, confusion: Confusion, unit: Unit, scale: Scale = "rare misses") -> None:
        self.confusion = confusion
        self.unit = unit
        self.scale: Scale = scale

    @property
    def title(self) -> str:
        """What the numbers are, and how the colours rise where that is not the usual way."""
        return self.unit if self.scale == "rare misses" else f"{self.unit}, {self.scale} colours"

    @cached_property
    def width(self) -> int:
        """Characters of the widest cell: its number in the brackets of a hit, or a percentage."""
        largest = int(self.confusion.cells.max(initial=0))
        return 2 + (len(str(largest)) if self.unit == "counts" else len("99.9"))

    @cached_property
    def recalls(self) -> tuple[str, ...]:
        """What stands at the end of each row."""
        return tuple(decimals(score.recall) for score in self._scores)

    @cached_property
    def precisions(self) -> tuple[str, ...]:
        """What stands at the foot of each column."""
        return tuple(decimals(score.precision) for score in self._scores)

    @cached_property
    def row_totals(self) -> tuple[str, ...]:
        """The images of each class."""
        return tuple(map(str, self.confusion.row_sums))

    @cached_property
    def column_totals(self) -> tuple[str, ...]:
        """The predictions of each class."""
        return tuple(map(str, self.confusion.column_sums))

    def share(self, true: int, predicted: int) -> float:
        """The cell's part of its row; of its column or of all where such percentages are shown."""
        confusion = self.confusion
        match self.unit:
            case "% of columns":
                whole = confusion.column_sums[predicted]
            case "% of all":
                whole = confusion.images
            case _:
                whole = confusion.row_sums[true]
        return confusion.counts[true][predicted] / whole if whole else 0.0

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
        name, other = short_name(classes[true], 24), short_name(classes[predicted], 24)
        of = {"% of columns": f"all predicted {other}", "% of all": "all images"}.get(self.unit, f"all true {name}")
        images = f"{count:,} image{'' if count == 1 else 's'}"
        return f"true {name}, predicted {other}: {images}, {share(self.share(true, predicted))} of {of}"

    def style(self, heat: "Heat", true: int, predicted: int) -> Style | None:
        """Its colours; None where nothing is."""
        part = self.share(true, predicted)
        return heat.style(part, true == predicted, self.scale) if part else None

    @cached_property
    def _scores(self) -> tuple[ClassScore, ...]:
        return self.confusion.scores()


class Heat:
    """The style of a cell by its share: lightness rises evenly for hits, with the cube root for the rare misses."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._hits = _scale(variables["heat-hit-low"], variables["heat-hit-high"])
        self._misses = _scale(variables["heat-miss-low"], variables["heat-miss-high"])

    def style(self, share: float, hit: bool, scale: Scale = "rare misses") -> Style:
        """The background for a share, and a text colour that can be read on it."""
        if scale == "log":
            height = log1p(_LOG_REACH * share) / log1p(_LOG_REACH)
        else:
            height = share if hit or scale == "linear" else cbrt(share)
        return self.at(height, hit)

    def at(self, height: float, good: bool) -> Style:
        """The style at a height from 0 to 1 of the ramp of hits, or of that of misses."""
        return (self._hits if good else self._misses)[round(height * LEVELS)]


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
