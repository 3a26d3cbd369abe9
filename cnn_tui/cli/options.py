"""Options that several commands share, and how they change an experiment."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec.structs import replace

from cnn_tui.spec.data import Data
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.make import change
from cnn_tui.spec.named import word
from cnn_tui.spec.training import Training

DataPaths = Annotated[
    list[str] | None,
    typer.Option("--data", metavar="PATH", help="A folder or a file of data, or several, one option each."),
]
Scale = Annotated[str | None, typer.Option(help="What is done to the pixels: none, unit (0 to 1) or standard.")]
Epochs = Annotated[int | None, typer.Option(help="How often all training rows are seen.")]
BatchSize = Annotated[int | None, typer.Option(help="How many rows make one step.")]
LearningRate = Annotated[float | None, typer.Option(help="How far one step moves the weights.")]
Seed = Annotated[int | None, typer.Option(help="The same seed gives the same weights, order and split.")]
Device = Annotated[str | None, typer.Option(help="Where it runs: auto, cpu or cuda.")]
Precision = Annotated[str | None, typer.Option(help="How exactly it computes: auto, fp32, tf32 or bf16.")]
Runs = Annotated[
    Path | None, typer.Option("--runs", help="The folder of the runs; ./runs unless the settings say more.")
]
Name = Annotated[str, typer.Option(help="A name for the run; the model's when left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
RunPath = Annotated[Path, typer.Argument(metavar="RUN", help="A run's folder, or its name.")]


def found_data(paths: Sequence[str] | None, settings: dict[str, Any] | None = None) -> Data | None:
    """The data at these paths, read as the settings say; None when there are no paths. Raises UserError."""
    if not paths:
        return None
    from cnn_tui.data.find import find_data

    return change(find_data(paths), "the data", **(settings or {}))


def with_options(experiment: Experiment, *, data: dict[str, Any], training: dict[str, Any]) -> Experiment:
    """The experiment with these settings of its data, and of its training those that are not None. Raises UserError.

    Settings of the optimizer stand beside those of the training: `learning_rate`, `momentum`.
    """
    given = {name: value for name, value in training.items() if value is not None}
    inner = {name: given.pop(name) for name in tuple(given) if name not in Training.__struct_fields__}
    if inner:
        optimizer = given.get("optimizer", experiment.training.optimizer)
        given["optimizer"] = change(optimizer, f"the optimizer {word(type(optimizer))}", **inner)
    return replace(
        experiment,
        data=change(experiment.data, "the data", **data),
        training=change(experiment.training, "the training", **given),
    )
