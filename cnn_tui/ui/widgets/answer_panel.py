"""What the model says of one picture: the classes as bars, or numbers, and the picture as the network sees it."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from cnn_tui.runs.model_answers import Drawn
from cnn_tui.text import clean
from cnn_tui.ui.prediction_text import number_lines
from cnn_tui.ui.widgets.chance_bars import ChanceBars
from cnn_tui.ui.widgets.pictures import Pictures


class AnswerPanel(Vertical):
    """Bars above, the picture below."""

    DEFAULT_CSS: ClassVar[str] = """
    AnswerPanel { width: 1fr; height: 1fr; }
    AnswerPanel #chances { height: auto; max-height: 60%; }
    AnswerPanel #seen { height: 1fr; }
    AnswerPanel #predicted-numbers { height: auto; display: none; }
    """

    def compose(self) -> ComposeResult:
        """The bars and the picture."""
        with Vertical(id="chances", classes="panel"):
            yield ChanceBars()
            yield Static(id="predicted-numbers", markup=False)
        with Vertical(id="seen", classes="panel") as seen:
            seen.border_title = "what the network sees"
            yield Pictures()

    def name_model(self, words: str) -> None:
        """Says whose answer it is."""
        self.query_one("#chances").border_title = Content(clean(words, 120))

    def tell_numbers(self, are_numbers: bool) -> None:
        """Whether the model predicts numbers, which are no shares of one and have no bars."""
        self.query_one(ChanceBars).display = not are_numbers
        self.query_one("#predicted-numbers").display = are_numbers

    def show_classes(self, names: tuple[str, ...]) -> None:
        """The classes alone, while there is no picture."""
        import numpy as np

        self.query_one(ChanceBars).show(names)
        self._draw_numbers(names, (), ())
        self.query_one(Pictures).show(np.empty((0, 1, 1, 1), np.uint8), ())

    def show(self, names: tuple[str, ...], drawn: Drawn, title: str, true: Sequence[float] = ()) -> None:
        """A picture and what is said of it; `true`: the true numbers, where they are known."""
        if self.query_one(ChanceBars).display:
            self.query_one(ChanceBars).show(names, drawn.chances)
        self._draw_numbers(names, drawn.chances, true)
        self.query_one(Pictures).show(drawn.seen[None], [""])
        self.query_one("#seen").border_title = Content(clean(title, 60))

    def _draw_numbers(self, names: tuple[str, ...], values: Sequence[float], true: Sequence[float]) -> None:
        numbers = self.query_one("#predicted-numbers", Static)
        if numbers.display:
            numbers.update(Content("\n".join(number_lines(names, values, true))))
