"""UpSampling1D, UpSampling2D, UpSampling3D."""

from collections.abc import Sequence

from torch import Tensor
from torch.nn import functional as F

from cnn_tui.engine.layers.base import Layer, Step, channels_first, channels_last
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.layers.upsampling import UpSampling as Spec


class Enlarged(Layer):
    """Every value so many times along each axis.

    By repeating and not by `interpolate`, whose rounded scale skips pixels at some sizes.
    """

    def __init__(self, layer: Spec, shape: Shape) -> None:
        super().__init__()
        pairs = tuple(zip(shape[:-1], layer.times, strict=True))
        self.single = tuple(size for pair in pairs for size in (pair[0], 1))
        self.many = tuple(size for pair in pairs for size in pair)
        self.output_shape = layer.output_shape(shape)

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.enlarge,)

    def enlarge(self, x: Tensor) -> Tensor:
        """(batch, sizes x times, channels)."""
        batch, channels = x.shape[0], self.output_shape[-1]
        x = x.reshape(batch, *self.single, channels).expand(batch, *self.many, channels)
        return x.reshape(batch, *self.output_shape)


class Smoothed(Layer):
    """The bilinear UpSampling2D: values in between, corners not aligned."""

    def __init__(self, layer: Spec, shape: Shape) -> None:
        super().__init__()
        self.axes = len(layer.times)
        self.sizes = list(layer.output_shape(shape)[:-1])

    def steps(self) -> Sequence[Step]:
        """One step."""
        return (self.enlarge,)

    def enlarge(self, x: Tensor) -> Tensor:
        """(batch, sizes x times, channels)."""
        x = F.interpolate(channels_first(x, self.axes), self.sizes, mode="bilinear", align_corners=False)
        return channels_last(x, self.axes)
