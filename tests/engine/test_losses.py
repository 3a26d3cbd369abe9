"""Losses, and class weights in them, are Keras's: the numbers, the gradients, the step."""

import json
import os
from typing import get_args

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from cnn_tui.engine.build import Network
from cnn_tui.engine.losses import Criterion, Ending, targets_of
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.spec.layers import Conv2D, Dense, Flatten
from cnn_tui.spec.losses import OF_CLASSES, OF_SHARES, Loss
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import to_document

LOSS = "categorical_crossentropy"
MODEL = Model(
    (6, 6, 1),
    (
        Conv2D(filters=3, kernel_size=(3, 3), activation="relu"),
        Flatten(),
        Dense(units=4, activation="softmax"),
    ),
)
WEIGHTS = torch.tensor([1.0, 0.25, 3.0, 0.0])
LABELS = torch.tensor([0, 1, 1, 2, 3, 3, 0, 1, 2, 2])


@pytest.fixture(scope="module")
def keras():
    os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras")


def test_a_step_with_class_weights_is_that_of_keras(keras):
    images = torch.rand(len(LABELS), 6, 6, 1, generator=torch.Generator().manual_seed(0))
    network = Network(MODEL)
    initialize(network, 5)
    theirs = keras.models.model_from_json(json.dumps(to_document(MODEL)))
    theirs.set_weights([array.numpy() for array in arrays(network).values()])
    theirs.compile(optimizer=keras.optimizers.SGD(1.0), loss=LOSS)  # its step is its gradient
    class_weight = dict(enumerate(WEIGHTS.tolist()))
    one_hot = F.one_hot(LABELS, 4).float().numpy()
    their_loss = float(theirs.train_on_batch(images.numpy(), one_hot, class_weight=class_weight))

    loss = Criterion(LOSS, class_weights=WEIGHTS)(network.scores(images), LABELS)
    loss.backward()
    torch.optim.SGD(network.parameters(), 1.0).step()
    assert loss.item() == pytest.approx(their_loss, rel=1e-5)
    for name, ours, their_weights in zip(arrays(network), arrays(network).values(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(ours.numpy(), their_weights, atol=1e-5, err_msg=name)


def test_weights_of_1_change_nothing_and_none_is_the_plain_loss():
    scores = torch.randn(len(LABELS), 4, generator=torch.Generator().manual_seed(1))
    plain = F.cross_entropy(scores, LABELS)
    assert torch.equal(Criterion(LOSS)(scores, LABELS), plain)
    torch.testing.assert_close(Criterion(LOSS, class_weights=torch.ones(4))(scores, LABELS), plain)


ON_LOGITS = ("softmax", "sigmoid", "linear")
SMOOTHED = ("categorical_crossentropy", "binary_crossentropy")
CASES = [(loss, ending) for loss in get_args(Loss) for ending in ON_LOGITS]


def keras_loss(keras, loss: str, answers: torch.Tensor, targets: torch.Tensor, **settings: float) -> float:
    """By Keras 3, which has some of them under other names."""
    name = {"logcosh": "log_cosh", "kullback_leibler_divergence": "kl_divergence"}.get(loss, loss)
    if loss == "sparse_categorical_crossentropy":
        targets = targets.argmax(-1)
    mean = getattr(keras.losses, name)(targets.numpy(), answers.numpy(), **settings)
    return float(keras.ops.mean(mean))


def answered(scores: torch.Tensor, ending: str) -> torch.Tensor:
    return {"softmax": lambda x: torch.softmax(x, -1), "sigmoid": torch.sigmoid, "linear": lambda x: x}[ending](scores)


@pytest.mark.parametrize(("loss", "ending"), CASES)
@pytest.mark.parametrize("values", [1, 5])
def test_it_is_the_loss_of_keras_for_classes(keras, loss: Loss, ending: Ending, values: int):
    if values == 1 and (loss in OF_SHARES or ending == "softmax"):
        pytest.skip("one share of one is always 1")
    dice = torch.Generator().manual_seed(3)
    scores = torch.randn(64, values, generator=dice) * 2
    if ending == "linear":
        scores = torch.rand(64, values, generator=dice)
    labels = torch.randint(0, max(values, 2), (64,), generator=dice)
    theirs = keras_loss(keras, loss, answered(scores, ending), targets_of(labels, values))
    assert Criterion(loss, ending)(scores, labels).item() == pytest.approx(theirs, rel=2e-6, abs=1e-6)


@pytest.mark.parametrize("loss", [loss for loss in get_args(Loss) if loss not in OF_CLASSES])
def test_it_is_the_loss_of_keras_for_numbers(keras, loss: Loss):
    dice = torch.Generator().manual_seed(4)
    scores, numbers = torch.rand(64, 3, generator=dice) * 3, torch.rand(64, 3, generator=dice) * 3
    theirs = keras_loss(keras, loss, scores, numbers)
    assert Criterion(loss, "linear")(scores, numbers).item() == pytest.approx(theirs, rel=2e-6, abs=1e-6)


@pytest.mark.parametrize("ending", ["softmax", "sigmoid"])
@pytest.mark.parametrize("loss", SMOOTHED)
def test_label_smoothing_is_that_of_keras(keras, loss: Loss, ending: Ending):
    dice = torch.Generator().manual_seed(5)
    scores, labels = torch.randn(64, 4, generator=dice), torch.randint(0, 4, (64,), generator=dice)
    theirs = keras_loss(keras, loss, answered(scores, ending), targets_of(labels, 4), label_smoothing=0.2)
    ours = Criterion(loss, ending, label_smoothing=0.2)(scores, labels)
    assert ours.item() == pytest.approx(theirs, rel=2e-6)


NEED_POSITIVE = {*OF_SHARES, "poisson"}


@pytest.mark.parametrize(("loss", "ending"), [(a, b) for a, b in CASES if b != "linear" or a not in NEED_POSITIVE])
def test_the_gradient_is_finite_at_the_extremes(loss: Loss, ending: Ending):
    far = torch.tensor([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4], [0.0, 0.0, 0.0], [-80.0, 80.0, 0.0]], requires_grad=True)
    mean = Criterion(loss, ending)(far, torch.tensor([1, 0, 2, 0]))
    mean.backward()
    assert mean.isfinite()
    assert far.grad is not None
    assert far.grad.isfinite().all()


@pytest.mark.parametrize(
    ("loss", "ending"), [("categorical_crossentropy", "softmax"), ("binary_crossentropy", "sigmoid")]
)
def test_what_is_surely_wrong_is_still_pulled_back(loss: Loss, ending: Ending):
    """Keras clips at 1e-7 and there has no gradient any more."""
    scores = torch.tensor([[-60.0, 60.0]], requires_grad=True)
    Criterion(loss, ending)(scores, torch.tensor([0])).backward()
    assert scores.grad is not None
    assert scores.grad[0, 0] < -0.4


def test_a_last_sigmoid_is_left_out_of_the_scores_and_put_back():
    network = Network(Model((3,), (Dense(units=1, activation="sigmoid"),)))
    initialize(network, 0)
    images = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    assert network.ending == "sigmoid"
    torch.testing.assert_close(network(images), torch.sigmoid(network.scores(images)))
