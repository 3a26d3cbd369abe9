from pathlib import Path

import pytest

from cnn_tui.data.find import EXPECTED, find_data
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Data


def names(data: Data) -> list[str | None]:
    tables = [data.train, *([data.test] if data.test else [])]
    return [Path(path).name for table in tables for path in (table.images, table.labels)]


def sentence(*paths: Path) -> str:
    with pytest.raises(UserError) as caught:
        find_data(paths)
    return caught.value.sentence


@pytest.fixture
def touch(tmp_path):
    def touch_files(*files: str) -> list[Path]:
        for file in files:
            (tmp_path / file).touch()
        return [tmp_path / file for file in files]

    return touch_files


FOUR = ["X_train", "y_train", "X_test", "y_test"]


@pytest.mark.parametrize("suffix", [".tsv", ".csv", ".txt", ".tabular", ".tsv.gz", ".CSV"])
def test_a_folder_of_training_and_test(touch, tmp_path, suffix):
    files = touch(*(f"{name}{suffix}" for name in FOUR))
    touch("README.md", "notes.txt", ".X_train.tsv.swp")
    assert names(find_data([tmp_path])) == [file.name for file in files]


def test_a_folder_of_training_alone(touch, tmp_path):
    touch("y_train.tsv", "X_train.csv.gz")
    assert names(find_data([tmp_path])) == ["X_train.csv.gz", "y_train.tsv"]


@pytest.mark.parametrize(
    "files",
    [
        ["X.tsv", "y.tsv"],
        ["images.csv", "labels.csv"],
        ["train_images.csv", "train_labels.csv"],
        ["Xtrain.csv", "ytrain.csv"],
        ["x_TRAIN.tsv", "Y_train.tsv"],
        ["train-pixels.tsv", "train-labels.tsv"],
    ],
)
def test_other_names_for_images_and_labels(touch, tmp_path, files):
    paths = touch(*files)
    assert names(find_data([tmp_path])) == files
    assert names(find_data(paths)) == names(find_data(paths[::-1])) == files
    assert names(find_data([paths[0]])) == names(find_data([paths[1]])) == files


def test_two_files_without_telling_names_are_taken_in_their_order(touch):
    assert names(find_data(touch("b.tsv", "a.tsv"))) == ["b.tsv", "a.tsv"]
    assert names(find_data(touch("yeast.tsv", "xylophone.tsv"))) == ["yeast.tsv", "xylophone.tsv"]
    assert names(find_data(touch("y.tsv", "a.tsv"))) == ["a.tsv", "y.tsv"]
    assert names(find_data(touch("a.tsv", "X.tsv"))) == ["X.tsv", "a.tsv"]


def test_four_files_in_any_order_or_in_this_one(touch):
    paths = touch(*(f"{name}.tsv" for name in FOUR))
    assert names(find_data(paths[::-1])) == [f"{name}.tsv" for name in FOUR]
    assert names(find_data(touch("a.tsv", "b.tsv", "c.tsv", "d.tsv"))) == ["a.tsv", "b.tsv", "c.tsv", "d.tsv"]


def test_one_file_finds_its_partner_of_the_same_part(touch):
    paths = touch(*(f"{name}.tsv" for name in FOUR), "y_train_small.tsv", "X_train_small.csv")
    assert names(find_data([paths[2]])) == ["X_test.tsv", "y_test.tsv"]
    assert names(find_data([paths[5]])) == ["X_train_small.csv", "y_train_small.tsv"]


def test_paths_are_absolute(touch, tmp_path, monkeypatch):
    touch("X.tsv", "y.tsv")
    monkeypatch.chdir(tmp_path)
    for paths in ([Path()], [Path("X.tsv")], [Path("X.tsv"), Path("y.tsv")]):
        table = find_data(paths).train
        assert (table.images, table.labels) == (str(tmp_path / "X.tsv"), str(tmp_path / "y.tsv"))


def test_what_is_expected_is_said_where_nothing_is_found(touch, tmp_path):
    (tmp_path / "empty").mkdir()
    assert sentence(tmp_path / "empty") == f"empty: holds no X_train with a y_train. {EXPECTED}"
    assert sentence() == f"No data was given. {EXPECTED}"
    assert sentence(*touch("a", "b", "c")) == f"3 files were given. {EXPECTED}"
    assert sentence(*touch("a.tsv")) == f"a.tsv: its labels were not found beside it. {EXPECTED}"
    assert sentence(*touch("X_train.tsv")) == f"X_train.tsv: its labels were not found beside it. {EXPECTED}"
    assert sentence(*touch("y_test.tsv")) == f"y_test.tsv: its images were not found beside it. {EXPECTED}"


def test_what_is_not_there(tmp_path):
    assert sentence(tmp_path / "none") == "none: there is no such file or folder. Check the path."
    assert sentence(tmp_path / ("n" * 300)).endswith(
        ": cannot be read: File name too long. Check the file and its permissions."
    )


def test_test_images_without_labels(touch, tmp_path):
    touch("X_train.tsv", "y_train.tsv", "X_test.tsv")
    assert sentence(tmp_path) == "X_test.tsv: has no y_test beside it. Add it, or give the two training files only."


def test_the_same_table_twice(touch, tmp_path):
    touch("X_train.tsv", "X_train.csv", "y_train.tsv")
    assert sentence(tmp_path) == "X_train.tsv: X_train.csv is there too. Name the files to read."


def test_two_files_of_the_same_kind(touch):
    assert sentence(*touch("X_train.tsv", "X_test.tsv")) == (
        f"X_test.tsv: holds images by its name, as X_train.tsv does. {EXPECTED}"
    )


def test_a_folder_among_files(touch, tmp_path):
    (tmp_path / "folder").mkdir()
    assert (
        sentence(*touch("a.tsv", "b.tsv", "c.tsv"), tmp_path / "folder")
        == f"folder: is a folder among files. {EXPECTED}"
    )
    assert sentence(*touch("a.tsv"), tmp_path / "folder") == f"folder: is a folder among files. {EXPECTED}"
