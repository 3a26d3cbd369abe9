"""What is added to the loss and what weights are held to, against Keras itself."""

import json
import os
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from cnn_tui.engine.batches import examples
from cnn_tui.engine.build import Network
from cnn_tui.engine.constraints import held_to
from cnn_tui.engine.evaluate import evaluate
from cnn_tui.engine.losses import Criterion
from cnn_tui.engine.regularizers import penalty
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.spec.data import Scaling
from cnn_tui.spec.layers import (
    ActivityRegularization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Flatten,
    Layer,
    SeparableConv2D,
    Shape,
)
from cnn_tui.spec.layers.constraints import Constraint, MaxNorm, MinMaxNorm, NonNeg, RadialConstraint, UnitNorm
from cnn_tui.spec.layers.regularizers import L1, L1L2, L2, OrthogonalRegularizer, Regularizer
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import to_document
from cnn_tui.spec.shapes import first_problem, trace

REGULARIZERS: tuple[Regularizer, ...] = (
    L1(l1=0.03),
    L2(l2=0.2),
    L1L2(l1=0.01, l2=0.3),
    OrthogonalRegularizer(factor=0.2),
    OrthogonalRegularizer(factor=0.1, mode="columns"),
)
CONSTRAINTS: tuple[Constraint, ...] = (
    NonNeg(),
    MaxNorm(max_value=0.5),
    MaxNorm(max_value=0.7, axis=(0, 1)),
    UnitNorm(axis=(1,)),
    MinMaxNorm(min_value=0.5, max_value=0.8, rate=0.6),
    MinMaxNorm(min_value=2.0, max_value=3.0, axis=(-1,)),
)
MODEL = Model(
    (6, 6, 2),
    (
        Conv2D(
            filters=4,
            kernel_size=(3, 3),
            activation="relu",
            kernel_regularizer=L2(l2=0.05),
            bias_regularizer=L1(l1=0.1),
            kernel_constraint=MaxNorm(max_value=0.6, axis=(0, 1, 2)),
            activity_regularizer=L2(l2=0.01),
        ),
        DepthwiseConv2D(
            kernel_size=(2, 2), depth_multiplier=2, depthwise_constraint=MaxNorm(max_value=0.5, axis=(0, 1))
        ),
        SeparableConv2D(filters=3, kernel_size=(2, 2), pointwise_regularizer=L1L2(), depthwise_constraint=NonNeg()),
        ActivityRegularization(l1=0.02, l2=0.03),
        Flatten(),
        Dense(
            units=4,
            kernel_constraint=UnitNorm(),
            kernel_regularizer=OrthogonalRegularizer(),
            activation="softmax",
            activity_regularizer=L1L2(l1=0.5, l2=0.5),
        ),
    ),
)
LABELS = torch.tensor([0, 1, 1, 2, 3, 3, 0, 1])


@pytest.fixture(scope="module")
def keras():
    os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras")


def settings_of(named: Any) -> dict[str, Any]:
    return {name: getattr(named, name) for name in named.__struct_fields__}


@pytest.mark.parametrize("regularizer", REGULARIZERS, ids=str)
def test_a_penalty_is_that_of_keras(regularizer: Regularizer, keras):
    theirs = getattr(keras.regularizers, type(regularizer).__name__)(**settings_of(regularizer))
    for shape in [(5, 7), (7, 5), (2, 2)]:
        array = torch.randn(shape)
        assert penalty(regularizer, array).item() == pytest.approx(float(theirs(array)), rel=1e-6)


@pytest.mark.parametrize("rule", CONSTRAINTS, ids=str)
def test_weights_are_held_as_in_keras(rule: Constraint, keras):
    theirs = getattr(keras.constraints, type(rule).__name__)(**settings_of(rule))
    for shape in [(5, 7), (3, 3, 4, 5)]:
        array = torch.randn(shape)
        np.testing.assert_allclose(held_to(rule, array).numpy(), theirs(array).numpy(), rtol=1e-6, atol=1e-7)


def radial_of_keras(kernel: np.ndarray) -> np.ndarray:
    """Keras 2's way for an even kernel: the innermost square, then a ring around it at a time."""
    start = len(kernel) // 2
    made = np.full((2, 2), kernel[start - 1, start - 1])
    for ring in range(1, start):
        made = np.pad(made, 1, constant_values=kernel[start + ring, start + ring])
    return made


@pytest.mark.parametrize("size", [2, 4, 6])
def test_rings_of_an_even_kernel_are_those_of_keras_2(size: int):
    kernel = torch.randn(size, size, 3, 2)
    held = held_to(RadialConstraint(), kernel)
    for channel in range(3):
        for filter in range(2):
            np.testing.assert_array_equal(
                held[..., channel, filter], radial_of_keras(kernel[..., channel, filter].numpy())
            )


@pytest.mark.parametrize("size", [1, 3, 5, 7])
def test_the_centre_of_an_odd_kernel_stays_the_centre(size: int):
    kernel = torch.randn(size, size, 3, 2)
    held = held_to(RadialConstraint(), kernel)
    assert torch.equal(held[size // 2, size // 2], kernel[size // 2, size // 2])
    assert torch.equal(held_to(RadialConstraint(), held), held)
    assert torch.equal(held, held.transpose(0, 1))
    assert torch.equal(held, held.flip(0))


def test_two_steps_of_a_model_with_all_of_it_are_those_of_keras(keras):
    images = torch.rand(len(LABELS), 6, 6, 2, generator=torch.Generator().manual_seed(0))
    one_hot = F.one_hot(LABELS, 4).float().numpy()
    network = Network(MODEL).train()
    initialize(network, 5)
    theirs = keras.models.model_from_json(json.dumps(to_document(MODEL)))
    theirs.set_weights([array.numpy() for array in arrays(network).values()])
    theirs.compile(optimizer=keras.optimizers.SGD(0.1), loss="categorical_crossentropy")
    optimizer = torch.optim.SGD(network.parameters(), 0.1)
    for _ in range(2):
        their_loss = float(theirs.train_on_batch(images.numpy(), one_hot))
        loss = F.cross_entropy(network.scores(images), LABELS) + network.penalty()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        network.constrain()
        assert loss.item() == pytest.approx(their_loss, rel=1e-5)
        for (name, ours), weight in zip(arrays(network).items(), theirs.get_weights(), strict=True):
            np.testing.assert_allclose(ours.numpy(), weight, atol=2e-6, err_msg=name)
        theirs.reset_metrics()

    assert evaluated(network, images) == pytest.approx(float(theirs.test_on_batch(images.numpy(), one_hot)), rel=1e-5)


def evaluated(network: Network, images: torch.Tensor) -> float:
    source = examples(images.numpy(), LABELS.numpy(), Scaling(), torch.device("cpu"))
    sums = evaluate(network, source, torch.arange(len(LABELS)), Criterion("categorical_crossentropy"))
    return sums.loss / sums.images


def test_a_model_that_asks_for_nothing_pays_nothing():
    plain = Model((6, 6, 2), (Conv2D(filters=4, kernel_size=(3, 3)), Flatten(), Dense(units=4)))
    network = Network(plain)
    assert network.penalty() is None
    assert len(network._steps) == 3


def test_a_penalty_is_of_the_last_batch_only_and_predicting_leaves_none():
    model = Model((6,), (Dense(units=4, activity_regularizer=L2(l2=1.0)),))
    network = Network(model)
    initialize(network, 0)
    images = torch.rand(5, 6)
    network.scores(images)
    network.scores(images)
    once = network.penalty()
    torch.testing.assert_close(once, network(images).square().sum() / 5)
    assert network.penalty() is None
    assert not list(network.buffers())


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Dense(units=3, kernel_constraint=NonNeg()), (4,)),
        (Conv2D(filters=3, kernel_size=(3, 3), kernel_constraint=RadialConstraint()), (6, 6, 2)),
        (SeparableConv2D(filters=3, kernel_size=(2, 2), depthwise_constraint=UnitNorm(axis=(0, 1))), (6, 6, 2)),
    ],
    ids=lambda one: type(one).__name__,
)
def test_only_what_the_rule_is_for_is_held(layer: Layer, shape: Shape):
    network = Network(Model(shape, (layer,)))
    initialize(network, 1)
    before = {name: array.clone() for name, array in arrays(network).items()}
    network.constrain()
    changed = [name for name, array in arrays(network).items() if not torch.equal(array, before[name])]
    assert len(changed) == 1


def test_outputs_that_are_no_rows_have_no_angles():
    """Found by random models: Keras raises in its first batch."""
    layer = Dense(units=3, activity_regularizer=OrthogonalRegularizer())
    assert first_problem(trace(Model((4,), (layer,)))) is None
    problem = first_problem(trace(Model((2, 4), (layer,))))
    assert problem is not None
    assert problem.field == "activity_regularizer"
    assert "needs an array of two sizes; the output of 2 images is 2x2x3" in problem.fact
