"""From a model's description to a torch network: one case a kind of layer."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cnn_tui.engine.constraints import held_to
from cnn_tui.engine.layers import Layer, Step
from cnn_tui.engine.layers.activations import in_words_of_keras_3, softmax
from cnn_tui.engine.layers.convolution import Convolution
from cnn_tui.engine.layers.core import Activated, FullyConnected, Passing
from cnn_tui.engine.layers.edges import Edged
from cnn_tui.engine.layers.local import LocallyConnected
from cnn_tui.engine.layers.noise import AddNoise, Drop, DropChannels, DropToSelu, MultiplyNoise
from cnn_tui.engine.layers.normalization import BatchNormalization, GroupNormalization, LayerNormalization
from cnn_tui.engine.layers.pooling import AveragePooling, GlobalAveragePooling, GlobalMaxPooling, MaxPooling
from cnn_tui.engine.layers.rectifiers import Bent, LearnedSlope, above, rectifier, softmax_along
from cnn_tui.engine.layers.residual import Joined
from cnn_tui.engine.layers.separable import Depthwise, Separable
from cnn_tui.engine.layers.shaping import Arrange, Permuted, Repeated
from cnn_tui.engine.layers.transposed import Transposed
from cnn_tui.engine.layers.upsampling import Enlarged, Smoothed
from cnn_tui.engine.losses import Ending
from cnn_tui.engine.onednn import in_own_layout
from cnn_tui.engine.regularizers import penalty
from cnn_tui.engine.steps import Watch, steps_of, without_last_function
from cnn_tui.spec import layers as spec
from cnn_tui.spec.layers import Shape, edges, noise, pooling, separable, transposed, upsampling
from cnn_tui.spec.layers.convolution import Convolution as ConvolutionSpec
from cnn_tui.spec.layers.local import LocallyConnected as LocallyConnectedSpec
from cnn_tui.spec.model import Model, layer_names
from cnn_tui.spec.shapes import first_problem, trace


def build_layer(layer: spec.Layer, shape: Shape) -> Layer:
    """The torch side of one layer for inputs of this shape, its weights not yet set."""
    match layer:
        case ConvolutionSpec():
            return Convolution(layer, shape)
        case transposed.Transposed():
            return Transposed(layer, shape)
        case separable.Separable():
            return Separable(layer, shape)
        case separable.Depthwise():
            return Depthwise(layer, shape)
        case LocallyConnectedSpec():
            return LocallyConnected(layer, shape)
        case spec.Dense():
            return FullyConnected(layer, shape)
        case spec.MaxPooling1D() | spec.MaxPooling2D() | spec.MaxPooling3D():
            return MaxPooling(layer, shape)
        case pooling.Pooling():
            return AveragePooling(layer, shape)
        case spec.GlobalMaxPooling1D() | spec.GlobalMaxPooling2D() | spec.GlobalMaxPooling3D():
            return GlobalMaxPooling(layer, shape)
        case pooling.GlobalPooling():
            return GlobalAveragePooling(layer, shape)
        case spec.BatchNormalization():
            return BatchNormalization(layer, shape)
        case spec.LayerNormalization():
            return LayerNormalization(layer, shape)
        case spec.GroupNormalization():
            return GroupNormalization(layer, shape)
        case spec.Join():
            return Joined(layer, shape)
        case spec.PReLU():
            return LearnedSlope(layer, shape)
    return _build_weightless(layer, shape)


def _build_weightless(layer: spec.Layer, shape: Shape) -> Layer:
    match layer:
        case spec.Flatten() | spec.Reshape():
            return Arrange(layer.output_shape(shape))
        case spec.Permute():
            return Permuted(layer.dims)
        case spec.RepeatVector():
            return Repeated(layer.n, shape)
        case edges.ZeroPadding():
            return Edged(layer.edges, shape)
        case edges.Cropping():
            return Edged(tuple((-before, -after) for before, after in layer.edges), shape)
        case spec.UpSampling2D(interpolation="bilinear"):
            return Smoothed(layer, shape)
        case upsampling.UpSampling():
            return Enlarged(layer, shape)
        case spec.Dropout():
            return Drop(layer.rate)
        case noise.SpatialDropout():
            return DropChannels(layer.rate, layer.AXES, shape)
        case spec.AlphaDropout():
            return DropToSelu(layer.rate)
        case spec.GaussianNoise():
            return AddNoise(layer.stddev)
        case spec.GaussianDropout():
            return MultiplyNoise(layer.rate)
        case spec.ActivityRegularization():
            return Passing()
        case spec.Activation():
            return Activated(layer.activation)
        case spec.ReLU():
            return Bent(rectifier(layer))
        case spec.LeakyReLU():
            return Bent(partial(F.leaky_relu, negative_slope=layer.alpha))
        case spec.ELU():
            return Bent(partial(F.elu, alpha=layer.alpha))
        case spec.ThresholdedReLU():
            return Bent(partial(above, threshold=layer.theta))
        case spec.Softmax():
            return Bent(softmax_along(layer.axis, shape))
    raise AssertionError(f"{type(layer).__name__} cannot be built")


@dataclass(frozen=True)
class Weight:
    """One array of a network."""

    key: str
    """Its name in files: `conv2d.kernel`."""
    layer: Layer
    name: str
    array: Tensor
    settings: spec.Layer

    def setting(self, kind: Literal["initializer", "regularizer", "constraint"]) -> Any:
        """What the layer says about this array; None: nothing."""
        return getattr(self.settings, self.settings.setting_of(self.name, kind), None)


class Network(nn.Module):
    """The layers in order. Images come channels last, or flat: anything with as many values as the input shape."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        rows = trace(model)
        if problem := first_problem(rows):
            raise problem.error
        self.model = model
        names = layer_names(model)
        self._rows = tuple(row for row in rows if row.layer.enabled)
        self._names = tuple(names[row.index] for row in self._rows)
        self.layers = nn.ModuleList(build_layer(row.acts, row.input_shape or ()) for row in self._rows)
        if model.keras == 3:
            for layer in self.built:
                in_words_of_keras_3(layer)
        steps = steps_of(rows, {row.index: layer for row, layer in zip(self._rows, self.built, strict=True)})
        steps, self._last = without_last_function(steps)
        self._steps = in_own_layout(steps)
        self._unwatched_steps = in_own_layout([step for step in steps if not isinstance(step, Watch)])
        self._watches = [step for step in steps if isinstance(step, Watch)]
        weights = self.weights()
        self._kept_small = [(one.layer, one.name, kept) for one in weights if (kept := one.setting("regularizer"))]
        self._held = [(one.layer, one.name, rule) for one in weights if (rule := one.setting("constraint"))]

    @property
    def ending(self) -> Ending:
        """The function between `scores` and the answer, which losses on scores must know."""
        return {softmax: "softmax", torch.sigmoid: "sigmoid"}.get(self._last, "linear")  # type: ignore[return-value]

    @property
    def built(self) -> list[Layer]:
        """The torch layers, typed: one for each layer of the model that is on."""
        return [layer for layer in self.layers if isinstance(layer, Layer)]

    def weights(self) -> list[Weight]:
        """Every array in the order of the layers, trained or not."""
        return [
            Weight(f"{layer_name}.{name}", layer, name, array, row.acts)
            for layer_name, row, layer in zip(self._names, self._rows, self.built, strict=True)
            for name, array in layer.arrays().items()
        ]

    def forward(self, images: Tensor) -> Tensor:
        """The model's answer, as Keras gives it: (batch, classes), probabilities after a softmax."""
        return self.answer(self._run(self._unwatched_steps, images))

    def scores(self, images: Tensor) -> Tensor:
        """The answer before a last softmax or sigmoid, (batch, classes): what losses take without losing digits.

        What activity regularizers see on the way waits for `penalty`.
        """
        return self._run(self._steps, images)

    def answer(self, scores: Tensor) -> Tensor:
        """The answer that belongs to these scores."""
        return self._last(scores)

    def penalty(self) -> Tensor | None:
        """What the weights and the outputs of the last `scores` add to the loss; None: the model asks for nothing."""
        if not self._kept_small and not self._watches:
            return None
        terms = [penalty(kept, layer.to_keras(name, getattr(layer, name))) for layer, name, kept in self._kept_small]
        terms += [term for watch in self._watches if (term := watch.term()) is not None]
        return torch.stack(terms).sum() if terms else None

    def constrain(self) -> None:
        """Holds the weights to what the model says, after a step."""
        with torch.no_grad():
            for layer, name, rule in self._held:
                array = getattr(layer, name)
                array.copy_(layer.from_keras(name, held_to(rule, layer.to_keras(name, array))))

    def _run(self, steps: Iterable[Step], images: Tensor) -> Tensor:
        x = images.reshape(images.shape[0], *self.model.input_shape)
        for step in steps:
            x = step(x)
        return x
