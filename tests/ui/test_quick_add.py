import pytest

from cnn_tui.errors import UserError
from cnn_tui.spec.layers import KINDS, Conv2D, Dense, Residual, ZeroPadding2D
from cnn_tui.spec.layers.regularizers import L2
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import trace
from cnn_tui.ui.new_layers import new_layer
from cnn_tui.ui.quick_add import understood, with_values

IMAGE = Model((28, 28, 1), ())


def made(typed, model=IMAGE):
    kinds, values = understood(typed)
    return with_values(new_layer(kinds[0], model, len(model.layers)), values)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("conv", "Conv2D"),
        ("pool", "MaxPooling2D"),
        ("flat", "Flatten"),
        ("dense", "Dense"),
        ("max", "MaxPooling2D"),
        ("global average", "GlobalAveragePooling2D"),
        ("norm", "BatchNormalization"),
        ("conv1d", "Conv1D"),
        ("skip", "Residual"),
        ("bn", "BatchNormalization"),
        ("upscale", "UpSampling2D"),
        ("CONV", "Conv2D"),
    ],
)
def test_a_kind_is_found_by_its_name_a_part_of_it_or_what_is_said_of_it(typed, kind):
    assert kind in [one.__name__ for one in understood(typed)[0][:3]]


def test_on_a_sequence_the_kinds_for_sequences_come_first():
    assert understood("conv", axes=1)[0][0].__name__ == "Conv1D"
    assert understood("max", axes=3)[0][0].__name__ == "MaxPooling3D"


def test_without_a_word_every_kind_is_there_and_the_most_usual_first():
    kinds, values = understood("")
    assert set(kinds) == set(KINDS)
    assert kinds[0] is Conv2D
    assert values == ()


@pytest.mark.parametrize(
    ("typed", "layer"),
    [
        ("conv 64 3 same relu", Conv2D(filters=64, kernel_size=(3, 3), padding="same", activation="relu")),
        ("conv 64 same", Conv2D(filters=64, kernel_size=(3, 3), padding="same", activation="relu")),
        ("conv 8 5x3 2", Conv2D(filters=8, kernel_size=(5, 3), strides=(2, 2), activation="relu")),
        ("conv same", Conv2D(filters=32, kernel_size=(3, 3), padding="same", activation="relu")),
        ("conv 8 activation=tanh", Conv2D(filters=8, kernel_size=(3, 3), activation="tanh")),
        ("dense 10 softmax", Dense(units=10, activation="softmax")),
        ("dense 5 kernel_reg=l2(0.1)", Dense(units=5, activation="softmax", kernel_regularizer=L2(l2=0.1))),
        ("dense 5 use_bias=no", Dense(units=5, activation="softmax", use_bias=False)),
        ("zeropad 1+2x0", ZeroPadding2D(padding=((1, 2), (0, 0)))),
        ("residual 3 conc", Residual(layers=3, merge="concatenate")),
    ],
)
def test_values_behind_the_name_go_to_the_settings_in_their_order(typed, layer):
    assert made(typed) == layer


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("conv 0", "filters 0 is less than 1"),
        ("conv 8 colour=red", 'has no setting "colour"'),
        ("flatten 8", 'has no place for "8"'),
    ],
)
def test_a_value_that_does_not_fit_is_told(typed, sentence):
    with pytest.raises(UserError, match=sentence):
        made(typed)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(784,), (32, 3), (12, 12, 4), (6, 6, 6, 2)])
def test_every_kind_starts_with_settings_that_fit_where_it_can_stand_at_all(kind, shape):
    layer = new_layer(kind, Model(shape, (Dense(units=shape[-1]),)), 1)
    row = trace(Model(shape, (Dense(units=shape[-1]), layer)))[1]
    wrong_axes = row.problem is not None and ("needs" in row.problem.fact)
    assert row.problem is None or wrong_axes
