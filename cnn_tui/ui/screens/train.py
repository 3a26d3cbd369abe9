"""Train: the form before a run, the run while it goes on, and what can be done about it after its end."""

import asyncio
from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.reactive import var
from textual.widgets import Button, ContentSwitcher

from cnn_tui.runs.history import ENDED, History, State
from cnn_tui.runs.pace import decides_pace, known_pace
from cnn_tui.spec.experiment import Experiment
from cnn_tui.ui.forecast import forecast
from cnn_tui.ui.rate_words import no_test
from cnn_tui.ui.run_text import RESUMABLE
from cnn_tui.ui.screens.charting import Charting
from cnn_tui.ui.screens.ending import Ending
from cnn_tui.ui.screens.rate_finding import RateFinding
from cnn_tui.ui.screens.steering import Steering
from cnn_tui.ui.session import Session
from cnn_tui.ui.start import command_line, obstacle, plan, training_problems, what_is_unsaid
from cnn_tui.ui.widgets.run_view import RunView
from cnn_tui.ui.widgets.start_panel import StartPanel
from cnn_tui.ui.widgets.training_form import TrainingForm

SECONDS_BETWEEN_LOOKS = 1.0
OF_A_RUN = (
    "request",
    "set",
    "resume",
    "end_trainer",
    "new_run",
    "curve",
    "zoom",
    "next_curve",
    "closer",
    "back",
    "log",
)
"""Actions that belong to a run, not to the form."""


class TrainScreen(Charting, RateFinding, Ending, Steering):
    """Shows the run of the session, or the form when there is none or a new one is wanted."""

    CSS_PATH = "train.tcss"
    AUTO_FOCUS = ""
    HELP = """
## Train
Set how the model is trained and press `s`; `c` copies the same as a command. `f` looks for a learning rate: some steps
with ever higher ones on a network that is thrown away, their curve, and the rate at which the loss falls steepest.
The run is a process of its own: it goes on when this window is closed. `space` pauses and continues it, `x` stops it
and keeps its best weights, `k` makes a checkpoint at once, `r` sets another learning rate, `e` another number of
epochs, `t` shows the trainer's log. `X` ends a trainer that gives no sign of life.
Plots: `l` logarithmic, `m` smooth, `b` steps or epochs, `v` another quantity, `z` one plot large, `+` `-` `left`
`right` a part of the epochs. After the end `r` goes on with a run that did not come to its own end, `n` makes a new
one, `4` shows the results.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new_run", "New run", tooltip="Back to the form, when this run is over", id="train.new"),
        Binding("t", "log", "Log", tooltip="What the trainer wrote", id="train.log", show=False),
        Binding("escape", "leave", "Leave", tooltip="Leave the settings or the form", id="train.leave", show=False),
    ]

    run_state: var[State] = var[State]("starting", bindings=True)

    def __init__(self) -> None:
        super().__init__()
        self._pace: float | None = None
        self._alike: tuple[object, ...] = ()

    def compose_place(self) -> ComposeResult:
        """The form with the start, and the run; one of the two is seen."""
        with ContentSwitcher(initial="before"):
            with Container(id="before"):
                yield TrainingForm(self.session.training, self.session.data, classes="panel")
                yield StartPanel()
            with Container(id="during"):
                yield RunView()

    def on_mount(self) -> None:
        """Looks at the computer and at the trainer, and draws the plots, once a second: they cost most."""
        self.set_interval(SECONDS_BETWEEN_LOOKS, self.look_around)

    def show_session(self, session: Session) -> None:
        """Draws the form, and turns to the run when the session has another one."""
        if session.run != self.run_shown:
            self.run_shown = session.run
            self.form_shown = session.run is None
        self.query_one(TrainingForm).show(session.training, session.data, training_problems(session))
        self._show_start()

    def show_history(self, history: History) -> None:
        """Draws the run."""
        self.run_state = history.state
        if history.state not in ENDED:
            self.waiting = ""
        self._show_run()

    def look_around(self) -> None:
        """Measures the computer, draws the plots, and notices a trainer that left or that gives no sign of life."""
        if self._is_watched:
            view = self.query_one(RunView)
            view.measure_machine()
            view.draw_plots()
            self._show_run()
        self.notice_end()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """True: possible; None: greyed; False: it belongs to another moment and is not shown."""
        match action:
            case "start" | "edit" | "copy_command":
                return self.form_shown and (action != "start" or not self._obstacle or None)
            case "find_rate":
                return self.form_shown and (not self._no_rate or None)
            case "leave":
                return self.form_shown
            case action if action in OF_A_RUN and self.form_shown:
                return False
            case "request" | "set":
                return self.run_state not in ENDED and self.can_ask(str(parameters[0]))
            case "next_curve":
                return len(self.query_one(RunView).others) > 1
            case "resume":
                return self.run_state in RESUMABLE and (not self.waiting or None)
            case "end_trainer":
                return self.is_silent and (not self.waiting or None)
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

    def action_copy_command(self) -> None:
        """Puts the command into the clipboard, as far as the terminal lets it."""
        self.app.copy_to_clipboard(command_line(self.session, Path.cwd()).text)
        self.notify("The command is in the clipboard, if this terminal allows that.", timeout=4, markup=False)

    def action_log(self) -> None:
        """Shows what the trainer wrote."""
        from cnn_tui.ui.dialogs.log import LogDialog

        assert self.run_shown is not None
        self.app.push_screen(LogDialog(self.run_shown.log_file))

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
        elif self.run_shown is not None:
            self.form_shown = False

    @work(exclusive=True, group="pace")
    async def find_pace(self, experiment: Experiment) -> None:
        """Looks among the earlier runs for one like it, which tells how long it will take."""
        self._pace = await asyncio.to_thread(known_pace, self.tui.runs_folder, experiment)
        self._show_start()

    @on(TrainingForm.Changed)
    def take_training(self, event: TrainingForm.Changed) -> None:
        """Makes it the session's."""
        self.session = replace(self.session, training=event.training)
        if event.data and event.data != self.session.data:
            self.tui.set_data(event.data)

    @on(TrainingForm.Done)
    def leave_settings(self) -> None:
        """Goes to the button, from which the keys work that a setting would take as text."""
        self.query_one(TrainingForm).forget_help()
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

    def watch_run_state(self) -> None:
        """Says what is possible before another run while this one is at work, or is no more."""
        self._show_start()

    def watch_waiting(self) -> None:
        """Says what is being waited for where it was asked for."""
        self._show_start()
        if self.run_shown is not None:
            self._show_run()

    @property
    def _is_watched(self) -> bool:
        return self.is_current and not self.form_shown

    @property
    def _obstacle(self) -> str:
        return self.waiting or obstacle(self.session)

    @property
    def _no_rate(self) -> str:
        return self.waiting or no_test(self.session, self.run_state)

    def show_rate_trouble(self) -> None:
        """Says beside the start why no rate was found."""
        self._show_start()

    def _show_start(self) -> None:
        if self.form_shown and (experiment := self.session.experiment):
            alike = decides_pace(experiment)
            if alike != self._alike:
                self._alike, self._pace = alike, None
                self.find_pace(experiment)
        session, command = self.session, command_line(self.session, Path.cwd())
        unsaid = what_is_unsaid(session, command)
        forecast_ = forecast(session, self._pace)
        why_not = self._no_rate if self._no_rate != self._obstacle else self.rate_trouble
        self.query_one(StartPanel).show(plan(session), forecast_, self._obstacle, command.text, unsaid, why_not)
        self.refresh_bindings()

    def _show_run(self) -> None:
        if self.run_shown is not None:
            silent = self.run_shown.seconds_silent
            self.is_silent = silent > 0
            self.query_one(RunView).show(self.run_shown, self.tui.history, self.waiting, silent)
