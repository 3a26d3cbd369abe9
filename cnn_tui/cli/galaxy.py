"""`cnn-tui galaxy`: a run's results in the very layouts that Galaxy's tools write."""

import io
from pathlib import Path
from typing import Annotated

import typer

from cnn_tui.cli import options
from cnn_tui.cli.output import progress_console
from cnn_tui.errors import UserError, writing
from cnn_tui.files import replacing
from cnn_tui.results import galaxy_files
from cnn_tui.results.evaluation import Evaluation, Predictions, read_evaluation, read_predictions
from cnn_tui.results.galaxy_plot import write_galaxy_plot
from cnn_tui.results.plots import unavailable
from cnn_tui.results.prediction_file import write_prediction_file
from cnn_tui.results.scorers import scorers
from cnn_tui.runs.run import Run, open_run
from cnn_tui.settings import runs_folder
from cnn_tui.text import clean

KERAS_NAMES = {"accuracy": "acc"}
"""What Keras calls the metric in its tables when people ask for it as `acc`, Galaxy's usual one."""


def galaxy(
    run: options.RunPath,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the files go; it is made if need be.")],
    runs: options.Runs = None,
) -> None:
    """Write a run's results as Galaxy's tools do: scores, epochs, true classes, predictions, the matrix as PNG."""
    opened = open_run(run, runs_folder(runs))
    evaluation, predictions = read_evaluation(opened.evaluation_file), read_predictions(opened.predictions_file)
    files = {
        "result.tabular": galaxy_files.result_table(_scores(opened, evaluation, predictions)).encode(),
        "history.tabular": galaxy_files.history_table(_epochs(opened)).encode(),
        "y_true.tabular": galaxy_files.true_classes(predictions).encode(),
        "y_preds.tabular": galaxy_files.predicted_chances(predictions).encode(),
        "predicted.tabular": _predicted(evaluation, predictions),
    }
    if problem := unavailable():
        progress_console().print(f"! no picture: {problem.sentence}", style="yellow", soft_wrap=True)
    else:
        files["confusion_matrix.png"] = _picture(evaluation)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            with replacing(folder / name) as file:
                file.write(content)
    progress_console().print(clean(f"{folder}: {', '.join(files)}", 1000), soft_wrap=True)


def _scores(run: Run, evaluation: Evaluation, predictions: Predictions) -> dict[str, float]:
    """Keras's metrics and scikit-learn's scores, by the names that the training asked for."""
    training = run.experiment().training
    accurate = [name for name in training.metrics if name.endswith("accuracy")] or ["accuracy"]
    scores = {KERAS_NAMES.get(name, name): evaluation.confusion.accuracy for name in accurate}
    known = {one.name: one.value for one in scorers(evaluation.confusion, predictions)}
    for name in (training.primary_scoring or "accuracy", *training.secondary_scoring):
        if (value := known.get(name)) is not None:
            scores[name] = value
    return scores | {"loss": evaluation.loss}


def _epochs(run: Run) -> list[tuple[float | None, ...]]:
    epochs = run.history().epochs
    if not epochs:
        raise UserError("has no epochs yet", str(run.path), "Train it first.")
    return [(one.epoch, one.loss, one.accuracy, one.val_loss, one.val_accuracy) for one in epochs]


def _predicted(evaluation: Evaluation, predictions: Predictions) -> bytes:
    out = io.BytesIO()
    write_prediction_file(predictions.probabilities, evaluation.confusion.classes, out, probabilities=False)
    return out.getvalue()


def _picture(evaluation: Evaluation) -> bytes:
    out = io.BytesIO()
    write_galaxy_plot(evaluation.confusion, out)
    return out.getvalue()
