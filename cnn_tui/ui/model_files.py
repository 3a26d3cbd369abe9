"""Models from files and into files: presets, opening, saving; each asks what it must and tells what went wrong."""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cnn_tui.errors import UserError, writing
from cnn_tui.spec.model import Model
from cnn_tui.spec.model_file import write_model
from cnn_tui.spec.shapes import total_parameters, trace
from cnn_tui.text import clean
from cnn_tui.ui.dialogs.choose import Choose
from cnn_tui.ui.dialogs.confirm import Confirm
from cnn_tui.ui.dialogs.finder import Entry
from cnn_tui.ui.dialogs.path import AskPath
from cnn_tui.ui.numbers import times

if TYPE_CHECKING:
    from cnn_tui.ui.app import CnnApp


async def choose_preset(app: "CnnApp") -> None:
    """Takes a shipped model, made to fit the data, and tells what was changed; an undo brings the one before back."""
    from cnn_tui.spec.model_presets import adapted, model_presets  # it reads every file that is shipped

    report = app.current_session.report
    shape = report.train.shape if report else app.current_session.model.input_shape
    entries = [Entry(preset.name, f"{preset.about} {_size(preset.model)}.", preset.model) for preset in model_presets()]
    entries.append(Entry("empty", f"No layer at all, on an input of {times(shape)}.", Model(shape, ())))
    chosen = await app.push_screen_wait(Choose("Start from a known network", entries))
    if chosen is None:
        return
    changes: tuple[str, ...] = ()
    if report and chosen.layers:
        chosen, changes = adapted(chosen, report.train.shape, len(report.classes))
    app.session = app.current_session.with_model(chosen)
    if changes:
        app.notify(f"To fit the data: {'; '.join(changes)}.", title=clean(chosen.name, 40), timeout=12, markup=False)


async def ask_and_open(app: "CnnApp") -> None:
    """Asks for a model file and takes what it holds."""
    from cnn_tui.interop.models import open_model

    path = await app.push_screen_wait(AskPath("Open a model", _folder(app)))
    if path is None:
        return
    try:
        model = open_model(path)
    except UserError as error:
        app.show_error(error)
        return
    app.session = replace(app.current_session.with_model(model), model_file=path, saved_model=model)


async def ask_and_save(app: "CnnApp") -> None:
    """Saves the model to its file; the first time it asks for one, and before it replaces a file."""
    model = app.current_session.model
    path = app.current_session.model_file
    if path is None:
        name = f"{clean(model.name, 40)}.json".replace("/", "-")
        path = await app.push_screen_wait(AskPath("Save the model as Keras JSON", Path.cwd(), to_save=True, name=name))
        if path is None:
            return
        if path.exists() and not await app.push_screen_wait(Confirm(f"{clean(path.name)} exists.", yes="Replace it")):
            return
    try:
        with writing(path):
            write_model(model, path)
    except UserError as error:
        app.show_error(error)
        return
    app.session = replace(app.current_session, model_file=path, saved_model=model)
    app.notify(f"Saved to {clean(path)}.", markup=False)


def _size(model: Model) -> str:
    return f"{len(model.layers)} layers, {total_parameters(trace(model)):,} parameters"


def _folder(app: "CnnApp") -> Path:
    held = app.current_session.model_file
    return held.parent if held else Path.cwd()
