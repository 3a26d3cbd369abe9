import struct
from pathlib import Path

import numpy as np
import pytest

from cnn_tui.data.dataset import look_into, open_data, open_images
from cnn_tui.data.find import find_data
from cnn_tui.errors import UserError
from cnn_tui.spec.data import AS_IT_COMES, Data, Source
from cnn_tui.spec.presets import sample_digits

IMAGES = "1\t2\n3\t4\n5\t6\n"
LABELS = "cat\ndog\ncat\n"


def data(train: tuple[Path, Path], test: tuple[Path, Path] | None = None, **options: object) -> Data:
    def table(paths: tuple[Path, Path]) -> Source:
        return Source(images=str(paths[0]), labels=str(paths[1]))

    return Data(train=table(train), test=test and table(test), **options)


def sentence(wanted: Data) -> str:
    with pytest.raises(UserError) as caught:
        open_data(wanted)
    return caught.value.sentence


@pytest.fixture
def train(write):
    return write("X_train.tsv", IMAGES), write("y_train.tsv", LABELS)


def test_images_labels_and_classes_of_both_parts(write, train):
    test = write("X_test.csv", "7,8\n"), write("y_test.csv", "dog\n")
    opened = open_data(data(train, test))
    assert opened.train.images.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert opened.train.labels.tolist() == [0, 1, 0]
    assert opened.train.labels.dtype == np.int64
    assert opened.train.classes == opened.test.classes == ("cat", "dog")
    assert opened.test.images.tolist() == [[7, 8]]
    assert opened.test.labels.tolist() == [1]
    assert (opened.train.facts.format, opened.train.facts.header) == ("tab-separated table", False)


def test_the_format_says_how_the_images_are_written(write):
    labels = write("y.tsv", "0\n1\n")
    opened = open_data(data((write("X.gz", "a;b\n1;2\n3;4\n"), labels)))
    assert (opened.train.facts.format, opened.train.facts.header) == ("semicolon-separated table, gzipped", True)
    assert open_data(data((write("X.csv", "1,2\n3,4\n"), labels))).train.facts.format == "comma-separated table"
    assert open_data(data((write("X.txt", "1 2\n3 4\n"), labels))).train.facts.format == "space-separated table"
    assert open_data(data((write("X.txt", "1 2\n3 4\n"), labels))).test is None


def test_the_sample_digits_open_as_8000_and_2000_images():
    opened = open_data(sample_digits())
    assert opened.train.images.shape == (8000, 784)
    assert opened.test.images.shape == (2000, 784)
    assert opened.train.images.dtype == np.uint8
    assert opened.train.classes == tuple("0123456789")


def test_what_is_said_about_the_header_holds_for_all_tables(write, train):
    opened = open_data(data(train, header="yes"))
    assert (len(opened.train.images), len(opened.train.labels)) == (2, 2)
    assert opened.train.classes == ("cat", "dog")


def test_too_few_labels(write, train):
    assert sentence(data((train[0], write("y.tsv", "cat\n")))) == (
        "y.tsv: has 1 label but X_train.tsv has 3 rows. Give each row one label, in the same order."
    )


def test_a_header_that_was_not_seen(write, train):
    assert sentence(data((train[0], write("y.tsv", f"animal\n{LABELS}")))) == (
        "y.tsv: has 4 labels but X_train.tsv has 3 rows. Say --header yes if the first line of both is a name."
    )
    assert sentence(data((write("X.tsv", f"0\t1\n{IMAGES}"), train[1]))) == (
        "y_train.tsv: has 3 labels but X.tsv has 4 rows. Say --header yes if the first line of both is a name."
    )


def test_test_images_of_another_size(write, train):
    test = write("X_test.tsv", "7\t8\t9\n"), write("y_test.tsv", "dog\n")
    assert sentence(data(train, test)) == (
        "X_test.tsv: has 3 columns but the training images have 2. "
        "Test on images of the same size as those of the training."
    )


def test_a_class_that_was_never_trained(write, train):
    test = write("X_test.tsv", "7\t8\n"), write("y_test.tsv", "eel\n")
    assert sentence(data(train, test)) == (
        'y_test.tsv, line 1: the label "eel" is not among the training classes cat, dog. '
        "Say --header yes if the first line is a name."
    )


def test_images_without_labels(train):
    assert sentence(Data(train=Source(images=str(train[0])))) == (
        "X_train.tsv: has no labels. Give the file of their labels too, or say --label-column if a column holds them."
    )


def test_an_array_of_images_without_labels_is_looked_at_and_not_trained_on(write, tmp_path):
    np.savez(tmp_path / "a.npz", pixels=np.arange(32).reshape(2, 4, 4))
    np.save(tmp_path / "a.npy", np.arange(32).reshape(2, 4, 4))
    idx = write("images.gz", b"\0\0\x08\x03" + struct.pack(">3I", 2, 4, 4) + bytes(32))
    for path in (tmp_path / "a.npz", tmp_path / "a.npy", idx):
        wanted = find_data([path])
        assert look_into(wanted).train.images.shape == (2, 4, 4, 1)
        assert sentence(wanted) == (
            f"{path.name}: has no labels. "
            "Give one label for each image too: a file beside it such as y_train, or an array."
        )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b"\x03\x08\0\0" + bytes(40),
            "is IDX with its bytes swapped: it begins with 03 08 00 00, not 00 00 08 03. "
            "Download the file again, or save its array with numpy.save.",
        ),
        (
            b"\0\0\x08\x03" + struct.pack(">3I", 2, 4, 4) + bytes(27),
            "breaks off: 5 bytes of its 2x4x4 uint8 array are missing. Copy or download it again.",
        ),
        (b"\0\0\x08\x03" + bytes(12), "holds no rows (0x0x0). Give an array with a row an image."),
    ],
)
def test_what_is_wrong_with_an_array_is_said_before_its_labels_are_missed(write, content, expected):
    path = write("train-images-idx3-ubyte", content)
    assert sentence(find_data([path])) == f"train-images-idx3-ubyte: {expected}"


def test_what_was_read_stays_when_its_file_goes(write, train):
    opened = open_data(data(train))
    for path in train:
        path.unlink()
    assert opened.train.images.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert sentence(data(train)) == "X_train.tsv: there is no such file. Check the path."


def test_images_alone_are_read_for_a_model(write):
    path = write("X.tsv", "1\t2\t3\t4\n")
    assert open_images(Source(images=str(path)), AS_IT_COMES, (4,))[0].tolist() == [[1, 2, 3, 4]]
    assert open_images(Source(images=str(path)), AS_IT_COMES, (2, 2, 1))[0].tolist() == [[1, 2, 3, 4]]


def test_images_that_do_not_fit_the_model(write):
    def told(text: str, shape: tuple[int, ...]) -> str:
        with pytest.raises(UserError) as caught:
            open_images(Source(images=str(write("X.tsv", text))), AS_IT_COMES, shape)
        return caught.value.sentence

    assert told("1\t2\n", (2, 2, 1)) == (
        "X.tsv: has 2 columns but the model takes 4 values (2x2x1). Give a table of 4 columns."
    )
    assert told("1\t2\t3\t4\t5\n", (4,)) == (
        "X.tsv: has 5 columns but the model takes 4 values. "
        "Remove the column that is no pixel, such as the label or the number of the row."
    )
