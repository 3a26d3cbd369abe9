"""The same 10,000 digits in every format are the same arrays and classes, and train to the same accuracy."""

import gzip
import hashlib
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace
from PIL import Image

from cnn_tui.cli.main import run as run_command
from cnn_tui.data.dataset import open_data
from cnn_tui.data.find import find_data
from cnn_tui.engine.attention import Attention
from cnn_tui.engine.job import perform
from cnn_tui.results.evaluation import read_evaluation
from cnn_tui.runs.run import create_run
from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Data
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.layers import Conv2D, Dense, Flatten, MaxPooling2D, Reshape
from cnn_tui.spec.model import Model
from cnn_tui.spec.training import Training

PARTS = ("train", "test")
NETWORK = Model(
    (784,),
    (
        Reshape(target_shape=(28, 28, 1)),
        Conv2D(filters=4, kernel_size=(5, 5), activation="relu"),
        MaxPooling2D(pool_size=(4, 4)),
        Flatten(),
        Dense(units=10, activation="softmax"),
    ),
)
Digits = dict[str, tuple[np.ndarray, np.ndarray]]


@pytest.fixture(scope="module")
def digits() -> Digits:
    """Training and test: images [N, 784] and labels [N], read without this program."""

    def table(name: str) -> np.ndarray:
        with gzip.open(shipped(f"sample_data/digits/{name}.tsv.gz"), "rt") as lines:
            return np.array([line.split() for line in lines], dtype=np.uint8)

    return {part: (table(f"X_{part}"), table(f"y_{part}")[:, 0]) for part in PARTS}


def _tsv(folder: Path, digits: Digits) -> None:
    for part, (images, labels) in digits.items():
        np.savetxt(folder / f"X_{part}.tsv", images, fmt="%d", delimiter="\t")
        np.savetxt(folder / f"y_{part}.tsv", labels, fmt="%d")


def _csv_of_words(folder: Path, digits: Digits) -> None:
    header = ",".join(["label", *(f"pixel{place}" for place in range(784))])
    for part, (images, labels) in digits.items():
        lines = [f"digit {label}," + ",".join(map(str, image)) for image, label in zip(images, labels, strict=True)]
        (folder / f"digits_{part}.csv").write_text("\n".join([header, *lines]) + "\n")


def _csv_one_hot(folder: Path, digits: Digits) -> None:
    header = ",".join([*(f"label_{place}" for place in range(10)), *(f"pixel{place}" for place in range(784))])
    for part, (images, labels) in digits.items():
        rows = np.hstack([np.eye(10, dtype=np.uint8)[labels], images])
        np.savetxt(folder / f"digits_{part}.csv", rows, fmt="%d", delimiter=",", header=header, comments="")


def _npz(folder: Path, digits: Digits) -> None:
    arrays = {}
    for part, (images, labels) in digits.items():
        arrays |= {f"x_{part}": images.reshape(-1, 28, 28), f"y_{part}": labels}
    np.savez_compressed(folder / "digits.npz", **arrays)


def _idx(folder: Path, digits: Digits) -> None:
    for part, name in (("train", "train"), ("test", "t10k")):
        images, labels = digits[part]
        head = struct.pack(">4B3I", 0, 0, 8, 3, len(images), 28, 28)
        (folder / f"{name}-images-idx3-ubyte.gz").write_bytes(gzip.compress(head + images.tobytes(), 1))
        head = struct.pack(">4BI", 0, 0, 8, 1, len(labels))
        (folder / f"{name}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(head + labels.tobytes(), 1))


def _parquet(folder: Path, digits: Digits) -> None:
    for part, (images, labels) in digits.items():
        columns = {f"pixel{place}": images[:, place] for place in range(784)} | {"label": labels}
        pq.write_table(pa.table(columns), folder / f"digits_{part}.parquet")


def _png(folder: Path, digits: Digits) -> None:
    for part, (images, labels) in digits.items():
        for row, (image, label) in enumerate(zip(images.reshape(-1, 28, 28), labels, strict=True)):
            path = folder / part / str(label) / f"{row:05d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(path, compress_level=1)


def _zip(folder: Path, digits: Digits) -> None:
    loose = folder / "loose"
    _png(loose, digits)
    with zipfile.ZipFile(folder / "digits.zip", "w") as packed:
        for path in sorted(loose.rglob("*.png")):
            packed.write(path, path.relative_to(loose))


FORMATS: dict[str, tuple[Callable[[Path, Digits], None], tuple[str, ...]]] = {
    "TSV": (_tsv, (".",)),
    "CSV with words": (_csv_of_words, ("digits_train.csv", "digits_test.csv")),
    "CSV with one-hot labels": (_csv_one_hot, ("digits_train.csv", "digits_test.csv")),
    "NPZ": (_npz, ("digits.npz",)),
    "IDX": (_idx, (".",)),
    "Parquet": (_parquet, ("digits_train.parquet", "digits_test.parquet")),
    "PNG folders": (_png, (".",)),
    "zip of PNG folders": (_zip, ("digits.zip",)),
}
"""How each is written, and which paths are then given."""


@pytest.fixture(scope="module", params=FORMATS)
def paths(request, tmp_path_factory: pytest.TempPathFactory, digits: Digits) -> list[Path]:
    folder = tmp_path_factory.mktemp(request.param.replace(" ", "-"))
    write, names = FORMATS[request.param]
    write(folder, digits)
    return [folder / name for name in names]


@pytest.fixture(scope="module")
def accuracy(digits: Digits, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Data], tuple[float, float]]:
    """Loss and accuracy on the test images after an epoch."""

    def train(data: Data) -> tuple[float, float]:
        training = Training(epochs=1, batch_size=100, seed=3, device="cpu", precision="fp32")
        experiment = Experiment(data=replace(data, scale="unit"), model=NETWORK, training=training)
        run = create_run(tmp_path_factory.mktemp("runs"), experiment)
        perform(run, Attention(run), lambda event: None)
        evaluation = read_evaluation(run.evaluation_file)
        return evaluation.loss, evaluation.confusion.accuracy

    return train


@pytest.fixture(scope="module")
def expected(digits: Digits, tmp_path_factory: pytest.TempPathFactory, accuracy) -> tuple[float, float]:
    folder = tmp_path_factory.mktemp("reference")
    _tsv(folder, digits)
    return accuracy(find_data([folder]))


def test_arrays_classes_and_the_trained_accuracy_are_the_same(paths, digits, accuracy, expected):
    data = find_data(paths)
    opened = open_data(data)
    assert set(opened.parts) == set(PARTS)
    for part, dataset in opened.parts.items():
        images, labels = digits[part]
        assert hashlib.sha256(dataset.images.tobytes()).digest() == hashlib.sha256(images.tobytes()).digest()
        assert dataset.images.dtype == np.uint8
        np.testing.assert_array_equal(dataset.labels, labels)
        assert [name.removeprefix("digit ") for name in dataset.classes] == list("0123456789")
    assert accuracy(data) == expected


def test_data_info_says_the_same_of_each(paths, digits, capsys):
    assert run_command(["data", "info", "--json", *map(str, paths)]) == 0
    told = json.loads(capsys.readouterr().out)
    labels = digits["train"][1]
    assert told["images"] == len(labels)
    assert np.prod(told["shape"]) == 784
    assert told["dtype"] == "uint8"
    assert [name.removeprefix("digit ") for name in told["classes"]] == list("0123456789")
    assert told["counts"] == np.bincount(labels).tolist()
    assert told["format"]
    assert told["problems"] == []
