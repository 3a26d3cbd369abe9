"""Ending a trainer that gives no sign of life: asked once, then it is told to leave, then it is killed."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from cnn_tui.errors import UserError
from cnn_tui.runs.ending import PATIENCE_SECONDS, end_trainer
from cnn_tui.runs.run import Run
from cnn_tui.text import clean
from cnn_tui.ui.dialogs.confirm import Confirm
from cnn_tui.ui.run_text import clock

if TYPE_CHECKING:
    from cnn_tui.ui.app import CnnApp

Say = Callable[[str], object]


async def ask_and_end(app: "CnnApp", run: Run, say: Say) -> None:
    """Asks whether a silent trainer is to be ended, and ends it; `say` hears what it is waiting for meanwhile."""
    name, silent = clean(run.name, 60), run.seconds_silent
    question = (
        f"{name} has given no sign of life for {clock(silent)}. End its trainer? What came after its newest "
        "checkpoint is lost; r goes on from there."
    )
    if not await app.push_screen_wait(Confirm(question, yes="End it")):
        return
    if run.is_running and not run.seconds_silent:
        app.notify("It gives signs of life again, so it was left alone. x stops it.", markup=False)
        return
    say(f"Ending the trainer: it has {PATIENCE_SECONDS:.0f} s to save and leave, then it is killed …")
    try:
        left = await asyncio.to_thread(end_trainer, run)
    except UserError as error:
        app.show_error(error)
    else:
        ended = "It has saved and left." if left else "It did not listen and was killed."
        app.notify(f"{ended} r goes on from the newest checkpoint.", timeout=8, markup=False)
