"""What stands between a session and its run, and the same as commands: to look at its data, to start its run."""

import shlex
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.spec.data import INSIDE, Data, Reading
from cnn_tui.spec.data_checks import is_of_data
from cnn_tui.spec.fields import fields, show
from cnn_tui.spec.model_presets import preset_file
from cnn_tui.spec.shapes import total_parameters, trace
from cnn_tui.spec.training import Training
from cnn_tui.spec.training_checks import WHERE as TRAINING
from cnn_tui.text import clean
from cnn_tui.ui.session import Session

_PLACEHOLDER = "MODEL.json"


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
    if not session.report.labelled:
        return "The data has no labels, so there is nothing to learn from it. Open labelled images in 1 Data."
    if problems := session.problems:
        first = next((one for one in problems if one.where != TRAINING and not is_of_data(one)), problems[0])
        if is_of_data(first):
            return f"{first.sentence} Mend it in 1 Data."
        return first.sentence if first.where == TRAINING else f"{first.sentence} Mend it in 2 Model."
    return ""


def training_problems(session: Session) -> dict[str, str]:
    """What keeps the training from making sense, by the name of the setting."""
    return {one.field: one.sentence for one in session.problems if one.where == TRAINING and one.field}


def command_line(session: Session, folder: Path) -> Command:
    """The command that trains the same; paths count from `folder` where they lie in it."""
    data, training = session.data, session.training
    model = (session.model_file if session.is_saved else None) or preset_file(session.model)
    words, unsaid = ["cnn-tui", "train"], []
    paths, in_parts = _paths(data) if data else ((), ())
    for path in paths:
        words += ["--data", _seen_from(folder, path)]
    words += ["--model", _seen_from(folder, model) if model else _PLACEHOLDER, "--epochs", str(training.epochs)]
    words += _options_of_training(training)
    if data:
        words += _options(data, Data)
        unsaid += [*in_parts, *(["augmentation"] if data.augmentation else [])]
    return Command(tuple(words), tuple(unsaid))


def data_command(data: Data, folder: Path) -> Command:
    """The command that tells what is in the data."""
    paths, unsaid = _paths(data)
    words = ["cnn-tui", "data", "info", *(_seen_from(folder, path) for path in paths), *_options(data, Reading)]
    if data.has_numbers:
        words += _option("targets", data.targets)
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
        if data.validate:
            held_out = "watched on images of their own"
        elif data.folds:
            held_out = f"fold {data.fold} of {data.folds} held out"
        words += [held_out, f"scale {data.scale}", *(["augmented"] if data.augmentation else [])]
    return " · ".join(words)


def what_is_unsaid(session: Session, command: Command) -> str:
    """What has to be done besides typing the command; empty: nothing."""
    sentences = []
    if _PLACEHOLDER in command.words:
        sentences.append(f"The model is in no file of its own yet: 2 Model saves it; {_PLACEHOLDER} stands for it.")
    if command.unsaid:
        sentences.append(f"It has no option for {', '.join(command.unsaid)}; a run's experiment.json holds them all.")
    return " ".join(sentences)


def _paths(data: Data) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """The paths that mean these sources, and what no path can say.

    The folder, if all images and labels lie in it, as a set of tables does; else one by one, in the order of the parts.
    """
    sources = data.sources
    files = tuple(Path(path) for source in sources.values() for path in (source.images, source.labels) if path)
    unsaid = [f"the format of {part}" for part, source in sources.items() if source.format != "auto"]
    have_labels = {source.labels is not None for source in sources.values()}
    if len(have_labels) > 1 or (len(sources) == 2 and not _are_told_apart(data)):
        unsaid.append("which file is what")
    folders = {file.parent for file in files}
    is_set = have_labels == {True} and len(folders) == 1 and not any(INSIDE in str(file) for file in files)
    return (tuple(folders) if is_set and not data.validate else files), tuple(unsaid)


def _are_told_apart(data: Data) -> bool:
    """Whether two sources are taken for training and test: by their number, or without labels by their names."""
    if data.test is None:
        return False
    return data.test.labels is not None or ("train" in data.train.images.lower() and "test" in data.test.images.lower())


def _options_of_training(training: Training) -> list[str]:
    """The options of what is not as it is by default; of the optimizer, a rate alone is an option of its own."""
    words = []
    usual, optimizer = Training(), training.optimizer
    if optimizer == replace(usual.optimizer, learning_rate=optimizer.learning_rate):
        if optimizer != usual.optimizer:
            words += _option("learning_rate", optimizer.learning_rate)
        training = replace(training, optimizer=usual.optimizer)
    return words + _options(replace(training, epochs=usual.epochs), Training)


def _options(data: Struct, struct: type[Struct]) -> list[str]:
    """An option for each setting of the struct that is not as it is by default."""
    offered = [one for one in fields(struct) if one.kind != "part" and getattr(data, one.name) != one.default]
    return [word for one in offered for word in _option(one.name, getattr(data, one.name))]


def _option(name: str, value: Any) -> list[str]:
    """A setting as an option: a flag stands for itself."""
    option = f"--{name.replace('_', '-')}"
    return [option] if value is True else [option, show(value)]


def _seen_from(folder: Path, path: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
