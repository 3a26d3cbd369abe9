"""Requests to a trainer, left as empty files in its control folder: anyone with the directory can write them."""

import os
from typing import Literal, get_args

from cnn_tui.errors import Place, UserError
from cnn_tui.runs.run import Run

Request = Literal["stop", "pause", "continue", "save"]
REQUESTS: tuple[Request, ...] = get_args(Request)


def ask(run: Run, request: Request) -> None:
    """Leaves a request. Raises UserError when no trainer is at work to read it, or the run cannot be written to."""
    if not run.is_running:
        raise UserError(f"nothing to {request}: this run is {run.history().state}", Place(run.path))
    try:
        (run.control_folder / request).touch(mode=0o600)
    except OSError as error:
        raise UserError(f"cannot be asked: {error.strerror}", Place(run.path), "Check its permissions.") from None


def take_requests(run: Run) -> tuple[Request, ...]:
    """The requests that wait, the oldest first, each taken once; cheap enough to ask after every batch."""
    try:
        waiting = {entry.name: entry for entry in os.scandir(run.control_folder)}
        found = sorted((r for r in REQUESTS if r in waiting), key=lambda request: waiting[request].stat().st_mtime_ns)
        for request in found:
            (run.control_folder / request).unlink(missing_ok=True)
    except OSError:
        return ()
    return tuple(found)
