"""Models from files and into files: presets, import, export, saving; each asks what it must, says what is wrong."""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cnn_tui.errors import UserError, writing
from cnn_tui.spec.make import change
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


ENDING = ".json"


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
        chosen, changes = adapted(chosen, report.train.shape, len(report.classes), len(report.targets))
    app.session = app.current_session.with_model(chosen)
    if changes:
        app.notify(f"To fit the data: {'; '.join(changes)}.", title=clean(chosen.name, 40), timeout=12, markup=False)


async def ask_and_import(app: "CnnApp") -> None:
    """Asks for a file of a model, shows what is in it, and takes that, with the training of a workflow if wanted."""
    from cnn_tui.ui.dialogs.import_model import ImportModel  # it knows every format

    dialog = ImportModel(_folder(app), app.current_session)
    await app.push_screen_wait(dialog)
    if dialog.taken is None:
        return
    path, found = dialog.taken.path, dialog.taken.found
    session, workflow = app.current_session.with_model(found.model), found.workflow
    app.session = replace(session, model_file=None if workflow else path, saved_model=found.model)
    if workflow and dialog.taken.with_training:
        app.session = replace(app.current_session, training=workflow.training)
        if data := app.current_session.data:
            app.set_data(change(data, "the data", **workflow.split))


async def ask_and_export(app: "CnnApp") -> None:
    """Shows what each program makes of the model as JSON, asks for a file and writes it; the model's own file stays."""
    from cnn_tui.ui.dialogs.preview import Preview, Way
    from cnn_tui.ui.prediction_files import ask_to_save
    from cnn_tui.ui.previews import exported_model

    model = app.current_session.model
    preview = Preview("Export the model as Keras JSON", exported_model(model), [Way("Choose a file", True)])
    if not await app.push_screen_wait(preview):
        return
    path = await ask_to_save(app, "Write the model into", _folder(app), _name(model), ending=ENDING)
    if path is not None and _written(app, model, path):
        app.notify(f"Written: {clean(path)}", markup=False)


async def ask_and_save(app: "CnnApp") -> None:
    """Saves the model to its file; the first time it asks for one, and before it replaces a file."""
    model = app.current_session.model
    path = app.current_session.model_file
    if path is None or path.suffix.lower() != ENDING:  # a file of weights stays what it is
        title, name = "Save the model as Keras JSON", _name(model)
        path = await app.push_screen_wait(AskPath(title, _folder(app), to_save=True, name=name))
        if path is None:
            return
        if path.exists() and not await app.push_screen_wait(Confirm(f"{clean(path.name)} exists.", yes="Replace it")):
            return
    if _written(app, model, path):
        app.session = replace(app.current_session, model_file=path, saved_model=model)
        app.notify(f"Saved to {clean(path)}.", markup=False)


def _written(app: "CnnApp", model: Model, path: Path) -> bool:
    """Whether the model is in the file; why not is told."""
    try:
        with writing(path):
            write_model(model, path)
    except UserError as error:
        app.show_error(error)
        return False
    return True


def _name(model: Model) -> str:
    return f"{clean(model.name, 40)}{ENDING}".replace("/", "-")


def _size(model: Model) -> str:
    return f"{len(model.layers)} layers, {total_parameters(trace(model)):,} parameters"


def _folder(app: "CnnApp") -> Path:
    held = app.current_session.model_file
    return held.parent if held else Path.cwd()
