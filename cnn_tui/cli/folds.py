"""`cnn-tui cross-validate`: a run for each fold, and the mean and the spread of their scores."""

from pathlib import Path
from statistics import mean, stdev
from typing import Annotated, Any

import typer
from msgspec.structs import replace

from cnn_tui.cli import options
from cnn_tui.cli.experiments import run_fold
from cnn_tui.cli.output import console, print_json, progress_console, table
from cnn_tui.errors import UserError
from cnn_tui.results.final_scores import FinalScores, read_final_scores
from cnn_tui.runs.run import Run
from cnn_tui.settings import runs_folder
from cnn_tui.spec.experiment import read_experiment


def cross_validate(
    experiment: Annotated[Path, typer.Argument(metavar="EXPERIMENT", help="An experiment in JSON.")],
    folds: Annotated[
        int | None, typer.Option(help="Into how many parts the rows are split; each is held out once.")
    ] = None,
    runs: options.Runs = None,
    name: options.Name = "",
    as_json: options.AsJson = False,
) -> int:
    """Train an experiment once for each fold; tell the mean and the deviation of the scores of what was held out."""
    asked = read_experiment(experiment)
    count = folds or asked.data.folds or 5
    if asked.data.test or asked.data.test_share:
        progress_console().print("The test images are left alone: each fold is scored on what it held out.")
    if count < 2:
        raise UserError(f"{count} fold holds nothing out", "--folds", "Use 2 or more.")
    label = name or asked.model.name
    made: list[tuple[Run, FinalScores]] = []
    for fold in range(1, count + 1):
        progress_console().print(f"Fold {fold} of {count}")
        data = replace(asked.data, folds=count, fold=fold, test=None, test_share=0.0)
        run, code = run_fold(replace(asked, data=data), runs_folder(runs), f"{label}-fold-{fold}")
        if code:
            return code
        made.append((run, read_final_scores(run.scores_file)))
    print_json(_document(made)) if as_json else _print(made)
    return 0


def _print(made: list[tuple[Run, FinalScores]]) -> None:
    names = list(made[0][1].scores)
    rows = [[run.name, f"{one.loss:.4f}", *(_number(one.scores[name]) for name in names)] for run, one in made]
    columns: list[list[Any]] = [[one.loss for _, one in made]]
    columns += [[one.scores[name] for _, one in made] for name in names]
    summed = [_summary(column) for column in columns]
    rows.append(["mean", *(_number(one["mean"]) for one in summed)])
    rows.append(["deviation", *(_number(one["deviation"]) for one in summed)])
    console().print(table(["run", "loss", *names], rows, left=["run"], whole=["run"]))


def _document(made: list[tuple[Run, FinalScores]]) -> dict[str, Any]:
    names = list(made[0][1].scores)
    return {
        "folds": [
            {"run": str(run.path), "loss": one.loss, "images": one.images, "scores": one.scores} for run, one in made
        ],
        "primary_scoring": made[0][1].primary,
        "loss": _summary([one.loss for _, one in made]),
        "scores": {name: _summary([one.scores[name] for _, one in made]) for name in names},
    }


def _summary(values: list[Any]) -> dict[str, float | None]:
    """The mean and the sample deviation; None where a fold has no number."""
    if None in values:
        return {"mean": None, "deviation": None}
    return {"mean": mean(values), "deviation": stdev(values)}


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
