"""What the screens edit and show, as one frozen value: every change makes a new one.

What judges an experiment is imported when it is asked for, as the first frame asks for none of it.
"""

from functools import cached_property
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.runs.run import Run
from cnn_tui.spec.data import Data, as_read
from cnn_tui.spec.experiment import Experiment, meant
from cnn_tui.spec.losses import OF_NUMBERS
from cnn_tui.spec.model import Model
from cnn_tui.spec.report import Report
from cnn_tui.spec.shapes import Problem, Row, trace
from cnn_tui.spec.training import Training

if TYPE_CHECKING:
    from cnn_tui.spec.advice import Advice

STOPPED = "Reading was stopped. r reads again."


class Session(Struct, frozen=True, kw_only=True, dict=True):
    """The experiment being edited, what is known of its data, the run being watched, and the way back."""

    model: Model
    data: Data | None = None
    report: Report | None = None
    """What is in the data; None until the service has read it."""
    data_problem: str = ""
    """Why it cannot be read, as a sentence."""
    training: Training = Training()
    run: Run | None = None
    """The run that Train and Results show."""
    sweep: Path | None = None
    """The folder of the sweep that Runs begins in."""
    model_file: Path | None = None
    """Where the model was read from or saved to."""
    saved_model: Model | None = None
    """The model as that file holds it."""
    memory_bytes: int = 0
    """What this machine has; 0: not known."""
    undone: tuple[Model, ...] = ()
    """Models that a redo brings back, the nearest last."""
    past: tuple[Model, ...] = ()
    """Models that an undo brings back, the nearest last."""

    @property
    def is_saved(self) -> bool:
        """Whether the file holds the model as it is."""
        return self.model == self.saved_model

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The trace of the model."""
        return trace(self.model)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What keeps the model from being trained on this data, the most important first."""
        from cnn_tui.spec.checks import around, check

        report = self.report
        if report is None or self.experiment is None:
            loss = self.training.loss
            of_numbers = self.files.has_numbers if self.files else loss in OF_NUMBERS
            return check(self.model, rows=self.rows, loss=loss, targets=int(of_numbers))
        memory = self.memory_bytes if self.training.device != "cuda" else 0
        known = around(self.experiment, report.train.shape, report.names, len(report.targets), memory)
        return check(self.model, known, self.rows)

    @property
    def problems_of_data(self) -> dict[str, str]:
        """What of the settings of the data cannot be meant, by the name of the setting."""
        if self.report is None:  # nothing of it is known then, and the first frame imports nothing to say so
            return {}
        from cnn_tui.spec.data_checks import is_of_data

        return {one.field: one.sentence for one in self.problems if is_of_data(one)}

    @cached_property
    def advice(self) -> "tuple[Advice, ...]":
        """What could be better, while nothing is wrong."""
        from cnn_tui.spec.advice import advise

        if self.problems:
            return ()
        train = self.report.train if self.report else None
        return advise(self.model, self.rows, train.images * prod(train.shape) if train else 0)

    @property
    def mendable(self) -> Problem | None:
        """The first problem whose remedy can be applied, or without problems the first advice."""
        remarks: tuple[Problem, ...] = self.problems or self.advice
        return next((one for one in remarks if one.remedy.applies), None)

    @property
    def files(self) -> Data | None:
        """The data as its files hold it, before scaling and splitting: what a report is about."""
        return self.data and self._files_of(self.data)

    @property
    def is_reading(self) -> bool:
        """Whether it is not known yet what is in the data."""
        return self.data is not None and self.report is None and not self.data_problem

    @property
    def experiment(self) -> Experiment | None:
        """What a run would be asked to do, or None without data."""
        if self.data is None:
            return None
        return Experiment(data=self.data, model=self.model, training=self.training)

    def with_data(self, data: Data | None) -> "Session":
        """With other data, or the same files scaled or split in another way, which are known already."""
        if data and self.data and self._files_of(data) == self.files and not self.data_problem:
            return replace(self, data=data)
        return replace(self, data=data, report=None, data_problem="")

    def is_known_from(self, known: "Session") -> bool:
        """Whether what is known of its data was found when they were read in another way."""
        is_same = self.report is known.report and self.data_problem == known.data_problem
        return is_same and bool(self.report or self.data_problem) and self.files != known.files

    def _files_of(self, data: Data) -> Data:
        """Whether labels are classes or numbers is a part of it, which the loss may say."""
        return as_read(meant(data, self.training.loss))

    def with_model(self, model: Model, goes_on: bool = False) -> "Session":
        """With an edited model; an undo brings the old one back, or the one before an edit that goes on."""
        if model == self.model:
            return self
        past = self.past if goes_on and self.past else (*self.past, self.model)
        return replace(self, model=model, past=past, undone=())

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
