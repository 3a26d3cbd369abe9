"""What can be asked of a run at work: pause, stop, a checkpoint, another rate, another number of epochs."""

from collections.abc import Callable
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType

from cnn_tui.errors import UserError
from cnn_tui.runs.control import FIELDS, Request, Wish, ask, wish_for
from cnn_tui.runs.history import History
from cnn_tui.runs.run import Run
from cnn_tui.spec.fields import show
from cnn_tui.spec.make import parse
from cnn_tui.ui.screens.place import Place

Setting = Literal["learning_rate", "epochs"]
_ASKED: dict[Request, str] = {
    "pause": "It pauses after this batch.",
    "continue": "It goes on.",
    "stop": "It stops after this batch; its best weights are kept and tested.",
    "save": "It makes a checkpoint after this batch.",
}
_UNHEARD = "It does so when it answers again, for now it gives no sign of life. X ends it."
_TITLES: dict[Setting, str] = {
    "learning_rate": "Learning rate from the next batch on",
    "epochs": "Train for so many epochs",
}


class Steering(Place):
    """Leaves requests in the run's control folder, and says what the trainer will do."""

    BINDINGS: ClassVar[list[BindingType]] = [  # with those of the form, as the footer has them in this order
        Binding("s", "start", "Start", tooltip="Start the run; possible when nothing is wrong", id="train.start"),
        Binding("c", "copy_command", "Copy command", tooltip="The same as a command, copied", id="train.copy"),
        Binding("space", "request('pause')", "Pause", tooltip="Pause a run that trains", id="train.pause"),
        Binding("space", "request('continue')", "Continue", tooltip="Let a paused run go on", id="train.continue"),
        Binding("x", "request('stop')", "Stop and keep", tooltip="End the run; its best weights stay", id="train.stop"),
        Binding("k", "request('save')", "Save", tooltip="Make a checkpoint after this batch", id="train.save"),
        Binding("r", "set('learning_rate')", "Rate", tooltip="Another learning rate from now on", id="train.rate"),
        Binding("r", "resume", "Resume", tooltip="Go on with a run that is not done", id="train.resume"),
        Binding("e", "set('epochs')", "Epochs", tooltip="Train for more epochs, or fewer", id="train.epochs"),
        Binding("e", "edit", "Settings", tooltip="Into the settings", id="train.edit"),
    ]

    def action_request(self, request: Request) -> None:
        """Asks the trainer for something, and says what it will do."""
        run = self.session.run
        assert run is not None
        self.tell_trainer(lambda: ask(run, request), _UNHEARD if run.seconds_silent else _ASKED[request])

    async def action_set(self, setting: Setting) -> None:
        """Asks for another value, checked at each key."""
        if self.session.run is not None:
            await self.converse(self._ask_for(self.session.run, setting))

    async def _ask_for(self, run: Run, setting: Setting) -> None:
        from cnn_tui.ui.dialogs.ask_text import AskText

        now = _value(self.tui.history, run, setting)
        note = f"Now {now}. {FIELDS[setting].limits[0].upper()}{FIELDS[setting].limits[1:]}."
        if setting == "learning_rate":
            note += " A schedule goes on from it. It is recorded and marked on the curve."
        typed = await self.app.push_screen_wait(
            AskText(_TITLES[setting], note, now, lambda text: _wrong(setting, text, self.tui.history))
        )
        if typed is not None and typed.strip() != now:
            value = parse(FIELDS[setting], typed)
            wish = Wish(learning_rate=value) if setting == "learning_rate" else Wish(epochs=value)
            words = "It takes the rate" if setting == "learning_rate" else "It trains for"
            ending = "" if setting == "learning_rate" else " epochs"
            self.tell_trainer(lambda: wish_for(run, wish), f"{words} {show(value)}{ending} from the next batch on.")

    def tell_trainer(self, deed: Callable[[], None], words: str) -> None:
        """Leaves something for the trainer, and says what will be."""
        try:
            deed()
        except UserError as error:
            self.tui.show_error(error)
        else:
            self.notify(words, timeout=3, markup=False)

    def can_ask(self, request: str) -> bool | None:
        """Only a trainer at work can be asked; of pause and continue one is shown."""
        history = self.tui.history
        hidden = "pause" if history.state == "paused" else "continue"
        if request == hidden:
            return False
        is_testing = history.phase == "testing" and request != "stop"
        return (history.state != "starting" and not is_testing) or None


def _value(history: History, run: Run, setting: Setting) -> str:
    """How it is now, as it is typed."""
    if setting == "epochs":
        return str(history.epochs_wanted)
    asked = [one.learning_rate for one in history.changes if one.learning_rate is not None]
    if asked:
        return show(asked[-1])
    try:
        return show(run.experiment().training.optimizer.learning_rate)
    except UserError:
        return ""


def _wrong(setting: Setting, text: str, history: History) -> str:
    """Why a value cannot be taken; empty: it can."""
    try:
        value = parse(FIELDS[setting], text)
    except UserError as error:
        return error.sentence
    begun = len(history.epochs) + (history.last_sample is not None)
    if setting == "epochs" and value < begun:
        return f"Epoch {begun:,} has begun already. x stops the run now and keeps its best weights."
    return ""
