"""Every optimizer against Keras's own, with each setting varied, from tiny to large gradients."""

import os

import numpy as np
import pytest
import torch
from msgspec.structs import asdict, replace

from cnn_tui.engine.optimizers import make_optimizer, set_rate
from cnn_tui.spec.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    Ftrl,
    Nadam,
    Optimizer,
    RMSprop,
)

ALL = (SGD, RMSprop, Adagrad, Adadelta, Adam, AdamW, Adamax, Nadam, Ftrl)
COMMON = ({"weight_decay": 0.05}, {"clipnorm": 0.5}, {"clipvalue": 0.01}, {"global_clipnorm": 0.7})
VARIED: dict[type[Optimizer], tuple[dict[str, object], ...]] = {
    SGD: ({"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"nesterov": True}),
    RMSprop: (
        {"rho": 0.5},
        {"momentum": 0.9},
        {"centered": True},
        {"momentum": 0.5, "centered": True},
        {"epsilon": 0.01},
    ),
    Adagrad: ({"initial_accumulator_value": 0.0, "epsilon": 1e-3}, {"initial_accumulator_value": 2.0}),
    Adadelta: ({"rho": 0.5}, {"epsilon": 0.01}),
    Adam: ({"beta_1": 0.5}, {"beta_2": 0.9}, {"epsilon": 0.01}, {"amsgrad": True, "beta_2": 0.5}),
    AdamW: ({"weight_decay": 0.2}, {"amsgrad": True, "beta_2": 0.5}, {"beta_1": 0.0}),
    Adamax: ({"beta_1": 0.5}, {"beta_2": 0.5}, {"epsilon": 0.01}),
    Nadam: ({"beta_1": 0.5}, {"beta_2": 0.9}, {"epsilon": 0.01}),
    Ftrl: (
        {"learning_rate_power": -0.7},
        {"learning_rate_power": 0.0, "l2_regularization_strength": 0.1},
        {"initial_accumulator_value": 1.0},
        {"l1_regularization_strength": 0.5},
        {"l2_regularization_strength": 0.5},
        {"l2_shrinkage_regularization_strength": 0.1},
        {"beta": 0.3},
    ),
}
CASES = [kind(learning_rate=0.01, **changed) for kind in ALL for changed in ({}, *COMMON, *VARIED[kind])]
STEPS, TOLERANCE = 30, 1e-6


@pytest.fixture(scope="module")
def keras():
    os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras")


def gradients(steps: int = STEPS) -> np.ndarray:
    random = np.random.default_rng(0)
    return (random.normal(size=(steps, 12)) * np.logspace(-9, 2, 12)).astype(np.float32)


def named(settings: Optimizer) -> str:
    usual = asdict(type(settings)())
    changed = {key: value for key, value in asdict(settings).items() if value != usual[key] and key != "learning_rate"}
    return "-".join([type(settings).__name__, *(f"{key}={value}" for key, value in changed.items())])


def as_keras_has_them(settings: Optimizer) -> dict[str, object]:
    """Keras says None where nothing is clipped and nothing decays."""
    off = {"clipnorm", "clipvalue", "global_clipnorm"}
    return {key: None if key in off and not value else value for key, value in asdict(settings).items()}


def our_steps(settings: Optimizer, rates: list[float], parts: int = 1) -> np.ndarray:
    weights = [torch.nn.Parameter(torch.ones(12 // parts)) for _ in range(parts)]
    optimizer = make_optimizer(weights, settings)
    for rate, gradient in zip(rates, gradients(), strict=True):
        for weight, part in zip(weights, np.split(gradient, parts), strict=True):
            weight.grad = torch.from_numpy(part.copy())
        set_rate(optimizer, rate)
        optimizer.step()
    return np.concatenate([weight.detach().numpy() for weight in weights])


def their_steps(keras, settings: Optimizer, rates: list[float], parts: int = 1) -> np.ndarray:
    weights = [keras.Variable(np.ones(12 // parts, np.float32)) for _ in range(parts)]
    optimizer = getattr(keras.optimizers, type(settings).__name__)(**as_keras_has_them(settings))
    for rate, gradient in zip(rates, gradients(), strict=True):
        optimizer.learning_rate = rate
        optimizer.apply([keras.ops.convert_to_tensor(part) for part in np.split(gradient, parts)], weights)
    return np.concatenate([keras.ops.convert_to_numpy(weight) for weight in weights])


@pytest.mark.parametrize("settings", CASES, ids=named)
def test_it_steps_as_kerass_does(keras, settings: Optimizer):
    rates = [settings.learning_rate] * STEPS
    np.testing.assert_allclose(
        our_steps(settings, rates), their_steps(keras, settings, rates), rtol=TOLERANCE, atol=TOLERANCE
    )


@pytest.mark.parametrize("settings", [kind() for kind in ALL], ids=named)
def test_a_rate_that_changes_changes_it_as_in_keras(keras, settings: Optimizer):
    rates = [0.02 * 0.9**step for step in range(STEPS)]
    np.testing.assert_allclose(
        our_steps(settings, rates), their_steps(keras, settings, rates), rtol=TOLERANCE, atol=TOLERANCE
    )


@pytest.mark.parametrize("limit", ["clipnorm", "global_clipnorm"])
def test_several_arrays_are_shortened_each_or_together_as_in_keras(keras, limit):
    settings, rates = replace(SGD(), **{limit: 0.3}), [0.1] * STEPS
    ours, theirs = our_steps(settings, rates, parts=3), their_steps(keras, settings, rates, parts=3)
    np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("kind", ALL)
def test_settings_and_defaults_are_kerass(keras, kind: type[Optimizer]):
    theirs = getattr(keras.optimizers, kind.__name__)().get_config()
    ours = asdict(kind())
    assert {key: 0.0 if theirs[key] is None else theirs[key] for key in ours} == pytest.approx(ours)
    left_out = {"name", "use_ema", "ema_momentum", "ema_overwrite_frequency", "loss_scale_factor"}
    assert set(theirs) - set(ours) == left_out | {"gradient_accumulation_steps"}


def test_torchs_own_adam_is_not_kerass():
    """What the test above would miss if the epsilon did not matter."""
    ours, plain = torch.nn.Parameter(torch.ones(12)), torch.nn.Parameter(torch.ones(12))
    mine, theirs = make_optimizer([ours], Adam(learning_rate=0.01)), torch.optim.Adam([plain], lr=0.01, eps=1e-7)
    for gradient in gradients():
        ours.grad, plain.grad = torch.from_numpy(gradient.copy()), torch.from_numpy(gradient.copy())
        mine.step()
        theirs.step()
    assert (ours - plain).abs().max() > 1e-3
