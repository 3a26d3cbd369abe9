"""Names that are too long lose their middle, never what tells them apart, and fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cnn_tui.ui.short_names import short_name


@pytest.mark.parametrize(
    ("name", "cells", "shown"),
    [("cat", 5, "cat"), ("snowtail animal 26", 12, "snowtai…l 26"), ("\x1b[2J", 20, "\\x1b[2J"), ("ab", 1, "a")],
)
def test_the_ends_stay(name, cells, shown):
    assert short_name(name, cells) == shown


@given(name=st.text(max_size=40), cells=st.integers(1, 30))
def test_whatever_it_is_it_fits(name, cells):
    assert cell_len(short_name(name, cells)) <= cells
