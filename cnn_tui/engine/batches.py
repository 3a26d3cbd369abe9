"""Batches: rows of one array in an order that is a function of seed and epoch, made numbers on the device."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnn_tui.engine.seeds import generator
from cnn_tui.spec.data import Scaling

SHARE_OF_FREE_MEMORY = 0.25
"""How much of a GPU's free memory the images may take; above that they come over batch by batch."""

Array = np.ndarray[Any, Any]
Change = Callable[[Tensor], Tensor]
"""What is done to a batch of images as their file holds them, float32 [n, ...]; the same shape comes out."""


@dataclass(frozen=True)
class Examples:
    """Images [N, ...] and labels [N] of which batches are made, and the scaling of every pixel."""

    images: Tensor
    labels: Tensor
    subtract: Tensor
    divide: Tensor
    device: torch.device

    def batch(self, rows: Tensor, change: Change | None = None) -> tuple[Tensor, Tensor]:
        """The scaled float32 images and the labels of these rows, on the device; changed, if so, before scaling."""
        images = self._there(self.images[rows]).to(torch.float32)
        if change:
            images = change(images)
        return images.sub_(self.subtract).div_(self.divide), self._there(self.labels[rows])

    def located(self, rows: Tensor) -> Tensor:
        """The numbers of rows where the images are, so that no batch has to wait until its rows get there."""
        return rows.to(self.images.device)

    def _there(self, some: Tensor) -> Tensor:
        """On the device; from pinned memory, which a GPU copies while others compute."""
        if some.device.type == self.device.type:
            return some
        return some.pin_memory().to(self.device, non_blocking=True)


def examples(images: Array, labels: Array, scaling: Scaling, device: torch.device) -> Examples:
    """Images and labels made ready for a device, without a copy where they can stay where they are."""
    with warnings.catch_warnings():  # the map of a file cannot be written to, and never is
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        pixels = torch.from_numpy(images)
    if device.type == "cuda" and images.nbytes < torch.cuda.mem_get_info(device)[0] * SHARE_OF_FREE_MEMORY:
        pixels = pixels.to(device)
    return Examples(
        images=pixels,
        labels=torch.from_numpy(labels).to(pixels.device),
        subtract=torch.tensor(scaling.subtract, device=device),
        divide=torch.tensor(scaling.divide, device=device),
        device=device,
    )


def epoch_order(rows: Tensor, seed: int, epoch: int) -> Tensor:
    """The rows of an epoch (counted from 0) in its order; the same whenever and wherever it is asked for."""
    return rows[torch.randperm(len(rows), generator=generator(seed, "order", epoch))]


def batches(source: Examples, rows: Tensor, size: int, start: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
    """The batches of these rows in their order, from the batch with the number `start` (from 0) on."""
    for some in portions(source.located(rows), size, start):
        yield source.batch(some)


def portions(rows: Tensor, size: int, start: int = 0) -> Iterator[Tensor]:
    """The rows of each batch, from the batch with the number `start` (from 0) on."""
    for first in range(start * size, len(rows), size):
        yield rows[first : first + size]
