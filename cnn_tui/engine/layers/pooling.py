"""Pooling layers of one, two and three axes, and those of whole channels."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from cnn_tui.engine.layers.base import Layer, Step, channels_first, channels_last
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.layers.pooling import GlobalPooling as GlobalSpec
from cnn_tui.spec.layers.pooling import Pooling as Spec
from cnn_tui.spec.same_padding import as_torch_pads, edges

LARGEST: dict[int, Callable[..., Tensor]] = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
MEAN: dict[int, Callable[..., Tensor]] = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}


class Pooling(Layer):
    """What the poolings of windows share."""

    def __init__(self, layer: Spec, shape: Shape) -> None:
        super().__init__()
        self.axes = len(layer.pool_size)
        self.pool_size, self.strides = layer.pool_size, layer.moves
        pads = as_torch_pads(edges(layer.padding, shape[:-1], layer.pool_size, layer.moves))
        self.pads = pads if any(pads) else None

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.pool,)

    def pool(self, x: Tensor) -> Tensor:
        """One number for each window."""
        raise AssertionError(f"{type(self).__name__} pools nothing")


class MaxPooling(Pooling):
    """The edge is padded with minus infinity, which is never the largest."""

    def pool(self, x: Tensor) -> Tensor:
        """The largest value of each window."""
        x = channels_first(x, self.axes)
        if self.pads is not None:
            x = F.pad(x, self.pads, value=float("-inf"))
        return channels_last(LARGEST[self.axes](x, self.pool_size, self.strides), self.axes)


class AveragePooling(Pooling):
    """What is padded is not counted: means over it are divided by the share of each window that lies inside."""

    inside: Tensor | None

    def __init__(self, layer: Spec, shape: Shape) -> None:
        super().__init__(layer, shape)
        inside = None
        if self.pads is not None:
            ones = F.pad(torch.ones(1, 1, *shape[:-1]), self.pads)
            inside = MEAN[self.axes](ones, self.pool_size, self.strides)
        self.register_buffer("inside", inside, persistent=False)

    def pool(self, x: Tensor) -> Tensor:
        """The mean of each window."""
        x = channels_first(x, self.axes)
        if self.pads is None or self.inside is None:
            return channels_last(MEAN[self.axes](x, self.pool_size, self.strides), self.axes)
        x = MEAN[self.axes](F.pad(x, self.pads), self.pool_size, self.strides) / self.inside
        return channels_last(x, self.axes)


class GlobalPooling(Layer):
    """What the poolings of whole channels share."""

    def __init__(self, layer: GlobalSpec, shape: Shape) -> None:
        super().__init__()
        assert len(shape) == layer.AXES + 1
        self.over = tuple(range(1, layer.AXES + 1))
        self.keepdims = layer.keepdims

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.pool,)

    def pool(self, x: Tensor) -> Tensor:
        """One number for each channel."""
        raise AssertionError(f"{type(self).__name__} pools nothing")


class GlobalMaxPooling(GlobalPooling):
    """The largest value of a channel."""

    def pool(self, x: Tensor) -> Tensor:
        """(batch, channels), or ones between them."""
        return x.amax(self.over, self.keepdims)


class GlobalAveragePooling(GlobalPooling):
    """The mean of a channel."""

    def pool(self, x: Tensor) -> Tensor:
        """(batch, channels), or ones between them."""
        return x.mean(self.over, self.keepdims)
