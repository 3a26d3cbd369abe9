"""A run, live or reopened: bars, plots, epochs and machine, each drawn when what it shows has changed."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive

from cnn_tui.runs.history import History
from cnn_tui.runs.run import Run
from cnn_tui.ui.run_curves import training_curve, validation_curve
from cnn_tui.ui.widgets.epoch_table import EpochTable
from cnn_tui.ui.widgets.loss_plot import LossPlot
from cnn_tui.ui.widgets.machine_panel import MachinePanel
from cnn_tui.ui.widgets.run_bars import RunBars
from cnn_tui.ui.widgets.run_notice import RunNotice

ZOOMS = ("", "loss", "accuracy")
"""What is zoomed: nothing, or one of the plots."""


class RunView(Vertical):
    """Numbers are shown as often as they come; plots and machine, which cost more, when they are asked for."""

    DEFAULT_CSS: ClassVar[str] = """
    RunView .plots { height: 3fr; }
    RunView .details { height: 2fr; min-height: 5; }
    RunView EpochTable { width: 64; }
    RunView MachinePanel { width: 1fr; }
    RunView.-zoomed .details, RunView.-zoom-loss #accuracy, RunView.-zoom-accuracy #loss { display: none; }
    """

    zoom: reactive[str] = reactive("")
    log_scale: reactive[bool] = reactive(False)
    smooth: reactive[bool] = reactive(False)

    def __init__(self) -> None:
        super().__init__()
        self._history = History()
        self._plotted: tuple[Run | None, int] | None = None
        self._run: Run | None = None

    def compose(self) -> ComposeResult:
        """From the most to the least fleeting."""
        yield RunBars()
        yield RunNotice()
        with Horizontal(classes="plots"):
            yield LossPlot("loss", id="loss").data_bind(RunView.log_scale, RunView.smooth)
            yield LossPlot("accuracy", id="accuracy").data_bind(RunView.smooth)
        with Horizontal(classes="details"):
            yield EpochTable()
            yield MachinePanel()

    def show(self, run: Run, history: History, hint: str = "") -> None:
        """Draws what changes fast; everything, when it is another run or in another state."""
        is_turn = run != self._run or history.state != self._history.state
        self._run, self._history = run, history
        self.query_one(RunBars).show(run.name, history)
        self.query_one(RunNotice).show(history, hint)
        self.query_one(EpochTable).show(history.epochs, history.best_epoch)
        if is_turn:
            self.query_one(MachinePanel).show(run.machine())
            self.measure_machine()
            self.draw_plots()

    def draw_plots(self) -> None:
        """Draws the plots if there is news."""
        if (self._run, self._history.version) == self._plotted:
            return
        self._plotted = self._run, self._history.version
        for plot in self.query(LossPlot):
            plot.show(training_curve(self._history, plot.quantity), validation_curve(self._history, plot.quantity))

    def measure_machine(self) -> None:
        """Looks at the computer."""
        self.query_one(MachinePanel).measure()

    def watch_zoom(self, zoom: str) -> None:
        """Gives one plot the room of the others."""
        self.set_class(bool(zoom), "-zoomed")
        for name in ZOOMS[1:]:
            self.set_class(zoom == name, f"-zoom-{name}")
