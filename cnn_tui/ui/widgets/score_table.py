"""Precision, recall and F1 of each class, as the fractions that they are where there is room, and their means."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.message import Message

from cnn_tui.results.confusion import ClassScore, Confusion, decimals
from cnn_tui.results.overall import AVERAGES, averaged
from cnn_tui.ui.short_names import short_name
from cnn_tui.ui.widgets.line_table import LineTable

_NAMES = ("class", "precision", "recall", "F1", "images")
_LONGEST_LABEL, _GAP = 16, 1
_FRACTIONS = ((), (1,), (1, 2, 3))
"""Which columns have fractions too, from the narrowest table to the widest."""
Line = tuple[tuple[str, str], ...]
"""Of each column the fraction, or nothing, and the number."""


class ScoreTable(LineTable):
    """A line a class, and the means at the end."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Go there", tooltip="Go to the hits of this class", id="score_table.choose"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    ScoreTable { height: 1fr; background: $background; }
    """

    @dataclass
    class ClassChosen(Message):
        """Someone chose the row of a class."""

        index: int

    def __init__(self) -> None:
        super().__init__(classes="panel")
        self.border_title = "classes"
        self._scores: tuple[ClassScore, ...] = ()
        self._order: Sequence[int] = ()
        self._means: tuple[Line, ...] = ()
        self._widths: tuple[tuple[int, ...], ...] = ((), (), ())
        """Of each column, for each way to show fractions."""

    def show(self, confusion: Confusion, order: Sequence[int]) -> None:
        """Draws the scores of all classes in this order."""
        self._scores, self._order = confusion.scores(), order
        means = ((name, averaged(confusion, name)) for name in AVERAGES)
        self._means = tuple(
            (
                ("", name),
                *(("", decimals(score)) for score in (one.precision, one.recall, one.f1)),
                ("", f"{confusion.images:,}"),
            )
            for name, one in means
        )
        self._measure()
        self.count = len(order) + len(self._means)

    @property
    def index(self) -> int | None:
        """The class of the row under the cursor; None for the means."""
        return self._order[self.line] if self.line < len(self._order) else None

    def action_choose(self) -> None:
        """Tells which class it is."""
        if self.index is not None:
            self.post_message(self.ClassChosen(self.index))

    def on_line_table_chosen(self) -> None:
        """Tells which class was clicked twice."""
        self.action_choose()

    def words(self, line: int) -> str:
        """A line as it stands where there is room for no fraction."""
        return " ".join(number for _, number in self._line(line))

    def header(self, width: int) -> str:
        """The names of the columns."""
        widths, _ = self._columns(width)
        return (" " * _GAP).join(name.rjust(room) for name, room in zip(_NAMES, widths, strict=True))

    def cells(self, line: int, width: int) -> list[Segment]:
        """One class, or one mean."""
        widths, fractions = self._columns(width)
        texts = (
            f"{fraction} {number}" if fraction and at in fractions else number
            for at, (fraction, number) in enumerate(self._line(line))
        )
        padded = (" " * (room - cell_len(text)) + text for text, room in zip(texts, widths, strict=True))
        return [Segment((" " * _GAP).join(padded))]

    def _line(self, line: int) -> Line:
        if line >= len(self._order):
            return self._means[line - len(self._order)]
        score = self._scores[self._order[line]]
        hits = score.true_positives
        return (
            ("", short_name(score.label, _LONGEST_LABEL)),
            (f"{hits:,}/{score.predicted:,}", decimals(score.precision)),
            (f"{hits:,}/{score.support:,}", decimals(score.recall)),
            (f"{2 * hits:,}/{score.support + score.predicted:,}", decimals(score.f1)),
            ("", f"{score.support:,}"),
        )

    def _columns(self, width: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The widths of the columns, and which of them have fractions: as many as there is room for."""
        for widths, fractions in zip(reversed(self._widths), reversed(_FRACTIONS), strict=True):
            if sum(widths) + _GAP * (len(widths) - 1) <= width:
                return widths, fractions
        return self._widths[0], _FRACTIONS[0]

    def _measure(self) -> None:
        lines = [self._line(line) for line in range(len(self._order) + len(self._means))]
        fractions = [max(len(line[at][0]) + 1 for line in lines) for at in range(len(_NAMES))]
        numbers = [max(cell_len(line[at][1]) for line in lines) for at in range(len(_NAMES))]
        self._widths = tuple(
            tuple(
                max(len(name), number + (fraction if at in shown else 0))
                for at, (name, number, fraction) in enumerate(zip(_NAMES, numbers, fractions, strict=True))
            )
            for shown in _FRACTIONS
        )
        self.styles.max_width = sum(self._widths[-1]) + _GAP * len(_NAMES) + 5
