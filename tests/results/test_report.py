"""The exported matrix reads back as it was, and no spreadsheet runs a label."""

import csv
import io
import os

import pytest

from cnn_tui.errors import UserError
from cnn_tui.results.confusion import Confusion
from cnn_tui.results.evaluation import Evaluation
from cnn_tui.results.report import confusion_csv, export_csv, text_cell

CONFUSION = Confusion(("cat", "dog, big", 'a "b"'), ((5, 1, 0), (0, 7, 2), (1, 0, 9)))


def test_the_file_holds_labels_and_counts():
    rows = list(csv.reader(io.StringIO(confusion_csv(CONFUSION))))
    assert rows[0][1:] == list(CONFUSION.classes)
    assert [row[0] for row in rows[1:]] == list(CONFUSION.classes)
    assert [tuple(map(int, row[1:])) for row in rows[1:]] == list(CONFUSION.counts)


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1"])
def test_what_looks_like_a_formula_gets_an_apostrophe(label):
    assert text_cell(label) == f"'{label}"


def test_other_labels_stay_and_control_characters_become_visible():
    assert text_cell("4") == "4"
    assert text_cell("\x1b[2J") == "\\x1b[2J"


def test_the_export_is_written_into_a_folder_of_its_own(tmp_path):
    path = export_csv(Evaluation("test", 0.1, CONFUSION), tmp_path / "run" / "exports")
    assert path.name == "confusion-test.csv"
    assert path.read_text() == confusion_csv(CONFUSION)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "exports").write_text("a file is in the way")
    with pytest.raises(UserError, match=r"confusion-test\.csv.*cannot be written"):
        export_csv(Evaluation("test", 0.1, CONFUSION), tmp_path / "exports")


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
def test_only_the_owner_can_look_into_the_folder(tmp_path):
    folder = export_csv(Evaluation("test", 0.1, CONFUSION), tmp_path / "exports").parent
    assert folder.stat().st_mode & 0o077 == 0
