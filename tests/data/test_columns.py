import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.data.formats.columns import Chosen, choose, class_names, label_columns, places
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import Reading

TABLE = Place("digits.csv")
NAMES = ("id", "label", "left", "right, far", "7")
ROW = ("1", "cat", "0", "255", "3")


def chosen(names=NAMES, row=ROW, **settings: str) -> Chosen:
    return choose(Reading(**settings), names, row, TABLE)


def sentence(**settings: str) -> str:
    with pytest.raises(UserError) as caught:
        chosen(**settings)
    return caught.value.sentence


@pytest.mark.parametrize(
    ("columns", "pixels"),
    [
        ("all", (0, 2, 3, 4)),
        ("3", (2,)),
        ("3-4", (2, 3)),
        ("1, 3-4", (0, 2, 3)),
        ("4,1", (3, 0)),
        ("left, id", (2, 0)),
        ('"right, far", left', (3, 2)),
        ("right, far", (3,)),
        ("7", (4,)),
        ('"7"', (4,)),
        ("5", (4,)),
        ("3-4, 4, left", (2, 3)),
        ("all but 1", (2, 3, 4)),
        ("all but 1, 5", (2, 3)),
        ("all but 3-5", (0,)),
        ("all but id", (2, 3, 4)),
        ("all but label", (0, 2, 3, 4)),
        ('all but id, "right, far"', (2, 4)),
    ],
)
def test_columns_are_chosen_by_number_by_name_or_by_what_is_left_out(columns, pixels):
    assert chosen(columns=columns) == Chosen(pixels, (1,))


def test_all_but_label_is_the_column_of_labels_whatever_its_name():
    assert chosen(("what", "a", "b"), ("cat", "1", "2"), columns="all but label") == Chosen((1, 2), (0,))
    assert chosen((), ("1", "2", "3"), columns="all but label", label_column="last") == Chosen((0, 1), (2,))


@given(st.sets(st.integers(1, 60), min_size=1, max_size=59))
def test_what_is_chosen_and_what_is_left_out_are_the_whole(columns):
    text, row = ", ".join(map(str, sorted(columns))), ("0",) * 60
    taken = choose(Reading(columns=text), (), row, TABLE).pixels
    left = choose(Reading(columns=f"all but {text}"), (), row, TABLE).pixels
    assert taken == tuple(column - 1 for column in sorted(columns))
    assert sorted(taken + left) == list(range(60))


@pytest.mark.parametrize(
    ("said", "labels"),
    [
        ("none", ()),
        ("first", (0,)),
        ("last", (4,)),
        ("2", (1,)),
        ("left", (2,)),
        ('"7"', (4,)),
        ("1-2", (0, 1)),
        ("auto", (1,)),
    ],
)
def test_the_column_of_labels_is_said_in_many_ways(said, labels):
    assert label_columns(said, NAMES, ROW, TABLE) == labels


@pytest.mark.parametrize(
    ("names", "row", "labels"),
    [
        (("a", "Species", "b"), ("1", "2", "3"), (1,)),
        (("a", "Y"), ("1", "2"), (1,)),
        ((), ("1", "cat", "3"), (1,)),
        (("a", "b"), ("1", "cat"), (1,)),
        ((), ("1", "2", "3"), ()),
        ((), ("cat", "dog", "3"), ()),
        ((), ("1", "nan"), ()),
        ((), ("cat",), ()),
        (("label_0", "label_1", "p0"), ("0", "1", "9"), (0, 1)),
        (("p0", "class_cat", "class_dog"), ("9", "0", "1"), (1, 2)),
        (("p0", "y0", "y1"), ("9", "0", "1"), (1, 2)),
        (("p0", "y0", "p1", "y1"), ("9", "0", "1", "1"), ()),
        (("yellow", "year", "p0"), ("9", "0", "1"), ()),
        (("label", "label_size", "label_age"), ("9", "0", "1"), (0,)),
    ],
)
def test_the_column_of_labels_is_found_by_its_name_or_its_words(names, row, labels):
    assert label_columns("auto", names, row, TABLE) == labels


def test_classes_of_one_hot_columns_are_named_after_what_all_begin_with():
    assert class_names((0, 1), ("label_cat", "label_dog", "p")) == ("cat", "dog")
    assert class_names((0, 1), ("cat", "dog")) == ("cat", "dog")
    assert class_names((0, 1), ("label_cat", "class_dog")) == ("label_cat", "class_dog")
    assert class_names((3, 4), ()) == ("0", "1")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"label_column": "lable"},
            'digits.csv: has no column "lable". Did you mean "label"? Its columns are id, label, left, right, far, 7.',
        ),
        (
            {"columns": "all but pixel"},
            'digits.csv: has no column "pixel". Its columns are id, label, left, right, far, 7.',
        ),
        ({"columns": "3-9"}, "digits.csv: has no column 9. Its columns are 1 to 5."),
        ({"columns": "0"}, "digits.csv: has no column 0. Its columns are 1 to 5."),
        ({"columns": "4-3"}, "digits.csv: 4-3 counts backwards. Write 3-4."),
        ({"columns": "1-3"}, "digits.csv: column 2 is chosen as pixels and as the label. Leave it out of one of them."),
        ({"columns": ""}, "digits.csv: no column is named. Write all, 2-785, names, or all but such."),
        ({"columns": "1,,2"}, 'digits.csv: "1,,2" is no list of columns. Write all, 2-785, names, or all but such.'),
        (
            {"columns": 'all but "id'},
            'digits.csv: ""id" is no list of columns. Write all, 2-785, names, or all but such.',
        ),
        ({"columns": "all but 1-5"}, "digits.csv: no column is left for the pixels. Choose other columns."),
    ],
)
def test_what_is_said_of_columns_that_are_not_there(settings, expected):
    assert sentence(**settings) == expected


def test_names_are_of_no_use_without_a_header():
    with pytest.raises(UserError) as caught:
        places("label", (), 3, TABLE)
    assert caught.value.sentence == (
        'digits.csv: has no column "label", for its columns have no names. '
        "Its columns are 1 to 3; say --header yes if the first line names them."
    )
