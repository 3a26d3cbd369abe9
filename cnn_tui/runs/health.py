"""Are a run's files whole: every hash, every event, what can be resumed, and what is left over."""

import hashlib
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from cnn_tui.errors import UserError
from cnn_tui.runs.checkpoint_files import Corrupt, clear_stale, found_checkpoints, found_stale, read_checkpoint
from cnn_tui.runs.events import read_events
from cnn_tui.runs.run import Run
from cnn_tui.runs.space import RESERVE

_BESIDE = re.compile(r"\.(.+)\.[a-z0-9_]{8}")
"""What a file is called while it is written beside its place."""


PROOF, NOTES = "sha256", "cnn_tui"
"""Where the metadata of a file of weights has its hash, and what was noted beside them."""
MOST_HEADER = 100_000_000


class Found(Struct, frozen=True, kw_only=True):
    """What was found out about one file or checkpoint."""

    what: str
    problem: str = ""
    """Empty: it is whole."""


class Health(Struct, frozen=True, kw_only=True):
    """The state of a run's files."""

    found: tuple[Found, ...]
    resumes_from: str
    """The newest whole checkpoint; empty: there is none, it begins anew."""
    leftovers: tuple[str, ...]
    """What writers that were killed left half done; it can go."""
    is_running: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing is damaged."""
        return not any(one.problem for one in self.found)


def proof_of(notes: str, numbers: Iterable[bytes | memoryview]) -> str:
    """What is another when a bit of a file of weights is another: a SHA-256 of its notes and its numbers."""
    proof = hashlib.sha256(notes.encode())
    for some in numbers:
        proof.update(some)
    return proof.hexdigest()


def examine(run: Run) -> Health:
    """Looks at every file of a run."""
    checkpoints = found_checkpoints(run.checkpoints_folder)
    looked_at = [_checkpoint(path) for path in checkpoints]
    whole = [path.name for path, one in zip(checkpoints, looked_at, strict=True) if not one.problem]
    files = (_experiment(run), _events(run), _json(run.machine_file), _json(run.fingerprint_file))
    results = (_weights(run.weights_file), _json(run.evaluation_file), _zip(run.predictions_file))
    return Health(
        found=(*(one for one in (*files, *results) if one), *looked_at),
        resumes_from=whole[0] if whole else "",
        leftovers=tuple(str(path.relative_to(run.path)) for path in _leftovers(run)),
        is_running=run.is_running,
    )


def repair(run: Run) -> tuple[str, ...]:
    """Removes what is left over, and nothing else; its names. Raises UserError while a trainer is at work."""
    if run.is_running:
        raise UserError("a trainer is at work on this run", run.name, "Repair it when that has ended.")
    leftovers = _leftovers(run)
    names = tuple(str(path.relative_to(run.path)) for path in leftovers)
    clear_stale(run.checkpoints_folder)
    for path in leftovers:
        if path.parent == run.path:
            path.unlink(missing_ok=True)
    return names


def _leftovers(run: Run) -> list[Path]:
    try:
        names = [path for path in run.path.iterdir() if path.is_file()]
    except OSError:
        return []
    known = {path.name for path in names} | {run.weights_file.name, run.evaluation_file.name}
    beside = [path for path in names if (found := _BESIDE.fullmatch(path.name)) and found[1] in known]
    kept = [path for path in names if path.name == RESERVE]
    return sorted([*beside, *kept, *found_stale(run.checkpoints_folder)])


def _checkpoint(path: Path) -> Found:
    try:
        read_checkpoint(path)
    except Corrupt as damage:
        return Found(what=path.name, problem=str(damage))
    return Found(what=path.name)


def _experiment(run: Run) -> Found:
    try:
        run.experiment()
    except UserError as error:
        return Found(what=run.experiment_file.name, problem=error.problem)
    return Found(what=run.experiment_file.name)


def _events(run: Run) -> Found | None:
    try:
        data = run.events_file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        return Found(what=run.events_file.name, problem=f"it cannot be read: {error.strerror}")
    events, end = read_events(run.events_file)
    strange = data[:end].count(b"\n") - len(events)
    problems = [f"{strange:,} of its lines are no events"] if strange else []
    if end < len(data) and not run.is_running:
        problems.append("its last line is half written")
    return Found(what=f"{run.events_file.name}, {len(events):,} events", problem="; ".join(problems))


def _json(path: Path) -> Found | None:
    try:
        msgspec.json.decode(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return Found(what=path.name, problem="it cannot be read")
    return Found(what=path.name)


def _weights(path: Path) -> Found | None:
    """Whether the best weights are what was written; a file of an earlier version does not say what that was."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            metadata = msgspec.json.decode(file.read(min(length, MOST_HEADER)))["__metadata__"]
            same = metadata.get(PROOF) in (None, proof_of(metadata[NOTES], iter(lambda: file.read(2**20), b"")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Found(what=path.name, problem="it cannot be read")
    return Found(what=path.name, problem="" if same else "it was changed")


def _zip(path: Path) -> Found | None:
    if not path.exists():
        return None
    try:
        with zipfile.ZipFile(path) as held:
            damaged = held.testzip()
    except (OSError, zipfile.BadZipFile, ValueError):
        return Found(what=path.name, problem="it cannot be read")
    return Found(what=path.name, problem=f"{damaged} in it was changed" if damaged else "")
