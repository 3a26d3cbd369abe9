"""The same network in a plain PyTorch script, as most people write it."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.contenders import Measure
from benchmarks.contenders.devices import refuse_without
from benchmarks.contenders.digits import Array, all_digits, training_digits


@contextmanager
def training(size: str, device: str = "cpu") -> Iterator[Measure]:
    """One epoch, with the loss and accuracy of each batch; images a second. A GPU gets batches from pinned memory."""
    refuse_without(device)
    images, labels = training_digits(device)
    data = TensorDataset(_pixels(images), torch.from_numpy(labels))
    loader = DataLoader(data, batch_size=int(size), shuffle=True, pin_memory=device == "cuda")
    model = _model().to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters())

    def train_epoch() -> float:
        begun = perf_counter()
        losses, accuracies = [], []
        model.train()
        for pixels, classes in loader:
            batch, targets = pixels.to(device, non_blocking=True), classes.to(device, non_blocking=True)
            optimizer.zero_grad()
            scores = model(batch)
            loss = criterion(scores, targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            accuracies.append((scores.argmax(1) == targets).float().mean().item())
        return len(data) / (perf_counter() - begun)

    yield train_epoch


@contextmanager
def prediction(size: str) -> Iterator[Measure]:
    """The probabilities and classes of all digits; images a second."""
    data = TensorDataset(_pixels(all_digits()))
    loader = DataLoader(data, batch_size=int(size))
    model = _model().eval()

    def predict() -> float:
        begun = perf_counter()
        answers = []
        with torch.no_grad():
            for (batch,) in loader:
                answers.append(torch.softmax(model(batch), 1))
        torch.cat(answers).argmax(1)
        return len(data) / (perf_counter() - begun)

    yield predict


def _pixels(images: Array) -> Tensor:
    return torch.from_numpy(images).float().div(255).reshape(-1, 1, 28, 28)


def _model() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(64, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(1152, 10),
    )
