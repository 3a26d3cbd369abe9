"""Train: the form before a run, the run while it goes on, and what can be done about it after its end."""

import asyncio
import subprocess
from pathlib import Path
from typing import ClassVar, Literal

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.reactive import var
from textual.widgets import Button, ContentSwitcher

from cnn_tui.errors import UserError
from cnn_tui.runs.control import Request, ask
from cnn_tui.runs.history import ENDED, History, State
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.experiment import Experiment
from cnn_tui.ui.run_text import RESUMABLE
from cnn_tui.ui.screens.place import Place
from cnn_tui.ui.session import Session
from cnn_tui.ui.start import command_line, obstacle, plan, what_is_unsaid
from cnn_tui.ui.widgets.run_view import ZOOMS, RunView
from cnn_tui.ui.widgets.start_panel import StartPanel
from cnn_tui.ui.widgets.training_form import TrainingForm

SECONDS_BETWEEN_LOOKS, SECONDS_BETWEEN_PLOTS = 1.0, 2.0
_ASKED: dict[Request, str] = {
    "pause": "It pauses after this batch.",
    "continue": "It goes on.",
    "stop": "It stops after this batch; its best weights are kept and tested.",
    "save": "It makes a checkpoint after this batch.",
}


class TrainScreen(Place):
    """Shows the run of the session, or the form when there is none or a new one is wanted."""

    CSS_PATH = "train.tcss"
    AUTO_FOCUS = ""
    HELP = """
## Train
Set how the model is trained and press `s`. The run is a process of its own: it goes on when this window is closed.
`space` pauses and continues it, `x` stops it and keeps its best weights, `k` makes a checkpoint at once.
Plots: `l` logarithmic loss, `m` smooth curves, `z` one plot large. After the end `r` goes on with a run that did not
come to its own end, `n` makes a new one, `4` shows the results.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "start", "Start", tooltip="Start the run; possible when nothing is wrong", id="train.start"),
        Binding("space", "request('pause')", "Pause", tooltip="Pause a run that trains", id="train.pause"),
        Binding("space", "request('continue')", "Continue", tooltip="Let a paused run go on", id="train.continue"),
        Binding("x", "request('stop')", "Stop and keep", tooltip="End the run; its best weights stay", id="train.stop"),
        Binding("k", "request('save')", "Save now", tooltip="Make a checkpoint after this batch", id="train.save"),
        Binding("r", "resume", "Resume", tooltip="Go on with a run that is not done", id="train.resume"),
        Binding("n", "new_run", "New run", tooltip="Back to the form, when this run is over", id="train.new"),
        Binding("l", "curve('log_scale')", "Log", tooltip="Logarithmic axis of the loss", id="train.log_scale"),
        Binding("m", "curve('smooth')", "Smooth", tooltip="Running means instead of single values", id="train.smooth"),
        Binding("z", "zoom", "Zoom", tooltip="One plot large, the other, both", id="train.zoom"),
        Binding("e", "edit", "Settings", tooltip="Into the settings", id="train.edit"),
        Binding("escape", "leave", "Leave", tooltip="Leave the settings or the form", id="train.leave", show=False),
    ]

    form_shown: var[bool] = var(True, bindings=True)
    run_state: var[State] = var[State]("starting", bindings=True)
    waiting: var[str] = var("", bindings=True)
    """What a trainer is being waited for, in words."""

    def __init__(self) -> None:
        super().__init__()
        self._run: Run | None = None
        self._trainer: subprocess.Popen[bytes] | None = None

    def compose_place(self) -> ComposeResult:
        """The form with the start, and the run; one of the two is seen."""
        with ContentSwitcher(initial="before"):
            with Container(id="before"):
                yield TrainingForm(self.session.training, classes="panel")
                yield StartPanel()
            with Container(id="during"):
                yield RunView()

    def on_mount(self) -> None:
        """Looks at the computer and at the trainer once a second, and draws the plots less often: they cost most."""
        self.set_interval(SECONDS_BETWEEN_LOOKS, self.look_around)
        self.set_interval(SECONDS_BETWEEN_PLOTS, self.draw_plots)

    def show_session(self, session: Session) -> None:
        """Draws the form, and turns to the run when the session has another one."""
        if session.run != self._run:
            self._run = session.run
            self.form_shown = session.run is None
        self.query_one(TrainingForm).show(session.training)
        self._show_start()

    def show_history(self, history: History) -> None:
        """Draws the run."""
        if self._run is None:
            return
        self.run_state = history.state
        if history.state not in ENDED:
            self.waiting = ""
        self.query_one(RunView).show(self._run, history, self.waiting)

    def look_around(self) -> None:
        """Measures the computer, and notices a trainer that left without a word."""
        if self._is_watched:
            self.query_one(RunView).measure_machine()
        if self._trainer and self._trainer.poll() is not None:
            self._trainer, self.waiting = None, ""

    def draw_plots(self) -> None:
        """Draws them if someone looks."""
        if self._is_watched:
            self.query_one(RunView).draw_plots()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """True: possible; None: greyed; False: it belongs to another moment and is not shown."""
        match action:
            case "start" | "edit":
                return self.form_shown and (action == "edit" or not self._obstacle or None)
            case "request" | "resume" | "new_run" | "curve" | "zoom" if self.form_shown:
                return False
            case "request":
                return self._can_request(str(parameters[0]))
            case "resume":
                return self.run_state in RESUMABLE and (not self.waiting or None)
            case "new_run":
                return self.run_state in ENDED and (not self.waiting or None)
        return True

    def action_start(self) -> None:
        """Starts a run, unless something typed cannot be used; then goes there."""
        form, experiment = self.query_one(TrainingForm), self.session.experiment
        if form.mistake:
            form.focus_field(form.mistake)
        elif experiment and not self._obstacle:
            self.waiting = "Starting the trainer …"
            self.begin(experiment)

    def action_resume(self) -> None:
        """Starts a trainer that goes on from the newest checkpoint."""
        assert self._run is not None
        self.waiting = "Starting the trainer, which goes on from the newest checkpoint …"
        self.begin(self._run)

    def action_request(self, request: Request) -> None:
        """Asks the trainer for something, and says what it will do."""
        assert self._run is not None
        try:
            ask(self._run, request)
        except UserError as error:
            self.tui.show_error(error)
        else:
            self.notify(_ASKED[request], timeout=3, markup=False)

    def action_new_run(self) -> None:
        """Shows the form again."""
        self.form_shown = True

    def action_edit(self) -> None:
        """Goes into the settings."""
        self.query_one(TrainingForm).focus_field("epochs")

    def action_leave(self) -> None:
        """From a setting to the start, from the form to the run."""
        if self.query_one(TrainingForm).has_focus_within:
            self.leave_settings()
        elif self._run is not None:
            self.form_shown = False

    def action_curve(self, name: Literal["log_scale", "smooth"]) -> None:
        """Switches how the curves are drawn."""
        view = self.query_one(RunView)
        setattr(view, name, not getattr(view, name))

    def action_zoom(self) -> None:
        """Shows the loss large, then the accuracy, then both."""
        view = self.query_one(RunView)
        view.zoom = ZOOMS[(ZOOMS.index(view.zoom) + 1) % len(ZOOMS)]

    @work(exclusive=True, group="trainer")
    async def begin(self, wanted: Experiment | Run) -> None:
        """Makes the run if need be, starts its trainer, and shows it when the trainer holds its lock."""
        try:
            run = wanted
            if isinstance(run, Experiment):
                run = await asyncio.to_thread(create_run, self.tui.runs_folder, run)
            self._trainer = await asyncio.to_thread(launch, run)
        except UserError as error:
            self.waiting = ""
            self.tui.show_error(error)
            return
        if run != self._run:
            self.waiting = ""  # a resumed run looks ended until its trainer has spoken, a new one does not
        self.form_shown = False
        self.tui.watch_run(run)
        self.show_history(self.tui.history)  # that of a new run may be equal to the one before: nothing yet

    @on(TrainingForm.Changed)
    def take_training(self, event: TrainingForm.Changed) -> None:
        """Makes it the session's."""
        self.session = replace(self.session, training=event.training)

    @on(TrainingForm.Done)
    def leave_settings(self) -> None:
        """Goes to the button, from which the keys work that a setting would take as text."""
        button = self.query_one("#start", Button)
        self.set_focus(None if button.disabled else button)

    @on(StartPanel.Asked)
    def start_by_button(self) -> None:
        """Starts."""
        self.action_start()

    def watch_form_shown(self, form_shown: bool) -> None:
        """Shows the form or the run."""
        self.query_one(ContentSwitcher).current = "before" if form_shown else "during"
        self.leave_settings() if form_shown else self.set_focus(None)

    def watch_waiting(self) -> None:
        """Says what is being waited for where it was asked for."""
        self._show_start()
        if self._run is not None:
            self.query_one(RunView).show(self._run, self.tui.history, self.waiting)

    @property
    def _is_watched(self) -> bool:
        return self.is_current and not self.form_shown

    @property
    def _obstacle(self) -> str:
        return self.waiting or obstacle(self.session)

    def _show_start(self) -> None:
        session, command = self.session, command_line(self.session, Path.cwd())
        unsaid = what_is_unsaid(session, command)
        self.query_one(StartPanel).show(plan(session), self._obstacle, command.text, unsaid)
        self.refresh_bindings()

    def _can_request(self, request: str) -> bool | None:
        """Only a trainer at work can be asked; of pause and continue one is shown."""
        hidden = "pause" if self.run_state == "paused" else "continue"
        if self.run_state in ENDED or request == hidden:
            return False
        is_testing = self.tui.history.phase == "testing" and request != "stop"
        return (self.run_state != "starting" and not is_testing) or None
