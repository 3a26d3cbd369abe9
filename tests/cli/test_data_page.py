"""The page about data: every command on it runs, on files as it describes them."""

import gzip
import re
import shlex
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from cnn_tui.cli.main import run as run_command
from cnn_tui.shipped import shipped
from tests import ROOT

PAGE = ROOT / "docs" / "data.md"
TRAIN, TEST = 300, 60


def commands() -> list[str]:
    """The commands in code that need no network and no other command."""
    return re.findall(r"`(cnn-tui [^`]+)`", PAGE.read_text())


def digits(part: str, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Some of the sample digits: [rows, 28, 28] and their labels."""
    held = [np.loadtxt(shipped(f"sample_data/digits/{kind}_{part}.tsv.gz"), np.uint8, max_rows=rows) for kind in "Xy"]
    return held[0].reshape(rows, 28, 28), held[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the page names."""
    made = tmp_path_factory.mktemp("page")
    (x_train, y_train), (x_test, y_test) = digits("train", TRAIN), digits("test", TEST)
    for name in ("digits", "arrays", "idx"):
        (made / name).mkdir()
    for part, images, labels in (("train", x_train, y_train), ("test", x_test, y_test)):
        rows = images.reshape(len(images), -1)
        np.savetxt(made / f"digits/X_{part}.tsv", rows, "%d", "\t")
        np.savetxt(made / f"digits/y_{part}.tsv", labels, "%d")
        np.savetxt(made / f"mnist_{part}.csv", np.c_[labels, rows], "%d", ",")
        np.save(made / f"arrays/X_{part}.npy", images)
        np.save(made / f"arrays/y_{part}.npy", labels)
        prefix = "train" if part == "train" else "t10k"
        for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
            header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
            (made / f"idx/{prefix}-{kind}-ubyte.gz").write_bytes(gzip.compress(header + array.tobytes()))
    table = pd.DataFrame(x_train.reshape(TRAIN, -1), columns=[f"pixel{number}" for number in range(784)])
    table.assign(label=y_train).to_parquet(made / "mnist.parquet")
    np.savez(made / "mnist.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    np.savez(made / "other.npz", pixels=x_train, digits=y_train)
    paint(made, x_train, y_train)
    (made / "model.json").symlink_to(shipped("models/galaxy_cnn.json"))
    return made


def paint(made: Path, images: np.ndarray, labels: np.ndarray) -> None:
    """Pictures of two sizes, in a folder for each class, in a zip and in a list."""
    lines = ["path,label"]
    with zipfile.ZipFile(made / "pets.zip", "w") as zipped:
        for number, (image, label) in enumerate(zip(images, labels, strict=True)):
            path = made / f"pets/{label}/{number:03}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image[:, : 28 - number % 2]).save(path)
            zipped.write(path, path.relative_to(made / "pets"))
            lines.append(f"{path.relative_to(made)},{label}")
    (made / "pets.csv").write_text("\n".join(lines) + "\n")


@pytest.fixture
def there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(folder)
    yield
    (folder / "one_hot.tsv").unlink(missing_ok=True)
    (folder / "asked.json").unlink(missing_ok=True)


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_page_runs(command: str, there: None, capsys: pytest.CaptureFixture[str]):
    code = run_command(shlex.split(command)[1:])
    said = capsys.readouterr()
    assert (code, said.err) == (0, "")
    if " info " in command:
        assert "300 " in said.out
    assert "10 classes" in said.out or " info " not in command


def test_the_page_has_a_command_for_each_format():
    assert len([command for command in commands() if " info " in command]) == 11
    assert "\\| cnn-tui data info -`" in PAGE.read_text()


def test_the_readme_leads_to_the_page():
    assert "(docs/data.md)" in (ROOT / "README.md").read_text()
