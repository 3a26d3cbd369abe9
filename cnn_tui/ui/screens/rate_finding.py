"""Looking for a learning rate before a run: the service tries ever higher ones, the curve is shown, its rate taken."""

from typing import ClassVar

from msgspec.structs import replace
from textual.binding import Binding, BindingType

from cnn_tui.runs.client import Stopped, Told
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.make import change
from cnn_tui.spec.rate_curve import RateCurve
from cnn_tui.ui.screens.place import Place
from cnn_tui.ui.widgets.training_form import TrainingForm


class RateFinding(Place):
    """A place with a `TrainingForm` that can have its rate found."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "find_rate", "Find rate", tooltip="Try ever higher learning rates", id="train.find_rate"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._failed: tuple[Experiment, str] | None = None
        """What no rate could be found for, and why."""

    @property
    def rate_trouble(self) -> str:
        """Why no rate was found for what is asked now, or nothing."""
        return self._failed[1] if self._failed and self._failed[0] == self.session.experiment else ""

    def show_rate_trouble(self) -> None:
        """Says it, or says it no more."""
        raise AssertionError(f"{type(self).__name__} has no line for it")

    async def action_find_rate(self) -> None:
        """Looks for one, unless something typed cannot be used; then goes there."""
        form, experiment = self.query_one(TrainingForm), self.session.experiment
        if form.mistake:
            form.focus_field(form.mistake)
        elif experiment:
            await self.converse(self._find_rate(experiment))

    async def _find_rate(self, asked: Experiment) -> None:
        from cnn_tui.ui.dialogs.rate import RateDialog
        from cnn_tui.ui.dialogs.working import Working

        found: list[RateCurve] = []

        async def find(told: Told) -> None:
            found.append(await self.tui.service.find_rate(asked, told))

        trouble = await self.app.push_screen_wait(Working("Trying learning rates …", find))
        self._failed = (asked, trouble.sentence) if trouble and not isinstance(trouble, Stopped) else None
        self.show_rate_trouble()
        if found:
            rate = await self.app.push_screen_wait(RateDialog(found[0], asked.training))
            if rate is not None:
                self._take(rate)

    def _take(self, rate: float) -> None:
        """Sets it, as if it had been typed."""
        optimizer = change(self.session.training.optimizer, "the optimizer", learning_rate=rate)
        self.session = replace(self.session, training=replace(self.session.training, optimizer=optimizer))
