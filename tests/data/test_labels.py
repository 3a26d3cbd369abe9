from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.data.classes import Labels, among, shortened
from cnn_tui.data.labels import read_labels
from cnn_tui.errors import UserError
from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Reading, Where


def decoded(labels: Labels) -> list[str]:
    return [labels.classes[code] for code in labels.codes]


def sentence(path: Path, classes: tuple[str, ...] | None = None) -> str:
    with pytest.raises(UserError) as caught:
        among(read_labels(path), classes or (), Where(path))
    return caught.value.sentence


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1))
def test_whole_numbers_are_classes_in_their_order(tmp_path_factory, numbers):
    path = tmp_path_factory.mktemp("labels") / "y.tsv"
    path.write_text("".join(f"{number}\n" for number in numbers))
    labels = read_labels(path)
    expected, codes = np.unique(numbers, return_inverse=True)
    assert labels.classes == tuple(map(str, expected.tolist()))
    assert labels.codes.dtype == np.int64
    np.testing.assert_array_equal(labels.codes, codes)


@given(st.lists(st.text(st.characters(categories=["L"], codec="utf-8"), min_size=1), min_size=1))
def test_words_are_classes_sorted_as_text(tmp_path_factory, words):
    path = tmp_path_factory.mktemp("labels") / "y.tsv"
    path.write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
    labels = read_labels(path, Reading(header="no"))
    assert labels.classes == tuple(sorted(set(words)))
    assert decoded(labels) == words


@given(st.lists(st.integers(0, 4), min_size=1), st.booleans())
def test_one_hot_columns_are_classes_in_the_order_of_the_columns(tmp_path_factory, codes, named):
    path = tmp_path_factory.mktemp("labels") / "y.tsv"
    frame = pd.DataFrame(np.eye(5, dtype=int)[codes], columns=list("dacbe"))
    frame.to_csv(path, sep="\t", index=False, header=named)
    labels = read_labels(path)
    assert labels.classes == (tuple("dacbe") if named else ("0", "1", "2", "3", "4"))
    assert (labels.first_line == 2) is named
    assert labels.codes.tolist() == codes
    assert labels.codes.dtype == np.int64


def test_the_sample_labels_are_read_as_pandas_reads_them():
    path = shipped("sample_data/digits/y_train.tsv.gz")
    labels = read_labels(path)
    np.testing.assert_array_equal(labels.codes, pd.read_csv(path, header=None)[0])
    assert labels.classes == tuple("0123456789")


def test_labels_need_no_gapless_numbers(write):
    labels = read_labels(write("y.tsv", "10\n9\n1000000000000\n-1\n"))
    assert labels.classes == ("-1", "9", "10", "1000000000000")
    assert labels.codes.tolist() == [2, 1, 3, 0]


@pytest.mark.parametrize(
    "text", ["5.0\n3.0\n", "5.000e+00\n3.000e+00\n", "+5\n+3\n", "05\n03\n", '"5"\n"3"\n', " 5 \n3\n"]
)
def test_whole_numbers_are_the_same_classes_however_they_are_written(write, text):
    labels = read_labels(write("y.tsv", text))
    assert (labels.classes, labels.codes.tolist()) == (("3", "5"), [1, 0])


def test_words_for_nothing_are_words(write):
    assert read_labels(write("y.tsv", "NA\nnull\nNone\nnan\n")).classes == ("NA", "None", "nan", "null")
    assert read_labels(write("y.tsv", "1\nNA\n"), Reading(header="no")).classes == ("1", "NA")


def test_a_number_written_in_two_ways_stays_two_classes(write):
    labels = read_labels(write("y.tsv", "1\n1.0\n01\n1\n"))
    assert decoded(labels) == ["1", "1.0", "01", "1"]


def test_an_empty_label_in_quotes_is_a_class(write):
    assert read_labels(write("y.tsv", 'cat\n""\ndog\n')).classes == ("", "cat", "dog")


def test_a_column_of_labels_is_chosen_from_a_wider_file(write):
    path = write("y.csv", "id,label\n1,cat\n2,dog\n3,cat\n")
    assert decoded(read_labels(path)) == ["cat", "dog", "cat"]
    assert decoded(read_labels(path, Reading(label_column="id"))) == ["1", "2", "3"]
    assert decoded(read_labels(path, Reading(label_column="last"))) == ["cat", "dog", "cat"]


def test_one_hot_columns_named_alike_are_the_classes_after_what_is_alike(write):
    labels = read_labels(write("y.csv", "class_cat,class_dog\n0,1\n1,0\n"))
    assert (labels.classes, labels.codes.tolist()) == (("cat", "dog"), [1, 0])


def test_labels_of_another_encoding(write):
    path = write("y.tsv", "chat\nbête\n".encode("latin-1"))
    assert read_labels(path, Reading(encoding="latin-1")).classes == ("bête", "chat")
    assert read_labels(write("z.tsv", "chat\nbête\n".encode("utf-16"))).classes == ("bête", "chat")


def test_words_may_hold_spaces_and_quoted_ones_anything(write):
    assert read_labels(write("y.csv", "hot dog\nsausage roll\n")).classes == ("hot dog", "sausage roll")
    assert read_labels(write("y.csv", '"salt, pepper"\n"a ""b"""\nplain\n')).classes == (
        'a "b"',
        "plain",
        "salt, pepper",
    )


def test_the_header_of_numbers_is_seen_and_that_of_words_is_said(write):
    assert read_labels(write("y.tsv", "label\n3\n5\n")).classes == ("3", "5")
    assert read_labels(write("y.tsv", "label\ncat\n"), Reading(header="yes")).classes == ("cat",)
    assert read_labels(write("y.tsv", "label\ncat\n")).classes == ("cat", "label")
    assert read_labels(write("y.tsv", "0\n3\n5\n"), Reading(header="yes")).classes == ("3", "5")
    assert read_labels(write("y.tsv", "cat\n")).classes == ("cat",)


def test_a_label_that_is_taken_for_a_name_is_said(write):
    notes = read_labels(write("y.tsv", "7\n3\n5\n"), Reading(header="yes")).notes
    assert [str(note) for note in notes] == [
        "The first line was taken for names, but it holds numbers: 7. Say --header no if it is a row."
    ]
    assert read_labels(write("y.tsv", "0\n3\n5\n"), Reading(header="yes")).notes == ()


def test_given_classes_number_the_labels(write):
    path = write("y.tsv", "cat\ndog\ncat\n")
    labels = among(read_labels(path), ("ape", "dog", "cat"), Where(path))
    assert (labels.classes, labels.codes.tolist()) == (("ape", "dog", "cat"), [2, 1, 2])
    one_hot = among(read_labels(write("y.tsv", "0\t1\t0\n0\t0\t1\n")), ("1", "2"), Where(path))
    assert one_hot.codes.tolist() == [0, 1]


def test_sixty_thousand_labels_are_no_work(write):
    labels = np.random.default_rng(0).integers(0, 10, 60_000)
    path = write("y.tsv.gz", "".join(f"{label}\n" for label in labels))
    np.testing.assert_array_equal(read_labels(path).codes, labels)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cat\n\ndog\n", "y.tsv, line 2: is empty. Fill it in, or remove it from every table."),
        (
            "1\n" + "9" * 5000 + "\n",
            "y.tsv, line 2: the label 999999999999... has 5,000 digits. "
            "Number the classes with up to 18 digits, or use words.",
        ),
        (
            "1\n2\n0.5\n",
            "y.tsv, line 3: 0.5 is not a class. Classes are whole numbers or words; say --targets numbers to predict numbers.",
        ),
        (
            "label\n2\n0.5\n",
            "y.tsv, line 3: 0.5 is not a class. Classes are whole numbers or words; say --targets numbers to predict numbers.",
        ),
        (
            "cat\tblack\ndog\twhite\n",
            'y.tsv, line 1: column 1 holds the word "cat". '
            "Give one column of labels, or one-hot columns: a single 1 in each row, and 0.",
        ),
        (
            "cat\ndog\twhite\n",
            "y.tsv, line 2: has 2 columns. "
            "Give one column of labels, or one-hot columns: a single 1 in each row, and 0.",
        ),
        (
            "1\t0\n0\t1\n1\t1\n",
            "y.tsv, line 3: is not one-hot. "
            "Give one column of labels, or one-hot columns: a single 1 in each row, and 0.",
        ),
        (
            "a\tb\n0\t1\n0\t0\n",
            "y.tsv, line 3: is not one-hot. "
            "Give one column of labels, or one-hot columns: a single 1 in each row, and 0.",
        ),
        (
            "0.9\t0.1\n0\t1\n",
            "y.tsv, line 1: is not one-hot. "
            "Give one column of labels, or one-hot columns: a single 1 in each row, and 0. "
            "Say --header yes if the first line is a name.",
        ),
        (
            "0\t1\t2\n0\t1\t0\n0\t0\t3\n",
            "y.tsv, line 1: is not one-hot. "
            "Give one column of labels, or one-hot columns: a single 1 in each row, and 0. "
            "Say --header yes if the first line is a name.",
        ),
        ("a\ta\n0\t1\n", 'y.tsv, line 1: names two columns "a". Give each column its own name.'),
        ("", "y.tsv: is empty. Give a table with a line for each image."),
    ],
)
def test_what_is_said_of_bad_labels(write, text, expected):
    assert sentence(write("y.tsv", text)) == expected


def test_a_label_outside_the_given_classes(write):
    path = write("y.tsv", "1\n2\n11\n11\n")
    assert sentence(path, tuple("0123456789")) == (
        'y.tsv, line 3: the label "11" is not among the training classes 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 (2 such labels, rows 3 and 4). '
        "Remove its rows, or train with images of this class too."
    )
    assert sentence(write("y.tsv", "label\ncat\n"), ("cat", "dog")) == (
        'y.tsv, line 1: the label "label" is not among the training classes cat, dog. '
        "Say --header yes if the first line is a name."
    )


def test_a_broken_file_of_one_hot_columns_keeps_its_own_remedy(write):
    whole = write("y.tsv.gz", "1\t0\n0\t1\n" * 5000)
    whole.write_bytes(whole.read_bytes()[:-9])
    assert sentence(whole) == "y.tsv.gz: breaks off: the .gz is not whole. Copy or download it again."


def test_many_classes_are_shortened():
    assert shortened(["a" * 200_000, "b"]) == f"{'a' * 59}…, b"
    assert shortened(["a", "b"]) == "a, b"
    assert (
        shortened([str(number) for number in range(1000)]) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ... (1,000 in all)"
    )
