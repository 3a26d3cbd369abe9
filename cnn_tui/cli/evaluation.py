"""`cnn-tui evaluate` and `cnn-tui predict`: what a trained model says about images."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cnn_tui.cli import options
from cnn_tui.cli.options import checked_header, found_data
from cnn_tui.cli.output import print_evaluation, print_json
from cnn_tui.errors import Place, UserError, refuse_to_replace
from cnn_tui.results.evaluation import Evaluation, read_evaluation, summary
from cnn_tui.runs.run import Run, open_run
from cnn_tui.settings import runs_folder
from cnn_tui.spec.data import Data, Reading, Source
from cnn_tui.spec.shapes import total_parameters, trace


def evaluate(
    run: options.RunPath,
    data: options.DataPaths = None,
    header: options.Header = "auto",
    runs: options.Runs = None,
    as_json: options.AsJson = False,
) -> None:
    """The confusion matrix and scores of a run: of its own test, or on other data."""
    opened = open_run(run, runs_folder(runs))
    found = found_data(data, header)
    evaluation = _evaluated(opened, found) if found else _own(opened)
    if as_json:
        parameters = total_parameters(trace(opened.experiment().model))
        print_json({**summary(evaluation), "parameters": parameters, "run": str(opened.path)})
    else:
        print_evaluation(evaluation)


def predict(
    source: Annotated[Path, typer.Argument(metavar="RUN|MODEL", help="A run, or the model.safetensors of one.")],
    data: Annotated[Path, typer.Argument(metavar="DATA", help="A table of images, a row an image, without labels.")],
    out: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The file to write; - for standard output.")
    ],
    probabilities: Annotated[
        bool, typer.Option("--probabilities", help="A column a class, instead of the class.")
    ] = False,
    header: options.Header = "auto",
    runs: options.Runs = None,
) -> None:
    """Predict images, in Galaxy's layout: the header `Predicted`, or the classes with --probabilities."""
    from cnn_tui.data.dataset import open_images
    from cnn_tui.engine.model_weights import read_model_weights
    from cnn_tui.engine.predict import predict_images
    from cnn_tui.results.prediction_file import write_prediction_file

    if out != "-":
        refuse_to_replace(data, Path(out))
    trained = read_model_weights(_weights_file(source, runs))
    reading = Reading(header=checked_header(header))
    images, _ = open_images(Source(images=str(data)), reading, trained.about.data_shape)
    answers = predict_images(trained, images)
    target = sys.stdout.buffer if out == "-" else Path(out)
    write_prediction_file(answers, trained.about.classes, target, probabilities)


def _weights_file(source: Path, runs: Path | None) -> Path:
    if source.is_file():
        return source
    run = open_run(source, runs_folder(runs))
    if not run.weights_file.exists():
        raise UserError("has no weights yet", Place(run.path), "They are written after the first epoch.")
    return run.weights_file


def _own(run: Run) -> Evaluation:
    """The evaluation that the run keeps; made now when there is none, or a damaged one."""
    try:
        return read_evaluation(run.evaluation_file)
    except UserError:
        from cnn_tui.engine.scoring import score_run

        _weights_file(run.path, None)  # without weights, that is what to say
        return score_run(run)


def _evaluated(run: Run, data: Data) -> Evaluation:
    """The run's best weights on the labelled images of other data: its test part, or all of it."""
    import numpy as np

    from cnn_tui.data.dataset import open_labelled
    from cnn_tui.engine.model_weights import read_model_weights
    from cnn_tui.engine.scoring import score

    trained = read_model_weights(_weights_file(run.path, None))
    about = trained.about
    dataset = open_labelled(data.test or data.train, data.reading, about.classes, about.data_shape)
    rows = np.arange(len(dataset.labels))
    return score(trained, dataset, rows, "test", run.experiment().training.loss, watch=lambda: None)[0]
