"""The trace: the tutorial's numbers, and for every way to be wrong one sentence with a way out that works."""

import pytest

from cnn_tui.shipped import shipped
from cnn_tui.spec.checks import Around, applied, check
from cnn_tui.spec.layers import Activation, Conv2D, Dense, Dropout, Flatten, MaxPooling2D, Reshape, by
from cnn_tui.spec.model import MAX_LAYERS, Model
from cnn_tui.spec.model_file import read_model
from cnn_tui.spec.presets import tutorial
from cnn_tui.spec.shapes import total_activation_values, total_macs, trace

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


def test_rows_after_a_problem_are_blank():
    model = Model((4, 4, 1), (conv(9), Flatten(), Dense(units=3)))
    rows = trace(model)
    assert rows[0].problem is not None
    assert [(row.output_shape, row.parameters, row.problem) for row in rows[1:]] == [(None, 0, None)] * 2


def test_a_model_has_an_end():
    assert len(trace(Model((4,), tuple(Dropout(rate=0.5) for _ in range(600))))) == MAX_LAYERS


DIGITS = Around(data_shape=(784,), classes=10)
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
    "Put a softmax behind it.": Model((784,), (Dense(units=10), Dropout(rate=0.5))),
}


@pytest.mark.parametrize(("sentence", "model"), WHOLE.items())
def test_a_model_that_does_not_fit_its_data_is_told_so(sentence: str, model: Model):
    problems = check(model, DIGITS)
    assert problems[0].sentence.startswith(sentence)


@pytest.mark.parametrize("model", WHOLE.values(), ids=WHOLE)
def test_remedies_of_the_whole_can_be_applied_until_nothing_is_wrong(model: Model):
    for _ in range(4):
        problem = next((one for one in check(model, DIGITS) if one.remedy.applies), None)
        if problem is None:
            return
        model = applied(model, problem)
    assert check(model, DIGITS) == ()


def test_a_model_without_weights_has_nothing_to_learn():
    nothing = check(Model((10,), (Activation(activation="softmax"),)), Around(data_shape=(10,), classes=10))
    assert [problem.sentence for problem in nothing] == [
        "the model: has no weights to learn. Add a layer that has some, such as Dense."
    ]


def test_the_tutorial_fits_its_data_flat_or_as_images():
    model = tutorial().model
    assert check(model, DIGITS) == check(model, Around(data_shape=(28, 28, 1), classes=10)) == ()
