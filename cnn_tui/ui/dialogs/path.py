"""Asking for a path: typed with completion, or found in the folders."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from cnn_tui.spec.data import where
from cnn_tui.text import clean
from cnn_tui.ui.dialogs.finder import Entry, Finder

MAX_ENTRIES = 300


class AskPath(Finder[Path]):
    """Asks for a path, beginning in the folder `start`.

    With `to_save` any name will do; else it must be there. With `folders` a folder is an answer too (ctrl+o, or enter
    on a path that is typed whole), and so is what `::` names inside a file; enter on a folder in the list opens it.
    With an `ending`, what is saved must have it.
    """

    PLACEHOLDER = "a path"
    DEFAULT_CSS: ClassVar[str] = "AskPath OptionList { max-height: 50vh; }"  # what enter does stays in view below it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", tooltip="Write the chosen name into the line", id="path.complete"),
        Binding("ctrl+o", "take_typed", "Take it", tooltip="Take the path as it is typed", id="path.take"),
    ]

    def __init__(
        self, title: str, start: Path, to_save: bool = False, folders: bool = False, name: str = "", ending: str = ""
    ) -> None:
        super().__init__(title)
        self._start = start
        self._to_save = to_save
        self._folders = folders
        self._first = name
        self._ending = ending

    def on_mount(self) -> None:
        """Begins with the folder, and the name when one is proposed."""
        super().on_mount()
        typed = self.query_one(Input)
        typed.value = _as_typed(self._start) + self._first
        typed.cursor_position = len(typed.value)

    def find(self, typed: str) -> Sequence[Entry[Path]]:
        """What is in the folder of the typed path, as far as it begins like its last part."""
        folder, _, beginning = _meant(typed).rpartition("/")
        return _listed(_place(folder + "/") if "/" in typed else Path.cwd(), beginning)

    def narrow(self, typed: str) -> None:
        """Lists the folder, and says what enter would do."""
        super().narrow(typed)
        self.say(self._advice(typed))

    def take(self) -> None:
        """A folder in the list is opened; a file, or a path that was typed whole, is the answer."""
        typed, chosen = self.query_one(Input).value, self.chosen
        if self._to_save or chosen is None or (self._folders and _place(typed).is_dir() and not typed.endswith("/")):
            self.action_take_typed()
        elif chosen.answer.is_dir():
            self.action_complete()
        else:
            self.answer(chosen.answer)

    def action_complete(self) -> None:
        """Writes the chosen name into the line; a folder is opened by it."""
        if self.chosen:
            typed = self.query_one(Input)
            typed.value = _as_typed(self.chosen.answer)
            typed.cursor_position = len(typed.value)

    def action_take_typed(self) -> None:
        """Answers with the path in the line, if it can be one."""
        typed = self.query_one(Input).value
        path = _place(typed)
        if not typed.strip():
            self.say("Type a path, or choose one from the list.", wrong=True)
        elif self._to_save and (path.is_dir() or typed.endswith("/")):
            self.say("This is a folder. Add the name of a file.", wrong=True)
        elif self._to_save and not path.parent.is_dir():
            self.say(f"There is no folder {clean(path.parent)}.", wrong=True)
        elif self._to_save and not path.name.lower().endswith(self._ending):
            self.say(f"A file of this kind ends in {self._ending}. Add that to its name.", wrong=True)
        elif not self._to_save and not (where(str(path)).path if self._folders else path).exists():
            self.say(f"There is nothing at {clean(path)}. Check the path.", wrong=True)
        elif path.is_dir() and not self._folders:
            self.say("This is a folder. Choose a file in it.", wrong=True)
        else:
            self.answer(path)

    def answer(self, path: Path) -> None:
        """Closes with a path that can be one."""
        self.dismiss(path)

    def _advice(self, typed: str) -> str:
        if self._to_save:
            return "enter saves here; tab completes"
        if self._folders:
            return "enter opens a folder or takes a file; ctrl+o takes the whole folder; tab completes"
        return "enter opens a folder or takes a file; tab completes"


def _meant(typed: str) -> str:
    """What a line means: a path that begins at the root or at home after another one takes its place."""
    return re.split("/(?=[/~])", typed)[-1]


def _place(typed: str) -> Path:
    return Path(os.path.expandvars(_meant(typed).strip())).expanduser()


def _as_typed(path: Path) -> str:
    """A path as it stands in the line: a folder ends with a slash."""
    text = str(path)
    return f"{text.rstrip('/')}/" if path.is_dir() else text


def _listed(folder: Path, beginning: str) -> list[Entry[Path]]:
    """Folders first, then files, by name, and the way up; hidden ones only when asked for."""
    try:
        found = [entry for entry in os.scandir(folder) if entry.name.lower().startswith(beginning.lower())]
    except OSError:
        return []
    shown = [entry for entry in found if beginning.startswith(".") or not entry.name.startswith(".")]
    shown.sort(key=lambda entry: (not entry.is_dir(), entry.name.lower()))
    entries = [
        Entry(f"{entry.name}/" if entry.is_dir() else entry.name, "", Path(entry.path)) for entry in shown[:MAX_ENTRIES]
    ]
    if not beginning.strip("."):
        entries.append(Entry("../", "the folder above", folder.resolve().parent))
    return entries
