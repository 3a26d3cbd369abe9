"""Which classes are mixed up most: a list to jump from."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from cnn_tui.results.confusion import Confusion
from cnn_tui.results.scores import Pair, confused_pairs
from cnn_tui.ui.numbers import share
from cnn_tui.ui.short_names import short_name

MAX_PAIRS = 200
_SHORT_LABEL, _LONGEST_LABEL = 2, 10


class ConfusedPairs(OptionList):
    """Pairs of true and predicted class with their images and the share of the true class, the worst first."""

    DEFAULT_CSS: ClassVar[str] = """
    ConfusedPairs { height: 1fr; background: $background; scrollbar-size-vertical: 1; }
    """

    @dataclass
    class PairChosen(Message):
        """Someone chose a pair."""

        true: int
        predicted: int

    def __init__(self) -> None:
        super().__init__(classes="panel", markup=False)
        self.border_title = "most confused"
        self._pairs: tuple[Pair, ...] = ()

    def show(self, confusion: Confusion) -> None:
        """Draws the pairs of a matrix, long names in a line of their own."""
        self._pairs = confused_pairs(confusion)[:MAX_PAIRS]
        labels = [short_name(label, _LONGEST_LABEL) for label in confusion.classes]
        between = " " if max(map(len, labels), default=0) <= _SHORT_LABEL else "\n"
        lines = [
            f"{labels[one.true]} → {labels[one.predicted]}{between}{one.images:>5,}{share(one.share):>8}"
            for one in self._pairs
        ]
        self.set_options([Option(Content(line)) for line in lines] or [Option("nothing was confused", disabled=True)])

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Tells which pair it is."""
        event.stop()
        pair = self._pairs[event.option_index]
        self.post_message(self.PairChosen(pair.true, pair.predicted))
