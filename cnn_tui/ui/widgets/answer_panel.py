"""What the model says of one picture: the classes as bars, the picture as the network sees it, and a sentence."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from cnn_tui.runs.model_answers import Drawn
from cnn_tui.text import clean
from cnn_tui.ui.widgets.chance_bars import ChanceBars
from cnn_tui.ui.widgets.pictures import Pictures


class AnswerPanel(Vertical):
    """Bars above, the picture below."""

    DEFAULT_CSS: ClassVar[str] = """
    AnswerPanel { width: 1fr; height: 1fr; }
    AnswerPanel #chances { height: auto; max-height: 60%; }
    AnswerPanel #seen { height: 1fr; }
    """

    def compose(self) -> ComposeResult:
        """The bars and the picture."""
        with Vertical(id="chances", classes="panel"):
            yield ChanceBars()
        with Vertical(id="seen", classes="panel") as seen:
            seen.border_title = "what the network sees"
            yield Pictures()

    def name_model(self, words: str) -> None:
        """Says whose answer it is."""
        self.query_one("#chances").border_title = Content(clean(words, 120))

    def show_classes(self, names: tuple[str, ...]) -> None:
        """The classes alone, while there is no picture."""
        import numpy as np

        self.query_one(ChanceBars).show(names)
        self.query_one(Pictures).show(np.empty((0, 1, 1, 1), np.uint8), ())

    def show(self, names: tuple[str, ...], drawn: Drawn, title: str) -> None:
        """A picture and what is said of it."""
        self.query_one(ChanceBars).show(names, drawn.chances)
        self.query_one(Pictures).show(drawn.seen[None], [""])
        self.query_one("#seen").border_title = Content(clean(title, 60))
