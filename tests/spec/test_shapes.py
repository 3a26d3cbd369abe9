"""The trace: the tutorial's numbers, and for every way to be wrong one sentence with a way out that works."""

import pytest

from cnn_tui.shipped import shipped
from cnn_tui.spec.checks import applied, check
from cnn_tui.spec.layers import Activation, Conv2D, Dense, Dropout, Flatten, Layer, MaxPooling2D, Reshape, by
from cnn_tui.spec.model import MAX_LAYERS, Model
from cnn_tui.spec.model_file import read_model
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.shapes import first_problem, total_activation_values, total_macs, trace

TUTORIAL = read_model(shipped("models/galaxy_cnn.json"))


def conv(kernel: int = 3, filters: int = 8, **settings: object) -> Conv2D:
    return Conv2D(filters=filters, kernel_size=(kernel, kernel), **settings)  # type: ignore[arg-type]


def test_the_tutorials_network_row_by_row():
    rows = [
        (by(row.output_shape or ()), row.parameters, row.macs, row.seen and by(row.seen.size))
        for row in trace(TUTORIAL)
    ]
    assert rows == [
        ("28x28x1", 0, 0, "1x1"),
        ("28x28x64", 640, 451_584, "3x3"),
        ("14x14x64", 0, 0, "4x4"),
        ("12x12x32", 18_464, 2_654_208, "8x8"),
        ("6x6x32", 0, 0, "10x10"),
        ("1152", 0, 0, "10x10"),
        ("10", 11_530, 11_520, None),
    ]
    assert total_macs(trace(TUTORIAL)) == 3_117_312
    assert total_activation_values(trace(TUTORIAL)) == 70_426


def test_receptive_fields_of_dilated_and_strided_windows():
    model = Model((64, 64, 1), (conv(3, dilation_rate=(2, 2)), conv(3, strides=(2, 2)), MaxPooling2D(pool_size=(3, 3))))
    assert [row.seen and row.seen.size for row in trace(model)] == [(5, 5), (7, 7), (11, 11)]


PROBLEMS: dict[str, tuple[tuple[int, ...], tuple[Layer, ...]]] = {
    'Conv2D #2: kernel 5 is larger than its 3x3 input. Use a kernel of 3 or less, or padding "same". '
    "MaxPooling2D #1 left only 3x3.": ((7, 7, 1), (MaxPooling2D(), conv(5))),
    'Conv2D #1: kernel 9 is larger than its 4x20 input. Use a kernel of 4x9 or less, or padding "same".': (
        (4, 20, 1),
        (conv(9),),
    ),
    'Conv2D #1: kernel 3 with dilation 4x4 reaches over 9x9, more than its 6x6 input. Use dilation 1, or padding "same".': (
        (6, 6, 1),
        (conv(3, dilation_rate=(4, 4)),),
    ),
    "Conv2D #1: strides 2x2 and dilation 3x3 cannot be combined. Set one of the two to 1.": (
        (20, 20, 1),
        (conv(3, strides=(2, 2), dilation_rate=(3, 3)),),
    ),
    "Conv2D #1: 3 groups do not divide 4 input channels. Use groups 1, 2 or 4.": ((8, 8, 4), (conv(3, groups=3),)),
    "Conv2D #1: 6 groups do not divide 8 filters. Use groups 1 or 2.": ((8, 8, 6), (conv(3, groups=6),)),
    "Conv2D #1: needs an image (height x width x channels) but gets 784 values. Put a Reshape to 28x28x1 before it.": (
        (784,),
        (conv(),),
    ),
    'MaxPooling2D #1: pool 3 is larger than its 2x2 input. Use a pool of 2 or less, or padding "same".': (
        (2, 2, 1),
        (MaxPooling2D(pool_size=(3, 3)),),
    ),
    "Reshape #1: target 28x28x3 holds 2,352 values but it gets 784. Use 28x28x1.": (
        (784,),
        (Reshape(target_shape=(28, 28, 3)),),
    ),
    "Reshape #1: target 5x-1 does not divide the 784 values it gets. Use a shape of 784 values.": (
        (784,),
        (Reshape(target_shape=(5, -1)),),
    ),
    "Reshape #1: target -1x-1 leaves more than one size open. Use a shape of 784 values.": (
        (784,),
        (Reshape(target_shape=(-1, -1)),),
    ),
    "Dense #2: has 1,000,001,000,000 parameters, more than 2,147,483,648. Make it smaller.": (
        (1_000_000,),
        (Flatten(), Dense(units=1_000_000)),
    ),
    "Conv2D #1: makes 4,000,000,000 values of one image, more than 2,147,483,648. Make it smaller.": (
        (2000, 2000, 1),
        (conv(1, filters=1000, padding="same"),),
    ),
}


@pytest.mark.parametrize(("sentence", "made"), PROBLEMS.items())
def test_each_problem_has_its_sentence(sentence: str, made: tuple[tuple[int, ...], tuple[Layer, ...]]):
    problem = first_problem(trace(Model(*made)))
    assert problem is not None
    assert problem.sentence == sentence


@pytest.mark.parametrize("made", PROBLEMS.values(), ids=PROBLEMS)
def test_a_remedy_that_can_be_applied_takes_the_problem_away(made: tuple[tuple[int, ...], tuple[Layer, ...]]):
    model = Model(*made)
    problem = first_problem(trace(model))
    assert problem is not None
    if problem.remedy.applies:
        assert first_problem(trace(applied(model, problem))) is None


def test_rows_after_a_problem_are_blank():
    model = Model((4, 4, 1), (conv(9), Flatten(), Dense(units=3)))
    rows = trace(model)
    assert rows[0].problem is not None
    assert [(row.output_shape, row.parameters, row.problem) for row in rows[1:]] == [(None, 0, None)] * 2


def test_a_model_has_an_end():
    assert len(trace(Model((4,), tuple(Dropout(rate=0.5) for _ in range(600))))) == MAX_LAYERS


WHOLE: dict[str, Model] = {
    "the model: has no layers. Add one.": Model((784,), ()),
    "the model: takes 100 values but an image of this data has 784. Set its input to 784.": Model(
        (100,), (Dense(units=10, activation="softmax"),)
    ),
    "Dense #1: gives 9 values but the data has 10 classes. Use units 10.": Model(
        (784,), (Dense(units=9, activation="softmax"),)
    ),
    "Dense #1: gives 9 values but the data has 10 classes. Use units 10": Model(
        (784,), (Dense(units=9), Activation(activation="softmax"))
    ),
    "Conv2D #2: gives 26x26x8 values but the data has 10 classes. End with Flatten and a Dense of one unit a class.": Model(
        (784,), (Reshape(target_shape=(28, 28, 1)), conv())
    ),
    "Dense #1: ends with relu, but the loss categorical_crossentropy needs probabilities. Use activation softmax.": Model(
        (784,), (Dense(units=10, activation="relu"),)
    ),
    "Dropout #2: ends the model, but the loss categorical_crossentropy needs probabilities. "
    "End with a Dense layer with softmax.": Model((784,), (Dense(units=10), Dropout(rate=0.5))),
}


@pytest.mark.parametrize(("sentence", "model"), WHOLE.items())
def test_a_model_that_does_not_fit_its_data_is_told_so(sentence: str, model: Model):
    problems = check(model, (784,), classes=10)
    assert problems[0].sentence.startswith(sentence)


@pytest.mark.parametrize("model", WHOLE.values(), ids=WHOLE)
def test_remedies_of_the_whole_can_be_applied_until_nothing_is_wrong(model: Model):
    for _ in range(3):
        problem = next((one for one in check(model, (784,), classes=10) if one.remedy.applies), None)
        if problem is None:
            return
        model = applied(model, problem)
    assert check(model, (784,), classes=10) == ()


def test_the_tutorial_fits_its_data_flat_or_as_images():
    model = tutorial().model
    assert check(model, (784,), 10) == check(model, (28, 28, 1), 10) == ()
