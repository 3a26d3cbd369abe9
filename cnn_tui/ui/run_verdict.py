"""The verdict on a run: its history and its experiment as a course that can be judged."""

from math import prod

from cnn_tui.results.verdict import Course, Finding, verdict
from cnn_tui.runs.history import History
from cnn_tui.spec.data import Data
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.losses import OF_NUMBERS
from cnn_tui.spec.shapes import trace


def run_verdict(history: History, experiment: Experiment | None) -> tuple[Finding, ...]:
    """What a run shows that has come to an end; one that was interrupted or has diverged tells that itself."""
    if history.state not in ("done", "stopped") or not history.epochs:
        return ()
    return verdict(course(history, experiment))


def course(history: History, experiment: Experiment | None) -> Course:
    """What is known of the training; without its experiment less."""
    last, best = history.epochs[-1], history.best or history.epochs[-1]
    loss = experiment.training.loss if experiment else ""
    return Course(
        losses=tuple(end.loss for end in history.epochs),
        val_losses=tuple(end.val_loss for end in history.epochs),
        accuracy=last.accuracy,
        val_accuracy=best.val_accuracy,
        classes=_classes(experiment) if experiment and last.accuracy is not None else 0,
        is_entropy=loss in ("categorical_crossentropy", "sparse_categorical_crossentropy"),
        val_images=_held_out(experiment.data, history.images) if experiment else 0,
        rate=experiment.training.optimizer.learning_rate if experiment else 0.0,
    )


def _classes(experiment: Experiment) -> int:
    """What the model chooses from; one output tells two classes apart."""
    rows = trace(experiment.model)
    shape = rows[-1].output_shape if rows else None
    if shape is None or experiment.training.loss in OF_NUMBERS:
        return 0
    return max(2, prod(shape))


def _held_out(data: Data, trained_on: int) -> int:
    """About how many images watch the training; 0 where they are images of their own, which are not counted here."""
    if data.validate is not None:
        return 0
    if data.folds:
        return round(trained_on / (data.folds - 1))
    return round(trained_on * data.validation / (1 - data.validation)) if data.validation < 1 else 0
