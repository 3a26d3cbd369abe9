"""Options that several commands share, and how they change an experiment."""

from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec.structs import replace

from cnn_tui.spec import data as spec
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.fields import field
from cnn_tui.spec.make import change, check

DataPaths = Annotated[
    list[Path] | None,
    typer.Option("--data", help="A folder with X_train, y_train, X_test and y_test; or such files, one option each."),
]
Header = Annotated[str, typer.Option(help="Whether the first line names the columns: auto, yes or no.")]
HeaderChange = Annotated[str | None, typer.Option("--header", help="Whether the first line is names: auto, yes or no.")]
Scale = Annotated[str | None, typer.Option(help="What is done to the pixels: none, unit (0 to 1) or standard.")]
Validation = Annotated[float | None, typer.Option(help="The share of the training rows held out, such as 0.2.")]
Epochs = Annotated[int | None, typer.Option(help="How often all training rows are seen.")]
BatchSize = Annotated[int | None, typer.Option(help="How many rows make one step.")]
LearningRate = Annotated[float | None, typer.Option(help="How far one step moves the weights.")]
Seed = Annotated[int | None, typer.Option(help="The same seed gives the same weights, order and split.")]
Device = Annotated[str | None, typer.Option(help="Where it runs: auto, cpu or cuda.")]
Precision = Annotated[str | None, typer.Option(help="How exactly it computes: auto, fp32 or bf16.")]
Runs = Annotated[
    Path | None, typer.Option("--runs", help="The folder of the runs; ./runs unless the settings say more.")
]
Name = Annotated[str, typer.Option(help="A name for the run; the model's when left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
RunPath = Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder, or its name.")]


def checked_header(header: str) -> spec.Header:
    """The --header option as the readers take it. Raises UserError."""
    value: spec.Header = check(field(spec.Data, "header"), header, "--header")
    return value


def found_data(paths: list[Path] | None, header: str = "auto") -> spec.Data | None:
    """The data at these paths, or None when there are none."""
    if not paths:
        return None
    from cnn_tui.data.find import find_data

    return replace(find_data(paths), header=checked_header(header))


def with_options(
    experiment: Experiment,
    *,
    data: dict[str, Any],
    training: dict[str, Any],
    learning_rate: float | None = None,
) -> Experiment:
    """The experiment with the options that were given; those that are None change nothing. Raises UserError."""

    def given(settings: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in settings.items() if value is not None}

    if learning_rate is not None:
        optimizer = change(experiment.training.optimizer, "the optimizer", learning_rate=learning_rate)
        training = {**training, "optimizer": optimizer}
    return replace(
        experiment,
        data=change(experiment.data, "the data", **given(data)),
        training=change(experiment.training, "the training", **given(training)),
    )
