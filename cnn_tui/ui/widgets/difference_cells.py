"""The cells of a difference of two matrices: what one run has more or less, better in one hue, worse in the other."""

from functools import cached_property
from math import sqrt

from rich.style import Style

from cnn_tui.results.compare import difference
from cnn_tui.results.confusion import NO_NUMBER, Confusion
from cnn_tui.text import clean
from cnn_tui.ui.short_names import short_name
from cnn_tui.ui.widgets.confusion_cells import Heat


class DifferenceCells:
    """What `confusion` has more than `other`: more hits and fewer misses are better."""

    def __init__(self, other: Confusion, confusion: Confusion, name: str) -> None:
        self.confusion = confusion
        self._other = other
        self._name = clean(name, 40)
        self._cells = difference(other, confusion)
        self._most = max(1, int(abs(self._cells).max(initial=0)))

    @property
    def title(self) -> str:
        """What the numbers are."""
        return f"images more or less than in {self._name}"

    @cached_property
    def width(self) -> int:
        """Characters of the widest cell: its sign and number in the brackets of a hit."""
        return 3 + len(str(self._most))

    @cached_property
    def recalls(self) -> tuple[str, ...]:
        """How each recall has changed, in thousandths."""
        pairs = zip(self._other.scores(), self.confusion.scores(), strict=True)
        return tuple(_change(before.recall, after.recall) for before, after in pairs)

    @cached_property
    def precisions(self) -> tuple[str, ...]:
        """How each precision has changed, in thousandths."""
        pairs = zip(self._other.scores(), self.confusion.scores(), strict=True)
        return tuple(_change(before.precision, after.precision) for before, after in pairs)

    @cached_property
    def row_totals(self) -> tuple[str, ...]:
        """Images of each class, more or less."""
        return tuple(map(_signed, self._cells.sum(axis=1).tolist()))

    @cached_property
    def column_totals(self) -> tuple[str, ...]:
        """Predictions of each class, more or less."""
        return tuple(map(_signed, self._cells.sum(axis=0).tolist()))

    def text(self, true: int, predicted: int) -> str:
        """The signed number, a hit in brackets; a dot for none."""
        more = int(self._cells[true, predicted])
        return f"[{_signed(more)}]" if true == predicted else f"{_signed(more)} "

    def words(self, true: int, predicted: int) -> str:
        """The cell in words: `true 4, predicted 9: 21 images, 5 fewer than there: better`."""
        classes, now = self.confusion.classes, self.confusion.counts[true][predicted]
        more = int(self._cells[true, predicted])
        change = f"{abs(more):,} {'more' if more > 0 else 'fewer'} than there"
        verdict = f"{change}: {'better' if self._is_better(true, predicted) else 'worse'}" if more else "no change"
        images = f"{now:,} image{'' if now == 1 else 's'}"
        return (
            f"true {short_name(classes[true], 24)}, predicted {short_name(classes[predicted], 24)}: {images}, {verdict}"
        )

    def style(self, heat: Heat, true: int, predicted: int) -> Style | None:
        """Its colours; None where nothing has changed."""
        more = int(self._cells[true, predicted])
        return heat.at(sqrt(abs(more) / self._most), self._is_better(true, predicted)) if more else None

    def _is_better(self, true: int, predicted: int) -> bool:
        return bool((self._cells[true, predicted] > 0) == (true == predicted))


def _signed(number: int) -> str:
    return f"{number:+d}" if number else "·"


def _change(before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return NO_NUMBER
    return f"{after - before:+.3f}".replace("0.", ".") if abs(after - before) >= 0.0005 else "·"
