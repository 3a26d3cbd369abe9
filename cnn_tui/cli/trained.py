"""A trained model that a command is to work with: a run, or any file of weights, with its model where it has none."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cnn_tui.cli.model import model_at
from cnn_tui.cli.output import progress_console
from cnn_tui.errors import Place, UserError
from cnn_tui.runs.run import open_run
from cnn_tui.settings import runs_folder
from cnn_tui.text import clean

if TYPE_CHECKING:
    from cnn_tui.engine.model_weights import Trained

RunOrModel = Annotated[
    Path,
    typer.Argument(
        metavar="RUN|MODEL", help="A run, or weights: .safetensors .keras .h5 .weights.h5 .h5mlm, with --model .pt too."
    ),
]
ModelOf = Annotated[
    Path | None,
    typer.Option("--model", metavar="MODEL", help="The model of weights that come without one: JSON, or a preset."),
]


def weights_file(source: Path, runs: Path | None) -> Path:
    """The file itself, or the best weights of the run of that name. Raises UserError."""
    if source.is_file():
        return source
    run = open_run(source, runs_folder(runs))
    if not run.weights_file.exists():
        raise UserError("has no weights yet", Place(run.path), "They are written after the first epoch.")
    return run.weights_file


def open_trained(source: Path, runs: Path | None, model: Path | None) -> "Trained":
    """The trained model, with what was assumed about it said on standard error. Raises UserError."""
    from cnn_tui.engine.model_weights import read_model_weights

    path = weights_file(source, runs)
    trained = read_model_weights(path, model=model_at(model) if model else None)
    for note in trained.notes:
        progress_console().print(clean(f"{path.name}: {note}", 1000), style="yellow", soft_wrap=True)
    return trained
