"""The curves of a run: its history as points over epochs."""

from typing import Literal

from cnn_tui.results.curves import Curve, finite
from cnn_tui.runs.history import History

Quantity = Literal["loss", "accuracy"]


def training_curve(history: History, quantity: Quantity) -> Curve:
    """Loss or accuracy of the training: each point is the mean over the batches since the point before it.

    The events hold means since the beginning of an epoch, which would jump at every new one.
    """
    means = [(one.epoch, one.step, getattr(one, quantity)) for one in history.samples]
    means += [(one.epoch, history.steps, getattr(one, quantity)) for one in history.epochs]
    points: list[tuple[float, float]] = []
    epoch = step = 0
    total = 0.0
    for at_epoch, at_step, mean in sorted(means, key=lambda one: one[:2]):
        if at_epoch != epoch:
            epoch, step, total = at_epoch, 0, 0.0
        if mean is None or at_step == step or not history.steps:
            continue
        points.append((epoch - 1 + at_step / history.steps, (mean * at_step - total) / (at_step - step)))
        step, total = at_step, mean * at_step
    return finite(points)


def validation_curve(history: History, quantity: Quantity) -> Curve:
    """Loss or accuracy on the held-out rows, a point an epoch."""
    return finite((float(end.epoch), getattr(end, f"val_{quantity}")) for end in history.epochs)
