"""What a trained model answers to images without labels."""

import numpy as np
import torch

from cnn_tui.engine.batches import Array, examples
from cnn_tui.engine.evaluate import BATCH
from cnn_tui.engine.model_weights import Trained


def predict_images(trained: Trained, images: Array) -> Array:
    """The model's answer for images [N, ...] as their file holds them: float32 [N, classes]."""
    device = next(trained.network.parameters()).device
    images = images.reshape(len(images), *trained.about.data_shape)  # scaled a channel, even from a table
    source = examples(images, np.zeros(len(images), np.int64), trained.about.scaling, device)
    answers = np.empty((len(images), len(trained.about.classes)), np.float32)
    with torch.inference_mode():
        for first in range(0, len(images), BATCH):
            rows = torch.arange(first, min(first + BATCH, len(images)))
            answers[first : first + BATCH] = trained.network(source.batch(rows)[0]).cpu().numpy()
    return answers
