"""Tables of paths and labels: the pictures in the order of the table."""

import numpy as np
import pytest

from cnn_tui.data.formats.recognise import recognise
from tests.data.pictures import folder_of, opened, png, random_picture, sentence


@pytest.fixture
def table(tmp_path):
    folder_of(tmp_path, {f"photos/{place}.png": png(seed=place) for place in range(3)})

    def write(text, name="list.csv"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


@pytest.mark.parametrize(
    "text",
    [
        "photos/2.png,dog\nphotos/0.png,cat\n",
        "path,label\nphotos/2.png,dog\nphotos/0.png,cat\n",
        "label\tFilename\ndog\tphotos/2.png\ncat\tphotos/0.png\n",
        'image;class;by\nphotos/2.png;dog;me\n"photos/0.png";cat;you\n',
    ],
)
def test_pictures_come_in_the_order_of_the_table(table, text):
    path = table(text)
    held = opened(path)
    assert recognise(path) == "list"
    assert np.array_equal(held.values, [np.asarray(random_picture(seed=place)) for place in (2, 0)])
    assert (held.labels.classes, held.labels.codes.tolist()) == (("cat", "dog"), [1, 0])
    assert held.facts.names == ("photos/2.png", "photos/0.png")


def test_a_list_of_paths_alone_has_no_labels(table):
    assert opened(table("photos/1.png\nphotos/2.png\n")).labels is None


@pytest.mark.parametrize(
    ("column", "classes"), [("b", ("3", "4")), ("2", ("1", "2")), ("last", ("3", "4")), ("3", ("3", "4"))]
)
def test_the_column_of_labels_can_be_named(table, column, classes):
    path = table("path,a,b\nphotos/0.png,1,3\nphotos/1.png,2,4\n")
    assert opened(path, label_column=column).labels.classes == classes


def test_an_unclear_column_of_labels_is_refused(table):
    path = table("path,a,b\nphotos/0.png,1,3\n")
    assert sentence(lambda: opened(path)) == (
        "list.csv: has 3 columns and none is known as the labels: path, a, b. "
        "Say --label-column with its name, its number from 1, first, last or none."
    )
    assert sentence(lambda: opened(path, label_column="c")) == (
        'list.csv: has no column "c"; there are path, a, b. '
        "Say --label-column with its name, its number from 1, first, last or none."
    )


def test_files_that_are_not_there_are_named_with_the_line(table):
    path = table("path,label\nphotos/0.png,cat\nphotos/8.png,cat\nphotos/9.png,dog\n")
    assert sentence(lambda: opened(path)) == (
        "list.csv, line 3: 2 of 3 files are not there: photos/8.png, photos/9.png. "
        "Paths count from the folder of the table; correct them, or remove their rows."
    )


def test_an_empty_label_is_named_with_its_line(table):
    assert sentence(lambda: opened(table("path,label\nphotos/0.png,\n"))) == (
        "list.csv, line 2: the label is empty. Fill it in, or remove the row."
    )


def test_an_open_quote_is_named_with_its_line(table):
    assert sentence(lambda: opened(table('path,label\nphotos/0.png,cat\nphotos/1.png,"cat\n'))) == (
        "list.csv, line 3: column 2 opens a double quote that is not closed in its line. Close it, or take it away."
    )


def test_a_picture_of_the_list_that_changed_is_read_again(table, tmp_path):
    path = table("photos/0.png,cat\n")
    before = opened(path).values.copy()
    folder_of(tmp_path, {"photos/0.png": png(seed=50)})
    assert not np.array_equal(opened(path).values, before)


@pytest.mark.parametrize("text", ["1\t2\n3\t4\n", "a,b\n1,2\n", "cat\ndog\n", ""])
def test_other_tables_are_no_lists(table, text):
    assert recognise(table(text)) == "table"
