"""Conv1DTranspose, Conv2DTranspose, Conv3DTranspose."""

from collections.abc import Callable, Sequence

from torch import Tensor
from torch.nn import functional as F

from cnn_tui.engine.layers.activations import ACTIVATIONS
from cnn_tui.engine.layers.base import (
    Layer,
    Step,
    channels_first,
    channels_last,
    empty_bias,
    empty_kernel,
    window_first,
    window_last,
)
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.layers.transposed import Transposed as Spec
from cnn_tui.spec.layers.windows import reach
from cnn_tui.spec.same_padding import as_torch_pads, uncovered

SPREAD: dict[int, Callable[..., Tensor]] = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}


class Transposed(Layer):
    """Its kernel is kept as (channels, filters, window sizes).

    All that the windows reach is computed, then cut or filled up to TensorFlow's size: it is the way back of a
    convolution whose `same` padding would have had its odd zero at the end. Zeros that are filled in get the bias too.
    """

    def __init__(self, layer: Spec, shape: Shape) -> None:
        super().__init__()
        *window, filters, channels = layer.weights(shape)["kernel"]
        self.kernel = empty_kernel(channels, filters, *window)
        self.bias = empty_bias((filters,)) if layer.use_bias else None
        self.activate = ACTIVATIONS[layer.activation]
        self.axes = len(window)
        self.strides, self.dilation = layer.strides, layer.dilation_rate
        reached = reach(layer.kernel_size, layer.dilation_rate)
        numbers = zip(shape[:-1], reached, layer.strides, layer.output_shape(shape)[:-1], strict=True)
        pads = as_torch_pads(tuple(uncovered(layer.padding == "same", *one) for one in numbers))
        self.pads = pads if any(pads) else None

    def steps(self) -> Sequence[Step]:
        """Every value spread over a window, then the activation."""
        return (self.spread, self.activate)

    def spread(self, x: Tensor) -> Tensor:
        """The sums of all windows that reach a place."""
        x = SPREAD[self.axes](channels_first(x, self.axes), self.kernel, stride=self.strides, dilation=self.dilation)
        x = channels_last(x if self.pads is None else F.pad(x, self.pads), self.axes)
        return x if self.bias is None else x + self.bias

    def to_keras(self, name: str, array: Tensor) -> Tensor:
        """(channels, filters, window sizes) becomes (window sizes, filters, channels)."""
        return window_first(array) if name == "kernel" else array

    def from_keras(self, name: str, array: Tensor) -> Tensor:
        """And back."""
        return window_last(array) if name == "kernel" else array
