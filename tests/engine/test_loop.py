"""Training as such: it learns, moves every weight, and counts right."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch

from cnn_tui.engine.attention import Attention, Interrupted
from cnn_tui.engine.batches import batches, epoch_order, examples
from cnn_tui.engine.build import Network
from cnn_tui.engine.checkpoints import State, load_newest, save_checkpoint
from cnn_tui.engine.course import Diverged, Job
from cnn_tui.engine.devices import choose
from cnn_tui.engine.evaluate import assess, evaluate
from cnn_tui.engine.loop import train
from cnn_tui.engine.losses import Criterion
from cnn_tui.engine.optimizers import make_optimizer
from cnn_tui.engine.stopwatch import Stopwatch
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.runs.control import ask
from cnn_tui.runs.events import EpochEnd, Event
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.data import Scaling
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    Layer,
    MaxPooling2D,
    Residual,
)
from cnn_tui.spec.layers.constraints import MaxNorm
from cnn_tui.spec.layers.regularizers import L2
from cnn_tui.spec.make import change
from cnn_tui.spec.model import Model
from cnn_tui.spec.optimizers import Adam
from cnn_tui.spec.training import Training

IMAGES, SIDE, CLASSES = 64, 8, 4
NETWORK: tuple[Layer, ...] = (
    Conv2D(filters=16, kernel_size=(3, 3), activation="relu"),
    MaxPooling2D(),
    Flatten(),
    Dense(units=CLASSES, activation="softmax"),
)


@pytest.fixture
def run(tmp_path, experiment: Experiment) -> Run:
    return create_run(tmp_path, experiment)


EVERYTHING: tuple[Layer, ...] = (
    Conv2D(filters=8, kernel_size=(3, 3), padding="same", kernel_regularizer=L2(l2=0.01)),
    BatchNormalization(momentum=0.8),
    Dropout(rate=0.3),
    Conv2D(filters=8, kernel_size=(3, 3), padding="same", activity_regularizer=L2(l2=0.01)),
    Residual(layers=3),
    GaussianNoise(stddev=0.1),
    Flatten(),
    Dense(units=CLASSES, activation="softmax", kernel_constraint=MaxNorm(max_value=0.5)),
)
"""Running means, noise, a penalty and a rule: what a checkpoint must bring back, or a seed."""


def job(
    run: Run,
    epochs: int,
    say: Callable[[Event], None] = print,
    held_out: int = 0,
    layers: tuple[Layer, ...] = NETWORK,
    **settings: object,
) -> Job:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (IMAGES, SIDE, SIDE, 1), dtype=np.uint8)
    labels = random.integers(0, CLASSES, IMAGES)
    choice = choose("cpu", "fp32")
    network = Network(Model((SIDE, SIDE, 1), layers))
    initialize(network, seed=1)
    plan = cast(
        Training, change(Training(epochs=epochs, batch_size=16, optimizer=Adam(learning_rate=0.01)), **settings)
    )
    rows = torch.arange(IMAGES)
    source = examples(images, labels, Scaling(divide=(255.0,)), choice.torch_device)
    return Job(
        plan=plan,
        network=network,
        optimizer=make_optimizer(network.parameters(), plan.optimizer),
        source=source,
        training_rows=rows[held_out:],
        validation=(source, rows[:held_out]) if held_out else None,
        choice=choice,
        attention=Attention(run),
        watch=Stopwatch(),
        say=say,
        save=lambda state: None,
        keep_best=lambda state: None,
    )


def test_it_learns_64_random_images_by_heart(run: Run):
    events: list[Event] = []
    train(job(run, epochs=60, say=events.append), State())
    ends = [event for event in events if isinstance(event, EpochEnd)]
    assert ends[-1].accuracy == 1.0


def test_no_weight_stands_still(run: Run):
    made = job(run, epochs=1)
    before = {name: array.clone() for name, array in arrays(made.network).items()}
    train(made, State())
    after = arrays(made.network)
    assert not any(torch.equal(before[name], after[name]) for name in before)


def test_an_epoch_shows_every_row_once_in_an_order_of_its_own(run: Run):
    rows = torch.arange(100) * 2
    first, again, second = epoch_order(rows, 5, 0), epoch_order(rows, 5, 0), epoch_order(rows, 5, 1)
    assert torch.equal(first, again)
    assert not torch.equal(first, second)
    assert torch.equal(first.sort().values, rows)


def test_batches_from_the_middle_are_the_same_batches(run: Run):
    source, rows = job(run, epochs=1).source, torch.arange(50)
    whole = list(batches(source, rows, 16))
    rest = list(batches(source, rows, 16, start=2))
    assert [len(labels) for _, labels in whole] == [16, 16, 16, 2]
    for (images, labels), (their_images, their_labels) in zip(whole[2:], rest, strict=True):
        assert torch.equal(images, their_images)
        assert torch.equal(labels, their_labels)


def test_evaluation_counts_every_row_once_whatever_the_batch(run: Run):
    made = job(run, epochs=1)
    rows = torch.arange(IMAGES)
    sums, answers = assess(made.network, made.source, rows, Criterion("categorical_crossentropy"))
    images, labels = made.source.batch(rows)
    with torch.inference_mode():
        scores = made.network.scores(images)
    expected = torch.nn.functional.cross_entropy(scores, labels, reduction="sum").item()
    assert sums.loss == pytest.approx(expected, rel=1e-6)
    assert sums.correct == (scores.argmax(1) == labels).sum().item()
    assert sums == evaluate(made.network, made.source, rows, Criterion("categorical_crossentropy"))
    assert np.allclose(answers, torch.softmax(scores, 1).numpy(), atol=1e-6)


def test_the_best_epoch_is_the_one_most_right_on_the_held_out_rows(run: Run):
    events: list[Event] = []
    state = train(job(run, epochs=12, say=events.append, held_out=24), State())
    ends = [event for event in events if isinstance(event, EpochEnd)]
    best = max(ends, key=lambda end: (end.val_accuracy or 0, -(end.val_loss or 0)))
    assert state.best_epoch == best.epoch


class EndsAt(Attention):
    """Is asked to end after so many batches."""

    def __init__(self, run: Run, batches: int) -> None:
        super().__init__(run)
        self.left = batches

    def look(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Interrupted


@pytest.mark.parametrize("batches", [1, 2, 4, 6, 7])
def test_a_network_with_running_means_and_noise_goes_on_to_the_bit(run: Run, tmp_path: Path, batches: int):
    """Ended in the first epoch, in its evaluation, in the second: the same losses and the same arrays."""
    whole: list[Event] = []
    undisturbed = job(run, epochs=3, say=whole.append, held_out=16, layers=EVERYTHING)
    train(undisturbed, State())

    said: list[Event] = []
    made = job(run, epochs=3, say=said.append, held_out=16, layers=EVERYTHING)
    save = partial(save_checkpoint, tmp_path, made.network, made.optimizer)
    with pytest.raises(Interrupted):
        train(replace(made, attention=EndsAt(run, batches), save=save), State())

    again = job(run, epochs=3, say=said.append, held_out=16, layers=EVERYTHING)
    initialize(again.network, seed=99)
    state = load_newest(tmp_path, again.network, again.optimizer, print)
    assert state is not None
    train(again, state)
    assert losses(said) == losses(whole)
    theirs = arrays(undisturbed.network)
    assert all(torch.equal(array, theirs[name]) for name, array in arrays(again.network).items())
    assert not torch.equal(theirs["batch_normalization.moving_mean"], torch.zeros(8))


def losses(said: list[Event]) -> list[tuple[float | None, float | None]]:
    return [(event.loss, event.val_loss) for event in said if isinstance(event, EpochEnd)]


def test_the_loss_that_is_reported_holds_what_the_model_adds_to_it(run: Run):
    said: list[Event] = []
    made = job(
        run,
        epochs=1,
        say=said.append,
        held_out=16,
        layers=(*NETWORK[:3], change(NETWORK[3], kernel_regularizer=L2(l2=0.1))),
    )
    train(made, State())
    images, labels = made.source.batch(torch.arange(16))
    scores = made.network.scores(images)
    wanted = torch.nn.functional.cross_entropy(scores, labels) + made.network.penalty()
    assert losses(said)[0][1] == pytest.approx(wanted.item(), rel=1e-5)


def test_a_running_mean_that_is_no_number_ends_the_training(run: Run):
    made = job(run, epochs=1, layers=(*NETWORK[:3], BatchNormalization(momentum=1.0), NETWORK[3]))
    next(one.array for one in made.network.weights() if one.name == "moving_variance").fill_(float("inf"))
    with pytest.raises(Diverged, match="not a number after epoch 1"):
        train(made, State())


def test_requests_for_a_run_that_is_not_at_work_are_refused(run: Run):
    with pytest.raises(Exception, match="nothing to stop: this run is interrupted"):
        ask(run, "stop")
