"""The experiment that a command is asked about: a file, or a model on data, with the settings given beside it."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from msgspec.structs import replace

from cnn_tui.cli import options
from cnn_tui.cli.model import model_at
from cnn_tui.cli.options import found_data, with_options
from cnn_tui.cli.output import progress_console
from cnn_tui.cli.settings_options import Settings, with_settings
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Data
from cnn_tui.spec.experiment import Experiment, read_experiment
from cnn_tui.spec.fields import field
from cnn_tui.spec.training import Training
from cnn_tui.text import clean

R = TypeVar("R")
OPTIMIZERS = field(Training, "optimizer").parts
OWN_OPTIONS = ("epochs", "batch_size", "learning_rate", "seed", "device", "precision")
"""What commands have options for that say more, or less."""


@with_settings(Data)
@with_settings(Training, *OPTIMIZERS, without=OWN_OPTIONS, into="training")
def asked_for(
    experiment: Annotated[
        Path | None, typer.Argument(metavar="EXPERIMENT", help="An experiment in JSON, or a Galaxy workflow (.ga).")
    ] = None,
    data: options.DataPaths = None,
    model: Annotated[Path | None, typer.Option(help="A model in JSON, instead of the experiment's.")] = None,
    epochs: options.Epochs = None,
    batch_size: options.BatchSize = None,
    learning_rate: options.LearningRate = None,
    seed: options.Seed = None,
    device: options.Device = None,
    precision: options.Precision = None,
    *,
    settings: Settings,
    training: Settings,
) -> Experiment:
    """What these options mean together. Raises UserError."""
    return with_options(
        _experiment(experiment, model, found_data(data)),
        data=settings,
        training={
            **training,
            "learning_rate": learning_rate,
            "epochs": epochs,
            "batch_size": batch_size,
            "seed": seed,
            "device": device,
            "precision": precision,
        },
    )


def with_experiment(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the argument EXPERIMENT and the options that make or change one; it takes it as `asked`."""
    options = signature(asked_for).parameters

    @wraps(command)
    def with_options(**given: object) -> R:
        made = asked_for(**{name: given.pop(name) for name in options})
        return command(asked=made, **given)

    taken = signature(command, eval_str=True)
    own = [one for one in taken.parameters.values() if one.name != "asked"]
    parameters = sorted([*options.values(), *own], key=lambda one: one.kind)
    with_options.__signature__ = taken.replace(parameters=parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {one.name: one.annotation for one in parameters}
    return with_options


def _experiment(path: Path | None, model: Path | None, data: Data | None) -> Experiment:
    if path is not None and (asked := _of_workflow(path, data)):
        return replace(asked, model=model_at(model)) if model else asked
    if path is not None:
        experiment = read_experiment(path)
    elif model is not None and data is not None:
        return Experiment(data=data, model=model_at(model))
    else:
        raise UserError("there is nothing to train", remedy="Give an EXPERIMENT, or both --data and --model.")
    return replace(experiment, data=data or experiment.data, model=model_at(model) if model else experiment.model)


def _of_workflow(path: Path, data: Data | None) -> Experiment | None:
    """What a Galaxy workflow asks for, with what has no meaning here said; None: the file is none."""
    from cnn_tui.interop.models import open_workflow

    workflow = open_workflow(path)
    if workflow is None:
        return None
    if data is None:
        raise UserError("holds no data", str(path), "Give --data: the folder with the tables of images and labels.")
    experiment = workflow.experiment(data)
    for note in workflow.notes:
        progress_console().print(clean(f"· {note}", 1000), soft_wrap=True)
    return experiment
