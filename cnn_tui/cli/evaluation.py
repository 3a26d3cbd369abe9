"""`cnn-tui evaluate` and `cnn-tui predict`: what a trained model says about images."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec.structs import replace

from cnn_tui.cli import options, standard_input
from cnn_tui.cli.options import found_data
from cnn_tui.cli.output import print_evaluation, print_json
from cnn_tui.cli.progress import bar
from cnn_tui.cli.settings_options import Settings, with_settings
from cnn_tui.errors import Place, UserError, refuse_to_replace
from cnn_tui.results.evaluation import Evaluation, read_evaluation, summary
from cnn_tui.runs.run import Run, open_run
from cnn_tui.settings import runs_folder
from cnn_tui.spec.data import Data, Reading, Source, where
from cnn_tui.spec.make import change
from cnn_tui.spec.shapes import total_parameters, trace


@with_settings(Reading)
def evaluate(
    run: options.RunPath,
    data: options.DataPaths = None,
    runs: options.Runs = None,
    as_json: options.AsJson = False,
    *,
    settings: Settings,
) -> None:
    """The confusion matrix and scores of a run: of its own test, or on other data."""
    opened = open_run(run, runs_folder(runs))
    with standard_input.files(data or []) as paths:
        found = found_data(paths, settings)
        evaluation = _evaluated(opened, _asked(found, paths), found.reading) if found else _own(opened)
    if as_json:
        parameters = total_parameters(trace(opened.experiment().model))
        print_json({**summary(evaluation), "parameters": parameters, "run": str(opened.path)})
    else:
        print_evaluation(evaluation)


@with_settings(Reading)
def predict(
    source: Annotated[Path, typer.Argument(metavar="RUN|MODEL", help="A run, or the model.safetensors of one.")],
    data: Annotated[str, typer.Argument(metavar="DATA", help="Images in any format; their labels are not needed.")],
    out: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="The file to write; - for standard output.")
    ] = None,
    probabilities: Annotated[
        bool, typer.Option("--probabilities", help="A column a class, instead of the class.")
    ] = False,
    as_json: options.AsJson = False,
    runs: options.Runs = None,
    *,
    settings: Settings,
) -> None:
    """Predict images, in Galaxy's layout: the header `Predicted`, or the classes with --probabilities."""
    from cnn_tui.data.dataset import open_images
    from cnn_tui.engine.model_weights import read_model_weights, reading_for
    from cnn_tui.engine.predict import predict_images
    from cnn_tui.results.prediction_file import write_prediction_file

    if out is None and not as_json:
        raise typer.BadParameter("Say where the predictions go: --output FILE, --output - or --json.")
    if as_json and out == "-":
        raise typer.BadParameter("Only one of --json and --output - can have standard output.")
    if out and out != "-":
        refuse_to_replace(where(data).path, Path(out))
    trained = read_model_weights(_weights_file(source, runs))
    reading = reading_for(trained, change(Reading(), "the reading", **settings))
    with standard_input.files([data]) as paths, bar("Reading") as shown:
        images, facts = open_images(_images(paths[0]), reading, trained.about.data_shape, shown.tell)
    answers = predict_images(trained, images)
    if out:
        target = sys.stdout.buffer if out == "-" else Path(out)
        write_prediction_file(answers, trained.about.classes, target, probabilities)
    if as_json:
        print_json(_predictions(answers, trained.about.classes, facts.names, probabilities))


def _images(path: str) -> Source:
    """The images at a path: its own, or those that are tested if it holds several parts."""
    place = where(path)
    if place.inside or not (place.path.is_dir() or place.path.suffix == ".npz"):
        return Source(images=path)
    from cnn_tui.data.find import find_data

    found = find_data([path])
    return replace(found.test or found.train, labels=None)


def _predictions(answers: Any, classes: tuple[str, ...], names: tuple[str, ...], probabilities: bool) -> dict[str, Any]:
    """The predictions as scripts read them: a class and its probability for each image; with all, a list of them."""
    listed = [
        {"row": row, "predicted": classes[place], "probability": float(answers[row, place])}
        for row, place in enumerate(answers.argmax(axis=1).tolist())
    ]
    for one, name in zip(listed, names, strict=False):
        one["name"] = name
    if probabilities:
        for one, shares in zip(listed, answers.tolist(), strict=True):
            one["probabilities"] = shares
    return {"images": len(listed), "classes": list(classes), "predictions": listed}


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


def _asked(data: Data, paths: list[str]) -> Source:
    """What is to be evaluated: the test that the data holds; but of a single file what it is itself."""
    named = where(paths[0]).path.absolute()
    beside = data.test and len(paths) == 1 and named.is_file() and where(data.test.images).path != named
    return data.train if beside or not data.test else data.test


def _evaluated(run: Run, source: Source, reading: Reading) -> Evaluation:
    """The run's best weights on other labelled images."""
    import numpy as np

    from cnn_tui.data.dataset import open_labelled
    from cnn_tui.engine.model_weights import read_model_weights, reading_for
    from cnn_tui.engine.scoring import score

    trained = read_model_weights(_weights_file(run.path, None))
    about = trained.about
    with bar("Reading") as shown:
        dataset = open_labelled(source, reading_for(trained, reading), about.classes, about.data_shape, shown.tell)
    rows = np.arange(len(dataset.labels))
    return score(trained, dataset, rows, "test", run.experiment().training.loss, watch=lambda: None)[0]
