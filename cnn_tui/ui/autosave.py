"""Keeps the edits of the model against a crash, beside the event loop, and offers what an earlier program left."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from cnn_tui.settings import state_folder
from cnn_tui.spec.model import Model
from cnn_tui.text import clean
from cnn_tui.ui.dialogs.recover import Recover
from cnn_tui.ui.session import Session
from cnn_tui.ui.unsaved import Kept, left_behind

if TYPE_CHECKING:
    from cnn_tui.ui.app import CnnApp

PAUSE_SECONDS = 0.3
"""Between two writings: a loss of a third of a second is borne, a disk that is written at each key is not."""
FOLDER = "unsaved"


class Autosave:
    """Follows the session. The first edit is written at once, later ones when their time has come, the last always."""

    def __init__(self, app: "CnnApp") -> None:
        self._app = app
        self._wanted: Model | None = None
        self._written: Model | None = None
        self._kept: Kept | None = None
        self._is_writing = self._is_impossible = False

    def follow(self, session: Session) -> None:
        """Sees to it that this session's edits are kept; nothing is when they are saved, or all taken back."""
        self._wanted = session.model if session.past and not session.is_saved else None
        if self._wanted is not self._written and not self._is_writing and not self._is_impossible:
            self._is_writing = True
            self._kept = self._kept or Kept(_folder())
            self._app.run_worker(self._write(), group="autosave")

    def end(self, *, discard: bool = False) -> None:
        """The program ends: what is not saved is left for the next, unless it is discarded knowingly."""
        if self._kept is None or self._is_impossible:
            return
        try:
            self._kept.keep(None if discard else self._wanted)
            self._kept.leave()
        except OSError:
            return  # there is nobody left to tell

    async def offer(self) -> None:
        """Offers what a program that crashed has left."""
        found = await asyncio.to_thread(left_behind, _folder())
        if found is None:
            return
        answer = await self._app.push_screen_wait(Recover(found.when, found.model))
        if answer == "take":
            self._app.session = self._app.current_session.with_model(found.model)
            self._app.action_go("model")
        await asyncio.to_thread(found.done, remove=answer != "later")

    async def _write(self) -> None:
        try:
            while self._wanted is not self._written:
                await asyncio.to_thread(self._put, self._wanted)
                await asyncio.sleep(PAUSE_SECONDS)
        except OSError:
            self._is_impossible = True
            reason = f"A crash would lose edits that are not saved: {clean(_folder(), 80)} cannot be written."
            self._app.notify(reason, severity="warning", timeout=8, markup=False)
        finally:
            self._is_writing = False

    def _put(self, model: Model | None) -> None:
        assert self._kept is not None
        self._kept.keep(model)
        self._written = model


def _folder() -> Path:
    return state_folder() / FOLDER
