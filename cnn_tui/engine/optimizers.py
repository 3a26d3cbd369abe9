"""Optimizers that step as Keras's do."""

from collections.abc import Iterable
from math import sqrt
from typing import Any

import torch
from torch import nn

from cnn_tui.spec.training import Adam


class KerasAdam(torch.optim.Adam):
    """Adam as Keras writes it: the epsilon is added before the bias correction of the second moment, not after.

    Keras: lr sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + epsilon), the "epsilon hat" of Kingma & Ba 2015, section 2.
    torch's own step is the same with epsilon / sqrt(1 - b2^t), which is therefore set before each step.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], settings: Adam) -> None:
        betas = (settings.beta_1, settings.beta_2)
        super().__init__(parameters, lr=settings.learning_rate, betas=betas, eps=settings.epsilon, fused=True)
        self.epsilon = settings.epsilon
        self._steps_taken: int | None = None

    def step(self, closure: Any = None) -> Any:
        """One step, with this step's epsilon."""
        if self._steps_taken is None:  # read once, after a checkpoint was put in: on a GPU each look would wait for it
            self._steps_taken = max((int(state["step"]) for state in self.state.values()), default=0)
        self._steps_taken += 1
        for group in self.param_groups:
            group["eps"] = self.epsilon / sqrt(1 - group["betas"][1] ** self._steps_taken)
        return super().step(closure)


def make_optimizer(parameters: Iterable[nn.Parameter], settings: Adam) -> KerasAdam:
    """The optimizer of these settings."""
    match settings:
        case Adam():
            return KerasAdam(parameters, settings)
