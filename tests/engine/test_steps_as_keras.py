"""25 steps of training against real Keras: the same weights, the same batches, and then the same weights again."""

import json
import os

import numpy as np
import pytest
import torch

from cnn_tui.engine.build import Network
from cnn_tui.engine.optimizers import make_optimizer
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.shipped import shipped
from cnn_tui.spec.layer_text import from_text
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import read_model, to_document
from cnn_tui.spec.optimizers import SGD

STEPS, BATCH, CLASSES = 25, 16, 10
TUTORIAL = read_model(shipped("models/galaxy_cnn.json"))
NORMALIZED = Model(
    (12, 12, 2),
    from_text(
        """
        Conv2D(8, 3, padding="same", use_bias=False)
        BatchNormalization()
        Activation("relu")
        MaxPooling2D(2)
        Conv2D(8, 3, activation="relu")
        Flatten()
        Dense(10, "softmax")
        """
    ),
)


@pytest.fixture(scope="module")
def keras():
    os.environ["KERAS_BACKEND"] = "torch"
    return pytest.importorskip("keras")


@pytest.mark.parametrize(("model", "most"), [(TUTORIAL, 1e-6), (NORMALIZED, 1e-5)], ids=["tutorial", "normalized"])
def test_25_steps_are_keras_steps(model: Model, most: float, keras):
    network = Network(model)
    initialize(network, seed=0)
    theirs = keras.models.model_from_json(json.dumps(to_document(model)))
    theirs.set_weights([array.numpy() for array in arrays(network).values()])
    theirs.compile(optimizer=keras.optimizers.SGD(0.01), loss="categorical_crossentropy")
    optimizer = make_optimizer(network.parameters(), SGD(learning_rate=0.01))
    random = np.random.default_rng(0)
    images = random.random((STEPS, BATCH, *model.input_shape), dtype=np.float32)
    labels = random.integers(0, CLASSES, (STEPS, BATCH))
    network.train()
    for batch, classes in zip(images, labels, strict=True):
        scores = network.scores(torch.from_numpy(batch))
        torch.nn.functional.cross_entropy(scores, torch.from_numpy(classes)).backward()
        optimizer.step()
        optimizer.zero_grad()
        theirs.train_on_batch(batch, np.eye(CLASSES, dtype=np.float32)[classes])
    trained = {key: array for key, array in arrays(network).items() if "moving_" not in key}
    held = [weight for weight in theirs.weights if "moving_" not in weight.path]
    for (key, ours), weight in zip(trained.items(), held, strict=True):
        apart = np.abs(ours.numpy() - keras.ops.convert_to_numpy(weight)).max()
        assert apart < most, key
