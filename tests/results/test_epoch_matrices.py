"""The matrices of the epochs come back as they were, whatever was killed while writing."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.results.confusion import Confusion
from cnn_tui.results.epoch_matrices import append_matrix, read_matrices

FIRST, SECOND = Confusion(("a", "b"), ((3, 1), (0, 4))), Confusion(("a", "b"), ((4, 0), (0, 4)))


@given(counts=st.lists(st.lists(st.integers(0, 10**9), min_size=4, max_size=4), min_size=4, max_size=4))
def test_any_matrix_comes_back(tmp_path_factory, counts):
    path = tmp_path_factory.mktemp("run") / "matrices.jsonl"
    confusion = Confusion(("a", "\x1b", "=1", "ü"), tuple(map(tuple, counts)))
    append_matrix(path, 1, confusion)
    assert read_matrices(path) == {1: confusion}


def test_an_epoch_that_was_trained_again_counts_as_it_was_last(tmp_path):
    path = tmp_path / "matrices.jsonl"
    for epoch, matrix in ((1, FIRST), (2, FIRST), (2, SECOND)):
        append_matrix(path, epoch, matrix)
    assert read_matrices(path) == {1: FIRST, 2: SECOND}


@pytest.mark.parametrize("cut", range(1, 30))
def test_half_a_line_is_no_matrix_and_does_not_spoil_the_next(tmp_path, cut):
    path = tmp_path / "matrices.jsonl"
    append_matrix(path, 1, FIRST)
    whole = path.stat().st_size
    append_matrix(path, 2, SECOND)
    os.truncate(path, whole + cut)
    assert read_matrices(path) == {1: FIRST}
    append_matrix(path, 2, SECOND)
    assert read_matrices(path) == {1: FIRST, 2: SECOND}


@pytest.mark.parametrize("text", ["", "{", "[]\n", '{"type":"epoch","epoch":1,"cells":[[0,9,1]]}\n'])
def test_what_cannot_be_read_is_left_out(tmp_path, text):
    (tmp_path / "matrices.jsonl").write_text(text)
    assert read_matrices(tmp_path / "matrices.jsonl") == {}
    append_matrix(tmp_path / "matrices.jsonl", 1, FIRST)
    assert read_matrices(tmp_path / "matrices.jsonl") == {1: FIRST}


def test_a_run_without_the_file_has_none(tmp_path):
    assert read_matrices(tmp_path / "matrices.jsonl") == {}
