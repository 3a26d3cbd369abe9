"""Class weights mean what they mean in Keras: the loss shown, the gradient, the step."""

import json
import os

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from cnn_tui.engine.build import Network
from cnn_tui.engine.losses import weighted_loss
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.spec.layers import Conv2D, Dense, Flatten
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

    loss = weighted_loss(LOSS, network.scores(images), LABELS, WEIGHTS)
    loss.backward()
    torch.optim.SGD(network.parameters(), 1.0).step()
    assert loss.item() == pytest.approx(their_loss, rel=1e-5)
    for name, ours, their_weights in zip(arrays(network), arrays(network).values(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(ours.numpy(), their_weights, atol=1e-5, err_msg=name)


def test_weights_of_1_change_nothing_and_none_is_the_plain_loss():
    scores = torch.randn(len(LABELS), 4, generator=torch.Generator().manual_seed(1))
    plain = F.cross_entropy(scores, LABELS)
    assert torch.equal(weighted_loss(LOSS, scores, LABELS, None), plain)
    torch.testing.assert_close(weighted_loss(LOSS, scores, LABELS, torch.ones(4)), plain)
