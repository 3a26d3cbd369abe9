"""LocallyConnected1D, LocallyConnected2D."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cnn_tui.engine.layers.activations import ACTIVATIONS
from cnn_tui.engine.layers.base import Layer, Step, empty_bias
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.layers.local import LocallyConnected as Spec


class LocallyConnected(Layer):
    """Its kernel is kept as in Keras: (places, values in a window, filters), the channel counting fastest."""

    def __init__(self, layer: Spec, shape: Shape) -> None:
        super().__init__()
        weights = layer.weights(shape)
        self.kernel = nn.Parameter(torch.empty(weights["kernel"]))
        self.bias = empty_bias(weights["bias"]) if layer.use_bias else None
        self.activate = ACTIVATIONS[layer.activation]
        self.windows = tuple(zip(layer.kernel_size, layer.strides, strict=True))
        self.input_shape, self.output_shape = shape, layer.output_shape(shape)

    def steps(self) -> Sequence[Step]:
        """Sums of windows, then the activation."""
        return (self.slide, self.activate)

    def slide(self, x: Tensor) -> Tensor:
        """The sum of each window, weighted by the weights of its place."""
        axes = len(self.windows)
        x = x.reshape(x.shape[0], *self.input_shape)  # the sizes in so many words, which the exporter to ONNX asks for
        for axis, (size, stride) in enumerate(self.windows, start=1):
            x = x.unfold(axis, size, stride)
        x = x.permute(
            *range(1, axes + 1), 0, *range(axes + 2, 2 * axes + 2), axes + 1
        )  # places, batch, window, channel
        places, values, _ = self.kernel.shape
        sums = torch.bmm(x.reshape(places, -1, values), self.kernel)
        x = sums.transpose(0, 1).reshape(-1, *self.output_shape)
        return x if self.bias is None else x + self.bias
