"""What a training works with, and where within an epoch it is."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from msgspec.structs import replace
from torch import Tensor

from cnn_tui.engine.attention import Attention
from cnn_tui.engine.batches import Change, Examples
from cnn_tui.engine.build import Network
from cnn_tui.engine.checkpoints import State
from cnn_tui.engine.devices import Choice
from cnn_tui.engine.losses import Criterion
from cnn_tui.engine.metrics import Meter
from cnn_tui.engine.stopwatch import Stopwatch
from cnn_tui.engine.team import ALONE, Team
from cnn_tui.engine.totals import Means, Sums, Totals
from cnn_tui.runs.events import Event
from cnn_tui.spec.rates import Change as Changing
from cnn_tui.spec.rates import Rates
from cnn_tui.spec.schedules import Plateau
from cnn_tui.spec.training import Training
from cnn_tui.spec.watching import left_of


class Diverged(Exception):
    """The loss is not a number any more, so the weights are of no use: in which epoch, after which batch."""


@dataclass(frozen=True)
class Job:
    """Everything a training works with."""

    plan: Training
    network: Network
    optimizer: torch.optim.Optimizer
    source: Examples
    training_rows: Tensor
    validation: tuple[Examples, Tensor] | None
    """What watches the training: rows of these examples."""
    choice: Choice
    attention: Attention
    watch: Stopwatch
    say: Callable[[Event], None]
    save: Callable[[State], None]
    """Makes a checkpoint."""
    keep_best: Callable[[State], None]
    """Writes the weights as the best so far."""
    class_weights: Tensor | None = None
    """How much an image of each class counts in the loss: float32 [classes], on the device."""
    keep_answers: Callable[[int, Tensor], None] = lambda epoch, answers: None
    """Is given the class that the model answers for each validation row, after each epoch (from 1)."""
    augment: Change | None = None
    """What is done to the images of every training batch; it may draw from torch's generator."""
    changes: tuple[Changing, ...] = ()
    """What was changed while earlier trainers of this run were at work."""
    is_save_due: Callable[[], bool] = lambda: False
    """Whether the newest checkpoint is too old."""
    settle: Callable[[], None] = lambda: None
    """Makes a checkpoint that could not be made when it was asked for."""
    team: Team = ALONE
    """With whom the batches are shared."""

    @property
    def criterion(self) -> Criterion:
        """The loss of a training batch."""
        return Criterion(self.plan.loss, self.network.ending, self.plan.label_smoothing, self.class_weights)

    @property
    def meters(self) -> tuple[Meter, ...]:
        """What is computed beside loss and accuracy."""
        return tuple(Meter(name, self.plan.top_k) for name in self.plan.metrics if name != "accuracy")

    @property
    def rates(self) -> Rates:
        """The learning rate of every step."""
        return Rates(self.plan, -(-len(self.training_rows) // self.plan.batch_size), self.changes)


@dataclass
class Course:
    """Where the training is within an epoch."""

    begun: State
    totals: Totals
    step: int
    watch: Stopwatch
    rates: Rates
    team: Team = ALONE
    is_between_batches: bool = True
    """Whether it can go on from here: within a batch, running means are of it and weights not yet."""

    @property
    def state(self) -> State:
        """From where it could go on."""
        return replace(self.begun, step=self.step, sums=self.sums, elapsed=self.watch.elapsed)

    @property
    def sums(self) -> Sums:
        """What the batches add up to, those of the whole team."""
        return self.team.total(self.totals.read())

    def means(self) -> Means:
        """The means of the epoch so far. Raises Diverged."""
        means = self.sums.means
        if means.loss is None:
            raise Diverged(f"the loss is not a number in epoch {self.begun.epoch + 1}, by step {self.step}")
        return means

    def rate(self, step: int) -> float:
        """The learning rate of a step of this epoch."""
        reduced = None
        if isinstance(self.rates.training.schedule, Plateau):
            reduced = left_of(self.begun.plateau, self.rates.base(self.begun.epoch, step))
        return self.rates.rate(self.begun.epoch, step, reduced)
