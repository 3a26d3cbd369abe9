"""Requests to a trainer, left as empty files in its control folder: anyone with the directory can write them."""

from typing import Literal, get_args

from cnn_tui.errors import Place, UserError
from cnn_tui.runs.run import Run

Request = Literal["stop", "pause", "continue", "save"]
REQUESTS: tuple[Request, ...] = get_args(Request)


def ask(run: Run, request: Request) -> None:
    """Leaves a request. Raises UserError when no trainer is at work to read it."""
    if not run.is_running:
        raise UserError(f"nothing to {request}: this run is {run.history().state}", Place(run.path))
    (run.control_folder / request).touch(mode=0o600)


def take_requests(run: Run) -> tuple[Request, ...]:
    """The requests that wait, each taken once; cheap enough to ask after every batch."""
    try:
        waiting = {entry.name for entry in run.control_folder.iterdir()}
    except OSError:
        return ()
    found = tuple(request for request in REQUESTS if request in waiting)
    for request in found:
        (run.control_folder / request).unlink(missing_ok=True)
    return found
