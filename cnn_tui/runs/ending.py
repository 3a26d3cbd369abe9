"""Ending a trainer that does not listen: its process, if it is surely that one, first asked and then killed."""

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from cnn_tui.errors import Place, UserError
from cnn_tui.runs.presence import presence_in
from cnn_tui.runs.run import Run

if TYPE_CHECKING:
    import psutil

PATIENCE_SECONDS = 5.0
"""How long it has to save and leave by itself."""
SECONDS_APART = 1.0
"""Two looks at when a process was made may differ by so much, and are still of the same one."""


def end_trainer(run: Run) -> bool:
    """Ends the trainer of a run; whether it left by itself. Raises UserError when it is not surely here."""
    import psutil

    if not run.is_running:
        raise UserError(f"nothing to end: this run is {run.history().state}", Place(run.path))
    presence = presence_in(run.machine())
    if not presence.is_here:
        raise UserError(
            f"its trainer is at work on {presence.host or 'another machine'}", Place(run.path), "End it there."
        )
    try:
        process = psutil.Process(presence.pid)
        if abs(process.create_time() - presence.born) > SECONDS_APART:
            raise psutil.NoSuchProcess(presence.pid)
        process.terminate()
    except psutil.Error:
        raise UserError("its trainer cannot be found", Place(run.path), "Ask again in a moment.") from None
    if _left(run, PATIENCE_SECONDS):
        return True
    for one in [process] if run.machine().get("team", 1) == 1 else _team_of(process):
        with suppress(psutil.Error):
            one.kill()
    _left(run, PATIENCE_SECONDS)
    return False


def _team_of(process: "psutil.Process") -> "list[psutil.Process]":
    """torchrun, which would start the process again, and all that it has started; or the process alone."""
    import psutil

    with suppress(psutil.Error):
        starter = process.parent()
        if starter and any(word == "torch.distributed.run" or word.endswith("torchrun") for word in starter.cmdline()):
            return [starter, *starter.children()]
    return [process]


def _left(run: Run, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while run.is_running and time.monotonic() < deadline:
        time.sleep(0.02)
    return not run.is_running
