"""A run as a directory: where its files are, who may read them, and what state it is in."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from cnn_tui.errors import Place, UserError
from cnn_tui.files import replace_text
from cnn_tui.runs.events import read_events
from cnn_tui.runs.heartbeat import SILENT_AFTER_SECONDS, seconds_silent
from cnn_tui.runs.history import ENDED, History, confirmed, fold_all
from cnn_tui.runs.presence import how_it_went, is_at_work, presence_in
from cnn_tui.spec.experiment import Experiment, dump_experiment, read_experiment

MAX_NAME = 80
DATE = "%Y-%m-%d-%H%M"


class Run(Struct, frozen=True):
    """One run's directory. Nothing is kept in memory: every answer comes from the files."""

    path: Path

    @property
    def name(self) -> str:
        """The directory's name."""
        return self.path.name

    @property
    def experiment_file(self) -> Path:
        """The request, written once."""
        return self.path / "experiment.json"

    @property
    def machine_file(self) -> Path:
        """Versions, device, threads, and why each was chosen; written by each trainer at its start."""
        return self.path / "machine.json"

    @property
    def events_file(self) -> Path:
        """What happened, append-only."""
        return self.path / "events.jsonl"

    @property
    def log_file(self) -> Path:
        """The trainer's output and tracebacks."""
        return self.path / "trainer.log"

    @property
    def lock_file(self) -> Path:
        """Held by the trainer as long as it lives."""
        return self.path / "run.lock"

    @property
    def heartbeat_file(self) -> Path:
        """Touched by the trainer once a second while it works; gone when it has ended well."""
        return self.path / "heartbeat"

    @property
    def fingerprint_file(self) -> Path:
        """What the data was that it is trained on."""
        return self.path / "data.json"

    @property
    def control_folder(self) -> Path:
        """Requests to the trainer."""
        return self.path / "control"

    @property
    def checkpoints_folder(self) -> Path:
        """What a trainer resumes from."""
        return self.path / "checkpoints"

    @property
    def weights_file(self) -> Path:
        """The best weights, alone enough to predict."""
        return self.path / "model.safetensors"

    @property
    def evaluation_file(self) -> Path:
        """The confusion counts of the final test."""
        return self.path / "evaluation.json"

    @property
    def predictions_file(self) -> Path:
        """The probabilities of the final test, an image a row."""
        return self.path / "predictions.npz"

    @property
    def scores_file(self) -> Path:
        """What the final test was judged by; of predicted numbers all scores, as they have no matrix."""
        return self.path / "scores.json"

    @property
    def has_results(self) -> bool:
        """Whether there is a test to look at: a matrix, or predicted numbers and their scores."""
        return self.evaluation_file.exists() or (self.scores_file.exists() and self.predictions_file.exists())

    @property
    def matrices_file(self) -> Path:
        """The confusion counts of the validation after each epoch, append-only."""
        return self.path / "matrices.jsonl"

    @property
    def marks_file(self) -> Path:
        """Images that someone marked, append-only; `train --exclude` leaves them out."""
        return self.path / "marks.csv"

    @property
    def exports_folder(self) -> Path:
        """What people took out of it."""
        return self.path / "exports"

    @property
    def is_running(self) -> bool:
        """Whether a trainer is at work, by the lock that it holds; by its signs of life when it is elsewhere."""
        return is_at_work(self.lock_file, self.heartbeat_file, self.machine() or None)

    @property
    def pid(self) -> int | None:
        """The trainer's process, or None when none is at work."""
        return presence_in(self.machine()).pid or None if self.is_running else None

    @property
    def seconds_silent(self) -> float:
        """How long a trainer at work has given no sign of life; 0 while it does, and when none is at work."""
        silent = seconds_silent(self.heartbeat_file)
        return silent if silent is not None and silent >= SILENT_AFTER_SECONDS and self.is_running else 0.0

    @property
    def was_saved_by_signal(self) -> bool:
        """Whether its trainer was told by the system to end, and has saved and said so."""
        return fold_all(read_events(self.events_file)[0]).state == "interrupted"

    def experiment(self) -> Experiment:
        """What was asked for. Raises UserError."""
        return read_experiment(self.experiment_file)

    def machine(self) -> dict[str, Any]:
        """What the newest trainer ran on; empty when none has said."""
        try:
            found = json.loads(self.machine_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def history(self) -> History:
        """Everything that happened."""
        was_running = self.is_running
        return self.confirmed(fold_all(read_events(self.events_file)[0]), was_running)

    def confirmed(self, history: History, was_running: bool) -> History:
        """The history with its true state, given whether a trainer was at work before its events were read."""
        if history.state in ENDED or was_running:
            return history
        if not self.events_file.exists():
            return confirmed(history, was_running)
        return confirmed(history, was_running, how_it_went(presence_in(self.machine()), self.path, self.log_file))


def create_run(root: Path, experiment: Experiment, name: str = "") -> Run:
    """A new directory, `<date>-<time>-<name>`, that only its owner can read. Raises UserError if it cannot be made."""
    label = re.sub(r"[^A-Za-z0-9._-]+", "-", name or experiment.model.name).strip("-.")[:MAX_NAME] or "run"
    stem = f"{datetime.now():{DATE}}-{label}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        path = _free_folder(root, stem)
        run = Run(path)
        run.control_folder.mkdir(mode=0o700)
        run.checkpoints_folder.mkdir(mode=0o700)
        replace_text(run.experiment_file, dump_experiment(experiment))
    except OSError as error:
        raise UserError(
            f"no run can be kept here: {error.strerror}", Place(root), "Choose another folder with --runs DIR."
        ) from None
    return run


def open_run(path: Path, root: Path | None = None) -> Run:
    """The run at a path; or under `root` the one of that name, or the newest with that name after its date.

    Raises UserError when there is none.
    """
    if (path / "experiment.json").is_file():
        return Run(path)
    for run in list_runs(root) if root else ():
        if str(path) in (run.name, _label(run)):
            return run
    raise UserError("there is no run here", Place(path), "`cnn-tui runs` lists the runs.")


def list_runs(root: Path) -> tuple[Run, ...]:
    """The runs in a folder that can be looked at, the newest first; none when there is no such folder."""
    try:
        found = {child: age for child in root.iterdir() if (age := _age(child)) is not None}
    except OSError:
        return ()
    return tuple(Run(path) for path in sorted(found, key=lambda path: (found[path], path.name), reverse=True))


def _age(folder: Path) -> float | None:
    """When its experiment was written; None when it is no run, or another's that cannot be looked into."""
    try:
        return (folder / "experiment.json").stat().st_mtime
    except OSError:
        return None


def _label(run: Run) -> str:
    """A run's name after its date."""
    return run.name.split("-", DATE.count("-") + 1)[-1]


def _free_folder(root: Path, stem: str) -> Path:
    number = 1
    while True:
        path = root / (stem if number == 1 else f"{stem}-{number}")
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            number += 1
        else:
            return path
