"""What is written for Keras: read again here it is the same to the byte, and real Keras 3 reads it."""

import json
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings

from cnn_tui.engine.build import Network
from cnn_tui.engine.model_weights import read_model_weights
from cnn_tui.engine.weights import load_arrays
from cnn_tui.interop.keras_layout import units
from cnn_tui.interop.keras_writers import keras as keras_file
from cnn_tui.interop.keras_writers import legacy_h5, weights_h5
from cnn_tui.interop.models import open_model
from cnn_tui.interop.notes import KEY, notes_document
from cnn_tui.interop.safe_tensors import write_tensors
from cnn_tui.interop.weight_files import read_weights
from cnn_tui.interop.weights import Weights
from cnn_tui.spec.layers import (
    Activation,
    Conv2D,
    Dense,
    Flatten,
    LocallyConnected1D,
    LocallyConnected2D,
    Residual,
    ThresholdedReLU,
)
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import to_document
from tests.interop.support import ABOUT, KERAS, Arrays, fitting, of_keras, random_arrays, read_bytes, same
from tests.strategies import any_model, examples

WRITERS = {".keras": keras_file, ".h5": legacy_h5, ".weights.h5": weights_h5}
NOT_IN_KERAS_3 = (LocallyConnected1D, LocallyConnected2D, ThresholdedReLU)


@pytest.fixture(scope="module")
def keras():
    os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras")


def opened(content: bytes) -> Weights:
    """The content as a file; what is Keras's is read in this process."""
    if content.startswith((b"PK", b"\x89HDF")):
        return read_bytes(content)
    with NamedTemporaryFile(suffix=".safetensors") as file:
        file.write(content)
        file.flush()
        return read_weights(Path(file.name))


def safetensors(model: Model, arrays: Arrays, about: dict[str, Any]) -> bytes:
    """What this program keeps its own weights in."""
    made = BytesIO()
    write_tensors(made, arrays, {KEY: json.dumps(notes_document(model, about))})
    return made.getvalue()


@pytest.mark.parametrize("write", [*WRITERS.values(), safetensors], ids=[*WRITERS, ".safetensors"])
@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(model=any_model())
def test_written_read_and_written_again_it_is_the_same(write: Callable[..., bytes], model: Model):
    arrays = random_arrays(fitting(model))
    first = write(model, arrays, ABOUT)
    read = opened(first)
    assert (read.model, read.classes, read.about) == (model, ("cat", "dog"), ABOUT)
    assert same(read.arrays, arrays) or sorted(read.arrays) == sorted(arrays)
    assert all(read.arrays[name].tobytes() == arrays[name].tobytes() for name in arrays)
    assert write(read.model, read.arrays, read.about) == first


def by_keras(keras: Any, path: Path, model: Model) -> Any:
    """What real Keras makes of a file; for weights alone it gets our JSON of the model."""
    if path.name.endswith(".weights.h5"):
        theirs = keras.models.model_from_json(json.dumps(to_document(model)))
        theirs.load_weights(path)
        return theirs
    return keras.models.load_model(path, compile=False)


def as_keras_3(model: Model) -> Model:
    """Only what Keras 3 knows, with a layer at least, without which it builds no model."""
    assume(not any(isinstance(layer, NOT_IN_KERAS_3) for layer in model.layers))
    assume(any(layer.enabled for layer in model.layers))
    assume("RadialConstraint" not in json.dumps(to_document(model)))
    return model


@pytest.mark.parametrize("ending", WRITERS)
def test_real_keras_finds_every_weight_in_its_place(ending: str, keras: Any, tmp_path: Path):
    compared = 0

    @settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
    @given(drawn=any_model())
    def same_in_keras(drawn: Model):
        nonlocal compared
        model = fitting(as_keras_3(drawn))
        arrays = random_arrays(model)
        path = tmp_path / f"net{ending}"
        path.write_bytes(WRITERS[ending](model, arrays, ABOUT))
        theirs = of_keras(by_keras(keras, path, model))
        ours = [arrays[array] for unit in units(model) for array in unit.arrays]
        assert len(ours) == len(theirs)
        assert all(np.array_equal(one, other) for one, other in zip(ours, theirs, strict=True))
        compared += 1

    same_in_keras()
    assert compared > 10


@pytest.mark.parametrize("ending", WRITERS)
def test_layers_in_groups_are_found_where_keras_puts_them(ending: str, keras: Any, tmp_path: Path):
    same = {"kernel_size": (3, 3), "padding": "same"}
    layers = (
        Conv2D(filters=4, **same),
        Conv2D(filters=6, **same),
        Conv2D(filters=6, **same),
        Residual(layers=2),
        Conv2D(filters=6, strides=(2, 2), **same),
        Residual(layers=1, use_bias=True),
        Residual(layers=1, merge="concatenate"),
        Flatten(),
        Dense(units=3, activation="softmax"),
    )
    model = Model((6, 6, 1), layers)
    arrays = random_arrays(model)
    path = tmp_path / f"net{ending}"
    path.write_bytes(WRITERS[ending](model, arrays, ABOUT))
    theirs = by_keras(keras, path, model)
    held = {layer.name: layer.get_weights() for layer in theirs.layers}
    assert np.array_equal(held["residual_projection"][0], arrays["residual.kernel"])
    assert np.array_equal(held["residual_1_projection"][1], arrays["residual_1.bias"])
    network = Network(model)
    load_arrays(network, {name: torch.from_numpy(array) for name, array in arrays.items()}, "test")
    images = np.random.default_rng(0).random((5, 6, 6, 1), np.float32)
    with torch.inference_mode():
        ours = network(torch.from_numpy(images)).numpy()
    assert np.abs(ours - theirs.predict(images, verbose=0)).max() < 1e-5

    theirs.save(tmp_path / "theirs.keras")  # and what Keras itself makes of it comes back
    assert read_weights(tmp_path / "theirs.keras").arrays.keys() == arrays.keys()
    again = read_weights(tmp_path / "theirs.keras").arrays
    assert all(np.array_equal(again[name], arrays[name]) for name in arrays)


@pytest.mark.skipif(not KERAS.exists(), reason="the golden files of Keras are not here")
@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("network", ["tut", "deep"])
def test_real_keras_answers_from_our_file_as_from_its_own(network: str, ending: str, keras: Any, tmp_path: Path):
    model, arrays = open_model(KERAS / f"{network}_bi.json"), read_weights(KERAS / f"{network}.keras").arrays
    path = tmp_path / f"net{ending}"
    path.write_bytes(WRITERS[ending](model, arrays, {}))
    images = np.load(KERAS / f"{network}_io.npz")["x"].astype("f4")
    theirs = by_keras(keras, path, model).predict(images, verbose=0)
    assert np.array_equal(theirs, keras.models.load_model(KERAS / f"{network}.keras").predict(images, verbose=0))
    if network == "tut":  # on torch Keras counts the zeros in means at uneven edges, which `deep` has
        assert np.abs(theirs - np.load(KERAS / "tut_tf2.15.0.npz")["y"]).max() < 1e-5


@pytest.mark.parametrize("ending", [".keras", ".h5", ".weights.h5"])
def test_what_real_keras_writes_is_read(ending: str, keras: Any, tmp_path: Path):
    layers = keras.layers
    theirs = keras.Sequential(
        [
            layers.Input((8, 8, 2)),
            layers.SeparableConv2D(4, 3, name="first"),
            layers.BatchNormalization(),
            layers.Dropout(0.2),
            layers.Conv2D(3, 3, name="a_last"),
            layers.PReLU(shared_axes=[1, 2]),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    theirs.compile("adam", "categorical_crossentropy")
    images = np.random.default_rng(0).random((20, 8, 8, 2), np.float32)
    theirs.fit(images, np.eye(3, dtype="f4")[np.arange(20) % 3], epochs=1, verbose=0)
    path = tmp_path / f"net{ending}"
    theirs.save_weights(path) if ending == ".weights.h5" else theirs.save(path)
    (tmp_path / "net.json").write_text(theirs.to_json())
    trained = read_model_weights(path, model=open_model(tmp_path / "net.json") if ending == ".weights.h5" else None)
    with torch.inference_mode():
        ours = trained.network(torch.from_numpy(images)).numpy()
    assert np.abs(ours - theirs.predict(images, verbose=0)).max() < 1e-5
    assert "the state of the optimizer was left out" in trained.notes or ending == ".weights.h5"


def test_names_of_many_layers_are_split_as_keras_splits_them(
    keras: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("cnn_tui.interop.keras_writers.MAX_ATTRIBUTE_BYTES", 100)
    model = Model((3,), (Dense(units=3), *(Activation(activation="relu") for _ in range(30)), Dense(units=2)))
    arrays = random_arrays(model)
    path = tmp_path / "net.h5"
    path.write_bytes(legacy_h5(model, arrays, {}))
    assert same(read_weights(path).arrays, arrays)
    assert all(
        np.array_equal(*pair) for pair in zip(of_keras(keras.models.load_model(path)), arrays.values(), strict=True)
    )


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("is_shortcut_first", [True, False])
def test_a_graph_that_keras_made_is_read_with_its_weights(
    is_shortcut_first: bool, ending: str, keras: Any, tmp_path: Path
):
    layers = keras.layers
    entering = layers.Input((8, 8, 2), name="pictures")
    x = layers.Conv2D(4, 3, padding="same", name="stem")(entering)
    for number, (filters, strides) in enumerate([(4, 1), (4, 2), (4, 1)]):
        shortcut = x
        if strides > 1:
            shortcut = layers.Conv2D(filters, 1, strides=strides, use_bias=False, name=f"shortcut_{number}")(x)
        x = layers.Conv2D(filters, 3, strides=strides, padding="same", name=f"z_{number}")(x)
        x = layers.Conv2D(filters, 1, name=f"a_{number}")(x)
        x = layers.add([shortcut, x] if is_shortcut_first else [x, shortcut], name=f"sum_{number}")
    answer = layers.Dense(3, activation="softmax", name="answer")(layers.Flatten(name="flat")(x))
    theirs = keras.Model(entering, answer)
    path = tmp_path / f"net{ending}"
    theirs.save(path)
    trained = read_model_weights(path)
    images = np.random.default_rng(0).random((5, 8, 8, 2), np.float32)
    with torch.inference_mode():
        ours = trained.network(torch.from_numpy(images)).numpy()
    assert np.abs(ours - theirs.predict(images, verbose=0)).max() < 1e-5
