"""Marks come back as they were made, the newest of an image counts, and a crash costs at most the one being made."""

import os
import signal
import subprocess
import sys

import pytest

from cnn_tui.errors import UserError
from cnn_tui.results.marks import append_mark
from cnn_tui.spec.marks import Mark, read_marks

FIRST = Mark(part="test", row=7, mark="mislabelled", name='a, "b".png', label="4", predicted="9")
SECOND = Mark(part="test", row=8, mark="excluded")


def test_marks_come_back_as_they_were(tmp_path):
    path = tmp_path / "marks.csv"
    for mark in (FIRST, SECOND):
        append_mark(path, mark)
    assert read_marks(path) == (FIRST, SECOND)
    assert path.read_text().splitlines()[0] == "part,row,mark,name,label,predicted"


def test_the_newest_mark_of_an_image_counts_and_can_take_one_back(tmp_path):
    path = tmp_path / "marks.csv"
    for mark in (FIRST, SECOND, Mark(part="test", row=7, mark="kept"), Mark(part="test", row=8, mark="mislabelled")):
        append_mark(path, mark)
    assert read_marks(path) == (Mark(part="test", row=8, mark="mislabelled"),)


@pytest.mark.parametrize("cut", range(1, 16))
def test_half_a_line_is_no_mark_and_does_not_spoil_the_next(tmp_path, cut):
    path = tmp_path / "marks.csv"
    append_mark(path, SECOND)
    whole = path.stat().st_size
    append_mark(path, Mark(part="test", row=123, mark="excluded"))
    os.truncate(path, whole + cut)
    assert read_marks(path) == (SECOND,)
    append_mark(path, FIRST)
    assert read_marks(path) == (SECOND, FIRST)


@pytest.mark.skipif(os.name != "posix", reason="a process is killed by a signal")
def test_marks_outlive_the_process_that_made_them(tmp_path):
    path = tmp_path / "marks.csv"
    program = (
        "import os, signal, sys; from pathlib import Path; from cnn_tui.results.marks import append_mark; "
        "from cnn_tui.spec.marks import Mark\n"
        "for row in range(1, 4): append_mark(Path(sys.argv[1]), Mark(part='test', row=row))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert [mark.row for mark in read_marks(path)] == [1, 2, 3]


def test_a_table_of_someone_elses_needs_no_line_break_at_its_end(tmp_path):
    (tmp_path / "marks.csv").write_text("\ufeffrow,why\n3,blurred\n5,upside down")
    assert [mark.row for mark in read_marks(tmp_path / "marks.csv")] == [3, 5]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            b"a,b\n1,2\n",
            'marks.csv, line 1: has no column "row". Its first line is: part,row,mark,name,label,predicted.',
        ),
        (b"row\n\xff\n", "marks.csv: is not text in UTF-8. Save it as CSV in UTF-8."),
    ],
)
def test_what_is_no_file_of_marks_is_refused(tmp_path, data, sentence):
    (tmp_path / "marks.csv").write_bytes(data)
    with pytest.raises(UserError) as caught:
        read_marks(tmp_path / "marks.csv")
    assert caught.value.sentence == sentence
