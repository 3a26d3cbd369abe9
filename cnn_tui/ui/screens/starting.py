"""Starting the trainer of a run, a new one or one that goes on, and waiting until it is at work."""

import asyncio
import subprocess

from textual import work
from textual.reactive import var

from cnn_tui.errors import UserError
from cnn_tui.runs.launch import launch
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.experiment import Experiment
from cnn_tui.ui.screens.place import Place


class Starting(Place):
    """A place that shows the form of a run, or a run."""

    form_shown: var[bool] = var(True, bindings=True)
    waiting: var[str] = var("", bindings=True)
    """What a trainer is being waited for, in words."""

    def __init__(self) -> None:
        super().__init__()
        self.run_shown: Run | None = None
        self._trainer: subprocess.Popen[bytes] | None = None

    def action_resume(self) -> None:
        """Starts a trainer that goes on from the newest checkpoint."""
        assert self.run_shown is not None
        self.waiting = "Starting the trainer, which goes on from the newest checkpoint …"
        self.begin(self.run_shown)

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
        if run != self.run_shown:
            self.waiting = ""  # a resumed run looks ended until its trainer has spoken, a new one does not
        self.form_shown = False
        self.tui.watch_run(run)
        self.show_history(self.tui.history)  # that of a new run may be equal to the one before: nothing yet

    def notice_end(self) -> None:
        """Waits no more for a trainer that has left."""
        if self._trainer and self._trainer.poll() is not None:
            self._trainer, self.waiting = None, ""
