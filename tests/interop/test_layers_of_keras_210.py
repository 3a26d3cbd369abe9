"""Every layer of Galaxy's form, as its Keras 2.10 writes it: read, of the same shape and size, and taken by Keras 3."""

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cnn_tui.errors import UserError
from cnn_tui.interop.keras_json import to_bilingual
from cnn_tui.interop.lost import lost
from cnn_tui.spec.layers import KINDS, Dense, Layer, Shape
from cnn_tui.spec.layers.constraints import RadialConstraint
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import from_document, to_document
from cnn_tui.spec.shapes import first_problem, trace
from tests import SHARED
from tests.strategies import layer_and_shape

FILE = SHARED / "fixtures" / "galaxy" / "layers_keras210.json"
WRITTEN: dict[str, Any] = json.loads(FILE.read_text()) if FILE.exists() else {}
OURS = {kind.__name__ for kind in KINDS}
NONE_IN_KERAS_3 = {"LocallyConnected1D", "LocallyConnected2D", "ThresholdedReLU"}
NOT_FOR_IMAGES = {"Masking", "SimpleRNN", "GRU", "LSTM", "ConvLSTM2D", "Embedding"}


@pytest.fixture(scope="module")
def keras():
    os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras")


def read(entry: dict[str, Any]) -> Model:
    document = {"class_name": "Sequential", "config": {"name": "m", "layers": [entry]}, "keras_version": "2.10.0"}
    return from_document(to_bilingual(document, "m"), "m")


def test_the_form_has_58_layers_of_which_all_for_images_are_ours():
    if not WRITTEN:
        pytest.skip("the files of Galaxy are not here")
    assert len(WRITTEN) == 58
    assert WRITTEN.keys() - OURS == NOT_FOR_IMAGES


@pytest.mark.parametrize("name", sorted(WRITTEN.keys() & OURS))
def test_what_keras_210_writes_is_read_and_what_we_write_is_taken_by_keras_3(name: str, keras):
    told = WRITTEN[name]
    model = read(told["layer"])
    (row,) = trace(model)
    assert list(row.output_shape or ()) == told["output_shape"]
    assert row.parameters == told["n_params"]
    _, entry = to_document(model)["config"]["layers"]
    if name in NONE_IN_KERAS_3:
        assert not hasattr(keras.layers, name)
        assert lost(model, "keras") == (f"{name} #1: Keras 3 does not know this layer.",)
        return
    theirs = keras.layers.deserialize(entry)
    assert type(theirs).__name__ == name
    theirs.build((None, *told["input_shape"]))
    assert theirs.count_params() == told["n_params"]
    assert not lost(model, "keras")


@pytest.mark.parametrize("name", sorted(NOT_FOR_IMAGES & WRITTEN.keys()))
def test_layers_that_are_not_for_images_are_refused_by_name(name: str):
    with pytest.raises(UserError, match=f"is a {name}, which this program does not know"):
        read(WRITTEN[name]["layer"])


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.__name__ != "Residual"], ids=lambda kind: kind.__name__
)
def test_keras_3_takes_every_setting_of_which_nothing_is_said_to_be_lost(kind: type[Layer], keras):
    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(drawn=layer_and_shape(kind))
    def taken(drawn: tuple[Layer, Shape]):
        layer, shape = drawn
        model = Model(shape, (layer,), keras=3)
        _, entry = to_document(model)["config"]["layers"]
        if first_problem(trace(model)) is None and not lost(model, "keras"):
            keras.layers.deserialize(entry)

    taken()


def test_what_keras_3_does_not_know_of_a_layer_is_said():
    model = Model((4,), (Dense(units=2, kernel_constraint=RadialConstraint()),))
    assert lost(model, "keras") == ("Dense #1: Keras 3 does not know radial_constraint.",)
