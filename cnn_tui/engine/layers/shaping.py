"""Layers that only arrange values: Flatten, Reshape, Permute, RepeatVector."""

from collections.abc import Sequence

from torch import Tensor

from cnn_tui.engine.layers.base import Layer, Step
from cnn_tui.spec.layers import Shape


class Arrange(Layer):
    """Flatten and Reshape: the same values in another shape."""

    def __init__(self, output_shape: Shape) -> None:
        super().__init__()
        self.output_shape = output_shape

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.arrange,)

    def arrange(self, x: Tensor) -> Tensor:
        """A view where the memory allows it."""
        return x.reshape(x.shape[0], *self.output_shape)


class Permuted(Layer):
    """Permute: Keras counts the axes from 1, the batch being 0."""

    def __init__(self, dims: Shape) -> None:
        super().__init__()
        self.dims = dims

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.permute,)

    def permute(self, x: Tensor) -> Tensor:
        """A view with the axes in their new order."""
        return x.permute(0, *self.dims)


class Repeated(Layer):
    """RepeatVector: a row of values n times."""

    def __init__(self, n: int, shape: Shape) -> None:
        super().__init__()
        (self.values,) = shape
        self.n = n

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.repeat,)

    def repeat(self, x: Tensor) -> Tensor:
        """(batch, values) becomes (batch, n, values)."""
        return x.unsqueeze(1).expand(-1, self.n, self.values)
