"""`cnn-tui export`: a trained model as a file for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from cnn_tui.cli import options
from cnn_tui.cli.output import progress_console
from cnn_tui.cli.trained import ModelOf, RunOrModel, open_trained, weights_file
from cnn_tui.errors import refuse_to_replace
from cnn_tui.text import clean

TO = "keras, h5 (for Galaxy too), weights-h5, safetensors or json; left out: by the name of FILE."


def export(
    source: RunOrModel,
    out: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")],
    to: Annotated[str, typer.Option("--to", metavar="FORMAT", help=TO)] = "",
    model: ModelOf = None,
    runs: options.Runs = None,
) -> None:
    """Write a trained model for Keras, Galaxy or another program."""
    from cnn_tui.engine.export import FORMATS, format_named
    from cnn_tui.engine.export import export as write

    refuse_to_replace(weights_file(source, runs), out)
    to = format_named(to, out)
    write(open_trained(source, runs, model), out, to)
    progress_console().print(f"{clean(out)}: {FORMATS[to].about}", soft_wrap=True)
