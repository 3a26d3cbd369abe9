"""Taking a trained model away: for which program, what that loses, where to, and the service that writes it."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from cnn_tui.errors import UserError
from cnn_tui.interop.lost import FOR
from cnn_tui.runs.client import Stopped
from cnn_tui.runs.run import Run
from cnn_tui.text import clean
from cnn_tui.ui.dialogs.finder import Entry

if TYPE_CHECKING:
    from cnn_tui.ui.app import CnnApp


class Kind(Struct, frozen=True):
    """A kind of file that trained models are written in."""

    title: str
    about: str
    to: str
    """The service's word for it."""
    ending: str
    bake_scaling: bool = False
    needs: str = ""
    """The package without which it cannot be written; the extra that brings it is called the same."""


KINDS = (
    Kind("Keras", "Keras 3: the model and its weights", "keras", ".keras"),
    Kind("H5", "Keras 2 and 3, and Galaxy: the model and its weights", "h5", ".h5"),
    Kind("Weights H5", "Keras 3: the weights alone", "weights-h5", ".weights.h5"),
    Kind("safetensors", "this program's own: all that predicting needs", "safetensors", ".safetensors"),
    Kind("ONNX", "other programs; pixels are scaled before they go in", "onnx", ".onnx", needs="onnx"),
    Kind(
        "ONNX, scaling in",
        "other programs; takes raw pixels, the graph scales them",
        "onnx",
        ".onnx",
        True,
        needs="onnx",
    ),
    Kind("Python", "a file of code that needs torch and safetensors alone", "python", ".py"),
)


def kinds_of_models(run: Run) -> list[Entry[str | Kind]]:
    """The lines to choose from; greyed where there are no weights, or what a kind needs is not installed."""
    untrained = "" if run.weights_file.exists() else "There are no weights before the first epoch has ended."
    return [Entry(one.title, one.about, one, untrained or _missing(one)) for one in KINDS]


async def export_model(app: "CnnApp", run: Run, kind: Kind, folder: Path) -> None:
    """Says what is lost, asks for a place, and writes; that can be stopped."""
    from cnn_tui.interop.python_code import WEIGHTS_FILE
    from cnn_tui.ui.dialogs.preview import Preview, Way
    from cnn_tui.ui.dialogs.working import Working
    from cnn_tui.ui.prediction_files import ask_to_save
    from cnn_tui.ui.previews import exported_weights

    def beside(path: Path) -> Path | None:
        return path.with_name(WEIGHTS_FILE.format(stem=path.stem)) if kind.to == "python" else None

    try:
        model = run.experiment().model
    except UserError as error:
        app.show_error(error)
        return
    said = exported_weights(model, kind.about, FOR.get(kind.to))
    if not await app.push_screen_wait(Preview(f"Export: {kind.title}", said, [Way("Choose a file", True)])):
        return
    name = f"{clean(model.name, 40)}{kind.ending}".replace("/", "-").replace(" ", "_")
    out = await ask_to_save(app, "Write the model into", folder, name, kind.ending, beside)
    if out is None:
        return
    weights = str(run.weights_file.absolute())
    trouble = await app.push_screen_wait(
        Working(
            f"Writing {clean(out.name, 30)} …",
            lambda told: app.service.export_model(weights, str(out.absolute()), kind.to, kind.bake_scaling, told),
        )
    )
    if isinstance(trouble, Stopped):
        app.notify("Writing was stopped; nothing was written.", markup=False)
    elif trouble:
        app.show_error(trouble)
    else:
        written = " and ".join(seen_from_here(one) for one in (out, beside(out)) if one)
        app.notify(f"Written: {written}", timeout=12, markup=False)


def seen_from_here(path: Path) -> str:
    """A path as it is told: from the folder that the program was started in, where it lies in it."""
    return clean(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _missing(kind: Kind) -> str:
    if not kind.needs or find_spec(kind.needs):
        return ""
    return f"Install it: pip install 'cnn-tui[{kind.needs}]'"
