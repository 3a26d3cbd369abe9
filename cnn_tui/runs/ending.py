"""Ending a trainer that does not listen: its process, if it is surely that one, first asked and then killed."""

import os
import signal
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
KILLED = "It was asked to end, did not listen, and was killed by the one who watched it."
"""What stands in its log then."""
SECONDS_APART = 1.0
"""Two looks at when a process was made may differ by so much, and are still of the same one."""


def end_trainer(run: Run) -> bool:
    """Ends the trainer of a run with all that it has started; whether it left by itself.

    Raises UserError when it is not surely here, or when the system does not let go of it.
    """
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
        _kill(one)
    if not _left(run, PATIENCE_SECONDS):
        problem = "its trainer was killed and has not gone: it waits for a disk or a device that does not answer"
        raise UserError(problem, Place(run.path), "Mend that, or start the machine anew; then resume it.")
    with suppress(OSError), run.log_file.open("a", encoding="utf-8") as log:
        log.write(KILLED + "\n")
    return False


def _kill(process: "psutil.Process") -> None:
    """Kills a process; with the whole group, if it leads one that is not ours: what it has started goes with it."""
    import psutil

    with suppress(psutil.Error, OSError):
        if os.name == "posix" and process.is_running():
            group = os.getpgid(process.pid)
            if group == process.pid != os.getpgrp():
                os.killpg(group, signal.SIGKILL)
        process.kill()


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
