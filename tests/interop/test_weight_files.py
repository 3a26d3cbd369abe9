"""Weights of Keras, Galaxy and torch, read as a user opens them: TensorFlow's and Galaxy's own predictions come out."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from cnn_tui.engine.export import FORMATS, export
from cnn_tui.engine.model_weights import About, Trained, read_model_weights
from cnn_tui.errors import UserError
from cnn_tui.interop.keras_writers import weights_h5
from cnn_tui.interop.models import open_model
from cnn_tui.interop.notes import KEY
from cnn_tui.interop.weight_files import holds_weights, read_weights, read_weights_model
from cnn_tui.spec.data import Scaling
from cnn_tui.spec.layers import Conv2D, Dense, Flatten
from cnn_tui.spec.model import Model
from tests.interop.hostile import MODEL
from tests.interop.hostile_tensors import made
from tests.interop.support import GALAXY, KERAS, random_arrays, same

needs_golden = pytest.mark.skipif(not KERAS.exists(), reason="the golden files of TensorFlow and Galaxy are not here")
SOURCES = {".weights.h5": True, "_wl.h5": True, "_full.h5": False, ".keras": False}
"""The files of one network, and whether they need its model."""
WITH_WEIGHTS = ("keras", "h5", "weights-h5", "safetensors")
"""The formats that are read again."""


def opened(network: str, ending: str) -> Trained:
    model = open_model(KERAS / f"{network}_bi.json") if SOURCES.get(ending) else None
    return read_model_weights(KERAS / f"{network}{ending}", model=model)


def answers(trained: Trained, network: str) -> np.ndarray:
    images = np.load(KERAS / f"{network}_io.npz")["x"]
    with torch.inference_mode():
        return trained.network(torch.from_numpy(images).float()).numpy()


@needs_golden
@pytest.mark.parametrize("ending", SOURCES)
@pytest.mark.parametrize("network", ["tut", "deep"])
def test_predictions_are_tensorflows(network: str, ending: str):
    ours = answers(opened(network, ending), network)
    for version in ("2.10.0", "2.15.0"):
        theirs = np.load(KERAS / f"{network}_tf{version}.npz")["y"]
        assert np.abs(ours - theirs).max() < 1e-5


@needs_golden
def test_a_whole_model_of_keras_2_15_is_read():
    held = read_weights(KERAS / "tut_k2.h5").arrays
    with h5py.File(KERAS / "tut_k2.h5") as file:
        stored = file["model_weights"]
        theirs = [
            stored[one][name][()] for one in stored.attrs["layer_names"] for name in stored[one].attrs["weight_names"]
        ]
    assert all(np.array_equal(ours, array) for ours, array in zip(held.values(), theirs, strict=True))


@needs_golden
@pytest.mark.parametrize("to", WITH_WEIGHTS)
@pytest.mark.parametrize("network", ["tut", "deep"])
def test_written_read_and_written_again_the_weights_are_the_same_bytes(network: str, to: str, tmp_path: Path):
    first = opened(network, ".keras")
    paths = [tmp_path / f"{number}{FORMATS[to].ending}" for number in (1, 2)]
    export(first, paths[0], to)
    second = read_model_weights(paths[0])
    export(second, paths[1], to)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert second.about == first.about
    assert same(read_weights(paths[1]).arrays, read_weights(paths[0]).arrays)
    assert np.array_equal(answers(second, network), answers(first, network))


@needs_golden
def test_a_model_that_galaxy_fitted_predicts_as_galaxy_does():
    trained = read_model_weights(GALAXY / "fitted.h5mlm")
    images = np.loadtxt(GALAXY / "X8.tsv", delimiter="\t", dtype=np.float32)
    with torch.inference_mode():
        ours = trained.network(torch.from_numpy(images)).numpy()
    header, *shares = (GALAXY / "predict_proba8.tabular").read_text().splitlines()
    assert trained.about.classes == tuple(header.split("\t"))
    assert np.abs(ours - [list(map(float, line.split("\t"))) for line in shares]).max() < 1e-6
    told = (GALAXY / "predict8.tabular").read_text().split()[1:]
    assert [trained.about.classes[place] for place in ours.argmax(axis=1)] == told


@needs_golden
def test_the_model_of_a_file_can_be_had_alone():
    tutorial = open_model(KERAS / "tut_bi.json")
    assert read_weights_model(KERAS / "tut.keras").layers == tutorial.layers
    assert read_weights_model(KERAS / "tut_full.h5").layers == tutorial.layers
    assert read_weights_model(GALAXY / "fitted.h5mlm").input_shape == (784,)
    with pytest.raises(UserError, match=r"tut\.weights\.h5: holds weights alone, no model\. Give the model as JSON"):
        read_weights_model(KERAS / "tut.weights.h5")


def trained_small() -> Trained:
    from cnn_tui.engine.build import Network
    from cnn_tui.engine.weights import initialize

    network = Network(MODEL)
    initialize(network, 0)
    about = About(classes=("[red]", "Ω", "c"), data_shape=(6, 6, 1), scaling=Scaling((1.5,), (255.0,)), epoch=4)
    return Trained(network, about)


@pytest.mark.parametrize("to", WITH_WEIGHTS)
def test_classes_scaling_and_shape_travel_along(to: str, tmp_path: Path):
    path = tmp_path / f"net{FORMATS[to].ending}"
    export(trained_small(), path, to)
    read = read_model_weights(path)
    assert (read.about, read.notes) == (trained_small().about, ())


def test_the_model_alone_is_written_as_json(tmp_path: Path):
    export(trained_small(), tmp_path / "net.json", "json")
    assert open_model(tmp_path / "net.json") == MODEL


def test_what_a_file_does_not_say_is_assumed_and_told(tmp_path: Path):
    path = tmp_path / "net.safetensors"
    save_file(random_arrays(MODEL), path)
    read = read_model_weights(path, model=MODEL)
    assert read.about.classes == ("0", "1", "2")
    assert read.notes == ("the file does not say how pixels were scaled: they are taken as they are",)


@pytest.mark.parametrize(("kind", "told"), [("f2", "float16 became float32"), ("f8", "float64 became float32")])
def test_other_kinds_of_numbers_are_converted_and_told(kind: str, told: str, tmp_path: Path):
    path, arrays = tmp_path / "net.safetensors", random_arrays(MODEL)
    save_file({name: array.astype(kind) for name, array in arrays.items()}, path)
    read = read_weights(path, MODEL)
    assert read.notes == (told,)
    assert all(np.array_equal(read.arrays[name], arrays[name].astype(kind).astype("f4")) for name in arrays)


def test_bfloat16_is_converted_to_the_bit(tmp_path: Path):
    from safetensors.torch import save_file as save_tensors

    path = tmp_path / "net.safetensors"
    halves = {name: torch.from_numpy(array).bfloat16() for name, array in random_arrays(MODEL).items()}
    save_tensors(halves, path)
    read = read_weights(path, MODEL)
    assert all(np.array_equal(read.arrays[name], half.float().numpy()) for name, half in halves.items())


def test_numbers_that_are_none_are_told(tmp_path: Path):
    arrays = random_arrays(MODEL)
    arrays["dense.bias"][:2] = np.nan, np.inf
    (tmp_path / "net.weights.h5").write_bytes(weights_h5(MODEL, arrays, {}))
    assert read_weights(tmp_path / "net.weights.h5").notes == ("dense.bias holds 2 numbers that are not finite",)


LIES: dict[str, tuple[dict[str, Any], str]] = {
    "classes": ({"classes": ["a"] * 7}, "names 7 classes; its model answers with 3"),
    "shape": ({"data_shape": [2**40]}, "says it was trained on images that its model cannot take"),
    "negative": ({"data_shape": [-6, -6, 1]}, "says it was trained on images that its model cannot take"),
    "scaling": ({"scaling": "os.system"}, "does not say how to predict with it"),
    "format": ({"format": 99}, "has the format 99"),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_a_file_says_about_itself_must_go_together(lie: str, tmp_path: Path):
    changed, told = LIES[lie]
    about = {"format": 1, "classes": ["a", "b", "c"], "data_shape": [6, 6, 1], "scaling": {}, "epoch": 1, **changed}
    path = tmp_path / "net.weights.h5"
    path.write_bytes(weights_h5(MODEL, random_arrays(MODEL), about))
    with pytest.raises(UserError, match=f"^net.weights.h5: {told}"):
        read_model_weights(path)


def test_weights_of_another_model_are_refused_by_the_names_that_differ(tmp_path: Path):
    other = Model((6, 6, 1), (Conv2D(filters=2, kernel_size=(3, 3)), Flatten(), Dense(units=4)))
    path = tmp_path / "net.h5"
    export(trained_small(), path, "h5")
    with pytest.raises(UserError, match=r"^net\.h5, model_weights/dense/dense/kernel:0: is 32x3, not 32x4\. These"):
        read_weights(path, other)
    path = tmp_path / "net.safetensors"
    export(trained_small(), path, "safetensors")
    with pytest.raises(
        UserError, match=r"has another shape of dense\.kernel, 32x3 instead of 32x4, dense\.bias, 3 inst"
    ):
        read_weights(path, other)
    with pytest.raises(UserError, match=r"^net\.safetensors: lacks conv2d_1\.kernel, conv2d_1\.bias\. These weights"):
        read_weights(path, Model((6, 6, 1), (Conv2D(filters=2, kernel_size=(3, 3)), *other.layers)))


@pytest.mark.parametrize("layers", [(Flatten(), Dense(units=1)), (Conv2D(filters=2, kernel_size=(3, 3)),)])
def test_models_that_do_not_tell_classes_apart_are_refused(layers: Any, tmp_path: Path):
    model = Model((6, 6, 1), layers)
    path = tmp_path / "net.safetensors"
    save_file(random_arrays(model), path)
    with pytest.raises(UserError, match=r"not with a number for each class\. Give a model that tells classes apart\."):
        read_model_weights(path, model=model)


def test_packed_weights_are_read(tmp_path: Path):
    path, arrays = tmp_path / "net.weights.h5", random_arrays(MODEL)
    path.write_bytes(weights_h5(MODEL, arrays, {}))
    with h5py.File(path, "r+") as file:
        del file["layers/dense/vars/0"]
        file.create_dataset("layers/dense/vars/0", data=arrays["dense.kernel"], compression="gzip", shuffle=True)
        assert KEY in file.attrs
    assert same(read_weights(path).arrays, arrays)


def test_no_program_of_keras_is_loaded(tmp_path: Path):
    import subprocess
    import sys

    path = tmp_path / "net.keras"
    export(trained_small(), path, "keras")
    code = "import sys; from pathlib import Path; from cnn_tui.interop.weight_files import read_weights; "
    code += "read_weights(Path(sys.argv[1])); print({'keras', 'tensorflow', 'torch', 'pickle'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert done.stdout in ("set()\n", "{'pickle'}\n")  # numpy brings pickle along


def test_a_file_of_nothing_is_no_file_of_weights(tmp_path: Path):
    (tmp_path / "net.keras").write_bytes(b"")
    for name, told in (("net.keras", "is no file of weights"), ("none.keras", "there is no such file")):
        with pytest.raises(UserError, match=f"^{name}: {told}"):
            read_weights(tmp_path / name)
    (tmp_path / "net.safetensors").write_bytes(made("{}", b""))
    with pytest.raises(UserError, match=r"^net\.safetensors: lacks conv2d\.kernel, conv2d\.bias"):
        read_weights(tmp_path / "net.safetensors", MODEL)


@needs_golden
@pytest.mark.parametrize("file", ["keras/tut.keras", "keras/tut_full.h5", "galaxy/fitted.h5mlm"])
def test_a_model_is_opened_from_the_file_that_holds_its_weights_too(file: str):
    path = KERAS.parent / file
    assert open_model(path) == read_weights_model(path)


def test_json_is_never_taken_for_weights(tmp_path: Path):
    for text in ('{"conf":{}}', "        {}"):
        (tmp_path / "model.json").write_text(text)
        assert not holds_weights(tmp_path / "model.json")


def test_the_library_of_safetensors_reads_what_is_written(tmp_path: Path):
    path = tmp_path / "net.safetensors"
    export(trained_small(), path, "safetensors")
    theirs, ours = load_file(path), read_weights(path).arrays
    assert theirs.keys() == ours.keys()
    assert all(np.array_equal(theirs[name], ours[name]) for name in ours)
