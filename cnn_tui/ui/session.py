"""What the screens edit and show, as one frozen value: every change makes a new one."""

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.runs.run import Run
from cnn_tui.spec.checks import check
from cnn_tui.spec.data import Data, Report
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import Problem
from cnn_tui.spec.training import Training


class Session(Struct, frozen=True, kw_only=True):
    """The experiment being edited, what is known of its data, the run being watched, and the way back."""

    model: Model
    data: Data | None = None
    report: Report | None = None
    """What is in the data; None until the service has read it."""
    training: Training = Training()
    run: Run | None = None
    """The run that Train and Results show."""
    model_file: Path | None = None
    """Where the model was read from or saved to."""
    saved_model: Model | None = None
    """The model as that file holds it."""
    undone: tuple[Model, ...] = ()
    """Models that a redo brings back, the nearest last."""
    past: tuple[Model, ...] = ()
    """Models that an undo brings back, the nearest last."""

    @property
    def is_saved(self) -> bool:
        """Whether the file holds the model as it is."""
        return self.model == self.saved_model

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the model from being trained on this data, the most important first."""
        return check(self.model, self.report)

    @property
    def experiment(self) -> Experiment | None:
        """What a run would be asked to do, or None without data."""
        if self.data is None:
            return None
        return Experiment(data=self.data, model=self.model, training=self.training)

    def with_model(self, model: Model) -> "Session":
        """With an edited model; an undo brings the old one back."""
        if model == self.model:
            return self
        return replace(self, model=model, past=(*self.past, self.model), undone=())

    def with_undo(self) -> "Session":
        """With the model as it was before the last edit."""
        if not self.past:
            return self
        return replace(self, model=self.past[-1], past=self.past[:-1], undone=(*self.undone, self.model))

    def with_redo(self) -> "Session":
        """With the edit that was undone last."""
        if not self.undone:
            return self
        return replace(self, model=self.undone[-1], undone=self.undone[:-1], past=(*self.past, self.model))
