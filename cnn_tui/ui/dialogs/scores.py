"""Every score of a test, and the curves of a class: ROC, precision-recall, calibration, threshold."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from cnn_tui.errors import UserError
from cnn_tui.results.class_curves import KINDS, Kind, drawing
from cnn_tui.results.confusion import NO_NUMBER, Confusion
from cnn_tui.results.evaluation import Predictions
from cnn_tui.results.score_sheet import score_sheet
from cnn_tui.results.scorers import scorers
from cnn_tui.results.threshold import HALF
from cnn_tui.ui.dialogs.dialog import Dialog
from cnn_tui.ui.widgets.score_plot import ScorePlot

STEP = 0.01
SCROLLED = 4
"""Lines that a key scrolls the scores by."""
CLASS, THRESHOLD, SCROLL = (Binding.Group(name, compact=True) for name in ("Class", "Threshold", "Scroll"))


class ScoresDialog(Dialog[None]):
    """Scores at the left, a curve at the right."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "kind(1)", "Curve", tooltip="The next kind of curve", id="scores.kind"),
        Binding("shift+tab", "kind(-1)", "Curve", show=False, tooltip="The kind of curve before", id="scores.other"),
        Binding("left", "go(-1)", "Class", tooltip="The class before", id="scores.before", group=CLASS),
        Binding("right", "go(1)", "Class", tooltip="The next class", id="scores.after", group=CLASS),
        Binding("minus", "move(-1)", "Threshold", tooltip="A lower threshold", id="scores.lower", group=THRESHOLD),
        Binding("plus", "move(1)", "Threshold", tooltip="A higher threshold", id="scores.higher", group=THRESHOLD),
        Binding("up", "scroll(-1)", "Scroll", tooltip="Scores above", id="scores.up", group=SCROLL),
        Binding("down", "scroll(1)", "Scroll", tooltip="Scores below", id="scores.down", group=SCROLL),
        Binding("g", "galaxy", "Galaxy's", tooltip="Galaxy's scorers by their names, or these", id="scores.galaxy"),
        Binding("escape,s", "dismiss", "Close", tooltip="Back to the matrix", id="scores.close"),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    ScoresDialog { background: $background; }
    ScoresDialog Horizontal { height: 1fr; }
    ScoresDialog VerticalScroll { width: 40; scrollbar-size-vertical: 1; }
    ScoresDialog #curves { width: 1fr; }
    ScoresDialog #words { height: auto; color: $text-muted; padding: 0 1; }
    """

    def __init__(self, confusion: Confusion, ask: Callable[[], Awaitable[Predictions]], index: int) -> None:
        super().__init__()
        self._confusion = confusion
        self._ask = ask
        self._index = index
        self._kind: Kind = KINDS[0]
        self._threshold = HALF
        self._predictions: Predictions | None = None
        self._galaxy = False

    def compose(self) -> ComposeResult:
        """The scores, the curve and the keys."""
        with Horizontal():
            with VerticalScroll(classes="panel", can_focus=False) as scores:
                scores.border_title = "scores"
                yield Static(id="sheet", markup=False)
            with Vertical(id="curves"):
                yield ScorePlot()
                yield Static(id="words", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Shows what the matrix alone says, and the rest when the probabilities are read."""
        self._write(())
        self._read()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A threshold is for two classes and its own curve."""
        if action == "move":
            return True if self._kind == "threshold" else None
        if action == "go":
            return True if self._kind in ("ROC", "precision-recall") else None
        return True

    def action_kind(self, by: int) -> None:
        """Shows the next kind of curve."""
        kinds = KINDS if len(self._confusion.classes) == 2 else KINDS[:-1]
        self._kind = kinds[(kinds.index(self._kind) + by) % len(kinds)]
        self._draw()

    def action_go(self, by: int) -> None:
        """Shows a neighbouring class; after the last comes the first."""
        self._index = (self._index + by) % len(self._confusion.classes)
        self._draw()

    def action_move(self, by: int) -> None:
        """Moves the threshold."""
        self._threshold = min(1.0, max(0.0, round(self._threshold + by * STEP, 2)))
        self._draw()

    def action_scroll(self, by: int) -> None:
        """Scrolls the scores."""
        self.query_one(VerticalScroll).scroll_relative(y=by * SCROLLED, animate=False)

    def action_galaxy(self) -> None:
        """Galaxy's scorers, or our scores."""
        self._galaxy = not self._galaxy
        self._write_again()

    @work(exclusive=True, group="scores")
    async def _read(self) -> None:
        try:
            self._predictions = await self._ask()
        except UserError as error:
            self.query_one("#words", Static).update(Content(error.sentence))
            return
        self._draw()
        self._write_again()

    @work(exclusive=True, group="sheet")
    async def _write_again(self) -> None:
        """The areas under the curves of many classes take a moment."""
        confusion, predictions = self._confusion, self._predictions
        if self._galaxy and predictions:
            found = await asyncio.to_thread(scorers, confusion, predictions)
            self._write(
                tuple((one.name, NO_NUMBER if one.value is None else f"{one.value:.4f}", one.why) for one in found)
            )
        else:
            sheet = await asyncio.to_thread(score_sheet, confusion, predictions)
            self._write(tuple((one.name, one.number, one.meaning) for one in sheet))

    def _write(self, lines: tuple[tuple[str, str, str], ...]) -> None:
        """A name and a number a line, and under it what it means or why there is none."""
        panel = self.query_one(VerticalScroll)
        panel.border_title = "Galaxy's scorers" if self._galaxy else "scores"
        lines = lines or tuple((one.name, one.number, one.meaning) for one in score_sheet(self._confusion, None))
        parts: list[Content | str | tuple[str, str]] = []
        for name, number, meaning in lines:
            parts += [f"{name:<24}", (f"{number:>9}\n", "bold $accent")]
            parts += [(f"  {meaning}\n", "$foreground 65%")] if meaning else []
        self.query_one("#sheet", Static).update(Content.assemble(*parts))

    def _draw(self) -> None:
        if self._predictions is None:
            return
        made = drawing(self._kind, self._predictions, self._confusion.classes, self._index, self._threshold)
        plot = self.query_one(ScorePlot)
        plot.border_title = Content(made.title)
        plot.show(made.curves, made.reference, made.across)
        self.query_one("#words", Static).update(Content(made.words))
        self.refresh_bindings()
