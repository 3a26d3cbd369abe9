import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.data.labels import read_labels
from cnn_tui.data.one_hot import write_one_hot
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Reading

GALAXY = Path(__file__).parents[2].parent / "shared/fixtures/galaxy/ohe.tabular"


def written(labels: Path, **options: object) -> str:
    out = io.BytesIO()
    write_one_hot(labels, out, **options)
    return out.getvalue().decode()


def sentence(labels: Path, **options: object) -> str:
    with pytest.raises(UserError) as caught:
        write_one_hot(labels, io.BytesIO(), **options)
    return caught.value.sentence


@pytest.mark.skipif(not GALAXY.exists(), reason="Galaxy's own output is not beside this checkout")
def test_the_bytes_are_those_of_galaxy(write):
    labels = "".join(f"{label}\n" for label in [*range(10), 0, 1])
    assert written(write("y.tsv", labels)) == GALAXY.read_text()
    assert written(write("y.tsv", f"label\n{labels}"), reading=Reading(header="yes")) == GALAXY.read_text()


def test_columns_are_counted_from_0_to_the_largest_label_as_in_galaxy(write):
    assert written(write("y.tsv", "1\n2\n3\n")) == "0\t1\t0\t0\n0\t0\t1\t0\n0\t0\t0\t1\n"


@given(st.lists(st.integers(0, 30), min_size=1), st.integers(0, 5))
def test_it_is_what_numpy_makes_of_the_identity(tmp_path_factory, labels, more):
    folder = tmp_path_factory.mktemp("one_hot")
    (folder / "y.tsv").write_text("".join(f"{label}\n" for label in labels))
    classes = max(labels) + 1 + more
    np.savetxt(folder / "expected.tsv", np.eye(classes)[labels], fmt="%d", delimiter="\t")
    write_one_hot(folder / "y.tsv", folder / "out.tsv", classes)
    assert (folder / "out.tsv").read_bytes() == (folder / "expected.tsv").read_bytes()


def test_words_have_a_column_each_as_they_are_sorted(write):
    assert written(write("y.tsv", "dog\ncat\ndog\n")) == "0\t1\n1\t0\n0\t1\n"
    assert written(write("y.tsv", "dog\ncat\n"), classes=3) == "0\t1\t0\n1\t0\t0\n"


def test_one_hot_columns_stay_as_they_are(write):
    text = "0\t1\t0\n1\t0\t0\n"
    assert written(write("y.tsv", text)) == text
    assert written(write("y.csv", "a,b,c\n0,1,0\n1,0,0\n")) == text


def test_what_is_written_is_read_back(write, tmp_path):
    path = write("y.tsv", "3\n0\n1\n3\n")
    write_one_hot(path, tmp_path / "out.tsv")
    assert read_labels(tmp_path / "out.tsv").codes.tolist() == [3, 0, 1, 3]


def test_a_label_outside_the_classes_asked_for(write):
    assert sentence(write("y.tsv", "0\n5\n1\n"), classes=3) == (
        'y.tsv, line 2: the label "5" does not fit into 3 classes. Ask for 6 or more.'
    )
    assert sentence(write("y.tsv", "cat\ndog\ncow\n"), classes=2) == (
        'y.tsv, line 2: the label "dog" does not fit into 2 classes. Ask for 3 or more.'
    )
    assert sentence(write("y.tsv", "1\t0\t0\n"), classes=2) == (
        'y.tsv: the label "2" does not fit into 2 classes. Ask for 3 or more.'
    )


def test_negative_and_gigantic_labels(write):
    assert sentence(write("y.tsv", "0\n-2\n1\n")) == (
        "y.tsv, line 2: the label -2 is negative. Number the classes from 0."
    )
    assert sentence(write("y.tsv", "0\n1000000000000\n")) == (
        "y.tsv: there would be 1,000,000,000,001 columns, more than 100,000. "
        "Number the classes from 0 without gaps, or keep the labels as they are."
    )


def test_nothing_is_left_where_it_cannot_be_written(write, tmp_path):
    labels = write("y.tsv", "0\n1\n")
    with pytest.raises(UserError) as caught:
        write_one_hot(labels, tmp_path / "none" / "out.tsv")
    assert caught.value.sentence == "out.tsv: cannot be written: No such file or directory. Choose another place."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["y.tsv"]


def test_a_file_is_replaced_whole_or_not_at_all(write, tmp_path):
    out = write("out.tsv", "old")
    with pytest.raises(UserError):
        write_one_hot(write("y.tsv", "0\n0.5\n"), out)
    assert out.read_text() == "old"
    write_one_hot(write("y.tsv", "0\n1\n"), out)
    assert out.read_text() == "1\t0\n0\t1\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.tsv", "y.tsv"]
