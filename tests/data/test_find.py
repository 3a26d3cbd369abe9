import zipfile
from pathlib import Path

import numpy as np
import pytest

from cnn_tui.data.find import EXPECTED, find_data
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Data


def names(data: Data) -> list[str | None]:
    return [path and Path(path).name for source in data.sources.values() for path in (source.images, source.labels)]


def said(data: Data) -> dict[str, tuple[str, str | None]]:
    """The names of what each part is read from."""
    return {
        part: (Path(source.images).name, source.labels and Path(source.labels).name)
        for part, source in data.sources.items()
    }


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
    assert EXPECTED == (
        "Give a folder with X_train, y_train and perhaps X_test, y_test; pictures in a folder for each class "
        "(cats/1.png, dogs/1.png), perhaps below train, valid and test; a table, .npz, .parquet, .zip or IDX file; "
        "or a file of images and a file of labels."
    )
    assert sentence(tmp_path / "empty") == f"empty: holds no images. {EXPECTED}"
    assert sentence() == f"No data was given. {EXPECTED}"
    assert sentence(*touch("a", "b", "c", "d", "e")) == f"5 files were given. {EXPECTED}"
    assert sentence(*touch("y_test.tsv")) == f"y_test.tsv: its images were not found beside it. {EXPECTED}"
    assert sentence(*touch("y_a.tsv", "X_b.tsv", "X_c.tsv")) == f"3 files were given. {EXPECTED}"


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


def test_a_table_without_a_partner_has_its_labels_in_it(touch):
    for file in touch("digits.csv", "X_alone.tsv", "irises.parquet"):
        assert said(find_data([file])) == {"train": (file.name, None)}


def table(path: Path, columns: int) -> Path:
    path.write_text(",".join(map(str, range(columns))) + "\n")
    return path


def test_tables_with_labels_in_them_are_training_and_test_by_their_names(tmp_path):
    for name in ("data_train.csv", "data_test.csv"):
        table(tmp_path / name, 5)
    expected = {"train": ("data_train.csv", None), "test": ("data_test.csv", None)}
    assert said(find_data([tmp_path])) == said(find_data([tmp_path / "data_train.csv"])) == expected
    assert said(find_data([tmp_path / "data_test.csv", tmp_path / "data_train.csv"])) == expected
    assert said(find_data([tmp_path / "data_test.csv"])) == {"train": ("data_test.csv", None)}
    table(tmp_path / "data_valid.csv", 5)
    assert list(find_data([tmp_path]).sources) == ["train", "validate", "test"]
    assert list(find_data(sorted(tmp_path.iterdir())).sources) == ["train", "validate", "test"]


def test_a_test_table_without_the_column_of_labels_is_left_to_predict(tmp_path):
    table(tmp_path / "train.csv", 785)
    table(tmp_path / "test.csv", 784)
    assert said(find_data([tmp_path])) == said(find_data([tmp_path / "train.csv"])) == {"train": ("train.csv", None)}


def test_three_files_are_training_validation_and_test(touch):
    a, b, c = touch("a.csv", "b.csv", "c.csv")
    assert said(find_data([a, b, c])) == {"train": (a.name, None), "validate": (b.name, None), "test": (c.name, None)}


def test_six_files_in_any_order(touch):
    paths = touch(*(f"{kind}_{part}.npy" for part in ("train", "val", "test") for kind in ("X", "y")))
    expected = {
        "train": ("X_train.npy", "y_train.npy"),
        "validate": ("X_val.npy", "y_val.npy"),
        "test": ("X_test.npy", "y_test.npy"),
    }
    assert said(find_data(paths[::-1])) == said(find_data([paths[0].parent])) == expected


IDX = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_mnists_own_files(touch, tmp_path, suffix):
    files = touch(*(f"{name}{suffix}" for name in IDX))
    expected = {"train": (files[0].name, files[1].name), "test": (files[2].name, files[3].name)}
    assert said(find_data([tmp_path])) == said(find_data(files[::-1])) == expected
    assert said(find_data([files[2]])) == {"train": (files[2].name, files[3].name)}


def npz(path: Path, *names: str) -> Path:
    np.savez(path, **{name: np.zeros((2, 4, 4) if name[0] in "xXid" else 2, np.uint8) for name in names})
    return path


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            ("x_test", "x_train", "y_test", "y_train"),
            {"train": ("a.npz::x_train", "a.npz::y_train"), "test": ("a.npz::x_test", "a.npz::y_test")},
        ),
        (("X", "y"), {"train": ("a.npz::X", "a.npz::y")}),
        (("images", "labels"), {"train": ("a.npz::images", "a.npz::labels")}),
        (("data", "targets", "classes"), {"train": ("a.npz::data", "a.npz::targets")}),
        (
            ("train_images", "train_labels", "val_images", "val_labels"),
            {
                "train": ("a.npz::train_images", "a.npz::train_labels"),
                "validate": ("a.npz::val_images", "a.npz::val_labels"),
            },
        ),
    ],
)
def test_arrays_of_an_npz_by_their_names(tmp_path, names, expected):
    path = npz(tmp_path / "a.npz", *names)
    assert said(find_data([path])) == said(find_data([tmp_path])) == expected


def test_an_npz_whose_names_say_nothing_lists_them_and_takes_two(tmp_path):
    path = npz(tmp_path / "a.npz", "arr_0", "arr_1")
    assert sentence(path) == (
        "a.npz: holds the arrays arr_0, arr_1, and their names do not say which are images and labels. "
        "Name both, images first, such as a.npz::arr_0 and a.npz::arr_1."
    )
    assert find_data([f"{path}::arr_1", f"{path}::arr_0"]).train.labels == f"{path}::arr_0"


def test_an_array_finds_its_partner_in_the_same_npz(tmp_path):
    path = npz(tmp_path / "a.npz", "x_train", "y_train", "x_test", "y_test")
    assert said(find_data([f"{path}::x_test"])) == {"train": ("a.npz::x_test", "a.npz::y_test")}


def test_an_npz_for_each_part(tmp_path):
    train, test = npz(tmp_path / "train.npz", "x", "y"), npz(tmp_path / "test.npz", "x", "y")
    expected = {"train": ("train.npz::x", "train.npz::y"), "test": ("test.npz::x", "test.npz::y")}
    assert said(find_data([train, test])) == expected


PNG = b"\x89PNG\r\n\x1a\n"


def pictures(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(PNG)
    return folder


def test_a_folder_for_each_class(tmp_path):
    folder = pictures(tmp_path / "pets", "cats/1.png", "dogs/1.png")
    (folder / "metadata.csv").write_text("a,b\n")
    assert said(find_data([folder])) == {"train": ("pets", None)}


def test_parts_with_a_folder_for_each_class(tmp_path):
    pictures(tmp_path, *(f"{part}/{pet}/1.png" for part in ("train", "valid", "test") for pet in ("cats", "dogs")))
    expected = {"train": ("train", None), "validate": ("valid", None), "test": ("test", None)}
    assert said(find_data([tmp_path])) == expected
    assert said(find_data([tmp_path / "train", tmp_path / "test"])) == {
        part: expected[part] for part in ("train", "test")
    }
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as zipped:
        for path in tmp_path.rglob("*.png"):
            zipped.write(path, path.relative_to(tmp_path))
    found = find_data([tmp_path / "pets.zip"])
    assert [source.images for source in found.sources.values()] == [
        f"{tmp_path}/pets.zip::{part}" for part in ("train", "valid", "test")
    ]


def test_pictures_beside_each_other_and_one_alone(tmp_path):
    folder = pictures(tmp_path / "unknown", "1.png", "2.png")
    assert said(find_data([folder])) == {"train": ("unknown", None)}
    assert said(find_data([folder / "1.png"])) == {"train": ("1.png", None)}


def test_a_list_of_pictures_needs_no_partner(tmp_path):
    pictures(tmp_path, "images/1.png", "images/2.png", "others/3.png")
    (tmp_path / "labels.csv").write_text("file,label\nimages/1.png,cat\nimages/2.png,dog\n")
    expected = {"train": ("labels.csv", None)}
    assert said(find_data([tmp_path])) == said(find_data([tmp_path / "labels.csv"])) == expected


def test_the_one_file_of_a_folder(touch, tmp_path):
    touch("digits.parquet", "README.md", "notes.txt")
    assert said(find_data([tmp_path])) == {"train": ("digits.parquet", None)}


def test_two_sets_in_a_folder_are_told_apart(touch, tmp_path):
    touch("mnist_train.csv", "kmnist_train.csv")
    assert sentence(tmp_path) == (
        f"{tmp_path.name}: holds several sets of data: kmnist, mnist. Name the files to read."
    )


def test_an_array_of_images_takes_the_labels_beside_it(tmp_path):
    np.save(tmp_path / "pixels.npy", np.zeros((2, 4, 4)))
    assert said(find_data([tmp_path / "pixels.npy"])) == {"train": ("pixels.npy", None)}
    np.save(tmp_path / "labels.npy", np.zeros(2))
    assert said(find_data([tmp_path / "pixels.npy"])) == {"train": ("pixels.npy", "labels.npy")}
