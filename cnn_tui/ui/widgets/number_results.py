"""The test of a run that predicts numbers: a scatter, the scores, the largest errors and their images."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from cnn_tui.results.confusion import NO_NUMBER
from cnn_tui.results.numbers import ORDERS, WORDS, Missed, NumberOrder, Numbers
from cnn_tui.runs.client import Pictures as Answer
from cnn_tui.text import clean
from cnn_tui.ui.widgets.cell_words import enlarged
from cnn_tui.ui.widgets.line_table import LineTable
from cnn_tui.ui.widgets.miss_table import MissTable
from cnn_tui.ui.widgets.pictures import Pictures
from cnn_tui.ui.widgets.scatter_plot import ScatterPlot

IMAGE_LINES = 4
"""Lines under an image, and its border."""


class NumberResults(Horizontal):
    """Shows one of the numbers at a time. Without room for the image beside the rest, it takes the scatter's place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next_number", "Number", tooltip="The next number of the labels", id="numbers.next"),
        Binding("o", "order", "Order", tooltip="Largest errors, too high, too low, rows", id="numbers.order"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    NumberResults #told { width: 1fr; }
    NumberResults #below { height: 1fr; min-height: 9; max-height: 14; }
    NumberResults #number-scores { width: 32; height: 100%; }
    NumberResults MissTable { width: 1fr; height: 100%; }
    NumberResults #miss { display: none; width: 1fr; height: 1fr; }
    NumberResults #miss-words { height: auto; color: $text-muted; }
    NumberResults.-image ScatterPlot { display: none; }
    NumberResults.-image #miss { display: block; }
    NumberResults #top { height: 1fr; }
    """

    @dataclass
    class ImageAsked(Message):
        """The image of a row of the file is to be shown."""

        row: int

    def __init__(self) -> None:
        super().__init__()
        self._numbers: Numbers | None = None
        self._target = 0
        self._by: NumberOrder = "largest"
        self._asked: int | None = None

    def compose(self) -> ComposeResult:
        """The scatter and the image above, scores and errors below."""
        with Vertical(id="told"):
            with Horizontal(id="top"):
                yield ScatterPlot()
                with Vertical(id="miss", classes="panel"):
                    yield Static(id="miss-words", markup=False)
                    yield Pictures()
            with Horizontal(id="below"):
                yield Static(id="number-scores", classes="panel", markup=False)
                yield MissTable()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is a next number only where labels hold several."""
        if action == "next_number":
            return bool(self._numbers and len(self._numbers.targets) > 1)
        return True

    @property
    def table(self) -> MissTable:
        """What has the keys."""
        return self.query_one(MissTable)

    def show(self, numbers: Numbers) -> None:
        """Draws a test from its beginning."""
        self._numbers, self._target, self._by, self._asked = numbers, 0, "largest", None
        self._draw()

    def action_next_number(self) -> None:
        """Goes to the next number of the labels."""
        if self._numbers:
            self._target = (self._target + 1) % len(self._numbers.targets)
            self._draw()

    def action_order(self) -> None:
        """Lists the errors in the next order."""
        self._by = ORDERS[(ORDERS.index(self._by) + 1) % len(ORDERS)]
        self._draw()

    def toggle_image(self) -> None:
        """Shows the image in the place of the scatter, or the scatter again; beside it where there is room."""
        self.toggle_class("-image")
        self.call_after_refresh(self._ask)
        self.screen.refresh_bindings()

    @on(LineTable.Moved)
    def follow(self, event: LineTable.Moved) -> None:
        """Another image is looked at."""
        event.stop()
        self._ask()

    @on(LineTable.Chosen)
    def open_image(self, event: LineTable.Chosen) -> None:
        """Shows its image."""
        event.stop()
        if not self.query_one("#miss").display:
            self.toggle_image()

    def show_image(self, row: int, answer: Answer) -> None:
        """Draws the image of a row, unless another is looked at by now."""
        if row == self._asked and self._numbers and self.table.at is not None:
            room = self.query_one("#miss").scrollable_content_region.size
            images = answer.images
            if images.shape[1] > 1:
                images = enlarged(images[0], (max(1, room.height - IMAGE_LINES), max(1, room.width)))[None]
            name = clean(answer.names[0].rpartition("/")[2], 30) if answer.names else f"row {row + 1:,}"
            self.query_one("#miss").border_title = Content(name)
            self.query_one(Pictures).show(images, [""])

    def say(self, sentence: str) -> None:
        """Says why there is no image."""
        self.query_one("#miss-words", Static).update(Content(clean(sentence, 300)))

    def on_resize(self) -> None:
        """Asks for the image once there is room for it."""
        self.call_after_refresh(self._ask)

    def _draw(self) -> None:
        numbers, target = self._numbers, self._target
        assert numbers
        self.query_one(ScatterPlot).show(numbers.true[:, target], numbers.predicted[:, target], self._title)
        scores = self.query_one("#number-scores", Static)
        scores.border_title = Content(clean(numbers.targets[target], 24))
        scores.update(Content(score_words(numbers, target)))
        self.table.show(numbers, target, self._by)
        self._asked = None
        self._ask()
        self.refresh_bindings()

    @property
    def _title(self) -> str:
        """What was tested, and which of its numbers is looked at."""
        assert self._numbers
        count, name = len(self._numbers.targets), clean(self._numbers.targets[self._target], 24)
        which = f"{name} ({self._target + 1} of {count})" if count > 1 else name
        r2 = next(one.value for one in self._numbers.scores(self._target) if one.name == "r2")
        explained = f" · R² {r2:.4f}" if r2 is not None else ""
        tested = f"{self._numbers.part} · {self._numbers.images:,} images"
        return f"{which} · {tested}{explained} · loss {self._numbers.loss:.4g}"

    def _ask(self) -> None:
        """Marks the image under the cursor, says what was predicted, and asks for it where it can be seen."""
        at = self.table.at
        self.query_one(ScatterPlot).choose(at)
        if self._numbers is None or at is None:
            return
        missed = self._numbers.missed(at, self._target)
        self.say(miss_words(missed))
        if self.query_one("#miss").display and missed.row != self._asked:
            self._asked = missed.row
            self.post_message(self.ImageAsked(missed.row))


def score_words(numbers: Numbers, target: int) -> str:
    """The scores of one number, a line each, and what they are to be compared with."""
    mean, off = numbers.baseline(target)
    scores = [(WORDS[one.name], one.value) for one in numbers.scores(target)]
    lines = [f"{name:<15}{NO_NUMBER if value is None else f'{value:.4g}':>12}" for name, value in scores]
    return "\n".join([*lines, f"to say {mean:.4g} of every image:", f"{WORDS['mean_absolute_error']:<15}{off:>12.4g}"])


def miss_words(missed: Missed) -> str:
    """What was predicted of an image."""
    way = "too high" if missed.error > 0 else "too low"
    wrong = f"{abs(missed.error):.3g} {way}" if missed.error else "exactly right"
    return f"true {missed.true:.4g}, predicted {missed.predicted:.4g}: {wrong}"
