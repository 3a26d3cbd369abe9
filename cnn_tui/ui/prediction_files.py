"""Dialogs of the Predict place: which model, which images, where predictions and drawings go, names of classes."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cnn_tui.errors import Place, UserError
from cnn_tui.results.prediction_file import named
from cnn_tui.runs.run import Run, list_runs
from cnn_tui.text import clean
from cnn_tui.ui.dialogs.ask_text import AskText
from cnn_tui.ui.dialogs.choose import Choose
from cnn_tui.ui.dialogs.confirm import Confirm
from cnn_tui.ui.dialogs.finder import Entry
from cnn_tui.ui.dialogs.path import AskPath

if TYPE_CHECKING:
    from cnn_tui.ui.app import CnnApp

Layout = Literal["classes", "probabilities"]
MOST_RUNS = 200
A_FILE = "a file"
DRAWINGS = "drawings.tsv"


async def choose_model(app: "CnnApp") -> Path | None:
    """The weights of a run, or a file of weights."""
    runs = [run for run in list_runs(app.runs_folder)[:MOST_RUNS] if run.weights_file.exists()]
    entries: list[Entry[Run | str]] = [Entry("a file", "model.safetensors, .keras, .h5 or other weights", A_FILE)]
    entries += [Entry(run.name, "a run", run) for run in runs]
    chosen = await app.push_screen_wait(Choose("Predict with", entries))
    if isinstance(chosen, Run):
        return chosen.weights_file
    if chosen is None:
        return None
    return await app.push_screen_wait(AskPath("A file of weights", app.runs_folder.absolute()))


async def ask_for_images(app: "CnnApp", start: Path) -> Path | None:
    """A file, a folder or one image."""
    return await app.push_screen_wait(AskPath("Predict the images of", start, folders=True))


async def ask_where_to_write(app: "CnnApp", images: Path, are_numbers: bool = False) -> tuple[Path, Layout] | None:
    """A layout of Galaxy's, and a file, which is replaced only if someone says so; numbers have one layout."""
    layouts: list[Entry[Layout]] = [
        Entry("Predicted", "one column, the class of each image", "classes"),
        Entry("probabilities", "a column for each class", "probabilities"),
    ]
    layout = None if are_numbers else await app.push_screen_wait(Choose("Write the predictions as", layouts))
    if layout is None and not are_numbers:
        return None
    folder = images.parent if images.parent.is_dir() else Path.cwd()
    name = f"{images.name.partition('.')[0]}_{layout or 'numbers'}.tsv"
    path = await ask_to_save(app, "Write the predictions into", folder, name)
    return (path, layout or "classes") if path else None


async def ask_to_save(
    app: "CnnApp",
    title: str,
    folder: Path,
    name: str,
    ending: str = "",
    beside: Callable[[Path], Path | None] = lambda path: None,
) -> Path | None:
    """A file to write; one that is there, or one that is written beside it, is replaced only if someone says so."""
    path = await app.push_screen_wait(AskPath(title, folder, to_save=True, name=name, ending=ending))
    if path is None:
        return None
    there = [clean(one.name) for one in (path, beside(path)) if one and one.exists()]
    if not there:
        return path
    are, them = ("is", "it") if len(there) == 1 else ("are", "them")
    question = Confirm(f"{' and '.join(there)} {are} there already.", yes=f"Replace {them}")
    return path if await app.push_screen_wait(question) else None


async def ask_where_drawings_go(app: "CnnApp", kept: Path | None) -> Path | None:
    """The file that drawings are added to: that of the last one, or another."""
    if kept:
        return kept
    return await app.push_screen_wait(
        AskPath("Keep drawings in (.tsv or .npz)", Path.cwd(), to_save=True, name=DRAWINGS)
    )


async def ask_for_label(app: "CnnApp", classes: tuple[str, ...], likeliest: int) -> str | None:
    """What a drawing shows; the model's own opinion comes first."""
    order = [likeliest, *(place for place in range(len(classes)) if place != likeliest)]
    about = {likeliest: "what the model says"}
    entries = [Entry(classes[place], about.get(place, ""), classes[place]) for place in order]
    return await app.push_screen_wait(Choose("What does the drawing show?", entries))


async def ask_for_names(app: "CnnApp", known: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...] | None:
    """Names for the classes of a model: typed, or of a file with one a line."""
    typed = await app.push_screen_wait(
        AskText(
            "Names of the classes",
            f"{len(known):,} names separated by commas, in the order of the classes, or the path of a file of them. "
            "Empty: as the model has them.",
            ", ".join(now),
            lambda text: _objection(text, known),
        )
    )
    return None if typed is None else _names(typed, known)


def _names(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    path = Path(text.strip()).expanduser()
    if not text.strip():
        return known
    if path.is_file():
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError):
            raise UserError("is no text file of names", Place(path), "Write one name a line.") from None
        return named([line for line in lines if line.strip()], known, Place(path))
    return named(text.split(","), known)


def _objection(text: str, known: tuple[str, ...]) -> str:
    try:
        _names(text, known)
    except (UserError, OSError) as error:
        return error.sentence if isinstance(error, UserError) else "That is neither names nor a file."
    return ""
