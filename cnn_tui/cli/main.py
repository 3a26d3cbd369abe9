"""The command line as a whole: which commands there are, and the one place where their errors are said."""

import os
import sys
from typing import Annotated

import typer
from typer.core import TyperGroup

from cnn_tui import __version__
from cnn_tui.cli import data, evaluation, experiments, model, runs, screens
from cnn_tui.cli.output import complain, progress_console
from cnn_tui.errors import UserError
from cnn_tui.text import clean

INTERRUPTED = 130

app = typer.Typer(
    name="cnn-tui",
    rich_markup_mode=None,  # what people type would be taken for markup
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=False,
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


app.command("open", hidden=True)(screens.open_application)
app.command()(screens.demo)
app.command()(experiments.tutorial)
app.command()(experiments.train)
app.command()(runs.attach)
app.command()(runs.resume)
app.command()(runs.stop)
app.command()(runs.pause)
app.command("runs")(runs.list_all)
app.command()(evaluation.evaluate)
app.command()(evaluation.predict)
app.add_typer(data.app, name="data")
app.add_typer(model.app, name="model")


def run(arguments: list[str]) -> int:
    """Does what the arguments say and returns the exit code: 0 done, 1 a problem in what was given, 2 wrong usage."""
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    if not arguments or (arguments[0] not in command.commands and not arguments[0].startswith("-")):
        arguments = ["open", *arguments]  # a path, or nothing at all, opens the application
    try:
        code = command.main(arguments, prog_name="cnn-tui", standalone_mode=False)
    except UserError as error:
        complain(error.sentence)
        return 1
    except typer.TyperException as error:
        return _wrong_usage(error)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output, such as head, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def _wrong_usage(error: typer.TyperException) -> int:
    """Says how the command is used and what was wrong; returns the exit code."""
    context = getattr(error, "ctx", None)
    if context is not None:
        progress_console().print(context.get_usage(), soft_wrap=True)
    complain(clean(error.format_message(), 1000))
    return error.exit_code
