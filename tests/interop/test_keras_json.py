"""Keras's own files of several versions, read as the model that they mean or refused by name."""

import json
from pathlib import Path

import pytest

from cnn_tui.errors import UserError
from cnn_tui.interop.models import open_model
from cnn_tui.shipped import shipped
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import read_model
from cnn_tui.spec.shapes import trace
from tests import SHARED

TUTORIAL = read_model(shipped("models/galaxy_cnn.json"))

GALAXY_CONV = {
    "name": "conv2d",
    "trainable": True,
    "dtype": "float32",
    "filters": 8,
    "kernel_size": [3, 3],
    "data_format": "channels_last",
    "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}},
    "bias_initializer": {"class_name": "Zeros", "config": {}},
    "kernel_regularizer": None,
}
KERAS_3_CONV = {
    "name": "conv2d",
    "trainable": True,
    "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None},
    "filters": 8,
    "kernel_size": [3, 3],
    "kernel_initializer": {
        "module": "keras.initializers",
        "class_name": "GlorotUniform",
        "config": {"seed": None, "input_axes": None, "output_axes": None},
        "registered_name": None,
    },
    "bias_initializer": {"module": "keras.initializers", "class_name": "Zeros", "config": {}, "registered_name": None},
}


def written(folder: Path, layers: list[dict], kind: str = "Sequential") -> Path:
    path = folder / "model.json"
    path.write_text(json.dumps({"class_name": kind, "config": {"name": "m", "layers": layers}}))
    return path


def shapes(model: Model) -> list[tuple]:
    return [(type(row.layer).__name__, row.output_shape, row.parameters) for row in trace(model)]


@pytest.mark.parametrize(
    "file", ["galaxy/tutorial_cnn.json", "keras/tut_bi.json", "keras/tut_k2.json", "keras/tut_k3.json"]
)
def test_the_tutorials_network_means_the_same_in_every_dialect(file: str):
    path = SHARED / "fixtures" / file
    if not path.exists():
        pytest.skip("the files of Galaxy and Keras are not here")
    assert shapes(open_model(path)) == shapes(TUTORIAL)


@pytest.mark.parametrize("config", [GALAXY_CONV, KERAS_3_CONV], ids=["Keras 2.10", "Keras 3"])
def test_settings_that_say_what_keras_does_anyway_are_taken(config: dict, tmp_path: Path):
    entry = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 8, 1]}}
    model = open_model(written(tmp_path, [entry, {"class_name": "Conv2D", "config": config}]))
    assert shapes(model) == [("Conv2D", (6, 6, 8), 80)]
    assert model.layers[0].name == "conv2d"


def test_the_input_may_stand_in_the_first_layer(tmp_path: Path):
    config = {**GALAXY_CONV, "batch_input_shape": [None, 8, 8, 1]}
    assert open_model(written(tmp_path, [{"class_name": "Conv2D", "config": config}])).input_shape == (8, 8, 1)


REFUSED = {
    "Conv2D (conv2d): has the kernel_regularizer L2, which this program cannot do. Leave it at Keras's default.": {
        "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}}
    },
    "Conv2D (conv2d): has the kernel_initializer HeNormal, which this program cannot do. Leave it at Keras's default.": {
        "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": None}}
    },
    "Conv2D (conv2d): has the data_format channels_first, which this program cannot do. Leave it at Keras's default.": {
        "data_format": "channels_first"
    },
    'Conv2D (conv2d): has the unknown setting "lambda", which this program cannot do. Leave it at Keras\'s default.': {
        "lambda": "os.system"
    },
}


@pytest.mark.parametrize(("sentence", "settings"), REFUSED.items())
def test_settings_that_mean_something_else_are_refused_by_name(sentence: str, settings: dict, tmp_path: Path):
    config = {**GALAXY_CONV, "batch_input_shape": [None, 8, 8, 1], **settings}
    with pytest.raises(UserError) as error:
        open_model(written(tmp_path, [{"class_name": "Conv2D", "config": config}]))
    assert error.value.sentence == sentence


def test_other_kinds_of_models_are_refused_by_name(tmp_path: Path):
    with pytest.raises(UserError, match="is a model of the kind Functional"):
        open_model(written(tmp_path, [], kind="Functional"))
    entry = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8]}}
    with pytest.raises(UserError, match="is a Lambda, which this program does not know"):
        open_model(written(tmp_path, [entry, {"class_name": "Lambda", "config": {}}]))
    with pytest.raises(UserError, match="does not say the shape of its input"):
        open_model(written(tmp_path, [{"class_name": "Flatten", "config": {}}]))


@pytest.mark.parametrize("entry", [5, "Dense", {"class_name": []}, {"class_name": {}}, None])
def test_what_is_no_layer_is_refused_not_passed_over(entry: object, tmp_path: Path):
    first = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8]}}
    with pytest.raises(UserError, match="layer 1: is no layer of Keras"):
        open_model(written(tmp_path, [first, entry]))  # type: ignore[list-item]
    with pytest.raises(UserError, match="layer 1: is a second input"):
        open_model(written(tmp_path, [first, first]))
