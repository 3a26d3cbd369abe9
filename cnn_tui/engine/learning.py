"""What a network learns from a batch: its loss and gradients; on a GPU recorded once and replayed from then on.

A GPU has computed a batch of a small network before Python has told it half of what to do: at 64 digits the tutorial's
network kept an H200 busy for a sixth of the time. A recording (a CUDA graph) is started at once as a whole. It is of
the same kernels, so not a bit changes, wherever in a training it is made.
"""

import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn

from cnn_tui.engine.build import Network
from cnn_tui.engine.devices import Choice
from cnn_tui.engine.losses import Criterion

WARM_UP = 3
"""Batches before a recording: libraries choose and allocate, which cannot be recorded."""
MOST_OF_MEMORY = 1 / 4
"""Of a GPU's, that batches may have taken at most for a recording: it keeps as much for itself, and large batches,
which keep a GPU busy anyway, need the memory."""

Learner = Callable[[Tensor, Tensor, float], tuple[Tensor, Tensor]]
"""Takes images and labels of a batch and which share of a larger batch they are, and returns the mean loss and the
scores in float32 [n, values]; the gradients, times the share, are left in the weights."""


def learner_on(
    choice: Choice, network: Network, criterion: Criterion, *, alone: bool = True, compiled: bool = False
) -> Learner:
    """How a network learns on this device.

    `alone`: no other process has to be waited for within a batch. `compiled`: torch makes code of its own for it.
    """
    plain = Plain(network, criterion, choice, compiled)
    return Replaying(plain, network) if alone and choice.torch_device.type == "cuda" else plain


class Plain:
    """Learns step by step."""

    def __init__(self, network: Network, criterion: Criterion, choice: Choice, compiled: bool = False) -> None:
        self._network, self._criterion, self._choice = network, criterion, choice
        self._scores = torch.compile(network.scores) if compiled else network.scores

    def __call__(self, images: Tensor, labels: Tensor, share: float = 1.0) -> tuple[Tensor, Tensor]:
        """A Learner."""
        with self._choice.products():
            with self._choice.autocast:
                scores = self._scores(images)
            scores = scores.float()
            loss = self._criterion(scores, labels)
            if (penalty := self._network.penalty()) is not None:
                loss = loss + penalty
            (loss * share if share != 1 else loss).backward()  # type: ignore[no-untyped-call]
        return loss.detach(), scores.detach()


class Recording:
    """One batch's work on a GPU, for batches of the same shape."""

    def __init__(self, learn: Learner, network: nn.Module, images: Tensor, labels: Tensor) -> None:
        """Records it without doing it. The weights must have no gradients. Raises RuntimeError where it cannot be."""
        self._images, self._labels = images.clone(), labels.clone()
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._loss, self._scores = learn(self._images, self._labels, 1.0)
        self._gradients = [(weight, weight.grad) for weight in network.parameters()]

    def fits(self, images: Tensor) -> bool:
        """Whether it is of such a batch."""
        return images.shape == self._images.shape

    def play(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Does it with these; what is returned holds until the next time."""
        self._images.copy_(images)
        self._labels.copy_(labels)
        self._graph.replay()
        for weight, gradient in self._gradients:
            weight.grad = gradient
        return self._loss, self._scores


class Replaying:
    """Learns the first batches step by step, and then by replaying."""

    def __init__(self, learn: Learner, network: nn.Module) -> None:
        self._learn, self._network = learn, network
        self._recording: Recording | None = None
        self._batches, self._shape = 0, torch.Size()
        self._may_record = True

    def __call__(self, images: Tensor, labels: Tensor, share: float = 1.0) -> tuple[Tensor, Tensor]:
        """A Learner; the share is that of one who is alone."""
        assert share == 1
        if self._may_record and not self._recording and self._batches >= WARM_UP and images.shape == self._shape:
            self._record(images, labels)
        self._batches, self._shape = self._batches + 1, images.shape
        if self._recording and self._recording.fits(images):
            return self._recording.play(images, labels)
        return self._learn(images, labels, share)

    def _record(self, images: Tensor, labels: Tensor) -> None:
        """Tries it once; without a recording all goes on as before."""
        self._may_record = False
        place = images.device
        taken = torch.cuda.max_memory_allocated(place)
        if taken > MOST_OF_MEMORY * torch.cuda.get_device_properties(place).total_memory:
            return
        random = torch.cuda.default_generators[place.index or 0]
        before = random.clone_state()
        try:
            self._recording = Recording(self._learn, self._network, images, labels)
        except RuntimeError as error:
            warnings.warn(f"A batch cannot be recorded, so all of them are done step by step: {error}", stacklevel=2)
            random.graphsafe_set_state(before)  # the one in use still waits for the end of the recording
            for weight in self._network.parameters():
                weight.grad = None
