"""Which commands there are, each with its options; each one a thin call into the rooms below."""

from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from cnn_tui import __version__
from cnn_tui.cli import (
    changing,
    data,
    doctor,
    evaluation,
    experiments,
    export,
    folds,
    galaxy,
    model,
    opening,
    options,
    rates,
    rooms,
    runs,
    sweeps,
)
from cnn_tui.cli.main import INTERRUPTED
from cnn_tui.cli.output import complain, progress_console
from cnn_tui.errors import UserError, nearest
from cnn_tui.spec.data import where
from cnn_tui.text import clean

app = typer.Typer(
    name="cnn-tui",
    rich_markup_mode=None,  # what people type would be taken for markup
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _say_version(asked: bool) -> None:
    if asked:
        print(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    """Build, train and understand convolutional networks in the terminal. Without a command: the application."""


@app.command("open", hidden=True)
def open_path(
    path: Annotated[Path | None, typer.Argument(help="Data, a model, an experiment, a run or a sweep.")] = None,
    runs: options.Runs = None,
) -> int:
    """The application on data, a model, an experiment, a run or a sweep."""
    return opening.open_application(path, runs)


@app.command()
def demo(runs: options.Runs = None) -> int:
    """The application on the sample digits with the tutorial's network, ready to train."""
    return opening.open_demo(runs)


app.command()(experiments.tutorial)
app.command()(experiments.train)
app.command("find-rate")(rates.find_rate)
app.command("find-batch")(rooms.find_batch)
app.command()(sweeps.sweep)
app.command()(runs.attach)
app.command()(runs.resume)
app.command()(runs.stop)
app.command()(runs.pause)
app.command()(runs.save)
app.command("set")(changing.set_settings)
app.command("cross-validate")(folds.cross_validate)
app.command("runs")(runs.list_all)
app.command()(evaluation.evaluate)
app.command()(evaluation.predict)
app.command()(export.export)
app.command()(doctor.doctor)
app.command()(galaxy.galaxy)
app.add_typer(data.app, name="data")
app.add_typer(model.app, name="model")


def invoke(arguments: list[str]) -> int:
    """Does what the arguments say and returns the exit code. Raises UserError."""
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    if arguments[0] not in command.commands and not arguments[0].startswith("-"):
        _refuse_misspelled(arguments[0], tuple(command.commands))
        arguments = ["open", *arguments]  # a path opens the application
    try:
        code = command.main(arguments, prog_name="cnn-tui", standalone_mode=False)
    except typer.TyperException as error:
        return _wrong_usage(error)
    except typer.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _refuse_misspelled(word: str, commands: tuple[str, ...]) -> None:
    if not where(word).path.exists():
        remedy = nearest(word, commands) or "`cnn-tui --help` lists the commands."
        raise UserError(f'there is no command, file or folder "{word}"', remedy=remedy)


def _wrong_usage(error: typer.TyperException) -> int:
    """Says how the command is used and what was wrong; returns the exit code."""
    context = getattr(error, "ctx", None)
    if context is not None:
        progress_console().print(context.get_usage(), soft_wrap=True)
    complain(clean(error.format_message(), 1000))
    return error.exit_code
