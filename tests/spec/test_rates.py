"""Schedules against Keras's and PyTorch's own, plateau and early stopping against Keras's callbacks."""

import os
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.spec.optimizers import SGD
from cnn_tui.spec.rates import Change, Rates
from cnn_tui.spec.schedules import AnySchedule, Constant, Cosine, EarlyStopping, Exponential, OneCycle, Plateau, Step
from cnn_tui.spec.training import Training
from cnn_tui.spec.watching import Waiting, after_plateau, after_watching, left_of

STEPS, EPOCHS, RATE = 7, 12, 0.02


@pytest.fixture(scope="module")
def keras():
    os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras")


def rates(schedule: AnySchedule, **settings: object) -> list[float]:
    training = Training(epochs=EPOCHS, optimizer=SGD(learning_rate=RATE), schedule=schedule, **settings)
    made = Rates(training, STEPS)
    return [made.rate(epoch, step) for epoch in range(EPOCHS) for step in range(STEPS)]


def kerass(keras, name: str, **settings: float) -> list[float]:
    schedule = getattr(keras.optimizers.schedules, name)(**settings)
    return [float(schedule(step)) for step in range(STEPS * EPOCHS)]


@pytest.mark.parametrize(
    ("schedule", "name", "settings"),
    [
        (Exponential(factor=0.8), "ExponentialDecay", {"decay_steps": STEPS, "decay_rate": 0.8}),
        (
            Step(epochs=3, factor=0.5),
            "ExponentialDecay",
            {"decay_steps": 3 * STEPS, "decay_rate": 0.5, "staircase": True},
        ),
        (Cosine(), "CosineDecay", {"decay_steps": STEPS * EPOCHS}),
        (Cosine(alpha=0.1), "CosineDecay", {"decay_steps": STEPS * EPOCHS, "alpha": 0.1}),
        (Cosine(first_epochs=2), "CosineDecayRestarts", {"first_decay_steps": 2 * STEPS}),
        (
            Cosine(first_epochs=3, t_mul=1.0, m_mul=0.5, alpha=0.2),
            "CosineDecayRestarts",
            {"first_decay_steps": 3 * STEPS, "t_mul": 1.0, "m_mul": 0.5, "alpha": 0.2},
        ),
    ],
)
def test_it_falls_as_kerass_does(keras, schedule, name, settings):
    theirs = kerass(keras, name, initial_learning_rate=RATE, **settings)
    np.testing.assert_allclose(rates(schedule), theirs, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("cycle", [OneCycle(), OneCycle(rise=0.5, start=0.1, end=0.01)])
def test_one_cycle_is_that_of_pytorch(cycle: OneCycle):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    theirs = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        RATE,
        STEPS * EPOCHS,
        pct_start=cycle.rise,
        div_factor=1 / cycle.start,
        final_div_factor=1 / cycle.end,
    )
    expected = []
    for _ in range(STEPS * EPOCHS):
        expected.append(theirs.get_last_lr()[0])
        optimizer.step()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs.step()
    np.testing.assert_allclose(rates(cycle), expected, rtol=1e-9)


def test_a_warm_up_rises_to_the_rate_and_the_schedule_begins_behind_it():
    warm = rates(Constant(), warmup=2.0)
    np.testing.assert_allclose(warm[: 2 * STEPS], RATE * np.arange(1, 2 * STEPS + 1) / (2 * STEPS))
    assert set(warm[2 * STEPS :]) == {RATE}
    falling = rates(Cosine(), warmup=2.0)
    assert falling[2 * STEPS] == RATE
    assert falling[-1] < RATE / 100


def test_a_change_holds_from_its_step_on_and_the_last_one_counts():
    changes = (Change(epoch=1, step=3, learning_rate=0.5), Change(epoch=2, step=0, learning_rate=0.25, epochs=20))
    made = Rates(Training(epochs=EPOCHS, optimizer=SGD(learning_rate=RATE)), STEPS, changes)
    assert [made.rate(1, 2), made.rate(1, 3), made.rate(1, 6), made.rate(2, 0)] == [RATE, 0.5, 0.5, 0.25]
    assert (made.epochs(1, 6), made.epochs(2, 0)) == (EPOCHS, 20)


VALUES = st.lists(st.sampled_from([0.1, 0.2, 0.3, 0.30005, 0.4, 0.5]), min_size=1, max_size=30)


@given(
    values=VALUES,
    patience=st.integers(0, 3),
    cooldown=st.integers(0, 3),
    min_lr=st.sampled_from([0.0, 1e-3]),
    grows=st.booleans(),
)
def test_a_plateau_is_that_of_keras(keras, values, patience, cooldown, min_lr, grows):
    mode = "max" if grows else "min"
    theirs = keras.callbacks.ReduceLROnPlateau(
        monitor="val_loss", factor=0.5, patience=patience, cooldown=cooldown, min_lr=min_lr, mode=mode
    )
    optimizer = SimpleNamespace(learning_rate=RATE)
    theirs.set_model(SimpleNamespace(optimizer=optimizer))
    theirs.on_train_begin()
    ours = Plateau(factor=0.5, patience=patience, cooldown=cooldown, min_lr=min_lr, mode=mode)
    waiting, base = Waiting(), (RATE, 0)
    for epoch, value in enumerate(values):
        theirs.on_epoch_end(epoch, {"val_loss": value})
        waiting = after_plateau(ours, waiting, {"val_loss": value}, base)
        assert left_of(waiting, base) == pytest.approx(float(optimizer.learning_rate))


@given(
    values=VALUES,
    patience=st.integers(0, 3),
    baseline=st.none() | st.just(0.25),
    start=st.integers(0, 3),
    min_delta=st.sampled_from([0.0, 0.1]),
)
def test_early_stopping_is_that_of_keras(keras, values, patience, baseline, start, min_delta):
    settings = {"patience": patience, "baseline": baseline, "start_from_epoch": start, "min_delta": min_delta}
    theirs = keras.callbacks.EarlyStopping(monitor="val_loss", **settings)
    model = SimpleNamespace(stop_training=False)
    theirs.set_model(model)
    theirs.on_train_begin()
    ours, waiting = EarlyStopping(**settings), Waiting()
    for epoch, value in enumerate(values):
        theirs.on_epoch_end(epoch, {"val_loss": value})
        waiting = after_watching(ours, waiting, {"val_loss": value}, epoch)
        assert waiting.stopped == model.stop_training
        if waiting.stopped:
            return


def test_what_is_no_number_is_never_better():
    ours, waiting = EarlyStopping(patience=2), Waiting()
    for epoch, value in enumerate([None, 0.5, None, None]):
        waiting = after_watching(ours, waiting, {"val_loss": value}, epoch)
    assert (waiting.best, waiting.stopped) == (0.5, True)


def test_a_rate_that_is_set_takes_the_place_of_what_a_plateau_left():
    waiting = Waiting(reduced=0.001, changes=0)
    assert left_of(waiting, (0.1, 0)) == 0.001
    assert left_of(waiting, (0.05, 1)) == 0.05
