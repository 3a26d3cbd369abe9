"""A model in one file: its weights, and in the file's metadata all that a prediction needs."""

import json
from pathlib import Path
from typing import Literal

import msgspec
import torch
from msgspec import Struct
from msgspec.structs import replace
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from cnn_tui.engine.build import Network
from cnn_tui.engine.weights import arrays, load_arrays
from cnn_tui.errors import Place, UserError
from cnn_tui.files import replacing
from cnn_tui.spec.data import AS_IT_COMES, Reading, Scaling
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import from_document, to_document
from cnn_tui.spec.pictures import picture_of

FORMAT = 1
MAX_HEADER_BYTES = 8 * 2**20
COLOURS: dict[int, Literal["grey", "rgb", "rgba"]] = {1: "grey", 3: "rgb", 4: "rgba"}
"""The colour that pictures of so many channels have."""
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
    """The epoch after which these were the weights, from 1."""
    reading: Reading = AS_IT_COMES
    """What pictures were made to be when they were read."""


class Trained(Struct, frozen=True):
    """A network with its weights, and what it needs to predict."""

    network: Network
    about: About


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
    document = {"about": msgspec.to_builtins(trained.about), "model": to_document(trained.network.model)}
    blob = save(arrays(trained.network), metadata={"format": "pt", "cnn_tui": json.dumps(document, allow_nan=False)})
    with replacing(path) as file:
        file.write(blob)


def read_model_weights(path: Path, device: torch.device | None = None) -> Trained:
    """The network of a file, ready to predict. Raises UserError when it is not one of ours, or damaged."""
    document, held = _read(path)
    try:
        about = msgspec.convert(document["about"], About)
    except (KeyError, msgspec.ValidationError):
        raise UserError(
            "does not say how to predict with it", Place(path), "Give a model that this program made."
        ) from None
    if about.format != FORMAT:
        raise UserError(f"has the format {about.format}", Place(path), f"This program reads format {FORMAT}.")
    network = Network(from_document(document.get("model"), path.name))
    load_arrays(network, held, path.name)
    return Trained(network.to(device or torch.device("cpu")).eval(), about)


def _read(path: Path) -> tuple[dict[str, object], dict[str, Tensor]]:
    remedy = "Give a run, or the model.safetensors of one."
    try:
        with path.open("rb") as file:
            header_bytes = int.from_bytes(file.read(8), "little")
        if header_bytes > MAX_HEADER_BYTES:
            raise UserError("is not a safetensors file", Place(path), remedy)
        with safe_open(path, framework="pt") as file:
            document = json.loads((file.metadata() or {}).get("cnn_tui", "null"))
            held = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (it is no dict)
    except FileNotFoundError:
        raise UserError("there is no such file", Place(path), remedy) from None
    except (SafetensorError, OSError, ValueError):
        raise UserError("is not a safetensors file, or damaged", Place(path), remedy) from None
    if not isinstance(document, dict):
        raise UserError("holds weights but no model", Place(path), remedy)
    return document, held
