"""A trained model that a command is to work with: a run, or any file of weights, with its model where it has none."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from cnn_tui.cli.model import model_at
from cnn_tui.cli.output import progress_console
from cnn_tui.errors import Place, UserError, one_of
from cnn_tui.runs.run import open_run
from cnn_tui.settings import runs_folder
from cnn_tui.spec.data import Scaling
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

ScaleOf = Annotated[
    str,
    typer.Option(
        "--scale", metavar="SCALE", help="For weights made elsewhere: what was done to pixels, none or unit (0 to 1)."
    ),
]
SCALES = {"none": Scaling(), "unit": Scaling(divide=(255.0,))}


def weights_file(source: Path, runs: Path | None) -> Path:
    """The file itself, or the best weights of the run of that name. Raises UserError."""
    if source.is_file():
        return source
    run = open_run(source, runs_folder(runs))
    if not run.weights_file.exists():
        raise UserError("has no weights yet", Place(run.path), "They are written after the first epoch.")
    return run.weights_file


def open_trained(source: Path, runs: Path | None, model: Path | None, scale: str = "") -> "Trained":
    """The trained model, with what was assumed about it said on standard error. Raises UserError."""
    if scale and scale not in SCALES:
        raise UserError(f'"{scale}" is no scale', "--scale", f"Use {one_of(tuple(SCALES))}.")
    from cnn_tui.engine.model_weights import read_model_weights

    path = weights_file(source, runs)
    trained = read_model_weights(path, model=model_at(model) if model else None)
    if scale:
        trained = _scaled(trained, scale, path)
    for note in trained.notes:
        progress_console().print(clean(f"{path.name}: {note}", 1000), style="yellow", soft_wrap=True)
    return trained


def _scaled(trained: "Trained", scale: str, path: Path) -> "Trained":
    """With the scaling that is said, where the file is not from a training here, which says its own."""
    from cnn_tui.engine.model_weights import NO_SCALING

    if trained.about.epoch:
        raise UserError("says itself how pixels are scaled", Place(path), "Leave --scale out.")
    about = replace(trained.about, scaling=SCALES[scale])
    return replace(trained, about=about, notes=tuple(note for note in trained.notes if note != NO_SCALING))
