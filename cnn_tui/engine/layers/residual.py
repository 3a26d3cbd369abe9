"""Residual: what went into a group of layers, joined to what comes out of it."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnn_tui.engine.layers.base import Layer, Step, empty_bias
from cnn_tui.spec import layers as spec
from cnn_tui.spec.layers import Shape


class Joined(Layer):
    """`keep` stands before the first layer of the group, `join` behind the last.

    Where the shapes differ, the input comes through filters of size 1, kept as (channels out, channels in): those that
    move by strides look at every second place, or third, beginning with the first.
    """

    def __init__(self, layer: spec.Join, shape: Shape) -> None:
        super().__init__()
        self.adds = layer.merge == "add"
        self.kernel = self.bias = None
        self.ones = len(shape) - 1
        self.looked_at: tuple[slice, ...] = ()
        self._kept: list[Tensor] = []
        strides = layer.strides(shape)
        if strides is not None:
            *_, channels, filters = layer.weights(shape)["kernel"]
            self.kernel = nn.Parameter(torch.empty(filters, channels))
            self.bias = empty_bias((filters,)) if layer.use_bias else None
            self.looked_at = (slice(None), *(slice(None, None, stride) for stride in strides))

    def steps(self) -> Sequence[Step]:
        """The end of the group."""
        return (self.join,)

    def keep(self, x: Tensor) -> Tensor:
        """Remembers what goes into the group."""
        self._kept[:] = [x]
        return x

    def join(self, x: Tensor) -> Tensor:
        """The sum, or the channels that came out beside those that went in."""
        entered = self._kept.pop()
        if self.kernel is not None:
            entered = F.linear(entered[self.looked_at], self.kernel, self.bias)
        return x + entered if self.adds else torch.cat((x, entered.to(x.dtype)), dim=-1)

    def to_keras(self, name: str, array: Tensor) -> Tensor:
        """(channels out, channels in) becomes (ones, channels in, channels out)."""
        return array.t()[(None,) * self.ones] if name == "kernel" else array

    def from_keras(self, name: str, array: Tensor) -> Tensor:
        """And back."""
        return array.flatten(0, -2).t() if name == "kernel" else array
