"""`cnn-tui evaluate` and `cnn-tui predict`: what a trained model says about images."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnn_tui.cli import options, standard_input
from cnn_tui.cli.options import found_data
from cnn_tui.cli.output import print_evaluation, print_final_scores, print_json, progress_console
from cnn_tui.cli.predictions import class_names, predictions_document
from cnn_tui.cli.progress import bar
from cnn_tui.cli.settings_options import Settings, with_settings
from cnn_tui.cli.trained import ModelOf, RunOrModel, ScaleOf, open_trained, weights_file
from cnn_tui.errors import Place, UserError, refuse_to_replace
from cnn_tui.results.evaluation import Evaluation, Predictions, read_evaluation, read_predictions, summary
from cnn_tui.results.export import refuse_ending
from cnn_tui.results.final_scores import final_document, number_scores, read_final_scores
from cnn_tui.results.score_sheet import score_document
from cnn_tui.runs.run import Run, open_run
from cnn_tui.settings import runs_folder
from cnn_tui.spec.data import Data, Reading, Source, where
from cnn_tui.spec.experiment import data_meant
from cnn_tui.spec.make import change
from cnn_tui.spec.shapes import total_parameters, trace
from cnn_tui.spec.training import Loss, Training

if TYPE_CHECKING:
    from cnn_tui.engine.model_weights import Trained
    from cnn_tui.engine.predict_files import Answers


@with_settings(Reading)
def evaluate(
    run: RunOrModel,
    data: options.DataPaths = None,
    model: ModelOf = None,
    scale: ScaleOf = "",
    runs: options.Runs = None,
    as_json: options.AsJson = False,
    save: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it too: .html .md .json .csv .tsv .png .svg or .pdf, by the name."),
    ] = None,
    *,
    settings: Settings,
) -> None:
    """The confusion matrix and scores of a run: of its own test, or on other data; of a file of weights on --data."""
    if run.is_file():
        _evaluate_file(open_trained(run, runs, model, scale), run, data, save, as_json, settings)
        return
    opened = open_run(run, runs_folder(runs))
    if data_meant(opened.experiment()).has_numbers:
        _evaluate_numbers(opened, data, save, as_json)
        return
    if save:
        refuse_ending(save)
    with standard_input.files(data or []) as paths:
        found = found_data(paths, settings)
        evaluation = _of_run(opened, _asked(found, paths), found.reading) if found else _own(opened)
    if save:
        from cnn_tui.engine.run_report import export_evaluation

        with bar("Writing") as shown:
            export_evaluation(opened, evaluation, save, shown.tell, is_own=found is None)
    if as_json:
        parameters = total_parameters(trace(opened.experiment().model))
        scores = score_document(evaluation.confusion, None if found else _kept_predictions(opened))
        print_json({**summary(evaluation), **scores, "parameters": parameters, "run": str(opened.path)})
    else:
        print_evaluation(evaluation)


@with_settings(Reading)
def predict(
    source: RunOrModel,
    data: Annotated[str, typer.Argument(metavar="DATA", help="Images in any format; their labels are not needed.")],
    out: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="The file to write; - for standard output.")
    ] = None,
    probabilities: Annotated[
        bool, typer.Option("--probabilities", help="A column a class, instead of the class.")
    ] = False,
    top: Annotated[
        int, typer.Option("--top", min=1, max=1000, help="So many of the likeliest classes, with their probabilities.")
    ] = 1,
    classes: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Names for the classes: separated by commas, or a file with one a line."),
    ] = None,
    labels: Annotated[
        str | None, typer.Option(metavar="FILE", help="The true labels; then it is evaluated too.")
    ] = None,
    as_json: options.AsJson = False,
    model: ModelOf = None,
    scale: ScaleOf = "",
    runs: options.Runs = None,
    *,
    settings: Settings,
) -> None:
    """Predict images, in Galaxy's layout: the header `Predicted`, or the classes with --probabilities.

    Where labels lie with the images, or with --labels, it is evaluated too.
    """
    from cnn_tui.engine.predict_files import predict_path
    from cnn_tui.results.prediction_file import write_prediction_file

    if out is None and not as_json:
        raise typer.BadParameter("Say where the predictions go: --output FILE, --output - or --json.")
    if as_json and out == "-":
        raise typer.BadParameter("Only one of --json and --output - can have standard output.")
    if out and out != "-":
        refuse_to_replace(where(data).path, Path(out))
    trained = open_trained(source, runs, model, scale)
    if trained.about.numbers:
        _predict_numbers(trained, data, out, as_json, labels, settings)
        return
    names = class_names(classes, trained.about.classes) if classes else trained.about.classes
    reading = change(Reading(), "the reading", **settings)
    with standard_input.files([data]) as paths, bar("Predicting") as shown:
        answers = predict_path(trained, paths[0], reading, labels, shown.tell)
    if out:
        target = sys.stdout.buffer if out == "-" else Path(out)
        write_prediction_file(answers.probabilities, names, target, probabilities, top)
    if as_json:
        print_json(predictions_document(answers, names, probabilities, top))
    else:
        _say_how_right(answers)


def _predict_numbers(
    trained: "Trained", data: str, out: str | None, as_json: bool, labels: str | None, settings: dict[str, Any]
) -> None:
    """What a model that predicts numbers says: a column a target, as Galaxy's regressor writes it."""
    from cnn_tui.engine.predict_files import predict_path
    from cnn_tui.results.prediction_file import write_number_file

    reading, names = change(Reading(), "the reading", **settings), trained.about.classes
    with standard_input.files([data]) as paths, bar("Predicting") as shown:
        answers = predict_path(trained, paths[0], reading, labels, shown.tell)
    predicted, true = answers.probabilities, answers.asked.labels
    if out:
        write_number_file(predicted, names, sys.stdout.buffer if out == "-" else Path(out))
    if as_json:
        document = {"images": len(predicted), "targets": list(names), "predictions": predicted.tolist()}
        scores = {} if true is None else {"scores": number_scores((), true, predicted)}
        print_json(document | scores)
    elif true is not None:
        told = [
            f"{name} {value:.4f}" for name, value in number_scores((), true, predicted).items() if value is not None
        ]
        progress_console().print(", ".join(told), soft_wrap=True)
    if answers.asked.note and not as_json:
        progress_console().print(answers.asked.note, soft_wrap=True)


def _say_how_right(answers: "Answers") -> None:
    """One sentence beside the predictions: how right they are, or why the labels do not tell."""
    out = progress_console()
    if answers.asked.note:
        out.print(answers.asked.note, soft_wrap=True)
    if evaluation := answers.evaluation():
        confusion = evaluation.confusion
        out.print(
            f"accuracy {confusion.accuracy:.4f}, loss {evaluation.loss:.4f}, "
            f"{confusion.correct:,} of {confusion.images:,} images right"
        )


def _evaluate_numbers(run: Run, data: list[str] | None, save: Path | None, as_json: bool) -> None:
    """Tells the scores of a run that predicts numbers, which no matrix can show."""
    if data:
        problem = "predicts numbers, which are not evaluated on other data here"
        raise UserError(problem, Place(run.path), "`cnn-tui predict RUN DATA --labels FILE` tells their scores.")
    if save:
        refuse_ending(save)
    if not run.has_results:
        from cnn_tui.engine.scoring import score_run

        weights_file(run.path, None)  # without weights, that is what to say
        score_run(run)
    found = read_final_scores(run.scores_file)
    if save:
        from cnn_tui.engine.run_report import export_evaluation, kept_evaluation

        with bar("Writing") as shown:
            export_evaluation(run, kept_evaluation(run), save, shown.tell)
    print_json({**final_document(found), "run": str(run.path)}) if as_json else print_final_scores(found)


def _kept_predictions(run: Run) -> Predictions | None:
    """Every probability of the run's own test; None when the file is missing or damaged."""
    try:
        return read_predictions(run.predictions_file)
    except UserError:
        return None


def _own(run: Run) -> Evaluation:
    """The evaluation that the run keeps; made now when there is none, or a damaged one."""
    try:
        return read_evaluation(run.evaluation_file)
    except UserError:
        from cnn_tui.engine.scoring import score_run

        weights_file(run.path, None)  # without weights, that is what to say
        if evaluation := score_run(run):
            return evaluation
        raise


def _asked(data: Data, paths: list[str]) -> Source:
    """What is to be evaluated: the test that the data holds; but of a single file what it is itself."""
    named = where(paths[0]).path.absolute()
    beside = data.test and len(paths) == 1 and named.is_file() and where(data.test.images).path != named
    return data.train if beside or not data.test else data.test


def _of_run(run: Run, source: Source, reading: Reading) -> Evaluation:
    """The run's best weights on other labelled images."""
    trained = open_trained(run.path, None, None)
    return _evaluated(trained, run.experiment().training.loss, source, reading)


def _evaluated(trained: "Trained", loss: Loss, source: Source, reading: Reading) -> Evaluation:
    """Weights on labelled images."""
    import numpy as np

    from cnn_tui.data.dataset import open_labelled
    from cnn_tui.engine.model_weights import reading_for
    from cnn_tui.engine.scoring import score

    about = trained.about
    with bar("Reading") as shown:
        dataset = open_labelled(source, reading_for(trained, reading), about.classes, about.data_shape, shown.tell)
    rows = np.arange(len(dataset.labels))
    return score(trained, dataset, rows, "test", loss, watch=lambda: None)[0]


def _evaluate_file(
    trained: "Trained", path: Path, data: list[str] | None, save: Path | None, as_json: bool, settings: dict[str, Any]
) -> None:
    """Weights that belong to no run."""
    if save:
        raise UserError("only the evaluation of a run can be written", "--save", "Use --json, or give a run.")
    with standard_input.files(data or []) as paths:
        found = found_data(paths, settings)
        if found is None:
            raise UserError("there is nothing to test it on", Place(path), "Give labelled images with --data.")
        evaluation = _evaluated(trained, Training().loss, _asked(found, paths), found.reading)
    if as_json:
        parameters = total_parameters(trace(trained.network.model))
        scores = score_document(evaluation.confusion, None)
        print_json({**summary(evaluation), **scores, "parameters": parameters, "run": str(path)})
    else:
        print_evaluation(evaluation)
