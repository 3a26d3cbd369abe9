"""BatchNormalization, LayerNormalization, GroupNormalization, on any axis."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from cnn_tui.engine.layers.base import Layer, Step, empty_bias
from cnn_tui.spec import layers as spec
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.layers.axes import place
from cnn_tui.spec.layers.normalization import Normalization as Spec


class Normalization(Layer):
    """What they share: the order of axes that torch wants, and the learned mean and deviation."""

    def __init__(self, layer: Spec, shape: Shape, order: Sequence[int]) -> None:
        super().__init__()
        weights = layer.weights(shape)
        self.gamma = empty_bias(weights["gamma"]) if layer.scale else None
        self.beta = empty_bias(weights["beta"]) if layer.center else None
        in_order = tuple(order) == tuple(range(len(order)))
        self.order = None if in_order else tuple(order)
        self.order_back = tuple(sorted(range(len(order)), key=order.__getitem__))

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.normalize,)

    def normalize(self, x: Tensor) -> Tensor:
        """Values of the same shape."""
        if self.order is None:
            return self.normalized(x)
        return self.normalized(x.permute(self.order)).permute(self.order_back)

    def normalized(self, x: Tensor) -> Tensor:
        """The same, with the axes in torch's order."""
        raise AssertionError(f"{type(self).__name__} normalizes nothing")

    def learned(self, x: Tensor) -> Tensor:
        """(batch, channels, sizes) with the learned deviation and mean of each channel."""
        each = (-1, *(1 for _ in x.shape[2:]))
        x = x if self.gamma is None else x * self.gamma.reshape(each)
        return x if self.beta is None else x + self.beta.reshape(each)


class BatchNormalization(Normalization):
    """The running variance is torch's, n / (n - 1) times the batch's, as in TensorFlow's fused kernel for images."""

    moving_mean: Tensor
    moving_variance: Tensor

    def __init__(self, layer: spec.BatchNormalization, shape: Shape) -> None:
        super().__init__(layer, shape, _channels_second(layer.axis, shape))
        for name in ("moving_mean", "moving_variance"):
            self.register_buffer(name, torch.empty(layer.weights(shape)[name]))
        self.rate = 1 - layer.momentum
        self.epsilon = layer.epsilon
        self.add_up: Callable[[Tensor], None] | None = None
        """Makes values the sum over all processes that train together; None: there are no others."""

    def normalized(self, x: Tensor) -> Tensor:
        """(batch, channels, sizes): by the batch in training, by the running means otherwise."""
        if self.training and self.add_up:
            return self._normalized_together(x, self.add_up)
        if self.training and x.numel() == x.shape[1]:
            return self._normalized_alone(x)
        return F.batch_norm(
            x, self.moving_mean, self.moving_variance, self.gamma, self.beta, self.training, self.rate, self.epsilon
        )

    def _normalized_together(self, x: Tensor, add_up: Callable[[Tensor], None]) -> Tensor:
        """By mean and deviation of the batch of all processes, so that they train the network of one process."""
        axes, each = (0, *range(2, x.ndim)), (1, -1, *(1 for _ in x.shape[2:]))
        kind, x = x.dtype, x.float()
        counted = torch.cat([x.sum(axes), x.new_full((1,), x.numel() / x.shape[1])])
        summed = _Summed.apply(counted, add_up)  # type: ignore[no-untyped-call]
        mean, count = summed[:-1] / summed[-1].detach(), summed[-1].detach()
        far = x - mean.reshape(each)
        variance = _Summed.apply((far * far).sum(axes), add_up) / count  # type: ignore[no-untyped-call]
        with torch.no_grad():
            self.moving_mean.lerp_(mean.to(self.moving_mean.dtype), self.rate)
            unbiased = variance * (count / (count - 1).clamp(min=1))
            self.moving_variance.lerp_(unbiased.to(self.moving_variance.dtype), self.rate)
        return self.learned(far / (variance.reshape(each) + self.epsilon).sqrt()).to(kind)

    def _normalized_alone(self, x: Tensor) -> Tensor:
        """One value a channel, which is its own mean and has no deviation: torch refuses it, Keras does not."""
        with torch.no_grad():
            self.moving_mean.lerp_(x.flatten().to(self.moving_mean.dtype), self.rate)
            self.moving_variance.mul_(1 - self.rate)
        return self.learned(x - x)


class _Summed(torch.autograd.Function):
    """The sum over all processes; on the way back every one gets the sum of what all of them want of it."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, add_up: Callable[[Tensor], None]) -> Tensor:
        """The sum."""
        ctx.add_up, total = add_up, values.clone()
        add_up(total)
        return total

    @staticmethod
    def backward(ctx: Any, *wanted: Tensor) -> tuple[Tensor, None]:
        """The sum of the gradients."""
        total = wanted[0].clone()
        ctx.add_up(total)
        return total, None


class LayerNormalization(Normalization):
    """Its axes are put last, in the order in which the input has them."""

    def __init__(self, layer: spec.LayerNormalization, shape: Shape) -> None:
        axes = sorted(place(axis, shape) + 1 for axis in layer.axis)
        others = [axis for axis in range(len(shape) + 1) if axis not in axes]
        super().__init__(layer, shape, (*others, *axes))
        self.sizes = layer.normalized(shape)
        self.epsilon = layer.epsilon

    def normalized(self, x: Tensor) -> Tensor:
        """(batch, other axes, normalized axes)."""
        return F.layer_norm(x, self.sizes, self.gamma, self.beta, self.epsilon)


class GroupNormalization(Normalization):
    """Neighbouring channels are a group."""

    def __init__(self, layer: spec.GroupNormalization, shape: Shape) -> None:
        super().__init__(layer, shape, _channels_second(layer.axis, shape))
        (channels,) = layer.normalized(shape)
        self.groups = channels if layer.groups == -1 else layer.groups
        self.epsilon = layer.epsilon

    def normalized(self, x: Tensor) -> Tensor:
        """(batch, channels, sizes).

        Not by torch.nn, which refuses groups of one value; and gamma and beta by ourselves: on processors torch 2.13
        crashes in the way back when the input has no gradient and lies channels last, or when only gamma is missing.
        """
        x = torch.group_norm(x, self.groups, None, None, self.epsilon)
        return self.learned(x)


def _channels_second(axis: int, shape: Shape) -> tuple[int, ...]:
    """The order of axes with this one right behind the batch."""
    at = place(axis, shape) + 1
    return (0, at, *(other for other in range(1, len(shape) + 1) if other != at))
