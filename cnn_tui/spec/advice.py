"""Advice: what a model may do but hardly should, each with the reason and, where there is one, a way out to apply."""

from collections.abc import Callable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.spec.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Layer,
    ReLU,
    Remedy,
    Reshape,
    Softmax,
    by,
    values,
)
from cnn_tui.spec.layers.convolution import Convolution
from cnn_tui.spec.layers.pooling import Pooling
from cnn_tui.spec.model import Model, label
from cnn_tui.spec.shapes import Problem, Row, first_problem, total_parameters

LARGE_KERNEL = 7
FEW_CHANNELS = 4
"""On so few, such as the colours of a pixel, a large kernel costs little."""
LARGE_FLATTEN = 20_000
"""From so many values on, a Flatten before a Dense costs more than it is worth."""
USUAL_WIDTH = 16


class Advice(Problem, frozen=True):
    """Something legal but unwise, told as a problem is."""


class Spot(Struct, frozen=True):
    """A layer that is on, and those around it."""

    row: Row
    before: Row | None
    behind: Row | None
    learns_later: bool
    """Whether a layer behind it has weights."""


Found = tuple[str, Remedy, str] | None
"""The fact, the way out, and the setting to look at."""


def advise(model: Model, rows: tuple[Row, ...], training_values: int = 0) -> tuple[Advice, ...]:
    """What could be better, in the order of the layers, at most one a layer; nothing while there is a problem.

    `training_values`: how many numbers all training images hold together; 0: not known.
    """
    if first_problem(rows):
        return ()
    return (*_about_layers([row for row in rows if row.layer.enabled]), *_about_size(rows, training_values))


def _about_layers(rows: list[Row]) -> Iterator[Advice]:
    last_that_learns = max((at for at, row in enumerate(rows) if row.weights), default=-1)
    for at, row in enumerate(rows):
        spot = Spot(
            row, rows[at - 1] if at else None, rows[at + 1] if at + 1 < len(rows) else None, at < last_that_learns
        )
        found = next((found for look in LOOKS if (found := look(spot))), None)
        if found:
            fact, remedy, field = found
            yield Advice(row.index, label(row.index, row.layer), fact, remedy, field)


def _about_size(rows: tuple[Row, ...], training_values: int) -> Iterator[Advice]:
    parameters = total_parameters(rows)
    if 0 < training_values < parameters:
        fact = (
            f"has {parameters:,} parameters, more than the {training_values:,} values of all training images together"
        )
        remedy = Remedy("Use fewer filters or units, or GlobalAveragePooling2D in place of Flatten.")
        yield Advice(None, "the model", fact, remedy)


def _softmax_twice(spot: Spot) -> Found:
    """A softmax of a softmax levels the probabilities out."""
    if not spot.behind or _function(spot.row.layer) != "softmax" or _function(spot.behind.layer) != "softmax":
        return None
    if not isinstance(spot.behind.layer, Activation | Softmax):
        return None
    alone = isinstance(spot.row.layer, Activation | Softmax)
    remedy = (
        Remedy("Turn this one off.", {"enabled": False}) if alone else Remedy("Use linear.", {"activation": "linear"})
    )
    return "has softmax, and so has the layer behind it: the probabilities are levelled out", remedy, "activation"


def _softmax_inside(spot: Spot) -> Found:
    """Inside a network a softmax lets hardly one value pass."""
    if (
        not isinstance(spot.row.layer, Convolution | Dense)
        or spot.row.layer.activation != "softmax"
        or not spot.learns_later
    ):
        return None
    remedy = Remedy("Use activation relu.", {"activation": "relu"})
    return "has softmax inside the network, where its values compete until hardly one passes", remedy, "activation"


def _no_activation(spot: Spot) -> Found:
    """Two weighted sums in a row are one weighted sum."""
    kinds = Convolution | Dense
    if not isinstance(spot.row.layer, kinds) or not spot.behind or not isinstance(spot.behind.layer, kinds):
        return None
    if spot.row.layer.activation != "linear":
        return None
    fact = f"has no activation before {label(spot.behind.index, spot.behind.layer)}, so the two are one weighted sum"
    return fact, Remedy("Use activation relu.", {"activation": "relu"}), "activation"


def _bias_before_normalization(spot: Spot) -> Found:
    """A mean that is taken off takes the bias with it."""
    behind = spot.behind
    if not behind or not isinstance(behind.layer, BatchNormalization) or not behind.layer.center:
        return None
    if not getattr(spot.row.layer, "use_bias", False) or _function(spot.row.layer) != "linear":
        return None
    fact = f"has a bias that {label(behind.index, behind.layer)} takes away again with the mean"
    return fact, Remedy("Use use_bias no.", {"use_bias": False}), "use_bias"


def _large_kernel(spot: Spot) -> Found:
    """Three 3x3 kernels see as much as a 7x7, and cost 27 against 49 (Simonyan & Zisserman 2015)."""
    layer, channels = spot.row.layer, (spot.row.input_shape or (0,))[-1]
    if not isinstance(layer, Conv2D) or min(layer.kernel_size) < LARGE_KERNEL or channels <= FEW_CHANNELS:
        return None
    if max(layer.strides) > 1 or layer.groups > 1 or layer.kernel_size[0] != layer.kernel_size[1]:
        return None
    number = layer.kernel_size[0] // 2
    small = replace(layer, kernel_size=(3, 3), name="")
    fact = f"kernel {layer.kernel_size[0]} costs more than {number} kernels of 3, which see as much"
    return fact, Remedy(f"Use {number} layers with kernel 3.", instead=(small,) * number), "kernel_size"


def _even_kernel(spot: Spot) -> Found:
    """A window without a centre moves the image by half a pixel."""
    layer = spot.row.layer
    if not isinstance(layer, Convolution) or layer.padding != "same" or max(layer.strides) > 1:
        return None
    if all(size % 2 for size in layer.kernel_size):
        return None
    odd = tuple(size + 1 - size % 2 for size in layer.kernel_size)
    fact = f"kernel {by(layer.kernel_size)} has no centre, so padding same moves the image by half a pixel"
    return fact, Remedy(f"Use kernel {by(odd)}.", {"kernel_size": odd}), "kernel_size"


def _passed_over(spot: Spot) -> Found:
    """Strides longer than the window leave values that no one looks at; 1x1 filters do so on purpose."""
    layer = spot.row.layer
    if not isinstance(layer, Convolution | Pooling):
        return None
    window = layer.kernel_size if isinstance(layer, Convolution) else layer.pool_size
    strides = layer.strides or window
    if set(window) == {1} or not any(stride > size for size, stride in zip(window, strides, strict=True)):
        return None
    remedy = Remedy(f"Use strides {by(window)} or less.", {"strides": window})
    return (
        f"moves by {by(strides)} with a window of {by(window)}, so some values are never looked at",
        remedy,
        "strides",
    )


def _idle(spot: Spot) -> Found:
    """Layers that change nothing."""
    layer, off = spot.row.layer, Remedy("Turn it off.", {"enabled": False})
    match layer:
        case Activation(activation="linear"):
            return "does nothing: linear passes everything as it is", off, "activation"
        case Dropout(rate=0):
            return "drops nothing", off, "rate"
        case Flatten() | Reshape() if spot.before and spot.row.input_shape == spot.row.output_shape:
            return "changes nothing: what it gets has that shape already", off, ""
        case Activation(activation="relu") | ReLU(max_value=None, negative_slope=0, threshold=0):
            if spot.before and _function(spot.before.layer) == "relu":
                return "comes behind a relu, which has done it already", off, ""
    return None


def _dense_on_image(spot: Spot) -> Found:
    """Dense on an image looks at each pixel by itself, which hardly anyone means."""
    if not isinstance(spot.row.layer, Dense) or len(spot.row.input_shape or ()) != 3:
        return None
    remedy = Remedy("Put a Flatten before it.", before=Flatten())
    return "works on each pixel by itself, as in Keras: no weight of it looks at two pixels", remedy, ""


def _large_flatten(spot: Spot) -> Found:
    """A Flatten of a large image makes the next Dense most of the model."""
    shape, behind = spot.row.input_shape or (), spot.behind
    if not isinstance(spot.row.layer, Flatten) or not behind or not isinstance(behind.layer, Dense):
        return None
    if len(shape) != 3 or values(shape) < LARGE_FLATTEN:
        return None
    fact = (
        f"gives {values(shape):,} values to the {behind.parameters:,} parameters of {label(behind.index, behind.layer)}"
    )
    remedy = Remedy("Pool once more, or use GlobalAveragePooling2D in its place.", instead=(GlobalAveragePooling2D(),))
    return fact, remedy, ""


def _bottleneck(spot: Spot) -> Found:
    """One unit or filter lets a single number pass."""
    if not isinstance(spot.row.layer, Convolution | Dense) or not spot.learns_later:
        return None
    setting = "units" if isinstance(spot.row.layer, Dense) else "filters"
    if getattr(spot.row.layer, setting) > 1:
        return None
    remedy = Remedy(f"Use {setting} {USUAL_WIDTH} or more.", {setting: USUAL_WIDTH})
    return (
        f"{setting} 1 lets a single {'number' if setting == 'units' else 'channel'} pass to all behind it",
        remedy,
        setting,
    )


def _function(layer: Layer) -> str:
    """The function at a layer's end: `linear` when it has none."""
    return "softmax" if isinstance(layer, Softmax) else str(getattr(layer, "activation", "linear"))


LOOKS: tuple[Callable[[Spot], Found], ...] = (
    _softmax_twice,
    _softmax_inside,
    _bottleneck,
    _no_activation,
    _bias_before_normalization,
    _large_kernel,
    _even_kernel,
    _passed_over,
    _idle,
    _dense_on_image,
    _large_flatten,
)
"""What is looked for in each layer, the most important first."""
