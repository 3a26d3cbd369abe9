"""An experiment with one setting another, named as people say it: `learning_rate`, `scale`, `conv2d.filters`."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.errors import UserError, nearest
from cnn_tui.spec.data import Data
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.fields import Field, fields
from cnn_tui.spec.make import change, parse
from cnn_tui.spec.model import Model, label, layer_names
from cnn_tui.spec.named import word
from cnn_tui.spec.training import Training


def varied(experiment: Experiment, name: str, text: str, where: str = "") -> Experiment:
    """The experiment with this setting as it is typed. Raises UserError, at `where`, for what cannot be meant."""
    one = setting(experiment, name, where)
    value = parse(one, text, where or name)
    layer, _, inner = name.rpartition(".")
    if layer:
        return replace(experiment, model=_with_layer(experiment.model, layer, inner, value))
    if name in _typed(Training):
        return replace(experiment, training=change(experiment.training, "the training", **{name: value}))
    optimizer = experiment.training.optimizer
    if name in _typed(type(optimizer)):
        optimizer = change(optimizer, f"the optimizer {word(type(optimizer))}", **{name: value})
        return replace(experiment, training=replace(experiment.training, optimizer=optimizer))
    return replace(experiment, data=change(experiment.data, "the data", **{name: value}))


def setting(experiment: Experiment, name: str, where: str = "") -> Field:
    """The setting of this name: of the training, its optimizer, the data, or a layer. Raises UserError."""
    layer, _, inner = name.rpartition(".")
    if layer:
        index = _place(experiment.model, layer, where)
        known = _typed(type(experiment.model.layers[index]))
        owner = label(index, experiment.model.layers[index])
    else:
        known = _typed(Data) | _typed(type(experiment.training.optimizer)) | _typed(Training)
        owner = "an experiment"
    if inner not in known:
        remedy = nearest(inner, tuple(known)) or f"It has {', '.join(known)}."
        raise UserError(f'{owner} has no setting "{inner}"', where, remedy)
    return known[inner]


def _typed(struct: type[Struct]) -> dict[str, Field]:
    """The settings that can be typed on one line."""
    return {one.name: one for one in fields(struct) if one.kind != "part"}


def _place(model: Model, name: str, where: str) -> int:
    names = layer_names(model)
    if name not in names:
        raise UserError(f'no layer is called "{name}"', where, nearest(name, names) or f"There are {', '.join(names)}.")
    return names.index(name)


def _with_layer(model: Model, name: str, inner: str, value: Any) -> Model:
    index = _place(model, name, "")
    layer = model.layers[index]
    return model.with_layer(index, change(layer, label(index, layer), **{inner: value}))
