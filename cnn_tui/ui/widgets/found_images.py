"""What was found in the data: pictures, how the classes are filled, how bright the pixels are, the one-hot vectors."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from cnn_tui.runs.client import Pictures as Answer
from cnn_tui.spec.report import Report
from cnn_tui.text import clean
from cnn_tui.ui.data_view import View, captions, groups, spread, statistics
from cnn_tui.ui.widgets.class_bars import ClassBars
from cnn_tui.ui.widgets.one_hot import OneHot
from cnn_tui.ui.widgets.pictures import Pictures
from cnn_tui.ui.widgets.pixel_histogram import PixelHistogram


class FoundImages(Vertical):
    """Pictures above, counts below."""

    DEFAULT_CSS: ClassVar[str] = """
    FoundImages { height: 1fr; }
    FoundImages > #facts { height: auto; min-height: 11; max-height: 55%; }
    FoundImages .section { border-top: solid $foreground 25%; border-title-color: $text-muted; }
    FoundImages ClassBars { width: 3fr; height: auto; max-height: 100%; }
    FoundImages ClassBars:focus { border-top: solid $accent; border-title-color: $accent; }
    FoundImages #pixels { width: 2fr; height: 100%; margin-left: 1; min-width: 20; }
    FoundImages #statistics { height: auto; }
    FoundImages #spread, FoundImages.-numbers OneHot { display: none; }
    FoundImages.-numbers #spread { display: block; height: auto; }
    FoundImages.-one-hot OneHot { height: 1fr; }
    FoundImages.-one-hot #statistics, FoundImages.-one-hot PixelHistogram { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._groups: tuple[str, ...] = ()
        self._has_numbers = False
        self._label: int | None = None

    def compose(self) -> ComposeResult:
        """The pictures and the facts."""
        yield Pictures()
        with Horizontal(id="facts"):
            yield ClassBars(classes="section")
            with Vertical(id="pixels"):
                yield Static(id="statistics", classes="section", markup=False)
                yield PixelHistogram()
                yield OneHot(classes="section")
                yield Static(id="spread", classes="section", markup=False)

    def show_report(self, report: Report, view: View) -> None:
        """Shows what is counted in the part that is looked at."""
        found = view.found(report)
        self._groups = groups(report, view.target)
        bars, spread_of = self.query_one(ClassBars), self.query_one("#spread", Static)
        what, self._has_numbers = _name(report, view), bool(report.targets)
        bars.border_title = Content(f"{what} · {view.part}")
        bars.show(self._groups, view.counts(report), view.label)
        self.set_class(self._has_numbers, "-numbers")
        if report.targets:
            spread_of.border_title = Content(what)
            spread_of.update(Content(spread(found, view.target)))
        numbers = self.query_one("#statistics", Static)
        numbers.border_title = "Pixels"
        numbers.update(Content(statistics(found)))
        self.query_one(PixelHistogram).show(found)

    def show_pictures(self, answer: Answer) -> None:
        """Shows images, and the one-hot vector of the first."""
        self._label = answer.labels[0] if answer.labels else None
        self.query_one(Pictures).show(answer.images, captions(answer, self._groups))
        self._draw_one_hot()

    def toggle_one_hot(self) -> None:
        """Shows the vectors of all classes in the place of the pixels, or takes them away."""
        self.toggle_class("-one-hot")
        self._draw_one_hot()

    def _draw_one_hot(self) -> None:
        if not self._has_numbers:
            self.query_one(OneHot).show(self._groups, self._label, self.has_class("-one-hot"))


def _name(report: Report, view: View) -> str:
    """What the bars count: images of each class, or of each step of a number."""
    if not report.targets:
        return "Classes"
    name, count = clean(report.targets[view.target].name, 14), len(report.targets)
    return f"{name} {view.target + 1}/{count}" if count > 1 else name
