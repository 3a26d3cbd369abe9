"""A trainer of the run that is shown that gives no sign of life, and the key that ends it."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import var

from cnn_tui.runs.run import Run
from cnn_tui.ui.run_ending import ask_and_end
from cnn_tui.ui.screens.starting import Starting


class Ending(Starting):
    """Its key is there while the trainer is silent, and only then."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("X", "end_trainer", "End it", tooltip="End a trainer that gives no sign of life", id="train.end"),
    ]

    is_silent: var[bool] = var(False, bindings=True)

    async def action_end_trainer(self) -> None:
        """Asks first."""
        if self.run_shown is not None:
            await self.converse(self._end_trainer(self.run_shown))

    async def _end_trainer(self, run: Run) -> None:
        def say(words: str) -> None:
            self.waiting = words

        await ask_and_end(self.tui, run, say)
        self.waiting = ""
        self.tui.follow_run()
