"""The curves of a run: its history as points over epochs, and what happened on the way."""

from collections.abc import Iterable

from cnn_tui.results.curves import Curve, finite
from cnn_tui.runs.events import EpochEnd, Numbers, Sample
from cnn_tui.runs.history import History

Quantity = str
"""`loss`, `accuracy`, `learning rate`, or the name of a metric."""
RATE: Quantity = "learning rate"
MOST_EPOCHS = 1_000
"""Epochs of which a point is made; a screen has fewer columns."""
SIGNS = {"rate": "r", "epochs": "e", "paused": "p", "resumed": "s"}
"""What stands on the plot where something happened."""


def training_curve(history: History, quantity: Quantity) -> Curve:
    """A quantity of the training: each point is the mean over the batches since the point before it.

    The events hold means since the beginning of an epoch, which would jump at every new one. Metrics, not all of which
    are means, have a point an epoch.
    """
    if quantity == RATE:
        return _rates(history)
    epochs = _some(history.epochs)
    if quantity not in ("loss", "accuracy"):
        return finite((float(end.epoch), end.metrics.get(quantity)) for end in epochs)
    means = [(one.epoch, one.step, getattr(one, quantity)) for one in history.samples]
    means += [(one.epoch, history.steps, getattr(one, quantity)) for one in epochs]
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
    """A quantity of the held-out rows, a point an epoch."""
    return finite((float(end.epoch), _of_validation(end, quantity)) for end in _some(history.epochs))


def quantities(history: History) -> tuple[Quantity, ...]:
    """What there are curves of, the most important first; of the rate, when it is not the same all the time."""
    newest: EpochEnd | Sample | None = history.epochs[-1] if history.epochs else history.last_sample
    metrics: Numbers = newest.metrics if newest else {}
    rates = {y for _, y in _rates(history)}
    found = ["loss"]
    found += ["accuracy"] if newest is None or newest.accuracy is not None else []
    return (*found, *metrics, *([RATE] if len(rates) > 1 else []))


def happenings(history: History) -> tuple[tuple[float, str], ...]:
    """Where someone changed, paused or resumed the run: epochs trained by then, and a word of `SIGNS`.

    It continues where it was paused, so that needs no sign of its own.
    """
    found: list[tuple[float, str]] = [(turn.epochs, turn.kind) for turn in history.turns if turn.kind != "continued"]
    for change in history.changes:
        word = "rate" if change.learning_rate is not None else "epochs"
        found.append((change.epoch + change.step / max(history.steps, 1), word))
    return tuple(sorted(found))


def _rates(history: History) -> Curve:
    if not history.steps:
        return ()
    points = [(one.epoch - 1 + one.step / history.steps, one.learning_rate) for one in history.samples]
    points += [(float(end.epoch), end.learning_rate) for end in _some(history.epochs)]
    return finite(sorted(points, key=lambda point: point[0]))


def _of_validation(end: EpochEnd, quantity: Quantity) -> float | None:
    if quantity in ("loss", "accuracy"):
        value: float | None = getattr(end, f"val_{quantity}")
        return value
    return end.val_metrics.get(quantity)


def _some(epochs: tuple[EpochEnd, ...]) -> Iterable[EpochEnd]:
    """All, or evenly chosen ones with the last among them."""
    step = -(-len(epochs) // MOST_EPOCHS)
    return epochs if step <= 1 else epochs[(len(epochs) - 1) % step :: step]
