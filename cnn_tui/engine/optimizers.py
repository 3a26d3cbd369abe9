"""Optimizers that step as Keras's do."""

from collections.abc import Iterable
from math import sqrt
from typing import Any

import torch
from torch import nn

from cnn_tui.engine import keras_steps as steps
from cnn_tui.engine.gradients import clip, decay
from cnn_tui.spec import optimizers as spec


class KerasAdam(torch.optim.Adam):
    """Adam as Keras writes it: the epsilon is added before the bias correction of the second moment, not after.

    Keras: lr sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + epsilon), the "epsilon hat" of Kingma & Ba 2015, section 2.
    torch's own step is the same with epsilon / sqrt(1 - b2^t), which is therefore set before each step.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], settings: spec.Adam | spec.AdamW) -> None:
        super().__init__(
            parameters,
            lr=settings.learning_rate,
            betas=(settings.beta_1, settings.beta_2),
            eps=settings.epsilon,
            amsgrad=settings.amsgrad,
            fused=True,
        )
        self.epsilon = settings.epsilon
        self.settings = settings
        self._prepares = bool(settings.clips or settings.weight_decay)
        self._steps_taken: int | None = None

    def step(self, closure: Any = None) -> Any:
        """One step, with this step's epsilon."""
        if self._steps_taken is None:  # read once, after a checkpoint was put in: on a GPU each look would wait for it
            self._steps_taken = max((int(state["step"]) for state in self.state.values()), default=0)
        self._steps_taken += 1
        for group in self.param_groups:
            group["eps"] = self.epsilon / sqrt(1 - group["betas"][1] ** self._steps_taken)
            if self._prepares:
                self._prepare([one for one in group["params"] if one.grad is not None], group["lr"])
        return super().step(closure)

    @torch.no_grad()
    def _prepare(self, weights: list[nn.Parameter], rate: float) -> None:
        if weights:
            clip([one.grad for one in weights if one.grad is not None], self.settings)
            decay(list(weights), rate, self.settings)


def make_optimizer(parameters: Iterable[nn.Parameter], settings: spec.Optimizer) -> torch.optim.Optimizer:
    """The optimizer of these settings."""
    match settings:
        case spec.Adam() | spec.AdamW():
            return KerasAdam(parameters, settings)
        case spec.SGD():
            return steps.KerasSGD(parameters, settings)
        case spec.RMSprop():
            return steps.KerasRMSprop(parameters, settings)
        case spec.Adagrad():
            return steps.KerasAdagrad(parameters, settings)
        case spec.Adadelta():
            return steps.KerasAdadelta(parameters, settings)
        case spec.Adamax():
            return steps.KerasAdamax(parameters, settings)
        case spec.Nadam():
            return steps.KerasNadam(parameters, settings)
        case spec.Ftrl():
            return steps.KerasFtrl(parameters, settings)
    raise AssertionError(f"{type(settings).__name__} cannot be made")


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """The learning rate of the next steps."""
    for group in optimizer.param_groups:
        group["lr"] = rate
