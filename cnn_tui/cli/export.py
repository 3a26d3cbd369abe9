"""`cnn-tui export`: a trained model as a file for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from cnn_tui.cli import options
from cnn_tui.cli.output import progress_console
from cnn_tui.cli.trained import ModelOf, RunOrModel, ScaleOf, open_trained, weights_file
from cnn_tui.errors import refuse_to_replace
from cnn_tui.text import clean

TO = "keras, h5 (for Galaxy too), weights-h5, safetensors, onnx, python or json; left out: by the name of FILE."


def export(
    source: RunOrModel,
    out: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")],
    to: Annotated[str, typer.Option("--to", metavar="FORMAT", help=TO)] = "",
    bake_scaling: Annotated[
        bool, typer.Option("--bake-scaling", help="Put the scaling of pixels into the graph (ONNX).")
    ] = False,
    model: ModelOf = None,
    scale: ScaleOf = "",
    runs: options.Runs = None,
) -> None:
    """Write a trained model for Keras, Galaxy or another program."""
    from cnn_tui.engine.export import FORMATS, format_named
    from cnn_tui.engine.export import export as write
    from cnn_tui.interop.lost import FOR, lost

    refuse_to_replace(weights_file(source, runs), out)
    to = format_named(to, out)
    trained = open_trained(source, runs, model, scale)
    for sentence in lost(trained.network.model, FOR[to]) if to in FOR else ():
        progress_console().print(clean(f"! {sentence}", 1000), style="yellow", soft_wrap=True)
    write(trained, out, to, bake_scaling)
    progress_console().print(f"{clean(out)}: {FORMATS[to].about}", soft_wrap=True)
