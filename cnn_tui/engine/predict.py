"""What a trained model answers to images without labels."""

import numpy as np
import torch

from cnn_tui.engine.batches import Array, examples
from cnn_tui.engine.evaluate import BATCH, as_shares
from cnn_tui.engine.model_weights import Trained
from cnn_tui.spec.shapes import trace


def predict_images(trained: Trained, images: Array) -> Array:
    """The model's answer for images [N, ...] as their file holds them: float32 [N, classes]."""
    device = next(trained.network.parameters()).device
    images = images.reshape(len(images), *trained.about.data_shape)  # scaled a channel, even from a table
    source = examples(images, np.zeros(len(images), np.int64), trained.about.scaling, device)
    (values,) = trace(trained.network.model)[-1].output_shape or (0,)
    answers = np.empty((len(images), values), np.float32)
    with torch.inference_mode():
        for first in range(0, len(images), BATCH):
            rows = torch.arange(first, min(first + BATCH, len(images)))
            answers[first : first + BATCH] = trained.network(source.batch(rows)[0]).cpu().numpy()
    return as_shares(answers, len(trained.about.classes))
