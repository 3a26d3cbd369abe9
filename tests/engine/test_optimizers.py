"""Adam against Keras's own, from tiny to large gradients."""

import os

import numpy as np
import pytest
import torch

from cnn_tui.engine.optimizers import make_optimizer
from cnn_tui.spec.training import Adam


def gradients(steps: int = 30) -> np.ndarray:
    random = np.random.default_rng(0)
    return (random.normal(size=(steps, 12)) * np.logspace(-9, 2, 12)).astype(np.float32)


def test_adam_steps_as_kerass_does():
    os.environ["KERAS_BACKEND"] = "torch"
    keras = pytest.importorskip("keras")
    theirs = keras.Variable(np.ones(12, np.float32))
    optimizer = keras.optimizers.Adam(learning_rate=0.01)
    ours = torch.nn.Parameter(torch.ones(12))
    mine = make_optimizer([ours], Adam(learning_rate=0.01))
    for gradient in gradients():
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [theirs])
        ours.grad = torch.from_numpy(gradient.copy())
        mine.step()
    assert np.abs(ours.detach().numpy() - keras.ops.convert_to_numpy(theirs)).max() < 2e-6


def test_torchs_own_adam_is_not_kerass():
    """What the test above would miss if the epsilon did not matter."""
    ours, plain = torch.nn.Parameter(torch.ones(12)), torch.nn.Parameter(torch.ones(12))
    mine, theirs = make_optimizer([ours], Adam(learning_rate=0.01)), torch.optim.Adam([plain], lr=0.01, eps=1e-7)
    for gradient in gradients():
        ours.grad, plain.grad = torch.from_numpy(gradient.copy()), torch.from_numpy(gradient.copy())
        mine.step()
        theirs.step()
    assert (ours - plain).abs().max() > 1e-3
