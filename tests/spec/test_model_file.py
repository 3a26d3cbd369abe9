"""The model file: read back as written, and accepted by Keras itself."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn_tui.errors import UserError
from cnn_tui.shipped import shipped
from cnn_tui.spec.layers import KINDS, Layer, Residual, Shape
from cnn_tui.spec.model import Model, layer_names
from cnn_tui.spec.model_file import dump, from_document, read_model, to_document, write_model
from cnn_tui.spec.shapes import first_problem, total_parameters, trace
from tests.strategies import any_image, any_layer

ONLY_KERAS_2 = ("RadialConstraint",)
PRESETS = {"models/galaxy_cnn.json": 30_634, "models/galaxy_cnn_workflow.json": 27_114}


@settings(deadline=None)
@given(layers=st.lists(any_layer(), max_size=6), shape=any_image())
def test_a_written_model_reads_back_the_same(layers: list[Layer], shape: Shape):
    model = Model(shape, tuple(layers), "a name")
    assert from_document(json.loads(dump(model))) == model


@pytest.mark.parametrize(("file", "parameters"), PRESETS.items())
def test_a_shipped_model_has_the_tutorials_parameters(file: str, parameters: int):
    assert total_parameters(trace(read_model(shipped(file)))) == parameters


@pytest.mark.parametrize("file", PRESETS)
def test_a_shipped_model_is_written_as_this_program_writes_it(file: str, tmp_path: Path):
    write_model(read_model(shipped(file)), tmp_path / "copy.json")
    assert (tmp_path / "copy.json").read_text() == shipped(file).read_text()


@pytest.fixture(scope="module")
def keras():
    os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_keras_reads_our_file_and_finds_the_same_shapes_and_weights(keras, data: st.DataObject):
    known = (*(kind for kind in KINDS if hasattr(keras.layers, kind.__name__)), Residual)
    shape = data.draw(st.sampled_from([(8, 8, 4), (12, 4), (6, 6, 6, 2)]))
    model = Model(shape, tuple(data.draw(st.lists(any_layer(known), min_size=1, max_size=4))))
    rows = trace(model)
    text = json.dumps(to_document(model))
    if first_problem(rows) or not any(row.layer.enabled for row in rows) or any(name in text for name in ONLY_KERAS_2):
        return
    theirs = keras.models.model_from_json(text)
    assert theirs.output_shape[1:] == rows[-1].output_shape
    assert theirs.count_params() == total_parameters(rows)


def test_automatic_names_are_keras_names(keras):
    keras.backend.clear_session()
    model = read_model(shipped("models/galaxy_cnn.json"))
    theirs = keras.models.model_from_json(json.dumps(to_document(model)))
    assert layer_names(model) == tuple(layer.name for layer in theirs.layers)


WRONG = {
    "not a model": ("[]", "is not a Keras model in JSON"),
    "no layers": ('{"config": {"layers": []}}', "holds no layers"),
    "no input": (
        '{"config": {"layers": [{"class_name": "Flatten", "config": {}}]}}',
        "does not begin with an InputLayer",
    ),
    "not JSON": ('{"config": }', "line 1: is not JSON: expecting value at column 12."),
    "NaN": ('{"config": NaN}', "NaN is not a number of JSON"),
    "twice": ('{"config": 1, "config": 2}', 'the key "config" stands twice'),
    "deep": ("[" * 90 + "]" * 90, "is nested more than 64 deep"),
    "very deep": ("[" * 100_000, "is nested too deeply"),
}
INPUT = {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 8, 8, 1]}}
WRONG_LAYERS = {
    "Conv2d": (
        {"class_name": "Conv2d", "config": {}},
        'layer 1: is a Conv2d, which this program does not know. Did you mean "Conv2D"?',
    ),
    "setting": (
        {"class_name": "Flatten", "config": {"color": 1}},
        'Flatten #1: has no setting "color". It has name, enabled.',
    ),
    "missing": (
        {"class_name": "Dense", "config": {}},
        'Dense #1: the setting "units" is missing. Give a whole number from 1 to 1,000,000.',
    ),
    "zero": (
        {"class_name": "Conv2D", "config": {"filters": 0, "kernel_size": [3, 3]}},
        "Conv2D #1: filters 0 is less than 1. Use a whole number from 1 to 1,000,000.",
    ),
    "huge": (
        {"class_name": "Dense", "config": {"units": 10**12}},
        "Dense #1: units 1000000000000 is more than 1,000,000. Use a whole number from 1 to 1,000,000.",
    ),
    "word": (
        {"class_name": "Conv2D", "config": {"filters": 8, "kernel_size": 3, "padding": "sane"}},
        'Conv2D #1: padding is "sane". Did you mean "same"?',
    ),
}


@pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG)
def test_a_file_that_is_no_model_gets_one_sentence(text: str, words: str, tmp_path: Path):
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(UserError) as error:
        read_model(tmp_path / "model.json")
    assert words in error.value.sentence
    assert error.value.sentence.startswith("model.json")


@pytest.mark.parametrize(("layer", "sentence"), WRONG_LAYERS.values(), ids=WRONG_LAYERS)
def test_a_wrong_layer_is_named_with_its_setting(layer: dict, sentence: str):
    with pytest.raises(UserError) as error:
        from_document({"config": {"name": "x", "layers": [INPUT, layer]}})
    assert error.value.sentence == sentence


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "model.json"
    model = read_model(shipped("models/galaxy_cnn.json"))
    write_model(model, path)
    before = path.read_text()
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        write_model(model.without(0), path)
    assert path.read_text() == before
    assert [child.name for child in tmp_path.iterdir()] == ["model.json"]
