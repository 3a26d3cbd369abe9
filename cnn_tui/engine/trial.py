"""A training prepared without a run, to try some steps and throw them away: nothing is written anywhere."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from cnn_tui.data.class_weights import class_weights
from cnn_tui.data.dataset import open_data
from cnn_tui.data.parts import split
from cnn_tui.data.scaling import fit_scaling
from cnn_tui.engine.augment import augmenter_of
from cnn_tui.engine.batches import Change, Examples, epoch_order, examples
from cnn_tui.engine.build import Network
from cnn_tui.engine.devices import Choice, choose, prepare
from cnn_tui.engine.learning import Learner, Plain
from cnn_tui.engine.losses import Criterion
from cnn_tui.engine.optimizers import make_optimizer, set_rate
from cnn_tui.engine.seeds import seed_draws, seed_of
from cnn_tui.engine.weights import initialize
from cnn_tui.spec.checks import around, check
from cnn_tui.spec.experiment import Experiment, data_meant
from cnn_tui.spec.training import Training


def _nobody(share: float) -> None:
    """Nobody hears how far it is."""


@dataclass(frozen=True)
class Trial:
    """A network that has not learned yet, and the data that it would learn from."""

    plan: Training
    network: Network
    optimizer: torch.optim.Optimizer
    source: Examples
    training_rows: Tensor
    validation_images: int
    choice: Choice
    criterion: Criterion
    augment: Change | None
    learner: Learner

    def rows(self, step: int) -> Tensor:
        """The rows of a step, counted from 0, as a training would take them: epoch after epoch."""
        size = self.plan.batch_size
        epoch, at = divmod(step, -(-len(self.training_rows) // size))
        return epoch_order(self.training_rows, self.plan.seed, epoch)[at * size : (at + 1) * size]

    def step(self, rows: Tensor, number: int, rate: float) -> Tensor:
        """One step of the training with this rate; the loss before it."""
        seed_draws(seed_of(self.plan.seed, "step", 0, number), self.source.device)
        images, labels = self.source.batch(rows, self.augment)
        loss, _ = self.learner(images, labels, 1.0)
        set_rate(self.optimizer, rate)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.network.constrain()
        return loss


def make_trial(experiment: Experiment, tell: Callable[[float], None] = _nobody) -> Trial:
    """The training that the experiment asks for, at its beginning. Raises UserError where that would not begin."""
    data, plan = experiment.data, experiment.training
    choice = choose(plan.device, plan.precision)
    prepare(choice)
    opened = open_data(data_meant(experiment), tell=tell)
    train = opened.train
    known = around(experiment, train.images.shape[1:], train.classes, train.targets)
    for problem in check(experiment.model, known):
        raise problem.error
    parts = split(opened, data, plan.seed)
    dataset, rows = parts.training.dataset, parts.training.rows
    weights = None if dataset.targets else class_weights(data.class_weights, parts.training)
    network = Network(experiment.model)
    initialize(network, plan.seed)
    network.to(choice.torch_device).train()
    on_device = None if weights is None else torch.from_numpy(weights).to(choice.torch_device)
    criterion = Criterion(plan.loss, network.ending, plan.label_smoothing, on_device)
    return Trial(
        plan=plan,
        network=network,
        optimizer=make_optimizer(network.parameters(), plan.optimizer),
        source=examples(
            dataset.images, dataset.labels, fit_scaling(dataset.images, rows, data.scale), choice.torch_device
        ),
        training_rows=torch.from_numpy(rows),
        validation_images=len(parts.validation.rows) if parts.validation else 0,
        choice=choice,
        criterion=criterion,
        augment=augmenter_of(experiment, dataset.images, rows, choice.torch_device),
        learner=Plain(network, criterion, choice),
    )
