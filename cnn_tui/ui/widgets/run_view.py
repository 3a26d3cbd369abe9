"""A run, live or reopened: bars, plots, epochs and machine, each drawn when what it shows has changed."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive

from cnn_tui.errors import UserError
from cnn_tui.runs.history import History
from cnn_tui.runs.run import Run
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.metrics import OF_CLASSES
from cnn_tui.ui.run_curves import Quantity, happenings, quantities, training_curve, validation_curve
from cnn_tui.ui.run_verdict import run_verdict
from cnn_tui.ui.widgets.epoch_table import EpochTable
from cnn_tui.ui.widgets.loss_plot import LossPlot
from cnn_tui.ui.widgets.machine_panel import MachinePanel
from cnn_tui.ui.widgets.run_bars import RunBars
from cnn_tui.ui.widgets.run_notice import RunNotice

ZOOMS = ("", "first", "second")
"""What is zoomed: nothing, or one of the plots."""
NARROWEST = 1 / 64
"""The smallest share of the epochs that can be looked at."""


class RunView(Vertical):
    """Numbers are shown as often as they come; plots and machine, which cost more, when they are asked for."""

    DEFAULT_CSS: ClassVar[str] = """
    RunView .plots { height: 3fr; }
    RunView .details { height: 2fr; min-height: 5; }
    RunView EpochTable { width: 64; }
    RunView MachinePanel { width: 1fr; }
    RunView.-zoomed .details, RunView.-zoom-first #second, RunView.-zoom-second #first { display: none; }
    RunView.-single #second { display: none; }
    """

    zoom: reactive[str] = reactive("")
    log_scale: reactive[bool] = reactive(False)
    smooth: reactive[bool] = reactive(False)
    by_steps: reactive[bool] = reactive(False)
    span: reactive[float] = reactive(1.0)
    """The share of the epochs that the plots show."""
    back: reactive[float] = reactive(0.0)
    """How far the plots look back: 0 the newest, 1 the first epochs."""
    place: reactive[int] = reactive(0)
    """Which of the quantities after the loss the second plot shows."""

    def __init__(self) -> None:
        super().__init__()
        self._history = History()
        self._plotted: tuple[object, ...] = ()
        self._run: Run | None = None
        self._experiment: Experiment | None = None
        self._verdict: tuple[str, ...] = ()
        self.others: tuple[Quantity, ...] = ()
        """What the second plot can show, as of when it was drawn last."""

    def compose(self) -> ComposeResult:
        """From the most to the least fleeting."""
        yield RunBars()
        yield RunNotice()
        with Horizontal(classes="plots"):
            yield LossPlot("loss", id="first").data_bind(RunView.smooth, RunView.by_steps)
            yield LossPlot("accuracy", id="second").data_bind(RunView.smooth, RunView.by_steps)
        with Horizontal(classes="details"):
            yield EpochTable()
            yield MachinePanel()

    def show(self, run: Run, history: History, hint: str = "", silent: float = 0.0) -> None:
        """Draws what changes fast; everything, when it is another run or in another state."""
        is_turn = run != self._run or history.state != self._history.state
        if run != self._run:
            self._experiment = _experiment(run)
        self._run, self._history = run, history
        if is_turn:
            self._verdict = tuple(one.sentence for one in run_verdict(history, self._experiment))
        self.query_one(RunBars).show(run.name, history)
        self.query_one(RunNotice).show(history, hint, self._verdict, silent)
        self.query_one(EpochTable).show(history.epochs, history.best_epoch)
        if is_turn:
            self.query_one(MachinePanel).show(run.machine(), run.pid)
            self.measure_machine()
            self.draw_plots()

    def draw_plots(self) -> None:
        """Draws the plots if there is news."""
        history = self._history
        shown = self._run, history.version, self.span, self.back, self.place, self.log_scale
        if shown == self._plotted:
            return
        self._plotted = shown
        self.others = others = quantities(history)[1:]
        self.set_class(not others, "-single")
        chosen = ("loss", others[self.place % len(others)] if others else "loss")
        for plot, quantity in zip(self.query(LossPlot), chosen, strict=True):
            plot.log_scale = self.log_scale and quantity not in OF_CLASSES
            plot.window = self._window
            curves = training_curve(history, quantity), validation_curve(history, quantity)
            plot.show(
                quantity, curves, best=history.best_epoch or None, happenings=happenings(history), steps=history.steps
            )

    def measure_machine(self) -> None:
        """Looks at the computer."""
        self.query_one(MachinePanel).measure()

    def look_closer(self, factor: float) -> None:
        """Shows a smaller part of the epochs, or a larger one."""
        self.span = min(1.0, max(NARROWEST, self.span * factor))

    def look_back(self, way: int) -> None:
        """Moves the part that is shown by half of itself: 1 back, -1 on."""
        if self.span < 1:
            self.back = min(1.0, max(0.0, self.back + way * self.span / 2 / (1 - self.span)))

    def watch_zoom(self, zoom: str) -> None:
        """Gives one plot the room of the others."""
        self.set_class(bool(zoom), "-zoomed")
        for name in ZOOMS[1:]:
            self.set_class(zoom == name, f"-zoom-{name}")

    def watch_span(self) -> None:
        """Draws it at once."""
        self.draw_plots()

    def watch_back(self) -> None:
        """Draws it at once."""
        self.draw_plots()

    def watch_place(self) -> None:
        """Draws it at once."""
        self.draw_plots()

    def watch_log_scale(self) -> None:
        """Draws it at once."""
        self.draw_plots()

    @property
    def _window(self) -> tuple[float, float] | None:
        """The epochs that the plots show; None: all."""
        history = self._history
        done = history.steps_done / history.steps if history.steps else 0.0
        if self.span >= 1 or not done:
            return None
        first = done * (1 - self.span) * (1 - self.back)
        return first, first + done * self.span


def _experiment(run: Run) -> Experiment | None:
    """What was asked for; None when its file is damaged, which must not hide the run."""
    try:
        return run.experiment()
    except UserError:
        return None
