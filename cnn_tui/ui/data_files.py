"""Data from files: opening, what was opened before, correcting a source, augmentation, the same as a command."""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cnn_tui.spec.data import Data, resolved, where
from cnn_tui.spec.report import PartName
from cnn_tui.text import clean
from cnn_tui.ui.session import Session
from cnn_tui.ui.source_edits import free_role, with_images_and_labels_exchanged, with_role, with_source

if TYPE_CHECKING:
    from cnn_tui.ui.app import CnnApp

# The dialogs are imported where they are opened: the first frame waits for every import.


async def ask_for_data(app: "CnnApp") -> Path | None:
    """A path that someone typed or found."""
    from cnn_tui.ui.dialogs.path import AskPath

    return await app.push_screen_wait(AskPath("Open data", _folder(app.current_session), folders=True))


async def open_path(app: "CnnApp", path: Path) -> None:
    """Takes the data at a path. Raises UserError."""
    app.set_data(await app.service.find([str(path)]))


async def add_path(app: "CnnApp", data: Data, path: Path) -> None:
    """Takes what lies at a path as a further source: the test, or what watches the training. Raises UserError."""
    role = free_role(data)
    assert role
    found = await app.service.find([str(path)])
    app.set_data(with_source(data, role, found.train))


async def choose_recent(app: "CnnApp") -> None:
    """Takes data that were opened before."""
    from cnn_tui.ui.dialogs.choose import Choose
    from cnn_tui.ui.dialogs.finder import Entry
    from cnn_tui.ui.recent import recent_data

    entries = [Entry(_name(data), str(where(data.train.images).path.parent), data) for data in recent_data()]
    chosen = await app.push_screen_wait(Choose("Recent data", entries))
    if chosen is not None:
        app.set_data(chosen)


async def edit_source(app: "CnnApp", data: Data, role: PartName) -> None:
    """Changes a source's name, files and format."""
    from cnn_tui.ui.dialogs.edit import EditSource

    changed = await app.push_screen_wait(EditSource(role, data.sources[role]))
    if changed is not None:
        app.set_data(resolved(with_source(data, role, changed), Path.cwd()))


def corrected(data: Data, role: PartName, deed: str) -> tuple[Data, PartName] | None:
    """The data after a deed done to a source, and the role to look at then; None where it cannot be done."""
    match deed:
        case "role_up" | "role_down":
            return with_role(data, role, -1 if deed == "role_up" else 1)
        case "swap" if data.sources[role].labels:
            return with_images_and_labels_exchanged(data, role), role
        case "remove" if role != "train":
            return with_source(data, role, None), "train"
    return None


def obstacle_to(deed: str) -> str:
    """Why a source cannot be corrected so."""
    return {
        "swap": "It has no file of labels that could be exchanged with the images.",
        "remove": "The training images cannot be left out. Give another source that role first.",
    }.get(deed, "There is no such role for it: something must be left to train on.")


async def edit_augmentation(app: "CnnApp", data: Data, part: PartName, row: int) -> None:
    """Changes what happens to training images at random, with a look at what it makes of one."""
    from cnn_tui.ui.dialogs.augment import NOTHING, EditAugmentation

    files = app.current_session.files  # they say whether labels are numbers, which the data may leave to the loss
    seen = replace(data, targets=files.targets) if files else data
    changed = await app.push_screen_wait(EditAugmentation(seen, part, row))
    if changed is not None:
        app.set_data(replace(data, augmentation=None if changed == NOTHING else changed))


async def show_command(app: "CnnApp") -> None:
    """Shows the commands that do the same as this screen."""
    from cnn_tui.ui.dialogs.command import CommandDialog
    from cnn_tui.ui.start import command_line, data_command

    session = app.current_session
    assert session.data
    look, train = data_command(session.data, Path.cwd()), command_line(session, Path.cwd())
    await app.push_screen_wait(CommandDialog({"Look at this data": look, "Train on it": train}))


def _name(data: Data) -> str:
    place = where(data.train.images)
    return data.train.name or f"{clean(place.path.name, 40)}{f'::{place.inside}' if place.inside else ''}"


def _folder(session: Session) -> Path:
    """Where the data are, or the current folder."""
    return where(session.data.train.images).path.parent if session.data else Path.cwd()
