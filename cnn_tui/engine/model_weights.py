"""A model in one file: its weights, and in the file's metadata all that a prediction needs."""

import json
from pathlib import Path
from typing import Literal

import msgspec
import torch
from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.engine.build import Network
from cnn_tui.engine.weights import arrays, load_arrays
from cnn_tui.errors import Place, UserError
from cnn_tui.files import replacing
from cnn_tui.interop.notes import KEY, notes_document
from cnn_tui.interop.safe_tensors import write_tensors
from cnn_tui.interop.weight_files import read_weights
from cnn_tui.interop.weights import Weights
from cnn_tui.runs.health import PROOF, proof_of
from cnn_tui.spec.data import AS_IT_COMES, Reading, Scaling, fits
from cnn_tui.spec.layers import Shape, by, values
from cnn_tui.spec.model import Model
from cnn_tui.spec.pictures import picture_of
from cnn_tui.spec.shapes import output_shape, trace

FORMAT = 1
COLOURS: dict[int, Literal["grey", "rgb", "rgba"]] = {1: "grey", 3: "rgb", 4: "rgba"}
"""The colour that pictures of so many channels have."""
NO_SCALING = "the file does not say how pixels were scaled: they are taken as they are"
AS_LEARNED = ("size", "fit", "interpolation", "colour")
"""The settings of reading that a model expects as they were in its training."""


class About(Struct, frozen=True, kw_only=True):
    """What travels with the weights: enough to predict raw pixels with the file alone."""

    format: int = FORMAT
    classes: tuple[str, ...]
    data_shape: Shape
    """The shape of one image as its file holds it, such as (784,)."""
    scaling: Scaling
    epoch: int
    """The epoch after which these were the weights, from 1; 0: not known."""
    reading: Reading = AS_IT_COMES
    """What pictures were made to be when they were read."""
    numbers: bool = False
    """Whether it predicts numbers; `classes` then names them."""


class Trained(Struct, frozen=True):
    """A network with its weights, and what it needs to predict."""

    network: Network
    about: About
    notes: tuple[str, ...] = ()
    """What was converted, left out or assumed when it was read, in words."""


def reading_of(reading: Reading, data_shape: Shape, model: Model) -> Reading:
    """How pictures must be read to become what the model learned from: what was automatic is what it came to."""
    if (picture := picture_of(data_shape, model)) is None:
        return reading
    height, width, channels = picture
    colour = COLOURS.get(channels, "auto") if reading.colour == "auto" else reading.colour
    return replace(reading, size=reading.size or (height, width), colour=colour)


def reading_for(trained: Trained, given: Reading) -> Reading:
    """How to read what is given to a model: as given, and pictures as in its training where nothing else is said."""
    unsaid = [name for name in AS_LEARNED if getattr(given, name) == getattr(AS_IT_COMES, name)]
    return replace(given, **{name: getattr(trained.about.reading, name) for name in unsaid})


def write_model_weights(trained: Trained, path: Path) -> None:
    """Writes the file, whole or not at all: arrays as `layer.name` in Keras's shapes."""
    notes = json.dumps(notes_document(trained.network.model, msgspec.to_builtins(trained.about)), allow_nan=False)
    held = {name: array.numpy() for name, array in arrays(trained.network).items()}
    proof = proof_of(notes, (array.data for array in held.values()))
    with replacing(path) as file:
        write_tensors(file, held, {"format": "pt", KEY: notes, PROOF: proof})


def epoch_of(path: Path) -> int | None:
    """Of which epoch the weights of a whole file are that this program wrote; None: there is no such file."""
    try:
        return read_model_weights(path).about.epoch
    except (UserError, OSError):
        return None


def read_model_weights(path: Path, device: torch.device | None = None, model: Model | None = None) -> Trained:
    """The network of a file of weights, ready to predict: one that this program made, or Keras, Galaxy or torch.

    `model` is needed where the file has no model of its own, and counts where it has one. Raises UserError with the
    file, the place in it, and what is wrong.
    """
    held = read_weights(path, model)
    about, assumed = _about(held, path)
    network = Network(held.model)
    load_arrays(network, {name: torch.from_numpy(array) for name, array in held.arrays.items()}, path.name)
    return Trained(network.to(device or torch.device("cpu")).eval(), about, (*held.notes, *assumed))


def _about(held: Weights, path: Path) -> tuple[About, tuple[str, ...]]:
    """What a file says about predicting with it; what it does not say is assumed, and told."""
    assumed: tuple[str, ...] = ()
    if not held.about:
        classes = held.classes or tuple(map(str, range(_classes(held.model, path))))
        shape = held.model.input_shape
        about = About(classes=classes, data_shape=shape, scaling=Scaling(), epoch=0)
        about = replace(about, reading=reading_of(AS_IT_COMES, shape, held.model))
        assumed = (NO_SCALING,)
    else:
        try:
            about = msgspec.convert(held.about, About)
        except msgspec.ValidationError:
            raise UserError("does not say how to predict with it", Place(path), "Save it once more.") from None
        if about.format != FORMAT:
            raise UserError(f"has the format {about.format}", Place(path), f"This program reads format {FORMAT}.")
    _refuse_other_answers(about, held.model, path)
    if min(about.data_shape, default=0) < 1 or not fits(about.data_shape, held.model.input_shape):
        raise UserError("says it was trained on images that its model cannot take", Place(path), "It is damaged.")
    return about, assumed


def _refuse_other_answers(about: About, model: Model, path: Path) -> None:
    """Raises UserError unless the model answers with a number for each name; of two classes one number is enough."""
    shape, wanted = output_shape(trace(model)) or (), len(about.classes)
    if len(shape) != 1 or (shape[0] < 2 and not about.numbers and wanted != 2):
        _classes(model, path)
    if shape[0] not in (wanted, 1 if wanted == 2 and not about.numbers else wanted):
        fact = f"names {wanted} classes; its model answers with {shape[0]}"
        raise UserError(fact, Place(path), "The file is damaged.")


def _classes(model: Model, path: Path) -> int:
    """How many classes a model tells apart. Raises UserError when it does not answer with a number for each.

    A single number behind a sigmoid is the share of the second of two.
    """
    shape = output_shape(trace(model)) or ()
    last = next((layer for layer in reversed(model.layers) if layer.enabled), None)
    if shape == (1,) and getattr(last, "activation", "") == "sigmoid":
        return 2
    if len(shape) != 1 or shape[0] < 2:
        fact = f"answers with {by(shape)}" if shape and values(shape) > 1 else "answers with one number"
        raise UserError(
            f"{fact}, not with a number for each class", Place(path), "Give a model that tells classes apart."
        )
    return shape[0]
