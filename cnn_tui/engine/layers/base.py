"""What every layer's torch side is: a list of steps, and arrays that have a shape in Keras too.

Outside the layers all is channels last, as Keras counts: (batch, height, width, channels). `channels_first` gives torch
the (batch, channels, height, width) view of it, which is its fast channels_last layout, for free.
A layer is a list of steps, so that the network can put them in the cheapest order that gives the same bits.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from cnn_tui.spec.layers import Shape

Step = Callable[[Tensor], Tensor]
FIRST = {1: (0, 2, 1), 2: (0, 3, 1, 2), 3: (0, 4, 1, 2, 3)}
LAST = {1: (0, 2, 1), 2: (0, 2, 3, 1), 3: (0, 2, 3, 4, 1)}
FORMATS = {1: torch.contiguous_format, 2: torch.channels_last, 3: torch.channels_last_3d}
"""How kernels of so many axes lie in memory."""


class Layer(nn.Module):
    """A layer's torch side: its steps in order, and its arrays in Keras's shapes."""

    def steps(self) -> Sequence[Step]:
        """What it does to its input, one function after the other."""
        raise AssertionError(f"{type(self).__name__} has no steps")

    def forward(self, x: Tensor) -> Tensor:
        """The whole layer."""
        for step in self.steps():
            x = step(x)
        return x

    def arrays(self) -> dict[str, Tensor]:
        """Its arrays themselves by Keras's names, in Keras's order: what is trained, then running means."""
        return self.state_dict(keep_vars=True)

    def to_keras(self, name: str, array: Tensor) -> Tensor:
        """An array of this layer in Keras's shape; the way back is `from_keras`."""
        return array

    def from_keras(self, name: str, array: Tensor) -> Tensor:
        """An array in Keras's shape as torch keeps it."""
        return array


def channels_first(x: Tensor, axes: int) -> Tensor:
    """(batch, sizes, channels) as (batch, channels, sizes): a view. Refuses an input of other axes."""
    return x.permute(FIRST[axes])


def channels_last(x: Tensor, axes: int) -> Tensor:
    """(batch, channels, sizes) as (batch, sizes, channels): a view."""
    return x.permute(LAST[axes])


def empty_kernel(*sizes: int) -> nn.Parameter:
    """A kernel, (outputs, inputs, window sizes), in the layout of memory that its convolution is fast with."""
    return nn.Parameter(torch.empty(sizes).to(memory_format=FORMATS[len(sizes) - 2]))


def empty_bias(shape: Shape) -> nn.Parameter:
    """A bias."""
    return nn.Parameter(torch.empty(shape))


def window_last(array: Tensor) -> Tensor:
    """A kernel of Keras, (window sizes, a, b), as torch has it: (b, a, window sizes)."""
    axes = range(array.dim() - 2)
    return array.permute(array.dim() - 1, array.dim() - 2, *axes)


def window_first(array: Tensor) -> Tensor:
    """And back."""
    return array.permute(*range(2, array.dim()), 1, 0)
