"""A training that was ended anywhere and goes on is the one that was not: same weights, same epochs, same best one."""

from dataclasses import replace
from functools import partial

import pytest
import torch
from msgspec.structs import asdict

from cnn_tui.engine.attention import Attention, Interrupted
from cnn_tui.engine.checkpoints import State, load_newest, save_checkpoint
from cnn_tui.engine.course import Job
from cnn_tui.engine.job import recorded_changes
from cnn_tui.engine.loop import train
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.runs.control import Wish, asked, wish_for
from cnn_tui.runs.events import Changed, EpochEnd, Event, EventWriter
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.optimizers import SGD, Adadelta, Adagrad, Adamax, AdamW, Ftrl, Nadam, RMSprop
from cnn_tui.spec.schedules import Cosine, EarlyStopping, Exponential, OneCycle, Plateau, Step
from tests.engine.test_loop import job

SETTINGS: dict[str, dict[str, object]] = {
    "momentum": {"optimizer": SGD(learning_rate=0.05, momentum=0.9, nesterov=True)},
    "rmsprop": {"optimizer": RMSprop(learning_rate=0.01, momentum=0.5, centered=True)},
    "adagrad": {"optimizer": Adagrad(learning_rate=0.05)},
    "adadelta": {"optimizer": Adadelta(learning_rate=1.0)},
    "adamw": {"optimizer": AdamW(learning_rate=0.01, amsgrad=True, clipnorm=0.5)},
    "adamax": {"optimizer": Adamax(learning_rate=0.01, global_clipnorm=1.0)},
    "nadam": {"optimizer": Nadam(learning_rate=0.01)},
    "ftrl": {"optimizer": Ftrl(learning_rate=0.1, l1_regularization_strength=0.001)},
    "cosine": {"schedule": Cosine(first_epochs=1), "warmup": 0.5},
    "step": {"schedule": Step(epochs=2, factor=0.5)},
    "exponential": {"schedule": Exponential(factor=0.7)},
    "one-cycle": {"schedule": OneCycle()},
    "plateau": {"schedule": Plateau(patience=0, factor=0.5, cooldown=1), "optimizer": SGD(learning_rate=0.5)},
    "early stopping": {"early_stopping": EarlyStopping(patience=1), "optimizer": SGD(learning_rate=0.8)},
    "smoothing": {"label_smoothing": 0.1, "metrics": ["auc", "top_k", "mse", "r2", "cosine"], "top_k": 2},
    "binary cross-entropy": {"loss": "binary_crossentropy"},
}
EPOCHS = 4


@pytest.fixture
def run(tmp_path, experiment: Experiment) -> Run:
    return create_run(tmp_path, experiment)


class Scripted(Attention):
    """Is asked to end after so many looks, and for other settings after so many."""

    def __init__(self, run: Run, ends_after: int = 0, wishes: dict[int, Wish] | None = None) -> None:
        super().__init__(run)
        self._looks, self._ends_after, self._wishes = 0, ends_after, wishes or {}
        self._its_run = run

    def look(self) -> None:
        self._looks += 1
        if self._looks in self._wishes:
            wish_for(self._its_run, self._wishes[self._looks])
        super().look()
        if self._looks == self._ends_after:
            raise Interrupted


def made(run: Run, said: list[Event], weights: bool, **settings: object) -> Job:
    one = job(run, epochs=EPOCHS, say=said.append, held_out=16, **settings)
    class_weights = torch.tensor([1.0, 2.0, 0.5, 0.0]) if weights else None
    return replace(one, class_weights=class_weights)


def told(said: list[Event]) -> list[dict[str, object]]:
    """The epochs, without what the clock says."""
    clock = {"seconds", "images_per_second", "elapsed"}
    ends = [asdict(event) for event in said if isinstance(event, EpochEnd)]
    return [{key: value for key, value in end.items() if key not in clock} for end in ends]


def interrupted_again_and_again(
    run: Run, every: int, weights: bool, **settings: object
) -> tuple[dict[str, torch.Tensor], State, list[Event]]:
    """A training that is ended after every so many looks until it is over."""
    said: list[Event] = []
    folder = run.checkpoints_folder
    while True:
        one = made(run, said, weights, **settings)
        initialize(one.network, seed=99 if said else 1)
        state = load_newest(folder, one.network, one.optimizer, print) or State()
        save = partial(save_checkpoint, folder, one.network, one.optimizer)
        one = replace(one, attention=Scripted(run, every), save=save, changes=recorded_changes(run))
        try:
            state = train(one, state)
        except Interrupted:
            continue
        return arrays(one.network), state, said


def undisturbed(
    run: Run, weights: bool, wishes: dict[int, Wish], **settings: object
) -> tuple[dict[str, torch.Tensor], State, list[Event]]:
    said: list[Event] = []
    one = replace(made(run, said, weights, **settings), attention=Scripted(run, wishes=wishes))
    state = train(one, State())
    return arrays(one.network), state, said


def assert_alike(ours: tuple, theirs: tuple) -> None:
    assert told(ours[2]) == told(theirs[2])
    assert all(torch.equal(array, theirs[0][name]) for name, array in ours[0].items())
    first, second = (asdict(one[1]) | {"elapsed": 0} for one in (ours, theirs))
    assert first == second


@pytest.mark.parametrize(
    ("name", "every"), [*((name, 5) for name in SETTINGS), ("momentum", 2), ("plateau", 3), ("nadam", 3)]
)
def test_it_ends_as_an_undisturbed_one_does(tmp_path, experiment: Experiment, name: str, every: int):
    one, other = create_run(tmp_path, experiment, "one"), create_run(tmp_path, experiment, "other")
    weights = name in ("momentum", "smoothing")
    whole = undisturbed(one, wishes={}, weights=weights, **SETTINGS[name])
    assert len(told(whole[2])) == (EPOCHS if name != "early stopping" else whole[1].epoch)
    assert_alike(interrupted_again_and_again(other, every, weights, **SETTINGS[name]), whole)


def test_settings_that_were_changed_on_the_way_are_changed_at_the_same_step(tmp_path, experiment: Experiment):
    wishes = {2: Wish(learning_rate=0.002), 7: Wish(epochs=3), 9: Wish(learning_rate=0.05)}
    one, other = create_run(tmp_path, experiment, "one"), create_run(tmp_path, experiment, "other")
    whole = undisturbed(one, wishes=wishes, weights=False, schedule=Cosine())
    changes = [event for event in whole[2] if isinstance(event, Changed)]
    assert [(one.epoch, one.step, one.learning_rate, one.epochs) for one in changes] == [
        (0, 2, 0.002, None),
        (1, 3, None, 3),
        (2, 1, 0.05, None),
    ]
    assert asked(one).wish == Wish()
    assert whole[1].epoch == 3
    with EventWriter(other.events_file) as events:  # as the trainers before have recorded them
        for change in changes:
            events.write(change)
    assert_alike(interrupted_again_and_again(other, 5, False, schedule=Cosine()), whole)


def test_early_stopping_ends_before_the_last_epoch_with_the_best_weights_known(run: Run):
    said: list[Event] = []
    settings = {"optimizer": SGD(learning_rate=3.0), "early_stopping": EarlyStopping(patience=1)}
    state = train(replace(job(run, epochs=40, say=said.append, held_out=16, **settings)), State())
    ends = [event for event in said if isinstance(event, EpochEnd)]
    assert state.epoch == len(ends) < 40
    assert state.best_epoch == min(ends, key=lambda end: end.val_loss).epoch


def test_a_rate_that_falls_is_told_with_every_epoch(run: Run):
    said: list[Event] = []
    train(job(run, epochs=3, say=said.append, schedule=Step(epochs=1, factor=0.5)), State())
    assert [end["learning_rate"] for end in told(said)] == [0.01, 0.005, 0.0025]
