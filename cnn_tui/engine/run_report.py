"""A run gathered from its files, its data and its predictions, to be taken away."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from cnn_tui import __version__
from cnn_tui.data.dataset import Dataset, open_data
from cnn_tui.errors import UserError
from cnn_tui.results.curves import finite
from cnn_tui.results.evaluation import Evaluation, Predictions, read_evaluation, read_predictions
from cnn_tui.results.export import needs_pictures, refuse_ending, write_report
from cnn_tui.results.numbers import Numbers, read_numbers
from cnn_tui.results.picture_files import pngs
from cnn_tui.results.run_report import WORST, Miss, Mistake, NamedCurve, RunReport, written_at
from cnn_tui.results.settings_compared import flat
from cnn_tui.runs.events import EpochEnd
from cnn_tui.runs.history import History
from cnn_tui.runs.run import Run
from cnn_tui.spec.data import Data
from cnn_tui.spec.experiment import Experiment, data_meant
from cnn_tui.spec.fields import brief
from cnn_tui.spec.layers import by
from cnn_tui.spec.layers.windows import picture_shape
from cnn_tui.spec.model import Model
from cnn_tui.spec.shapes import trace

Tell = Callable[[float], None]
_PARTS = {"test": "test", "validation": "validate"}


def export_run(path: Path, out: Path, tell: Tell) -> None:
    """Writes the evaluation that a run keeps. Raises UserError when it has none."""
    refuse_ending(out)
    run = Run(path)
    export_evaluation(run, kept_evaluation(run), out, tell)


def kept_evaluation(run: Run) -> Evaluation | Numbers:
    """What the test of a run came to. Raises UserError when it has none."""
    numbers = None
    if not run.evaluation_file.exists() and run.has_results:
        numbers = read_numbers(run.scores_file, run.predictions_file)
    return numbers or read_evaluation(run.evaluation_file)


def export_evaluation(run: Run, evaluation: Evaluation | Numbers, out: Path, tell: Tell, is_own: bool = True) -> None:
    """Writes an evaluation of a run; only of its own one the run knows the images. Raises UserError."""
    write_report(gather(run, evaluation, tell, with_pictures=is_own and needs_pictures(out)), out)
    tell(1.0)


def gather(run: Run, evaluation: Evaluation | Numbers, tell: Tell, with_pictures: bool) -> RunReport:
    """Everything that is told of a run. Raises UserError when its files are damaged."""
    experiment, history = run.experiment(), run.history()
    mistakes: tuple[Mistake, ...] = ()
    misses: tuple[Miss, ...] = ()
    why = ""
    if with_pictures:
        try:
            if isinstance(evaluation, Numbers):
                misses = largest_errors(data_meant(experiment), evaluation, tell)
            elif evaluation.confusion.correct < evaluation.confusion.images:
                mistakes = worst_mistakes(experiment.data, evaluation, read_predictions(run.predictions_file), tell)
        except UserError as error:  # the data may have gone; the numbers are there all the same
            why = f"They cannot be shown. {error.sentence}"
    return RunReport(
        name=run.name,
        model=experiment.model.name,
        ending=_ending(history),
        made=written_at(__version__, datetime.now()),
        settings=_settings(experiment),
        layers=_layers(experiment.model),
        curves=_curves(history, isinstance(evaluation, Numbers)),
        evaluation=evaluation,
        mistakes=mistakes,
        misses=misses,
        why_no_mistakes=why,
    )


def worst_mistakes(data: Data, evaluation: Evaluation, predictions: Predictions, tell: Tell) -> tuple[Mistake, ...]:
    """The images that are wrong most surely, with their pictures. Raises UserError when the data cannot be read."""
    answers = predictions.probabilities.argmax(axis=1)
    chances = predictions.probabilities[np.arange(len(answers)), answers]
    wrong = np.flatnonzero(answers != predictions.labels)
    worst = wrong[np.argsort(-chances[wrong], kind="stable")[:WORST]]
    rows = predictions.rows[worst]
    dataset = _tested(data, evaluation.part, rows, tell)
    classes = evaluation.confusion.classes
    shown = zip(worst.tolist(), rows.tolist(), _pictures(dataset, rows), strict=True)
    return tuple(
        Mistake(_where(dataset, row), classes[predictions.labels[at]], classes[answers[at]], float(chances[at]), png)
        for at, row, png in shown
    )


def largest_errors(data: Data, numbers: Numbers, tell: Tell) -> tuple[Miss, ...]:
    """The images with the largest errors, as many of each number. Raises UserError when the data cannot be read."""
    each = max(1, WORST // len(numbers.targets))
    places = [(at, target) for target in range(len(numbers.targets)) for at in numbers.order(target)[:each].tolist()]
    rows = numbers.rows[[at for at, _ in places]]
    dataset = _tested(data, numbers.part, rows, tell)
    made = []
    for (at, target), png in zip(places, _pictures(dataset, rows), strict=True):
        one = numbers.missed(at, target)
        made.append(Miss(_where(dataset, one.row), numbers.targets[target], one.true, one.predicted, png))
    return tuple(made)


def _tested(data: Data, part: str, rows: "np.ndarray[Any, Any]", tell: Tell) -> Dataset:
    """The images that were tested, among which these rows are. Raises UserError."""
    opened = open_data(data, tell)
    dataset = opened.parts.get(_PARTS[part], opened.train)  # type: ignore[call-overload]
    if len(rows) and rows.max() >= len(dataset):
        raise UserError("The data has fewer images now than when the run was tested.")
    found: Dataset = dataset
    return found


def _pictures(dataset: Dataset, rows: "np.ndarray[Any, Any]") -> list[bytes]:
    images = np.asarray(dataset.images[rows])
    shape = picture_shape(images.shape[1:]) or (1, int(np.prod(images.shape[1:])), 1)
    return pngs(images.reshape(len(images), *shape))


def _where(dataset: Dataset, row: int) -> str:
    return dataset.facts.names[row] if row < len(dataset.facts.names) else f"row {row + 1:,}"


def _ending(history: History) -> str:
    return history.text or f"This run is {history.state}."


def _settings(experiment: Experiment) -> tuple[tuple[str, str], ...]:
    document = {"data": msgspec.to_builtins(experiment.data), "training": msgspec.to_builtins(experiment.training)}
    return tuple(flat(document).items())


def _layers(model: Model) -> tuple[tuple[str, ...], ...]:
    """The layer table, the input as its first row."""
    rows = [("", "Input", "", by(model.input_shape), "", "", "")]
    for row in trace(model):
        shape = by(row.output_shape) if row.output_shape else ""
        sees = by(row.seen.size) if row.seen else ""
        counts = (f"{row.parameters:,}", f"{row.macs:,}")
        rows.append((str(row.index + 1), type(row.layer).__name__, brief(row.layer), shape, *counts, sees))
    return tuple(rows)


def _curves(history: History, of_numbers: bool) -> tuple[NamedCurve, ...]:
    """Loss and accuracy; where numbers are predicted, the loss and whatever else was computed."""
    metrics = dict.fromkeys(name for end in history.epochs for name in end.metrics) if of_numbers else ("accuracy",)
    curves = []
    for quantity in ("loss", *metrics):
        for part, name in (("train", quantity), ("validation", f"val_{quantity}")):
            points = finite((float(end.epoch), _value(end, name)) for end in history.epochs)
            curves.append(NamedCurve(quantity, part, points))
    return tuple(curve for curve in curves if curve.points)


def _value(end: EpochEnd, name: str) -> float | None:
    metrics = {**end.metrics, **{f"val_{one}": value for one, value in end.val_metrics.items()}}
    found: float | None = metrics.get(name, getattr(end, name, None))
    return found
