"""Predictions do to pixels what the training did."""

import numpy as np
import torch

from cnn_tui.data.scaling import scaled
from cnn_tui.engine.build import Network
from cnn_tui.engine.model_weights import About, Trained
from cnn_tui.engine.predict import predict_images
from cnn_tui.engine.weights import initialize
from cnn_tui.spec.data import Scaling
from cnn_tui.spec.layers import Dense, Flatten
from cnn_tui.spec.model import Model

SHAPE = (4, 5, 3)
SCALING = Scaling(subtract=(100.0, 120.0, 7.0), divide=(50.0, 60.0, 2.0))


def test_each_channel_has_its_scaling_even_when_images_come_as_rows_of_a_table():
    network = Network(Model(SHAPE, (Flatten(), Dense(units=2, activation="softmax"))))
    initialize(network, 3)
    about = About(classes=("cat", "dog"), data_shape=SHAPE, scaling=SCALING, epoch=1)
    images = np.random.default_rng(0).integers(0, 256, (130, *SHAPE), dtype=np.uint8)
    with torch.inference_mode():
        expected = network.eval()(torch.from_numpy(scaled(images, SCALING))).numpy()
    for given in (images, images.reshape(130, -1)):
        found = predict_images(Trained(network, about), given)
        np.testing.assert_allclose(found, expected, rtol=1e-5)
