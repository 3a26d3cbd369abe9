import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.errors import UserError
from cnn_tui.spec.class_weights import parse_class_weights

NAMES = st.text(st.sampled_from(" abé0,='\"")).map(str.strip).filter(bool)
WEIGHTS = st.floats(0, 1e6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("none", "none"),
        ("", "none"),
        (" balanced ", "balanced"),
        ("cat=2, dog=0.5", {"cat": 2, "dog": 0.5}),
        ("cat = 2,dog= .5,", {"cat": 2, "dog": 0.5}),
        ("0=1e-3,1=2.", {"0": 0.001, "1": 2}),
        ("none=2", {"none": 2}),
        ("big cat=2", {"big cat": 2}),
        ('"cat, wet"=2, \'a=b\'=3, "say ""moo"""=0', {"cat, wet": 2, "a=b": 3, 'say "moo"': 0}),
    ],
)
def test_what_is_written_is_what_is_meant(text, expected):
    assert parse_class_weights(text) == expected


@given(weights=st.dictionaries(NAMES, WEIGHTS, min_size=1))
def test_every_name_can_be_written_in_quotes(weights):
    for quote in "\"'":
        entries = (f"{quote}{name.replace(quote, quote * 2)}{quote}={weight!r}" for name, weight in weights.items())
        assert parse_class_weights(", ".join(entries)) == weights


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "balance",
            'class_weights: "balance" is not a class and its weight. '
            "Use none, balanced, or classes with their weights such as cat=2, dog=0.5.",
        ),
        (
            "cat=2, dog",
            'class_weights: "dog" is not a class and its weight. '
            "Use none, balanced, or classes with their weights such as cat=2, dog=0.5.",
        ),
        (
            "cat=2,, dog=1",
            'class_weights: "" is not a class and its weight. '
            "Use none, balanced, or classes with their weights such as cat=2, dog=0.5.",
        ),
        (
            "=2",
            'class_weights: the weight "2" has no class. '
            "Use none, balanced, or classes with their weights such as cat=2, dog=0.5.",
        ),
        ("cat=2, cat=3", 'class_weights: "cat" has two weights. Give each class one weight.'),
    ],
)
def test_what_cannot_be_meant_is_said(text, expected):
    assert sentence(text) == expected


@pytest.mark.parametrize("weight", ["", "-1", "two", "1_000", "１２", "nan", "inf", "1e400", "0x2", "1=2"])
def test_a_weight_is_a_plain_number(weight):
    assert sentence(f"cat={weight}") == (
        f'class_weights: the weight of "cat" is "{weight}", not a number from 0 on. Give a number such as 2 or 0.5.'
    )


def sentence(text: str) -> str:
    with pytest.raises(UserError) as caught:
        parse_class_weights(text)
    return caught.value.sentence
