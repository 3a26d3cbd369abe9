"""How fast runs like one were: what a run that is about to start can be expected to do."""

from pathlib import Path

from cnn_tui.errors import UserError
from cnn_tui.runs.events import EpochEnd, Started
from cnn_tui.runs.milestones import read_milestones
from cnn_tui.runs.run import Run, list_runs
from cnn_tui.spec.experiment import Experiment

MOST_RUNS = 40
"""Of the newest ones; older ones may be of another machine or version."""


def known_pace(root: Path, experiment: Experiment) -> float | None:
    """Images a second in the newest run that trained the same model in the same way; None: there is none."""
    wanted = decides_pace(experiment)
    for run in list_runs(root)[:MOST_RUNS]:
        if _is_alike(run, wanted) and (pace := _pace(run)):
            return pace
    return None


def decides_pace(experiment: Experiment) -> tuple[object, ...]:
    """What decides how fast it trains, as far as the machine does not."""
    model, data, training = experiment.model, experiment.data, experiment.training
    ways = training.batch_size, training.device, training.precision
    return model.input_shape, model.layers, data.augmentation, *ways


def _is_alike(run: Run, wanted: tuple[object, ...]) -> bool:
    try:
        return decides_pace(run.experiment()) == wanted
    except UserError:
        return False


def _pace(run: Run) -> float | None:
    """Of its newest epoch, the time that validation took counted in."""
    events, _ = read_milestones(run.events_file)
    images = [event.images for event in events if isinstance(event, Started)]
    seconds = [event.seconds for event in events if isinstance(event, EpochEnd) and event.seconds > 0]
    return images[-1] / seconds[-1] if images and seconds else None
