"""What can be done to a run of the list: resumed, stopped, ended, renamed, moved into the trash and taken back."""

import asyncio
from collections.abc import Callable

from textual import work

from cnn_tui.errors import UserError
from cnn_tui.runs.control import ask
from cnn_tui.runs.keeping import objection_to_name, rename, take_back, throw_away
from cnn_tui.runs.launch import launch
from cnn_tui.runs.overview import RunLine
from cnn_tui.runs.run import Run
from cnn_tui.text import clean
from cnn_tui.ui.dialogs.confirm import Confirm
from cnn_tui.ui.run_ending import ask_and_end
from cnn_tui.ui.screens.overlaying import OverlayingPlace


class RunDeedsPlace(OverlayingPlace):
    """A place with a chosen run."""

    def __init__(self) -> None:
        super().__init__()
        self.thrown: list[tuple[Run, Run]] = []
        """Runs in the trash and where they were, the newest last."""

    @property
    def chosen(self) -> RunLine | None:
        """The run that is meant."""
        return None

    def look(self) -> None:
        """Looks at the folder again."""

    def action_resume(self) -> None:
        """Starts a trainer that goes on from the newest checkpoint."""
        if line := self.chosen:
            self.start_trainer(line.run)

    @work(group="trainer")
    async def start_trainer(self, run: Run) -> None:
        """Starts it; it goes on without this window."""
        self.notify(f"{clean(run.name, 60)} goes on from its newest checkpoint.", timeout=3, markup=False)
        await self._attempt(lambda: launch(run))

    async def action_stop(self) -> None:
        """Asks first."""
        if line := self.chosen:
            await self.converse(self._stop(line.run))

    async def _stop(self, run: Run) -> None:
        question = f"Stop {clean(run.name, 60)}? Its best weights are kept and tested; it can go on later."
        if await self.app.push_screen_wait(Confirm(question, yes="Stop it")):
            await self._attempt(lambda: ask(run, "stop"))

    async def action_end_trainer(self) -> None:
        """Asks first."""
        if line := self.chosen:
            await self.converse(self._end_trainer(line.run))

    async def _end_trainer(self, run: Run) -> None:
        await ask_and_end(self.tui, run, lambda words: self.notify(words, timeout=5, markup=False))
        self.look()

    async def action_throw_away(self) -> None:
        """Asks first."""
        if line := self.chosen:
            await self.converse(self._throw_away(line.run))

    async def _throw_away(self, run: Run) -> None:
        question = f"Move {clean(run.name, 60)} into the trash, {clean(run.path.parent, 40)}/.trash? u takes it back."
        if await self.app.push_screen_wait(Confirm(question, yes="Move it")):
            await self._attempt(lambda: self.thrown.append((throw_away(run), run)))

    async def action_take_back(self) -> None:
        """Moves the last one out of the trash."""
        await self._attempt(lambda: take_back(*self.thrown.pop()))

    async def action_rename(self) -> None:
        """Asks for a name."""
        if line := self.chosen:
            await self.converse(self._rename(line.run))

    async def _rename(self, run: Run) -> None:
        from cnn_tui.ui.dialogs.ask_text import AskText

        note = "Letters, digits, dots, hyphens and underscores."
        asked = AskText("Rename the run", note, run.name, lambda name: objection_to_name(run, name))
        name = await self.app.push_screen_wait(asked)
        if name and name != run.name:
            await self._attempt(lambda: self._renamed(run, rename(run, name)))

    def _renamed(self, before: Run, now: Run) -> None:
        if self.session.run == before:
            self.app.call_from_thread(self.tui.watch_run, now)

    async def _attempt(self, deed: Callable[[], object]) -> None:
        """Does it beside the screen, says what is against it, and looks again."""
        try:
            await asyncio.to_thread(deed)
        except UserError as error:
            self.tui.show_error(error)
        self.look()
