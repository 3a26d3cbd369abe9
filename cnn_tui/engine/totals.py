"""Sums over batches, kept on the device and read only when somebody asks."""

from math import isfinite

import torch
from msgspec import Struct
from torch import Tensor


class Means(Struct, frozen=True):
    """What the sums amount to. A loss that is not a number is None, as events and JSON hold it."""

    loss: float | None
    accuracy: float


class Sums(Struct, frozen=True):
    """The sums themselves, exact, as a checkpoint keeps them."""

    loss: float = 0.0
    correct: int = 0
    images: int = 0

    @property
    def means(self) -> Means:
        """Loss and accuracy an image."""
        loss = self.loss / max(self.images, 1)
        return Means(loss if isfinite(loss) else None, self.correct / max(self.images, 1))


class Totals:
    """Adds up batches without waiting for the device."""

    def __init__(self, device: torch.device, sums: Sums | None = None) -> None:
        sums = sums or Sums()
        self._loss = torch.tensor(sums.loss, dtype=torch.float64, device=device)
        self._correct = torch.tensor(sums.correct, dtype=torch.int64, device=device)
        self._images = sums.images

    def add(self, loss: Tensor, scores: Tensor, labels: Tensor) -> None:
        """Counts a batch: its mean loss, its scores [n, classes] and true labels [n]."""
        self._loss += loss.detach() * len(labels)
        self._correct += (scores.detach().argmax(dim=1) == labels).sum()
        self._images += len(labels)

    def read(self) -> Sums:
        """The sums so far; waits for the device."""
        return Sums(float(self._loss), int(self._correct), self._images)
