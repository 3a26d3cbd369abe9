"""From a model's description to a torch network: one case a kind of layer."""

from collections.abc import Callable, Sequence

from torch import Tensor, nn
from torch.nn import functional as F

from cnn_tui.engine.layers import (
    ACTIVATIONS,
    Activated,
    Arrange,
    Convolution,
    Drop,
    FullyConnected,
    Layer,
    MaxPooling,
    Step,
)
from cnn_tui.spec import layers as spec
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.model import Model, layer_names
from cnn_tui.spec.shapes import first_problem, trace


def build_layer(layer: spec.Layer, shape: Shape) -> Layer:
    """The torch side of one layer for inputs of this shape, its weights not yet set."""
    match layer:
        case spec.Conv2D():
            return Convolution(layer, shape)
        case spec.MaxPooling2D():
            return MaxPooling(layer, shape)
        case spec.Dense():
            return FullyConnected(layer, shape)
        case spec.Flatten() | spec.Reshape():
            return Arrange(layer.output_shape(shape))
        case spec.Dropout():
            return Drop(layer.rate)
        case spec.Activation():
            return Activated(layer.activation)
    raise AssertionError(f"{type(layer).__name__} cannot be built")


class Network(nn.Module):
    """The layers in order. Images come channels last, or flat: anything with as many values as the input shape."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        rows = trace(model)
        if problem := first_problem(rows):
            raise problem.error
        self.model = model
        self.names = layer_names(model)
        self.layers = nn.ModuleList(build_layer(row.layer, row.input_shape or ()) for row in rows)
        steps = cheapest_order([step for layer in self.built for step in layer.steps()])
        has_softmax = bool(steps) and steps[-1] is ACTIVATIONS["softmax"]
        self._steps = steps[:-1] if has_softmax else steps
        self._last = steps[-1] if has_softmax else ACTIVATIONS["linear"]

    @property
    def built(self) -> list[Layer]:
        """The torch layers, typed."""
        return [layer for layer in self.layers if isinstance(layer, Layer)]

    def forward(self, images: Tensor) -> Tensor:
        """The model's answer, as Keras gives it: (batch, classes), probabilities after a softmax."""
        return self.answer(self.scores(images))

    def scores(self, images: Tensor) -> Tensor:
        """The answer before a last softmax, (batch, classes): what cross-entropy takes without losing digits."""
        x = images.reshape(images.shape[0], *self.model.input_shape)
        for step in self._steps:
            x = step(x)
        return x

    def answer(self, scores: Tensor) -> Tensor:
        """The answer that belongs to these scores."""
        return self._last(scores)


def cheapest_order(steps: Sequence[Step]) -> list[Step]:
    """The same steps, with each ReLU that stands right before a max-pooling put behind it.

    max(relu(x)) = relu(max(x)), and so are the gradients, to the bit; there is a quarter of the values to look at.
    """
    ordered = list(steps)
    for place in range(len(ordered) - 1):
        if ordered[place] is F.relu and _is_max_pooling(ordered[place + 1]):
            ordered[place : place + 2] = [ordered[place + 1], ordered[place]]
    return ordered


def _is_max_pooling(step: Callable[[Tensor], Tensor]) -> bool:
    return isinstance(getattr(step, "__self__", None), MaxPooling)
