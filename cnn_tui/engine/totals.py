"""Sums over batches, kept on the device and read only when somebody asks."""

from collections.abc import Sequence
from math import isfinite, nan

import torch
from msgspec import Struct
from torch import Tensor

from cnn_tui.engine.losses import Answer, Ending
from cnn_tui.engine.metrics import Meter, hits


class Means(Struct, frozen=True):
    """What the sums amount to. A loss that is not a number is None, as events and JSON hold it."""

    loss: float | None
    accuracy: float | None
    """The share of right answers; None: the answers are numbers."""
    metrics: dict[str, float | None] = {}


class Sums(Struct, frozen=True):
    """The sums themselves, exact, as a checkpoint keeps them."""

    loss: float = 0.0
    correct: int | None = 0
    """How many answers are right; None: they are numbers."""
    images: int = 0
    metrics: dict[str, list[float | None]] = {}
    """By name; None: not a number, which JSON cannot hold."""

    @property
    def means(self) -> Means:
        """Loss and accuracy an image."""
        loss = self.loss / max(self.images, 1)
        accuracy = None if self.correct is None else self.correct / max(self.images, 1)
        metrics = {name: Meter(name).value(sums, self.images) for name, sums in self.metrics.items()}  # type: ignore[arg-type]
        return Means(loss if isfinite(loss) else None, accuracy, metrics)


class Totals:
    """Adds up batches without waiting for the device."""

    def __init__(
        self,
        device: torch.device,
        sums: Sums | None = None,
        meters: Sequence[Meter] = (),
        ending: Ending = "softmax",
    ) -> None:
        sums = sums or Sums()
        self._loss = torch.tensor(sums.loss, dtype=torch.float64, device=device)
        self._correct = torch.tensor(sums.correct or 0, dtype=torch.int64, device=device)
        self._images = sums.images
        self._are_numbers = sums.correct is None
        self._meters, self._ending = meters, ending
        self._metrics = {
            name: torch.tensor([nan if one is None else one for one in held], dtype=torch.float64, device=device)
            for name, held in sums.metrics.items()
        }

    def add(self, loss: Tensor, scores: Tensor, labels: Tensor) -> None:
        """Counts a batch: its mean loss, its scores [n, values] and true classes [n] or numbers [n, values]."""
        self._loss += loss.detach() * len(labels)
        self._images += len(labels)
        answer = Answer(scores.detach(), self._ending)
        if labels.is_floating_point():
            self._are_numbers = True
        else:
            self._correct += hits(answer, labels).sum()
        for meter in self._meters:
            added = meter.added(answer, labels)
            held = self._metrics.get(meter.metric)
            self._metrics[meter.metric] = added if held is None else held + added

    def read(self) -> Sums:
        """The sums so far; waits for the device."""
        correct = None if self._are_numbers else int(self._correct)
        metrics = {
            name: [one if isfinite(one) else None for one in held.tolist()] for name, held in self._metrics.items()
        }
        return Sums(float(self._loss), correct, self._images, metrics)
