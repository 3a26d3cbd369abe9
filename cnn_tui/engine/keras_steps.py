"""Steps of optimizers that torch has otherwise or not at all, in the formulas of Keras 3 (keras/src/optimizers)."""

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

from cnn_tui.engine.gradients import clip, decay
from cnn_tui.spec.optimizers import SGD, Adadelta, Adagrad, Adamax, Ftrl, Nadam, Optimizer, RMSprop

S = TypeVar("S", bound=Optimizer)
Held = dict[str, list[Tensor]]
"""What an optimizer remembers, by name: an array for each weight, in its shape."""


class KerasOptimizer(torch.optim.Optimizer, Generic[S]):
    """One step for all weights together. What it remembers is in `state`, by weight and name, for checkpoints."""

    def __init__(self, parameters: Iterable[nn.Parameter], settings: S) -> None:
        super().__init__(parameters, {"lr": settings.learning_rate})
        self.settings = settings
        self._steps_taken: int | None = None

    def start(self) -> dict[str, float]:
        """What is remembered, and the number that fills it at the beginning."""
        return {}

    def move(self, weights: list[Tensor], gradients: list[Tensor], held: Held, rate: float, number: int) -> None:
        """Moves the weights in place; `number`: which step this is, from 1."""
        raise NotImplementedError

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One step with the gradients that the weights have."""
        for group in self.param_groups:
            weights = [one for one in group["params"] if one.grad is not None]
            if weights:
                gradients = [one.grad for one in weights]
                clip(gradients, self.settings)
                decay(weights, group["lr"], self.settings)
                self.move(weights, gradients, self._held(weights), group["lr"], self._number(weights))

    def _held(self, weights: list[Tensor]) -> Held:
        start = self.start()
        for weight in weights:
            state = self.state[weight]
            if not state:
                state["step"] = torch.zeros(())
                state |= {name: torch.full_like(weight, value) for name, value in start.items()}
        return {name: [self.state[weight][name] for weight in weights] for name in start}

    def _number(self, weights: list[Tensor]) -> int:
        """The number of this step, read once: on a GPU each look would wait for it."""
        if self._steps_taken is None:
            self._steps_taken = int(self.state[weights[0]]["step"])
        self._steps_taken += 1
        torch._foreach_add_([self.state[weight]["step"] for weight in weights], 1)
        return self._steps_taken


class KerasSGD(KerasOptimizer[SGD]):
    """The rate is in the velocity, not behind it: with a rate that changes, torch's momentum is another one."""

    def start(self) -> dict[str, float]:
        """The velocity, with momentum."""
        return {"momentum": 0.0} if self.settings.momentum else {}

    def move(self, weights: list[Tensor], gradients: list[Tensor], held: Held, rate: float, number: int) -> None:
        """m = momentum m - rate g; with nesterov the weights move by momentum m - rate g, else by m."""
        if not self.settings.momentum:
            torch._foreach_add_(weights, gradients, alpha=-rate)
            return
        velocity = held["momentum"]
        torch._foreach_mul_(velocity, self.settings.momentum)
        torch._foreach_add_(velocity, gradients, alpha=-rate)
        if self.settings.nesterov:
            torch._foreach_add_(weights, velocity, alpha=self.settings.momentum)
            torch._foreach_add_(weights, gradients, alpha=-rate)
        else:
            torch._foreach_add_(weights, velocity)


class KerasRMSprop(KerasOptimizer[RMSprop]):
    """The epsilon stands in the root, where torch has it behind."""

    def start(self) -> dict[str, float]:
        """The mean square, and what momentum and centring need."""
        held = {"velocity": 0.0}
        if self.settings.momentum:
            held["momentum"] = 0.0
        if self.settings.centered:
            held["average_gradient"] = 0.0
        return held

    def move(self, weights: list[Tensor], gradients: list[Tensor], held: Held, rate: float, number: int) -> None:
        """v = rho v + (1 - rho) g^2; the step is rate g / sqrt(v + epsilon), v less the squared mean if centred."""
        rho = self.settings.rho
        _mix(held["velocity"], torch._foreach_mul(gradients, gradients), rho)
        below = torch._foreach_add(held["velocity"], self.settings.epsilon)
        if self.settings.centered:
            mean = held["average_gradient"]
            _mix(mean, gradients, rho)
            torch._foreach_sub_(below, torch._foreach_mul(mean, mean))
        torch._foreach_sqrt_(below)
        steps = torch._foreach_div(torch._foreach_mul(gradients, rate), below)
        if self.settings.momentum:
            torch._foreach_mul_(held["momentum"], self.settings.momentum)
            torch._foreach_add_(held["momentum"], steps)
            torch._foreach_sub_(weights, held["momentum"])
        else:
            torch._foreach_sub_(weights, steps)


class KerasAdagrad(KerasOptimizer[Adagrad]):
    """The sum starts above 0 and the epsilon stands in the root."""

    def start(self) -> dict[str, float]:
        """The sum of squared gradients."""
        return {"accumulator": self.settings.initial_accumulator_value}

    def move(self, weights: list[Tensor], gradients: list[Tensor], held: Held, rate: float, number: int) -> None:
        """a = a + g^2; the step is rate g / sqrt(a + epsilon)."""
        total = held["accumulator"]
        torch._foreach_addcmul_(total, gradients, gradients)
        below = torch._foreach_add(total, self.settings.epsilon)
        torch._foreach_sqrt_(below)
        torch._foreach_addcdiv_(weights, gradients, below, -rate)


class KerasAdadelta(KerasOptimizer[Adadelta]):
    """As the paper has it, times the rate."""

    def start(self) -> dict[str, float]:
        """The mean squares of gradients and of steps."""
        return {"accumulated_grad": 0.0, "accumulated_delta_var": 0.0}

    def move(self, weights: list[Tensor], gradients: list[Tensor], held: Held, rate: float, number: int) -> None:
        """The step is g times the root of the mean squared step, by that of the mean squared gradient."""
        rho, epsilon = self.settings.rho, self.settings.epsilon
        squares, moves = held["accumulated_grad"], held["accumulated_delta_var"]
        _mix(squares, torch._foreach_mul(gradients, gradients), rho)
        steps = torch._foreach_add(moves, epsilon)
        torch._foreach_sqrt_(steps)
        below = torch._foreach_add(squares, epsilon)
        torch._foreach_sqrt_(below)
        torch._foreach_mul_(steps, gradients)
        torch._foreach_div_(steps, below)
        _mix(moves, torch._foreach_mul(steps, steps), rho)
        torch._foreach_add_(weights, steps, alpha=-rate)


class KerasAdamax(KerasOptimizer[Adamax]):
    """The epsilon is added to the largest gradient, not to each one that comes."""

    def start(self) -> dict[str, float]:
        """The mean gradient, and the largest one."""
        return {"momentum": 0.0, "norm": 0.0}

    def move(self, weights: list[Tensor], gradients: list[Tensor], held: Held, rate: float, number: int) -> None:
        """u = max(b2 u, |g|); the step is rate m / ((1 - b1^t) (u + epsilon))."""
        mean, largest = held["momentum"], held["norm"]
        torch._foreach_lerp_(mean, gradients, 1 - self.settings.beta_1)
        torch._foreach_mul_(largest, self.settings.beta_2)
        torch._foreach_maximum_(largest, torch._foreach_abs(gradients))
        below = torch._foreach_add(largest, self.settings.epsilon)
        torch._foreach_addcdiv_(weights, mean, below, -rate / (1 - self.settings.beta_1**number))


class KerasNadam(KerasOptimizer[Nadam]):
    """The momentum of each step follows 0.96^t, as in the paper."""

    def __init__(self, parameters: Iterable[nn.Parameter], settings: Nadam) -> None:
        super().__init__(parameters, settings)
        self._product, self._multiplied = 1.0, 0

    def start(self) -> dict[str, float]:
        """The mean gradient and the mean square."""
        return {"momentum": 0.0, "velocity": 0.0}

    def move(self, weights: list[Tensor], gradients: list[Tensor], held: Held, rate: float, number: int) -> None:
        """The step is rate (u' m / (1 - P u') + (1 - u) g / (1 - P)) / (sqrt(v / (1 - b2^t)) + epsilon)."""
        u, ahead = self._momentum(number), self._momentum(number + 1)
        product = self._product_of_all(number)
        mean, square = held["momentum"], held["velocity"]
        torch._foreach_lerp_(mean, gradients, 1 - self.settings.beta_1)
        _mix(square, torch._foreach_mul(gradients, gradients), self.settings.beta_2)
        steps = torch._foreach_mul(mean, ahead / (1 - product * ahead))
        torch._foreach_add_(steps, gradients, alpha=(1 - u) / (1 - product))
        below = torch._foreach_div(square, 1 - self.settings.beta_2**number)
        torch._foreach_sqrt_(below)
        torch._foreach_add_(below, self.settings.epsilon)
        torch._foreach_addcdiv_(weights, steps, below, -rate)

    def _momentum(self, number: int) -> float:
        return float(self.settings.beta_1 * (1 - 0.5 * 0.96**number))

    def _product_of_all(self, number: int) -> float:
        """The momentums of the steps up to this one, multiplied; after a checkpoint, from the first one on."""
        while self._multiplied < number:
            self._multiplied += 1
            self._product *= self._momentum(self._multiplied)
        return self._product


class KerasFtrl(KerasOptimizer[Ftrl]):
    """Weights are what the sums of gradients say, not what they were before."""

    def start(self) -> dict[str, float]:
        """The sum of squared gradients, and the linear one."""
        return {"accumulator": self.settings.initial_accumulator_value, "linear": 0.0}

    def move(self, weights: list[Tensor], gradients: list[Tensor], held: Held, rate: float, number: int) -> None:
        """One weight array after the other; McMahan et al. 2013, algorithm 1, with Keras's beta and shrinkage."""
        one, power = self.settings, -self.settings.learning_rate_power
        l1, l2 = one.l1_regularization_strength, one.l2_regularization_strength + one.beta / (2 * rate)
        for weight, gradient, total, linear in zip(
            weights, gradients, held["accumulator"], held["linear"], strict=True
        ):
            larger = total + gradient * gradient
            risen = larger.pow(power)
            used = gradient + 2 * one.l2_shrinkage_regularization_strength * weight
            linear += used - (risen - total.pow(power)) / rate * weight
            weight.copy_((linear.clamp(-l1, l1) - linear) / (risen / rate + 2 * l2))
            total.copy_(larger)


def _mix(means: list[Tensor], new: list[Tensor] | tuple[Tensor, ...], kept: float) -> None:
    """The running means after new values, in place."""
    torch._foreach_mul_(means, kept)
    torch._foreach_add_(means, new, alpha=1 - kept)
