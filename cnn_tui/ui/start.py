"""What stands between a session and its run, and the command line that would start the same run."""

import shlex
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from cnn_tui.spec.data import Data
from cnn_tui.spec.fields import show
from cnn_tui.spec.presets import preset_file
from cnn_tui.spec.shapes import total_parameters, trace
from cnn_tui.spec.training import Training
from cnn_tui.text import clean
from cnn_tui.ui.session import Session

_PLACEHOLDER = "MODEL.json"
_DATA_OPTIONS = ("header", "scale", "validation")
_TRAINING_OPTIONS = ("batch_size", "seed", "device", "precision")


class Command(Struct, frozen=True):
    """A command line, and the names of settings that it cannot say."""

    words: tuple[str, ...]
    unsaid: tuple[str, ...]

    @property
    def text(self) -> str:
        """As it is typed into a shell."""
        return shlex.join(self.words)


def obstacle(session: Session) -> str:
    """Why no run can be started now, with the way out; empty when one can."""
    if session.data is None:
        return "There is no data yet. Open some in 1 Data."
    if session.data_problem:
        return f"{session.data_problem} See 1 Data."
    if session.report is None:
        return "The data is being read."
    if problems := session.problems:
        return f"{problems[0].sentence} Mend it in 2 Model."
    return ""


def command_line(session: Session, folder: Path) -> Command:
    """The command that trains the same; paths count from `folder` where they lie in it."""
    data, training = session.data, session.training
    model = (session.model_file if session.is_saved else None) or preset_file(session.model)
    words = ["cnn-tui", "train"]
    for path in _data_paths(data) if data else ():
        words += ["--data", _seen_from(folder, path)]
    words += ["--model", _seen_from(folder, model) if model else _PLACEHOLDER, "--epochs", str(training.epochs)]
    chosen = _changed(training, Training()) | _changed(training.optimizer, Training().optimizer)
    chosen |= _changed(data, Data(train=data.train, test=data.test)) if data else {}
    for name in (*_TRAINING_OPTIONS, "learning_rate", *_DATA_OPTIONS):
        if name in chosen:
            words += [f"--{name.replace('_', '-')}", show(chosen.pop(name))]
    unsaid = tuple(name for name in chosen if name not in ("epochs", "optimizer"))
    return Command(tuple(words), unsaid)


def plan(session: Session) -> str:
    """What a run would do, in one line."""
    training, data = session.training, session.data
    rows = trace(session.model)
    words = [
        clean(session.model.name, 40),
        f"{total_parameters(rows):,} parameters",
        f"{training.epochs:,} epochs in batches of {training.batch_size:,}",
    ]
    if data:
        held_out = f"{data.validation:.0%} of the training rows held out" if data.validation else "nothing held out"
        words += [held_out, f"scale {data.scale}"]
    return " · ".join(words)


def what_is_unsaid(session: Session, command: Command) -> str:
    """What has to be done besides typing the command; empty: nothing."""
    sentences = []
    if _PLACEHOLDER in command.words:
        sentences.append(f"The model is in no file of its own yet: 2 Model saves it; {_PLACEHOLDER} stands for it.")
    if command.unsaid:
        sentences.append(f"It has no option for {', '.join(command.unsaid)}; a run's experiment.json holds them all.")
    return " ".join(sentences)


def _data_paths(data: Data) -> tuple[Path, ...]:
    """The folder, if all files lie in it; else the files."""
    tables = [table for table in (data.train, data.test) if table]
    files = tuple(Path(path) for table in tables for path in (table.images, table.labels) if path)
    folders = {file.parent for file in files}
    return tuple(folders) if len(folders) == 1 and len(files) > 1 else files


def _changed(value: Struct, default: Struct) -> dict[str, Any]:
    """The settings that are not as they are by default."""
    usual = asdict(default)
    return {name: setting for name, setting in asdict(value).items() if setting != usual[name]}


def _seen_from(folder: Path, path: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
