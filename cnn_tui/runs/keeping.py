"""Keeping runs in order: other names, and a folder for those that are not wanted any more."""

import re
from pathlib import Path

from cnn_tui.errors import Place, UserError
from cnn_tui.runs.run import MAX_NAME, Run

TRASH = ".trash"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def objection_to_name(run: Run, name: str) -> str:
    """Why a run cannot be called so; empty: it can."""
    if not _NAME.fullmatch(name):
        return "A name is made of letters, digits, dots, hyphens and underscores, and begins with a letter or digit."
    if len(name) > MAX_NAME:
        return f"A name has at most {MAX_NAME} characters."
    if name != run.name and (run.path.parent / name).exists():
        return "There is something of this name already."
    return ""


def rename(run: Run, name: str) -> Run:
    """The run under another name. Raises UserError while a trainer is at work on it, or when the name cannot be."""
    _refuse_running(run)
    if objection := objection_to_name(run, name):
        raise UserError(objection.removesuffix("."), Place(run.path), "Choose another name.")
    return Run(_moved(run.path, run.path.with_name(name)))


def throw_away(run: Run) -> Run:
    """Moves a run into the trash of its folder, where nothing lists it. Raises UserError while it is at work."""
    _refuse_running(run)
    trash = run.path.parent / TRASH
    try:
        trash.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot be made: {error.strerror}", Place(trash), "Check the permissions.") from None
    number, place = 1, trash / run.name
    while place.exists():
        number += 1
        place = trash / f"{run.name}-{number}"
    return Run(_moved(run.path, place))


def take_back(thrown: Run, run: Run) -> Run:
    """Moves a run from the trash to where it was. Raises UserError when another has taken its place."""
    if run.path.exists():
        raise UserError("there is something of this name again", Place(run.path), f"It stays in {TRASH}.")
    return Run(_moved(thrown.path, run.path))


def _refuse_running(run: Run) -> None:
    if run.is_running:
        raise UserError("a trainer is at work on this run", Place(run.path), "Stop it first.")


def _moved(source: Path, target: Path) -> Path:
    try:
        return source.rename(target)
    except OSError as error:
        raise UserError(f"cannot be moved: {error.strerror}", Place(source), "Check the permissions.") from None
