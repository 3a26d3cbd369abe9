"""Marked images are left out of the part that they are in, which is said; all others stay where they were."""

import numpy as np
import pytest
from msgspec.structs import replace

from cnn_tui.data.dataset import Dataset, Opened
from cnn_tui.data.parts import split
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Data, Source

ELSEWHERE = Source(images="Z.tsv", labels="z.tsv")
DATA = Data(train=Source(images="X.tsv", labels="y.tsv"), test=ELSEWHERE)


def dataset(count: int) -> Dataset:
    return Dataset(np.zeros((count, 4), np.uint8), np.arange(count) % 3, ("a", "b", "c"))


OPENED = Opened(dataset(60), test=dataset(30))


def excluding(tmp_path, *lines: str, header: str = "part,row,mark") -> Data:
    (tmp_path / "marks.csv").write_text("\n".join([header, *lines]) + "\n")
    return replace(DATA, exclude=str(tmp_path / "marks.csv"))


def test_rows_leave_their_part_and_no_other_row_moves(tmp_path):
    whole = split(OPENED, DATA, 1)
    assert whole.validation
    assert whole.test
    out = [int(whole.training.rows[0]), int(whole.training.rows[5]), int(whole.validation.rows[2])]
    lines = [*(f"train,{row + 1},excluded" for row in out), "test,30,mislabelled"]
    parts = split(OPENED, excluding(tmp_path, *lines), 1)
    assert parts.validation
    assert parts.test
    assert parts.training.rows.tolist() == [row for row in whole.training.rows.tolist() if row not in out]
    assert parts.validation.rows.tolist() == [row for row in whole.validation.rows.tolist() if row not in out]
    assert parts.test.rows.tolist() == list(range(29))
    assert parts.left_out == (
        "Left out because they are marked: 2 of the training images, 1 of the validation images, 1 of the test images."
    )


def test_a_list_of_rows_is_enough_and_means_training_images(tmp_path):
    parts = split(OPENED, replace(excluding(tmp_path, "1", "60", header="row"), validation=0), 1)
    assert parts.training.rows.tolist() == list(range(1, 59))


def test_nothing_is_said_when_nothing_is_left_out(tmp_path):
    assert split(OPENED, excluding(tmp_path), 1).left_out == ""


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("train,61,excluded", "marks.csv: marks row 61 of train but there are 60 images. Give the marks of this data."),
        ("validate,1,excluded", "marks.csv: marks images of validate but none are given. Give the marks of this data."),
        ("train,zero,excluded", 'marks.csv, line 2: "zero" is no row. Rows are counted from 1.'),
        ("train,0,excluded", 'marks.csv, line 2: "0" is no row. Rows are counted from 1.'),
        ("moon,1,excluded", 'marks.csv, line 2: there is no part "moon". Use train, validate or test.'),
        ("train,1,loved", 'marks.csv, line 2: there is no mark "loved". Use mislabelled, excluded or kept.'),
    ],
)
def test_marks_that_do_not_fit_are_refused(tmp_path, line, sentence):
    with pytest.raises(UserError) as caught:
        split(OPENED, excluding(tmp_path, line), 1)
    assert caught.value.sentence == sentence


def test_a_part_that_would_be_empty_is_refused(tmp_path):
    with pytest.raises(UserError, match="every image of the test is marked"):
        split(OPENED, excluding(tmp_path, *(f"test,{row},excluded" for row in range(1, 31))), 1)
