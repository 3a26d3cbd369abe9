"""Foreign text: whatever it holds, what is shown cannot steer a terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.errors import Place, UserError
from cnn_tui.text import clean

SHOWN = {
    "\x1b]52;c;eA==\x07": r"\x1b]52;c;eA==\x07",
    "\x1b[31mred": r"\x1b[31mred",
    "a\tb": "a    b",
    "a\nb\r": r"a⏎b\x0d",
    "\x9b1m": r"\x9b1m",
    "caf\u00e9 \u4e2d\u6587": "caf\u00e9 \u4e2d\u6587",
    "abc\u202egnp.exe": r"abc\u202egnp.exe",
    "zero\u200bwidth": r"zero\u200bwidth",
    "byte\udcff": r"byte\xff",
    "lone\ud800": r"lone\ud800",
    "tag\U000e0041": r"tag\U000e0041",
    "\U0001f468\u200d\U0001f469": "\U0001f468\u200d\U0001f469",
    "a\u200db": r"a\u200db",
    "[/] [@click=app.quit]x[/]": "[/] [@click=app.quit]x[/]",
}


@pytest.mark.parametrize(("text", "shown"), SHOWN.items(), ids=map(ascii, SHOWN))
def test_what_could_steer_a_terminal_is_made_visible(text: str, shown: str):
    assert clean(text) == shown


@given(st.text(), st.integers(1, 50))
def test_nothing_hidden_is_left_and_nothing_is_too_wide(text: str, cells: int):
    shown = clean(text, cells)
    hidden = [one for one in shown if unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not hidden
    assert sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in shown) <= cells or any(
        unicodedata.category(one) in {"Mn", "Me", "Cf"} for one in shown
    )
    assert len(shown) <= 4 * cells + 4 * cells


def test_text_that_fits_is_not_cut():
    assert clean("x" * 200) == "x" * 200
    assert clean("x" * 201) == "x" * 199 + "…"


def test_an_error_is_place_fact_and_way_out():
    error = UserError("column 17 holds the word 'six'", Place("data/X.tsv", 1204), "Say --header yes.")
    assert error.sentence == "X.tsv, line 1,204: column 17 holds the word 'six'. Say --header yes."
    assert UserError("it is late").sentence == "It is late."


def test_an_error_shows_foreign_names_as_text():
    assert UserError("is gone", Place("\x1b[2J.tsv")).sentence == r"\x1b[2J.tsv: is gone."
