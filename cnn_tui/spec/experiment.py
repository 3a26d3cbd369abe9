"""An experiment: data, model and training together; all that a run needs, in one JSON file."""

import json
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Data, resolved
from cnn_tui.spec.json_text import read_json
from cnn_tui.spec.losses import OF_NUMBERS, Loss
from cnn_tui.spec.make import make
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import from_document, to_document
from cnn_tui.spec.training import Training

FORMAT = 1


class Experiment(Struct, frozen=True, kw_only=True):
    """What a run is asked to do."""

    data: Data
    model: Model
    training: Training = Training()


def data_meant(experiment: Experiment) -> Data:
    """The data, with what its labels are said: numbers if the loss is one for numbers, unless the data says more."""
    return meant(experiment.data, experiment.training.loss)


def meant(data: Data, loss: Loss) -> Data:
    """The same of data that is to be learned with a loss."""
    if data.targets != "auto":
        return data
    return replace(data, targets="numbers" if loss in OF_NUMBERS else "classes")


def dump_experiment(experiment: Experiment) -> str:
    """The text of an experiment file."""
    document = {
        "format": FORMAT,
        "data": msgspec.to_builtins(experiment.data),
        "model": to_document(experiment.model),
        "training": msgspec.to_builtins(experiment.training),
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def read_experiment(path: Path) -> Experiment:
    """The experiment of a file, its relative paths counted from the file's folder. Raises UserError."""
    return experiment_of(read_json(path), path)


def experiment_of(document: object, path: Path) -> Experiment:
    """The experiment of a JSON document that is, or could be, in this file. Raises UserError."""
    if not isinstance(document, dict) or not {"data", "model"} <= document.keys():
        raise UserError("is not an experiment", Place(path), 'An experiment has "data", "model" and "training".')
    if document.get("format") != FORMAT:
        given = document.get("format")
        raise UserError(f"has the format {given!s:.20}", Place(path), f"This program reads format {FORMAT}.")
    if unknown := document.keys() - {"format", "data", "model", "training"}:
        raise UserError(f'has an unknown part "{min(unknown)}"', Place(path), "Remove it.")
    return Experiment(
        data=resolved(make(Data, document["data"], f"{path.name}, data"), path.parent),
        model=from_document(document["model"], f"{path.name}, model"),
        training=make(Training, document.get("training", {}), f"{path.name}, training"),
    )
