"""Settings: what their declaration allows is taken, everything else gets the sentence of the limit that it breaks."""

from typing import Annotated, Literal

import pytest
from hypothesis import given
from msgspec import Meta, Struct

from cnn_tui.errors import UserError
from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.fields import brief, field, fields, show
from cnn_tui.spec.layers import KINDS, Conv2D, Dense, Dropout, MaxPooling2D
from cnn_tui.spec.make import change, make, parse
from cnn_tui.spec.optimizers import Adam, Optimizer
from cnn_tui.spec.training import Training
from tests.strategies import any_layer


class Sample(Struct, frozen=True, kw_only=True):
    count: Annotated[int, Meta(ge=1, le=9, description="How many.")]
    rate: Annotated[float, Meta(ge=0, lt=1, description="How much.")] = 0.5
    pair: Annotated[tuple[int, int] | None, Meta(description="Two.")] = None
    sizes: Annotated[tuple[Annotated[int, Meta(ge=-1)], ...], Meta(min_length=1, description="Some.")] = (1,)
    mode: Annotated[Literal["valid", "same"], Meta(description="Which.")] = "valid"
    flag: Annotated[bool, Meta(description="Whether.")] = True


WRONG = {
    "count 0 is less than 1. Use a whole number from 1 to 9.": {"count": 0},
    "count 10 is more than 9. Use a whole number from 1 to 9.": {"count": 10},
    'count is "x". Use a whole number from 1 to 9.': {"count": "x"},
    "count is yes. Use a whole number from 1 to 9.": {"count": True},
    "count is 1.5. Use a whole number from 1 to 9.": {"count": 1.5},
    "count is empty. Use a whole number from 1 to 9.": {"count": None},
    'the setting "count" is missing. Give a whole number from 1 to 9.': {},
    'has no setting "cuont". Did you mean "count"?': {"count": 1, "cuont": 2},
    'has no setting "zzz". It has count, rate, pair, sizes, mode, flag.': {"count": 1, "zzz": 2},
    "rate 1 is not below 1. Use a number of 0 or more and below 1.": {"count": 1, "rate": 1},
    "rate is nan. Use a number of 0 or more and below 1.": {"count": 1, "rate": float("nan")},
    "pair is 1x2x3. Use 2 whole numbers, such as 3x3.": {"count": 1, "pair": [1, 2, 3]},
    "sizes is empty. Use whole numbers of -1 or more, such as 28x28x1.": {"count": 1, "sizes": []},
    'mode is "Sam". Did you mean "same"?': {"count": 1, "mode": "Sam"},
    'mode is "q". Use valid or same.': {"count": 1, "mode": "q"},
    'flag is "maybe". Use yes or no.': {"count": 1, "flag": "maybe"},
}


@pytest.mark.parametrize(("sentence", "settings"), WRONG.items())
def test_each_limit_has_its_sentence(sentence: str, settings: dict):
    with pytest.raises(UserError) as error:
        make(Sample, settings, "Here")
    assert error.value.sentence == f"Here: {sentence}"


TYPED = [
    ("pair", "3 x 5", (3, 5)),
    ("pair", "3×5", (3, 5)),
    ("pair", "(3, 5)", (3, 5)),
    ("pair", " 3 ", (3, 3)),
    ("pair", "automatic", None),
    ("pair", "", None),
    ("rate", "1e-3", 0.001),
    ("rate", ".5", 0.5),
    ("flag", "No", False),
    ("mode", "same", "same"),
    ("sizes", "28x28x-1", (28, 28, -1)),
]


@pytest.mark.parametrize(("name", "text", "value"), TYPED)
def test_values_may_be_typed_as_people_write_them(name: str, text: str, value: object):
    assert parse(field(Sample, name), text) == value


@pytest.mark.parametrize(
    ("name", "text"), [("rate", "nan"), ("rate", "1_0"), ("count", "１"), ("pair", "3x"), ("pair", "a")]
)
def test_what_only_looks_like_a_number_is_refused(name: str, text: str):
    if (name, text) == ("pair", "3x"):
        assert parse(field(Sample, name), text) == (3, 3)  # while somebody types 3x3
    else:
        with pytest.raises(UserError):
            parse(field(Sample, name), text)


@given(layer=any_layer())
def test_what_is_shown_can_be_typed_back(layer):
    for one in fields(type(layer)):
        if one.name != "name":
            assert parse(one, show(getattr(layer, one.name))) == getattr(layer, one.name)


@pytest.mark.parametrize("struct", [*KINDS, Adam, Training, Data, Source])
def test_every_setting_has_help_that_is_a_sentence(struct: type[Struct]):
    for one in fields(struct):
        assert one.help.endswith("."), one.name


@pytest.mark.parametrize("struct", [*KINDS, Adam])
def test_every_kind_says_what_it_does(struct: type[Struct]):
    assert struct.__doc__
    assert struct.__doc__.split("\n")[0].endswith((".", "Keras."))


def test_a_change_is_checked_and_leaves_the_old_value():
    layer = Conv2D(filters=8, kernel_size=(3, 3))
    assert change(layer, filters=16).filters == 16
    assert layer.filters == 8
    with pytest.raises(UserError, match="filters 0 is less than 1"):
        change(layer, filters=0)


def test_parts_are_made_from_their_own_settings():
    made = make(Training, {"optimizer": {"class_name": "Adam", "learning_rate": 0.1}, "epochs": 3})
    assert made == Training(optimizer=Adam(learning_rate=0.1), epochs=3)
    with pytest.raises(UserError, match=r"optimizer is \"Adan\"\. Use sgd, rmsprop, .* or ftrl\."):
        make(Training, {"optimizer": {"class_name": "Adan"}})
    with pytest.raises(UserError, match=r"Training, optimizer: learning_rate 0 is not above 0"):
        make(Training, {"optimizer": {"class_name": "Adam", "learning_rate": 0}})
    assert issubclass(Adam, Optimizer)


def test_the_settings_that_matter_in_a_few_words():
    assert brief(Conv2D(filters=64, kernel_size=(3, 3), padding="same", activation="relu")) == "64 · 3x3 · same · relu"
    assert brief(Conv2D(filters=8, kernel_size=(3, 5), use_bias=False)) == "8 · 3x5 · no bias"
    assert brief(MaxPooling2D()) == "2x2"
    assert brief(Dense(units=10, activation="softmax")) == "10 · softmax"
    assert brief(Dropout(rate=0.25)) == "0.25"
