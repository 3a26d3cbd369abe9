"""Drawings that were kept are data like any other."""

import re

import numpy as np
import pytest

from cnn_tui.data.dataset import open_data
from cnn_tui.data.drawings_file import keep_drawing
from cnn_tui.data.find import find_data
from cnn_tui.errors import UserError

PICTURE = np.arange(784, dtype=np.uint32).reshape(28, 28, 1).astype(np.uint8)


@pytest.mark.parametrize("ending", [".tsv", ".npz"])
def test_kept_drawings_open_as_data(tmp_path, ending):
    path = tmp_path / f"drawings{ending}"
    pictures = [PICTURE, PICTURE[::-1], np.zeros_like(PICTURE)]
    counts = [keep_drawing(path, picture, label) for picture, label in zip(pictures, "375", strict=True)]
    assert counts == [1, 2, 3]
    train = open_data(find_data([path])).train
    assert [train.classes[code] for code in train.labels] == ["3", "7", "5"]
    assert np.array_equal(train.images.reshape(3, 784), np.stack(pictures).reshape(3, 784))


def test_words_can_be_labels(tmp_path):
    path = tmp_path / "drawings.tsv"
    keep_drawing(path, PICTURE, "a\tcat\n")
    keep_drawing(path, PICTURE, "dog")
    train = open_data(find_data([path])).train
    assert [train.classes[code] for code in train.labels] == ["a cat", "dog"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", None, "a.txt: drawings are kept in a .tsv or an .npz. Give the file such an ending."),
        ("a.tsv", b"1\t2\n", "a.tsv: holds something else than drawings of this size. Choose another file."),
        ("a.npz", b"PK", "a.npz: holds something else than drawings. Choose another file."),
        ("gone/a.tsv", None, "a.tsv: cannot be written: No such file or directory. Choose another place."),
    ],
)
def test_other_files_stay_as_they_are(tmp_path, name, content, sentence):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=f"^{re.escape(sentence)}$"):
        keep_drawing(path, PICTURE, "1")
    assert content is None or path.read_bytes() == content


def test_drawings_of_another_size_are_refused(tmp_path):
    for ending in (".tsv", ".npz"):
        path = tmp_path / f"drawings{ending}"
        keep_drawing(path, PICTURE, "1")
        before = path.read_bytes()
        with pytest.raises(UserError, match="size"):
            keep_drawing(path, PICTURE[:14], "1")
        assert path.read_bytes() == before
