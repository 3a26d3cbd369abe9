"""Layers that cut edges off or put zeros around: Cropping and ZeroPadding of one, two and three axes."""

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional as F

from cnn_tui.engine.layers.base import Layer, Step
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.same_padding import Edges, as_torch_pads


class Edged(Layer):
    """Other edges: so much more before and after each axis, below zero so much less."""

    def __init__(self, more: Edges, shape: Shape) -> None:
        super().__init__()
        assert len(shape) == len(more) + 1
        self.pads = as_torch_pads((*more, (0, 0)))

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.pad,)

    def pad(self, x: Tensor) -> Tensor:
        """The channels keep their edges."""
        return F.pad(x, self.pads)
