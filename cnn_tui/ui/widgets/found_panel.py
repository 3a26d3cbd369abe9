"""What was found in the data: pictures, how the classes are filled, how bright the pixels are, the one-hot vectors."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from cnn_tui.runs.client import Pictures as Answer
from cnn_tui.spec.report import Report
from cnn_tui.ui.data_view import View, captions, statistics, title
from cnn_tui.ui.widgets.class_bars import ClassBars
from cnn_tui.ui.widgets.one_hot import OneHot
from cnn_tui.ui.widgets.pictures import Pictures
from cnn_tui.ui.widgets.pixel_histogram import PixelHistogram


class FoundPanel(Vertical):
    """Pictures above, counts below; empty, with a sentence, while nothing is known."""

    DEFAULT_CSS: ClassVar[str] = """
    FoundPanel { width: 1fr; height: 1fr; }
    FoundPanel > #empty { height: 1fr; content-align: center middle; text-align: center; color: $text-muted; }
    FoundPanel > #facts { height: auto; min-height: 11; max-height: 55%; }
    FoundPanel .section { border-top: solid $foreground 25%; border-title-color: $text-muted; }
    FoundPanel ClassBars { width: 3fr; height: auto; max-height: 100%; }
    FoundPanel ClassBars:focus { border-top: solid $accent; border-title-color: $accent; }
    FoundPanel #pixels { width: 2fr; height: 100%; margin-left: 1; min-width: 20; }
    FoundPanel #statistics { height: auto; }
    FoundPanel.-one-hot OneHot { height: 1fr; }
    FoundPanel.-one-hot #statistics, FoundPanel.-one-hot PixelHistogram { display: none; }
    """

    def __init__(self, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self._class_names: tuple[str, ...] = ()
        self._label: int | None = None

    def compose(self) -> ComposeResult:
        """The sentence, or the pictures and the facts."""
        yield Static(id="empty", markup=False)
        yield Pictures()
        with Horizontal(id="facts"):
            yield ClassBars(classes="section")
            with Vertical(id="pixels"):
                yield Static(id="statistics", classes="section", markup=False)
                yield PixelHistogram()
                yield OneHot(classes="section")

    def show_empty(self, sentence: str) -> None:
        """Shows why there is nothing to look at."""
        self.border_title = ""
        self.query_one("#empty", Static).update(Content(sentence))
        self._set_empty(True)

    def show_report(self, report: Report, view: View) -> None:
        """Shows what is counted in the part that is looked at."""
        self._set_empty(False)
        found = view.found(report)
        self._class_names = report.classes
        self.border_title = Content(title(report))
        bars = self.query_one(ClassBars)
        bars.border_title = f"Classes · {view.part}"
        bars.show(report.classes, found.counts, view.label)
        numbers = self.query_one("#statistics", Static)
        numbers.border_title = "Pixels"
        numbers.update(Content(statistics(found)))
        self.query_one(PixelHistogram).show(found)

    def show_pictures(self, answer: Answer) -> None:
        """Shows images, and the one-hot vector of the first."""
        self._label = answer.labels[0] if answer.labels else None
        self.query_one(Pictures).show(answer.images, captions(answer, self._class_names))
        self._draw_one_hot()

    def toggle_one_hot(self) -> None:
        """Shows the vectors of all classes in the place of the pixels, or takes them away."""
        self.toggle_class("-one-hot")
        self._draw_one_hot()

    def _set_empty(self, empty: bool) -> None:
        self.query_one("#empty").display = empty
        self.query_one(Pictures).display = not empty
        self.query_one("#facts").display = not empty

    def _draw_one_hot(self) -> None:
        self.query_one(OneHot).show(self._class_names, self._label, self.has_class("-one-hot"))
