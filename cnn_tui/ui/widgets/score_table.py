"""Precision, recall and F1 of each class, precision also as the fraction that it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.message import Message
from textual.widgets import DataTable

from cnn_tui.results.confusion import ClassScore, Confusion, decimals
from cnn_tui.results.overall import averaged
from cnn_tui.text import clean

_COLUMNS = ("class", "precision", "recall", "F1", "images")


class ScoreTable(DataTable[Text]):
    """A row a class, and the means at the end."""

    DEFAULT_CSS: ClassVar[str] = """
    ScoreTable { height: 1fr; background: $background; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; }
    ScoreTable > .datatable--header { background: $background; color: $text-muted; text-style: none; }
    """

    @dataclass
    class ClassChosen(Message):
        """Someone chose the row of a class."""

        index: int

    def __init__(self) -> None:
        super().__init__(classes="panel", cursor_type="row", zebra_stripes=False)
        self.border_title = "classes"

    def show(self, confusion: Confusion, order: Sequence[int]) -> None:
        """Draws the scores of all classes in this order."""
        scores = confusion.scores()
        mean = averaged(confusion, "macro")
        rows = {str(index): _line(scores[index]) for index in order}
        means = map(decimals, (mean.precision, mean.recall, mean.f1))
        rows["mean"] = ("mean", *means, f"{confusion.images:,}")
        self.clear(columns=True)
        for name, cells in zip(_COLUMNS, zip(*rows.values(), strict=True), strict=True):
            self.add_column(Text(name, justify="right"), width=max(map(cell_len, (name, *cells))))
        for key, row in rows.items():
            self.add_row(*(Text(cell, justify="right") for cell in row), key=key)

    @property
    def index(self) -> int | None:
        """The class of the row under the cursor; None for the means."""
        if not self.row_count:
            return None
        key = self.coordinate_to_cell_key(self.cursor_coordinate).row_key.value
        return int(key) if key and key != "mean" else None

    @on(DataTable.RowSelected)
    def choose(self, event: DataTable.RowSelected) -> None:
        """Tells which class it is."""
        event.stop()
        if self.index is not None:
            self.post_message(self.ClassChosen(self.index))


def _line(score: ClassScore) -> tuple[str, ...]:
    precision = f"{score.true_positives:,}/{score.predicted:,} {decimals(score.precision)}"
    return clean(score.label, 16), precision, decimals(score.recall), decimals(score.f1), f"{score.support:,}"
