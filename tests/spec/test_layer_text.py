"""Text of layers that cannot be used: one sentence each, and nothing of it is ever run."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn_tui.errors import UserError
from cnn_tui.spec.layer_text import from_text, to_text
from cnn_tui.spec.layers import Layer
from tests.strategies import any_layer

REFUSED = {
    "": 'The pasted text: holds no layers. Paste lines such as Conv2D(32, 3, activation="relu").',
    "def": "the pasted text, line 1: is neither Python nor JSON. Paste whole calls of layers.",
    "Dense(3)\nDense(": "the pasted text, line 2: is neither Python nor JSON. Paste whole calls of layers.",
    "Conv2d(3, 3)": 'the pasted text, line 1: holds Conv2d, which is no layer that this program knows. Did you mean "Conv2D"?',
    "LSTM(3)": "the pasted text, line 1: holds LSTM, which is no layer that this program knows. Leave it out.",
    "Dense(0)": "the pasted text, Dense #1: units 0 is less than 1. Use a whole number from 1 to 1,000,000.",
    "Dense(n)": 'the pasted text, Dense #1: units is "n". Use a whole number from 1 to 1,000,000.',
    "Dense(units=2**3)": "the pasted text, line 1: units is no plain value. Write a number, a text or numbers in brackets.",
    "Dropout(0.5, None)": "the pasted text, line 1, Dropout: gets 2 settings without a name. Name them.",
    '{"class_name": "Dense", "config": {"units": NaN}}': "the pasted text: is not usable JSON: NaN is not a number of JSON.",
}


@pytest.mark.parametrize(("text", "sentence"), REFUSED.items())
def test_what_cannot_be_read_has_a_sentence(text: str, sentence: str):
    with pytest.raises(UserError) as error:
        from_text(text)
    assert error.value.sentence == sentence[:1].lower() + sentence[1:]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000,
        "-" * 90_000 + "1",
        "a" + ".b" * 40_000,
        "Dense(" + "[" * 3_000,
        "1+" * 40_000,
        "not " * 30_000,
        "x" * 300_000,
    ],
    ids=lambda text: text[:6],
)
def test_text_made_to_exhaust_is_refused(text: str):
    with pytest.raises(UserError):
        from_text(text)


def test_nothing_of_it_is_run(tmp_path: Path):
    target = tmp_path / "made"
    for text in (
        f"Dense(open({str(target)!r}, 'w'))",
        f"Dense(units=__import__('pathlib').Path({str(target)!r}).touch())",
    ):
        with pytest.raises(UserError):
            from_text(text)
    assert not target.exists()


@settings(deadline=None)
@given(layers=st.lists(any_layer(), min_size=1, max_size=4))
def test_what_is_copied_can_be_pasted(layers: list[Layer]):
    assert from_text(to_text(tuple(layers))) == tuple(layers)
