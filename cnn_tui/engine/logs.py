"""The epochs of a run in the words of other programs: a table in Galaxy's layout, curves for TensorBoard."""

from collections.abc import Callable
from pathlib import Path

from cnn_tui.engine.judging import values_of
from cnn_tui.files import replace_text
from cnn_tui.runs.events import EpochEnd, Event, Started
from cnn_tui.runs.run import Run
from cnn_tui.spec.training import Training

Say = Callable[[Event], None]
CSV_FILE, TENSORBOARD_FOLDER = "log.csv", "tensorboard"
"""In the directory of a run."""
ORDER = ("loss", "accuracy", "val_loss", "val_accuracy")
GALAXYS = {"accuracy": "acc", "val_accuracy": "val_acc"}
"""What Galaxy's table calls them."""


def logged(run: Run, plan: Training, say: Say) -> Say:
    """What says events, and writes the logs that the training asks for as it does."""
    logs: list[Say] = []
    if plan.csv_log:
        logs.append(_Table(run.path / CSV_FILE).take)
    if plan.tensorboard:
        logs.append(_Curves(run.path / TENSORBOARD_FOLDER).take)

    def say_and_log(event: Event) -> None:
        say(event)
        for log in logs:
            log(event)

    return say_and_log if logs else say


class _Table:
    """Tab-separated, a line an epoch from 1: `epoch loss acc val_loss val_acc`, then what else is computed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def take(self, event: Event) -> None:
        match event:
            case Started(epoch=done):
                self._keep(done)
            case EpochEnd():
                self._add(event)

    def _keep(self, epochs: int) -> None:
        """Only the epochs before the checkpoint that a resumed training goes on from."""
        if self._path.exists():
            lines = self._path.read_text().splitlines(keepends=True)
            replace_text(self._path, "".join(lines[: epochs + 1]))

    def _add(self, end: EpochEnd) -> None:
        known = {name: value for name, value in values_of(end).items() if value is not None}
        names = sorted(known, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
        with self._path.open("a") as file:
            if not file.tell():
                file.write("\t".join(["epoch", *(GALAXYS.get(name, name) for name in names)]) + "\n")
            file.write("\t".join([str(end.epoch), *(f"{known[name]:.9g}" for name in names)]) + "\n")


class _Curves:
    """Events of TensorBoard, a point an epoch; what a resumed training repeats takes the place of what was there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, event: Event) -> None:
        from torch.utils.tensorboard import SummaryWriter

        if isinstance(event, Started):
            self._writer = SummaryWriter(str(self._folder), purge_step=event.epoch + 1)
        elif isinstance(event, EpochEnd):
            for name, value in {**values_of(event), "learning_rate": event.learning_rate}.items():
                if value is not None:
                    part = "validation" if name.startswith("val_") else "training"
                    self._writer.add_scalar(f"{name.removeprefix('val_')}/{part}", value, event.epoch)
            self._writer.flush()
