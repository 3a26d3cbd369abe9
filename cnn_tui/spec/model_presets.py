"""Known networks to begin with, and how one is made to fit other data."""

from functools import cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.shipped import shipped
from cnn_tui.spec.checks import Around, applied, check
from cnn_tui.spec.data import fits
from cnn_tui.spec.fields import fields, show
from cnn_tui.spec.layers import Flatten, Layer, Reshape, Shape, by
from cnn_tui.spec.layers.windows import arranged
from cnn_tui.spec.model import Model, label
from cnn_tui.spec.model_file import read_model
from cnn_tui.spec.training import Training, usual_loss

FOLDER = "models"
ABOUT = {
    "galaxy_cnn": "The network of Galaxy's tutorial: two convolutions, each pooled, and one Dense layer.",
    "galaxy_cnn_workflow": "The same as the tutorial's workflow file has it: without padding, a little smaller.",
    "lenet_5": "LeCun's network of 1998 for digits: tanh and average pooling.",
    "vgg_small": "Pairs of 3x3 convolutions with BatchNormalization, twice as many filters after each pooling.",
    "resnet_small": "Six residual groups in three sizes: deep, and yet easy to train.",
    "mobilenet_small": "Depthwise convolutions and 1x1 filters in turn: a ninth of the multiplications.",
    "all_convolutional": "Strides in place of pooling, 1x1 filters and a mean in place of Dense.",
    "signals_1d": "Convolutions along a sequence, for signals and time series.",
    "volumes_3d": "Convolutions through a volume, for scans and films.",
    "fully_connected": "No convolution at all: what the others are to be compared with.",
}
"""What is shipped, the best known first, each in a sentence."""
MOST_REPAIRS = 20


class ModelPreset(Struct, frozen=True):
    """A network that is shipped."""

    name: str
    about: str
    path: Path
    model: Model


@cache
def model_presets() -> tuple[ModelPreset, ...]:
    """Every network that is shipped."""
    paths = {name: shipped(f"{FOLDER}/{name}.json") for name in ABOUT}
    return tuple(ModelPreset(name, ABOUT[name], path, read_model(path)) for name, path in paths.items())


def preset_file(model: Model) -> Path | None:
    """The shipped file that holds this very model, if there is one."""
    return next((preset.path for preset in model_presets() if preset.model == model), None)


def adapted(model: Model, data_shape: Shape, classes: int, targets: int = 0) -> tuple[Model, tuple[str, ...]]:
    """The model made to fit images of this shape and this many classes, and what was changed, in words.

    `targets`: how many numbers it is to tell instead. What it cannot make fit it leaves for the checks to name.
    """
    model, told = _with_input(model, data_shape)
    training = Training(loss=usual_loss(targets))
    around = Around(data_shape=data_shape, classes=classes, targets=targets, training=training)
    for _ in range(MOST_REPAIRS):
        problem = next((one for one in check(model, around) if one.remedy.applies), None)
        if problem is None:
            break
        mended = applied(model, problem)
        told.append(_difference(model, mended, problem.index))
        model = mended
    return model, tuple(told)


def _with_input(model: Model, data_shape: Shape) -> tuple[Model, list[str]]:
    """With the shape of the data as its input, and a Reshape to what its first layers work on where that differs."""
    if fits(data_shape, model.input_shape):
        return model, []
    first = model.layers[0] if model.layers else None
    wanted = first.target_shape if isinstance(first, Reshape) else model.input_shape
    begun = model.without(0) if isinstance(first, Reshape) else model
    made = arranged(data_shape, len(wanted) - 1) if len(wanted) > 1 else data_shape
    begun = replace(begun, input_shape=data_shape)
    told = [f"input {by(model.input_shape)} is now {by(data_shape)}"]
    if len(wanted) == 1 < len(data_shape):
        return begun.with_inserted(0, Flatten()), [*told, "a Flatten lays it out in one row"]
    if made is None or made == data_shape:
        return begun, told
    return begun.with_inserted(0, Reshape(target_shape=made)), [*told, f"a Reshape makes it {by(made)}"]


def _difference(before: Model, after: Model, index: int | None) -> str:
    if index is None or len(before.layers) != len(after.layers):
        added = [type(layer).__name__ for layer in after.layers if layer not in before.layers]
        return f"added {' and '.join(added)}" if added else f"input {by(after.input_shape)}"
    return f"{label(index, after.layers[index])}: {_changes(before.layers[index], after.layers[index])}"


def _changes(before: Layer, after: Layer) -> str:
    pairs = ((one.name, getattr(before, one.name), getattr(after, one.name)) for one in fields(type(after)))
    return ", ".join(f"{name} {show(old)} is now {show(new)}" for name, old, new in pairs if old != new)
