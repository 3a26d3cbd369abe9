"""Networks as a whole: residual groups, layers that are off, the last softmax, export, going on after an end."""

import copy

import pytest
import torch
from msgspec.structs import replace
from torch import Tensor
from torch.nn import functional as F

from cnn_tui.engine.build import Network
from cnn_tui.engine.layers.activations import linear, softmax
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.spec.layers import (
    Activation,
    ActivityRegularization,
    BatchNormalization,
    Conv1D,
    Conv2D,
    Conv3D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Layer,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
    ReLU,
    Residual,
    Shape,
    Softmax,
)
from cnn_tui.spec.model import Model

IMAGE = (8, 8, 3)
CONV = Conv2D(filters=6, kernel_size=(3, 3), padding="same", activation="relu")
SMALL = Conv2D(filters=6, kernel_size=(3, 3), padding="same", strides=(2, 2))


def network(*layers: Layer, shape: Shape = IMAGE, seed: int = 0) -> Network:
    made = Network(Model(shape, layers)).eval()
    initialize(made, seed)
    return made


def weight(of: Network, name: str) -> Tensor:
    return next(one.array for one in of.weights() if one.key == name)


def layer_by_layer(of: Network, images: Tensor, upto: int, start: int = 0) -> Tensor:
    for layer in of.built[start:upto]:
        images = layer(images)
    return images


def test_a_group_adds_what_went_into_it():
    built = network(CONV, CONV, CONV, Residual(layers=2))
    images = torch.randn(2, *IMAGE)
    entered = layer_by_layer(built, images, 1)
    torch.testing.assert_close(built(images), layer_by_layer(built, entered, 3, start=1) + entered)


def test_a_group_may_put_its_input_beside_its_output():
    built = network(CONV, Residual(layers=1, merge="concatenate"))
    images = torch.randn(2, *IMAGE)
    torch.testing.assert_close(built(images), torch.cat((built.built[0](images), images), dim=-1))


@pytest.mark.parametrize("use_bias", [False, True])
def test_where_the_shapes_differ_a_convolution_of_size_1_is_between(use_bias: bool):
    built = network(SMALL, Residual(layers=1, use_bias=use_bias), shape=(7, 8, 3))
    images = torch.randn(2, 7, 8, 3)
    one = Conv2D(filters=6, kernel_size=(1, 1), strides=(2, 2), use_bias=use_bias, padding="same")
    filters = network(one, shape=(7, 8, 3))
    with torch.no_grad():
        for name in ["kernel", "bias"][: 1 + use_bias]:
            weight(built, f"residual.{name}").add_(0.1)
            held = arrays(built)[f"residual.{name}"]
            weight(filters, f"conv2d.{name}").copy_(filters.built[0].from_keras(name, held))
    torch.testing.assert_close(built(images), built.built[0](images) + filters(images))


def test_groups_may_stand_in_groups_and_overlap():
    built = network(
        CONV,
        CONV,
        CONV,
        Residual(layers=1),
        Residual(layers=3),  # holds the group before
        CONV,
        Residual(layers=3),  # begins in the middle of it
    )
    images = torch.randn(2, *IMAGE)
    first, second, third, _, _, last, _ = built.built
    a = first(images)
    b = second(a)
    c = third(b)
    outer = c + b + a
    torch.testing.assert_close(built(images), last(outer) + c)


def test_two_groups_may_begin_at_one_layer():
    built = network(CONV, CONV, Residual(layers=1), Residual(layers=2))
    images = torch.randn(2, *IMAGE)
    a = built.built[0](images)
    made = built.built[1](a) + a
    torch.testing.assert_close(built(images), made + a)


def test_a_group_on_a_row_of_values():
    built = network(Dense(units=5), Dense(units=7), Residual(layers=1), shape=(4,))
    rows = torch.randn(3, 4)
    entered = built.built[0](rows)
    wanted = built.built[1](entered) + entered @ arrays(built)["residual.kernel"]
    torch.testing.assert_close(built(rows), wanted)


def test_nothing_is_moved_across_the_beginning_of_a_group():
    layers = (CONV, MaxPooling2D(), SMALL, Residual(layers=2), Flatten(), Dense(units=3))
    built = network(*layers)
    assert built._steps[1] is F.relu  # not behind the pooling, for the group gets what is rectified
    assert network(*layers[:3])._steps[2] is F.relu


@pytest.mark.parametrize(
    ("conv", "pool", "shape"),
    [
        (Conv1D(filters=4, kernel_size=(3,), activation="relu"), MaxPooling1D(padding="same"), (9, 3)),
        (CONV, MaxPooling2D(pool_size=(3, 3), padding="same"), IMAGE),
        (Conv3D(filters=4, kernel_size=(3, 3, 3)), MaxPooling3D(), (7, 7, 7, 2)),
    ],
    ids=["sequence", "image", "volume"],
)
def test_relu_goes_behind_a_pooling_of_any_axes_and_no_bit_changes(conv: Layer, pool: Layer, shape: Shape):
    built = network(conv, ReLU(), pool, shape=shape)
    assert built._steps[-1] is F.relu
    images = torch.randn(4, *shape)
    assert torch.equal(built(images), layer_by_layer(built, images, 3))


def test_a_layer_that_is_off_is_not_there():
    layers = (CONV, MaxPooling2D(), Flatten(), Dense(units=3))
    off = replace(BatchNormalization(), enabled=False)
    without, also = network(*layers), network(*layers[:1], off, *layers[1:])
    images = torch.randn(2, *IMAGE)
    assert torch.equal(without(images), also(images))
    assert list(arrays(without)) == list(arrays(also))


def test_a_layer_that_is_off_counts_in_a_group_and_keeps_its_name():
    off = replace(CONV, enabled=False)
    built = network(CONV, off, CONV, Residual(layers=2))
    assert list(arrays(built)) == ["conv2d.kernel", "conv2d.bias", "conv2d_2.kernel", "conv2d_2.bias"]
    images = torch.randn(2, *IMAGE)
    entered = built.built[0](images)
    torch.testing.assert_close(built(images), built.built[1](entered) + entered)


def test_a_group_that_is_off_joins_nothing():
    built, plain = network(CONV, replace(Residual(layers=1), enabled=False)), network(CONV)
    images = torch.randn(2, *IMAGE)
    assert torch.equal(built(images), plain(images))


@pytest.mark.parametrize(
    "ending",
    [
        (Dense(units=4, activation="softmax"),),
        (Dense(units=4), Activation(activation="softmax")),
        (Dense(units=4), Softmax()),
        (Dense(units=4), Softmax(axis=1)),
        (Dense(units=4), Softmax(), Activation(activation="linear"), ActivityRegularization(l1=0.1)),
    ],
)
def test_a_last_softmax_is_no_part_of_the_scores(ending: tuple[Layer, ...]):
    built = network(Flatten(), *ending)
    images = torch.randn(2, *IMAGE)
    assert built._last is softmax
    torch.testing.assert_close(built(images), F.softmax(built.scores(images), dim=-1))


def test_a_softmax_along_another_axis_stays():
    built = network(Softmax(axis=1))
    assert built._last is linear
    torch.testing.assert_close(built(torch.randn(2, *IMAGE)).sum(dim=1), torch.ones(2, 8, 3))


EXPORTED = (
    CONV,
    BatchNormalization(),
    SMALL,
    Residual(layers=2),
    Dropout(rate=0.5),
    ActivityRegularization(l1=0.1),
    GlobalAveragePooling2D(),
    Dense(units=4, activation="softmax"),
)


def test_it_can_be_exported():
    built = network(*EXPORTED)
    batch = torch.export.Dim("batch")
    exported = torch.export.export(built, (torch.randn(2, *IMAGE),), dynamic_shapes=({0: batch},), strict=False)
    images = torch.randn(5, *IMAGE)
    assert torch.equal(exported.module()(images), built(images))


def test_a_copy_is_a_network_of_its_own():
    built = network(*EXPORTED)
    copied = copy.deepcopy(built)
    images = torch.randn(2, *IMAGE)
    before = built(images)
    initialize(copied, seed=1)
    assert torch.equal(built(images), before)
    assert not torch.equal(copied(images), before)


def test_running_means_are_no_parameters():
    built = network(*EXPORTED)
    trained = {id(parameter) for parameter in built.parameters()}
    apart = [one.key for one in built.weights() if id(one.array) not in trained]
    assert apart == ["batch_normalization.moving_mean", "batch_normalization.moving_variance"]
