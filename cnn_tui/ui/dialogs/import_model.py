"""Importing a model: a file is chosen, looked into beside the screen, and shown before it is taken."""

import asyncio
from pathlib import Path

from msgspec import Struct
from textual.widgets import Input
from textual.worker import Worker

from cnn_tui.errors import UserError
from cnn_tui.interop.models import Found, find_model
from cnn_tui.text import clean
from cnn_tui.ui.dialogs.path import AskPath
from cnn_tui.ui.dialogs.preview import Preview
from cnn_tui.ui.previews import import_ways, imported
from cnn_tui.ui.session import Session


class Taken(Struct, frozen=True):
    """What is taken over, and from where."""

    path: Path
    found: Found
    with_training: bool


class ImportModel(AskPath):
    """Asks for a file until one is taken; `taken` then says what of it. What is wrong with a file is said here."""

    def __init__(self, start: Path, session: Session) -> None:
        super().__init__("Import a model", start)
        self.taken: Taken | None = None
        self._session = session
        self._reading: Worker[None] | None = None

    def answer(self, path: Path) -> None:
        """Looks into the file; a foreign one is read by a process of its own, which takes a second."""
        self.say(f"Reading {clean(path.name)} …")
        self._reading = self.run_worker(self._look_into(path), exclusive=True)

    def narrow(self, typed: str) -> None:
        """Typing on gives up a file that is being read."""
        if self._reading and not self._reading.is_finished:
            self._reading.cancel()
        super().narrow(typed)

    async def _look_into(self, path: Path) -> None:
        try:
            found = await asyncio.to_thread(find_model, path)
        except UserError as error:
            self.say(error.sentence, wrong=True)
            return
        said, ways = imported(found, self._session), import_ways(found)
        with_training = await self.app.push_screen_wait(Preview(f"Import {clean(path.name, 50)}", said, ways))
        if with_training is None:
            self.say("Nothing was taken. Choose another file, or esc to leave.")
            self.query_one(Input).focus()
            return
        self.taken = Taken(path, found, with_training)
        self.dismiss(path)
