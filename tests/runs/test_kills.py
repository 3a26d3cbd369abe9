"""A run that is killed again and again ends with the same weights, history and best epoch, to the bit, as one that is not."""

import random
import signal
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from msgspec.structs import replace

from cnn_tui.runs.events import EpochEnd, read_events
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.augmentation import Augmentation
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPooling2D,
    Reshape,
)
from cnn_tui.spec.model import Model
from cnn_tui.spec.optimizers import SGD, AdamW
from cnn_tui.spec.schedules import Cosine, EarlyStopping, Plateau
from tests.conftest import with_training
from tests.runs.crash import CRASH, Trainers, outcome

KILLS = 200 if CRASH else 25
KILLS_A_RUN = 4

WITH_DROPOUT: tuple[Layer, ...] = (
    Reshape(target_shape=(28, 28, 1)),
    Conv2D(filters=4, kernel_size=(3, 3), strides=(2, 2), use_bias=False),
    BatchNormalization(momentum=0.9),
    Dropout(rate=0.3),
    MaxPooling2D(),
    Flatten(),
    Dense(units=10, activation="softmax"),
)
WIDE: tuple[Layer, ...] = (
    Reshape(target_shape=(28, 28, 1)),
    Conv2D(filters=32, kernel_size=(3, 3), padding="same", activation="relu"),
    MaxPooling2D(),
    Flatten(),
    Dense(units=10, activation="softmax"),
)
"""With batches of 48 in oneDNN's layout, and the rest of an epoch, 32 images, not."""


@pytest.fixture(scope="module")
def small(experiment: Experiment) -> Experiment:
    """What takes a moment: 80 images in batches of 8, six times."""
    data = replace(experiment.data, first_per_class=10)
    return replace(with_training(experiment, epochs=6, batch_size=8), data=data)


@pytest.fixture(scope="module")
def experiments(small: Experiment) -> dict[str, Experiment]:
    still = with_training(small, epochs=30, early_stopping=EarlyStopping(patience=1), optimizer=SGD(learning_rate=1.0))
    return {
        "sgd": with_training(small, optimizer=SGD(learning_rate=0.05, momentum=0.9, nesterov=True)),
        "adamw": with_training(small, optimizer=AdamW(learning_rate=0.003, weight_decay=0.01)),
        "cosine": with_training(small, schedule=Cosine(), warmup=1.0),
        "plateau": with_training(small, schedule=Plateau(patience=0, factor=0.5), optimizer=SGD(learning_rate=0.5)),
        "dropout": replace(small, model=Model((784,), WITH_DROPOUT, "small")),
        "augmented": replace(
            small, data=replace(small.data, augmentation=Augmentation(rotation=10.0, shift=0.1, noise=0.05))
        ),
        "early stopping": still,
        "class weights": replace(small, data=replace(small.data, class_weights="0=3, 1=0.5")),
        "own layout": replace(with_training(small, batch_size=48), model=Model((784,), WIDE, "wide")),
    }


@pytest.fixture(scope="module")
def trainers(small: Experiment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trainers]:
    with Trainers(create_run(tmp_path_factory.mktemp("warm"), small)) as server:
        yield server


def test_killed_at_random_moments_it_ends_as_if_undisturbed(
    trainers: Trainers, experiments: dict[str, Experiment], tmp_path: Path
):
    dice = random.Random(20260801)
    whole: dict[str, tuple[dict[str, object], float]] = {}
    kills = 0
    for name in cycle(experiments):
        if name not in whole:
            run = create_run(tmp_path, experiments[name], f"{name} whole")
            begun = time.monotonic()
            assert trainers.finish(run) == 0, run.log_file.read_text()
            whole[name] = outcome(run), time.monotonic() - begun
        undisturbed, seconds = whole[name]
        run = create_run(tmp_path, experiments[name], name)
        kills += sum(trainers.kill_after(run, dice.uniform(0, seconds)) for _ in range(KILLS_A_RUN))
        assert trainers.finish(run) == 0, run.history().text
        assert outcome(run) == undisturbed, name
        if kills >= KILLS and len(whole) == len(experiments):
            break
    print(f"{kills} kills, all alike")


def test_early_stopping_and_augmentation_are_at_work_there(
    experiments: dict[str, Experiment], trainers, tmp_path: Path
):
    run = create_run(tmp_path, experiments["early stopping"])
    trainers.finish(run)
    history = run.history()
    assert len(history.epochs) < 30
    assert history.best_epoch < len(history.epochs)


def epochs_over(run: Run) -> int:
    return sum(isinstance(event, EpochEnd) for event in read_events(run.events_file)[0])


def test_a_kill_loses_no_more_than_what_came_after_the_newest_checkpoint(trainers, small: Experiment, tmp_path: Path):
    run = create_run(tmp_path, small)
    trainers.signal_when(run, signal.SIGKILL, lambda: epochs_over(run) >= 3)
    newest = max(path.name for path in run.checkpoints_folder.glob("epoch-*"))
    assert newest >= "epoch-0002"
    trainers.finish(run)
    assert run.history().state == "done"
