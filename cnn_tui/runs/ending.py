"""Ending a trainer that does not listen: its process, if it is surely that one, first asked and then killed."""

import time
from contextlib import suppress

from cnn_tui.errors import Place, UserError
from cnn_tui.runs.presence import presence_in
from cnn_tui.runs.run import Run

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
    with suppress(psutil.Error):
        process.kill()
    _left(run, PATIENCE_SECONDS)
    return False


def _left(run: Run, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while run.is_running and time.monotonic() < deadline:
        time.sleep(0.02)
    return not run.is_running
