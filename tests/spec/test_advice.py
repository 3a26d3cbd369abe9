"""Advice: what is legal but unwise is told in a sentence, its remedy is legal and ends it, and good models get none."""

import pytest

from cnn_tui.spec.advice import Advice, advise
from cnn_tui.spec.checks import applied
from cnn_tui.spec.layer_text import from_text
from cnn_tui.spec.layers import Shape
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_presets import model_presets
from cnn_tui.spec.shapes import first_problem, trace

END = '; Flatten(); Dense(10, "softmax")'
TOLD: dict[str, tuple[Shape, str]] = {
    "Dense #1: has softmax, and so has the layer behind it: the probabilities are levelled out. Use linear.": (
        (8,),
        'Dense(10, "softmax"); Softmax()',
    ),
    "Softmax #2: has softmax, and so has the layer behind it: the probabilities are levelled out. Turn this one off.": (
        (8,),
        'Dense(10); Softmax(); Activation("softmax")',
    ),
    "Dense #1: has softmax inside the network, where its values compete until hardly one passes. Use activation relu.": (
        (8,),
        'Dense(32, "softmax"); Dense(10, "softmax")',
    ),
    "Conv2D #1: has no activation before Conv2D #2, so the two are one weighted sum. Use activation relu.": (
        (12, 12, 1),
        'Conv2D(8, 3); Conv2D(8, 3, activation="relu")' + END,
    ),
    "Conv2D #1: has a bias that BatchNormalization #2 takes away again with the mean. Use use_bias no.": (
        (12, 12, 1),
        'Conv2D(8, 3); BatchNormalization(); Activation("relu")' + END,
    ),
    "Conv2D #2: kernel 7 costs more than 3 kernels of 3, which see as much. Use 3 layers with kernel 3.": (
        (12, 12, 1),
        'Conv2D(8, 3, activation="relu"); Conv2D(8, 7, activation="relu")' + END,
    ),
    "Conv2D #1: kernel 4x4 has no centre, so padding same moves the image by half a pixel. Use kernel 5x5.": (
        (12, 12, 1),
        'Conv2D(8, 4, padding="same", activation="relu")' + END,
    ),
    "Dense #1: units 1 lets a single number pass to all behind it. Use units 16 or more.": (
        (8,),
        'Dense(1, "relu"); Dense(10, "softmax")',
    ),
    "Conv2D #1: filters 1 lets a single channel pass to all behind it. Use filters 16 or more.": (
        (12, 12, 1),
        'Conv2D(1, 3, activation="relu")' + END,
    ),
    "MaxPooling2D #1: moves by 3x3 with a window of 2x2, so some values are never looked at. Use strides 2x2 or less.": (
        (12, 12, 1),
        "MaxPooling2D(2, 3)" + END,
    ),
    "Activation #1: does nothing: linear passes everything as it is. Turn it off.": (
        (8,),
        'Activation("linear"); Dense(10, "softmax")',
    ),
    "Dropout #1: drops nothing. Turn it off.": ((8,), 'Dropout(0); Dense(10, "softmax")'),
    "Flatten #2: changes nothing: what it gets has that shape already. Turn it off.": (
        (8,),
        'Dense(16, "relu"); Flatten(); Dense(10, "softmax")',
    ),
    "ReLU #2: comes behind a relu, which has done it already. Turn it off.": (
        (8,),
        'Dense(16, "relu"); ReLU(); Dense(10, "softmax")',
    ),
    "Dense #1: works on each pixel by itself, as in Keras: no weight of it looks at two pixels. Put a Flatten before it.": (
        (4, 4, 2),
        'Dense(16, "relu")' + END,
    ),
    "Flatten #1: gives 30,000 values to the 300,010 parameters of Dense #2. "
    "Pool once more, or use GlobalAveragePooling2D in its place.": ((100, 100, 3), END[2:]),
}


def advice_of(case: tuple[Shape, str]) -> tuple[Model, tuple[Advice, ...]]:
    shape, text = case
    model = Model(shape, from_text(text))
    return model, advise(model, trace(model))


@pytest.mark.parametrize(("sentence", "case"), TOLD.items())
def test_each_has_its_sentence(sentence: str, case: tuple[Shape, str]):
    assert [one.sentence for one in advice_of(case)[1]] == [sentence]


@pytest.mark.parametrize("case", TOLD.values(), ids=TOLD)
def test_its_remedy_is_legal_and_ends_it(case: tuple[Shape, str]):
    model, (advice,) = advice_of(case)
    mended = applied(model, advice)
    assert first_problem(trace(mended)) is None
    assert advice.sentence not in [one.sentence for one in advise(mended, trace(mended))]


def test_more_parameters_than_training_values_are_told():
    model = Model((784,), from_text('Dense(512, "relu"); Dense(10, "softmax")'))
    told = advise(model, trace(model), training_values=100 * 784)
    assert told[-1].sentence == (
        "the model: has 407,050 parameters, more than the 78,400 values of all training images together. "
        "Use fewer filters or units, or GlobalAveragePooling2D in place of Flatten."
    )
    assert advise(model, trace(model), training_values=10_000 * 784) == ()


def test_known_networks_need_no_advice():
    assert [advise(preset.model, trace(preset.model)) for preset in model_presets()] == [()] * len(model_presets())


def test_a_wrong_model_is_not_advised():
    model = Model((4, 4, 1), from_text("Conv2D(1, 9); Dense(1)"))
    assert advise(model, trace(model)) == ()
