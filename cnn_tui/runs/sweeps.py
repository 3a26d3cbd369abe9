"""A sweep as a folder of runs: what was asked of it, what each run is of it, and which of them are the best.

The folder's `sweep.json` has the settings that vary and every combination that was asked for; a run's
`combination.json` has its own, and whether it was pruned. All else is known from the runs themselves.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from cnn_tui.errors import Place, UserError
from cnn_tui.files import replace_text
from cnn_tui.runs.events import EpochEnd
from cnn_tui.runs.lock import held, is_held
from cnn_tui.runs.run import Run
from cnn_tui.spec.sweep import Combination, title

PREFIX = "sweep-"
"""What the name of a sweep's folder begins with."""
SWEEP_FILE, COMBINATION_FILE = "sweep.json", "combination.json"
LOCK_FILE = "sweep.lock"
"""Held in a sweep's folder as long as a command works on it."""
WORST = -1e30
"""The score of an epoch whose loss is not a number."""


class Asked(Struct, frozen=True, kw_only=True):
    """What was asked of a sweep, and what of it cannot be trained."""

    format: int = 1
    settings: tuple[str, ...] = ()
    """The names of those that vary."""
    combinations: tuple[Combination, ...] = ()
    impossible: dict[str, str] = {}
    """Why there is no run of a combination, by its title."""


class Part(Struct, frozen=True, kw_only=True):
    """What a run is of its sweep."""

    settings: Combination = {}
    pruned: bool = False
    """Whether it was stopped because it was hopeless."""


def sweep_folder(root: Path, label: str) -> Path:
    """Where the runs of a sweep are kept."""
    return root / f"{PREFIX}{label}"


def is_sweep(folder: Path) -> bool:
    """Whether this is a sweep's folder: it has the name of one, and what was asked for."""
    return folder.name.startswith(PREFIX) and (folder / SWEEP_FILE).is_file()


def write_sweep(folder: Path, asked: Asked) -> None:
    """Writes down what is asked. Raises UserError when the folder cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_text(folder / SWEEP_FILE, _json(asked))
    except OSError as error:
        problem = f"no sweep can be kept here: {error.strerror}"
        raise UserError(problem, Place(folder), "Choose another folder with --runs DIR.") from None


@contextmanager
def working_on(folder: Path) -> Iterator[None]:
    """Lets those who look know that the sweep goes on; another command that works on the same has told them already."""
    with ExitStack() as stack:
        with suppress(UserError):
            stack.enter_context(held(folder / LOCK_FILE))
        yield


def is_worked_on(folder: Path) -> bool:
    """Whether a command works on the sweep, between two of its runs too."""
    return is_held(folder / LOCK_FILE)


def read_sweep(folder: Path) -> Asked:
    """What was asked; nothing when that cannot be read, which must not hide the runs."""
    try:
        return msgspec.json.decode((folder / SWEEP_FILE).read_bytes(), type=Asked)
    except (OSError, ValueError):
        return Asked()


def join(run: Run, combination: Combination) -> None:
    """Writes down which combination a run is, if it does not say so already."""
    if read_part(run).settings != combination:
        _note(run, Part(settings=combination))


def mark_pruned(run: Run) -> None:
    """Writes down that a run is stopped because it is hopeless."""
    _note(run, replace(read_part(run), pruned=True))


def read_part(run: Run) -> Part:
    """What a run is of its sweep; nothing when it does not say."""
    try:
        return msgspec.json.decode((run.path / COMBINATION_FILE).read_bytes(), type=Part)
    except (OSError, ValueError):
        return Part()


def refused(asked: Asked, combination: Combination, sentence: str) -> Asked:
    """With a combination that cannot be trained."""
    return replace(asked, impossible={**asked.impossible, title(combination): sentence})


def score(epoch: EpochEnd) -> float:
    """How good an epoch was, more is better: validation accuracy, or how small the loss is."""
    if epoch.val_accuracy is not None:
        return epoch.val_accuracy
    loss = epoch.val_loss if epoch.val_loss is not None else epoch.loss
    return WORST if loss is None else -loss


def rank(best: EpochEnd | None) -> tuple[bool, float, float]:
    """Sorts the best first: by the validation's accuracy, then by its loss; what came to nothing last."""
    if best is None:
        return True, 0.0, 0.0
    loss = best.val_loss if best.val_loss is not None else best.loss
    return False, -score(best), float("inf") if loss is None else loss


def shown_scores(bests: Iterable[EpochEnd]) -> tuple[str, str]:
    """The two scores to show of these: those of the training only where nothing watched it."""
    is_watched = any(best.val_loss is not None for best in bests)
    return ("val_accuracy", "val_loss") if is_watched else ("accuracy", "loss")


def _note(run: Run, part: Part) -> None:
    with suppress(OSError):  # it is for those who look; that a disk is full the trainer says itself
        replace_text(run.path / COMBINATION_FILE, _json(part))


def _json(value: Asked | Part) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n"
