"""Keras's own files of several versions, read as the model that they mean or refused by name."""

import json
from pathlib import Path

import pytest

from cnn_tui.errors import UserError
from cnn_tui.interop.models import open_model
from cnn_tui.shipped import shipped
from cnn_tui.spec.layers import LeakyReLU
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
    with pytest.raises(UserError, match="is a model of the kind MyModel"):
        open_model(written(tmp_path, [], kind="MyModel"))
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


ONLY_FOR_SEQUENCES_OF_WORDS = {"Masking", "SimpleRNN", "GRU", "LSTM", "ConvLSTM2D", "Embedding"}


def keras_210_layers() -> dict[str, dict]:
    path = SHARED / "fixtures/galaxy/layers_keras210.json"
    return json.loads(path.read_text()) if path.exists() else {}


@pytest.mark.parametrize("kind", sorted(keras_210_layers().keys() - ONLY_FOR_SEQUENCES_OF_WORDS) or ["none are here"])
def test_layers_of_keras_210_have_its_shapes_and_parameters(kind: str, tmp_path: Path):
    if kind not in keras_210_layers():
        pytest.skip("the layers that Keras 2.10 wrote are not here")
    theirs = keras_210_layers()[kind]
    row = trace(open_model(written(tmp_path, [theirs["layer"]])))[0]
    assert (row.output_shape, row.parameters) == (tuple(theirs["output_shape"]), theirs["n_params"])


@pytest.mark.parametrize("kind", sorted(ONLY_FOR_SEQUENCES_OF_WORDS))
def test_layers_that_are_not_for_images_are_refused_by_name(kind: str, tmp_path: Path):
    entry = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8]}}
    with pytest.raises(UserError, match=f"layer 1: is a {kind}, which this program does not know"):
        open_model(written(tmp_path, [entry, {"class_name": kind, "config": {"units": 3}}]))


def test_numbers_that_went_through_float32_are_read_as_they_were_typed(tmp_path: Path):
    entry = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8]}}
    leaky = {"class_name": "LeakyReLU", "config": {"negative_slope": 0.30000001192092896}}
    assert open_model(written(tmp_path, [entry, leaky])).layers[0] == LeakyReLU(alpha=0.3)
