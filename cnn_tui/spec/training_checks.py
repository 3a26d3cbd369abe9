"""Whether the settings of a training go together and with the labels, said before it trains and not after."""

from importlib.util import find_spec

from cnn_tui.errors import nearest
from cnn_tui.spec import losses, metrics
from cnn_tui.spec.layers import Remedy
from cnn_tui.spec.scoring import why_no_sense
from cnn_tui.spec.shapes import Problem
from cnn_tui.spec.training import Training
from cnn_tui.spec.watching import watched_name

WHERE = "the training"


def training_problems(training: Training, classes: int, targets: int = 0, validates: bool = True) -> list[Problem]:
    """What cannot be meant; `targets`: how many numbers a label holds, 0: it is one of the classes.

    `validates`: whether rows watch the training.
    """
    found = [_loss(training, targets), _clipping(training), _smoothing(training), _metrics(training, targets)]
    found += [_watching(training, targets, validates, setting) for setting in ("early_stopping", "schedule")]
    found += [_scores(training, classes, targets), _library(training)]
    return [problem for problem in found if problem]


def _loss(training: Training, targets: int) -> Problem | None:
    if targets and training.loss in losses.OF_CLASSES:
        fact = f"has the loss {training.loss}, which is for classes, but the labels are numbers"
        return Problem(None, WHERE, fact, Remedy("Use mean_squared_error."), "loss")
    return None


def _clipping(training: Training) -> Problem | None:
    on = training.optimizer.clips
    if len(on) < 2:
        return None
    fact = f"shortens the gradient in {len(on)} ways: {' and '.join(on)}"
    return Problem(None, WHERE, fact, Remedy(f"Keep one of them: make {on[-1]} 0."), on[-1])


def _smoothing(training: Training) -> Problem | None:
    if not training.label_smoothing or training.loss in losses.SMOOTHED:
        return None
    fact = f"smooths labels, which the loss {training.loss} does not take"
    remedy = Remedy("Make label_smoothing 0, or use categorical_crossentropy.")
    return Problem(None, WHERE, fact, remedy, "label_smoothing")


def _metrics(training: Training, targets: int) -> Problem | None:
    for metric in training.metrics:
        if targets and metric in metrics.OF_CLASSES:
            fact = f"has the metric {metric}, which is for classes, but the labels are numbers"
            return Problem(None, WHERE, fact, Remedy("Use mean_absolute_error or r2_score."), "metrics")
    return None


def _watching(training: Training, targets: int, validates: bool, setting: str) -> Problem | None:
    """What is watched must be computed."""
    watcher = getattr(training, setting)
    if not hasattr(watcher, "monitor"):
        return None
    computed = ("loss", *(() if targets else ("accuracy",)), *training.metrics)
    known = (*(f"val_{name}" for name in computed), *computed) if validates else computed
    name = watched_name(watcher)
    if name in known:
        return None
    if name.startswith("val_") and name.removeprefix("val_") in computed:
        fact = f"watches {name}, but no rows are held out to watch it"
        return Problem(None, WHERE, fact, Remedy("Hold some out, or watch loss."), setting)
    fact = f'watches "{watcher.monitor}", which is not computed'
    asked = f"Add {name.removeprefix('val_')} to the metrics."
    remedy = asked if name.removeprefix("val_") in metrics.SHORT else nearest(name, known) or f"Use {known[0]}."
    return Problem(None, WHERE, fact, Remedy(remedy), setting)


def _scores(training: Training, classes: int, targets: int) -> Problem | None:
    asked = [("primary_scoring", training.primary_scoring)] if training.primary_scoring else []
    for setting, score in [*asked, *(("secondary_scoring", one) for one in training.secondary_scoring)]:
        if why := why_no_sense(score, classes, targets):
            fact, remedy = why
            return Problem(None, WHERE, f"cannot be scored so: {fact}", Remedy(remedy), setting)
    return None


def _library(training: Training) -> Problem | None:
    """What a setting needs must be installed."""
    if not training.tensorboard or find_spec("tensorboard") is not None:
        return None
    fact = "writes curves for TensorBoard, whose package tensorboard is not installed"
    remedy = Remedy("pip install 'cnn-tui[tensorboard]', or leave them out.")
    return Problem(None, WHERE, fact, remedy, "tensorboard")
