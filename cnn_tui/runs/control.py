"""Requests to a trainer, left as small files in its control folder: anyone with the directory can write them.

A word is an empty file of that name. A setting is a file with its value; it stays until the trainer has recorded the
change, and what is set while no trainer is at work waits for the next one.
"""

import os
from contextlib import suppress
from typing import Literal, get_args

import msgspec
from msgspec import Struct

from cnn_tui.errors import Place, UserError
from cnn_tui.files import replace_text
from cnn_tui.runs.run import Run
from cnn_tui.spec.fields import Field, field
from cnn_tui.spec.make import parse
from cnn_tui.spec.optimizers import Optimizer
from cnn_tui.spec.training import Training

Request = Literal["stop", "pause", "continue", "save"]
REQUESTS: tuple[Request, ...] = get_args(Request)
MOST_BYTES = 64
"""Of a setting's file."""


class Wish(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Settings that are to be others from the next batch on."""

    learning_rate: float | None = None
    epochs: int | None = None


FIELDS: dict[str, Field] = {
    "learning_rate": field(Optimizer, "learning_rate"),
    "epochs": field(Training, "epochs"),
}
"""The settings that can be changed, with their limits."""


class Asked(Struct, frozen=True):
    """What waits in the control folder."""

    requests: tuple[Request, ...] = ()
    """The oldest first."""
    wish: Wish = Wish()


def ask(run: Run, request: Request) -> None:
    """Leaves a request. Raises UserError when no trainer is at work to read it, or the run cannot be written to."""
    if not run.is_running:
        raise UserError(f"nothing to {request}: this run is {run.history().state}", Place(run.path))
    try:
        (run.control_folder / request).touch(mode=0o600)
    except OSError as error:
        raise UserError(f"cannot be asked: {error.strerror}", Place(run.path), "Check its permissions.") from None


def wish_for(run: Run, wish: Wish) -> None:
    """Leaves other settings, whole or not at all. Raises UserError when the run cannot be written to."""
    try:
        for name in FIELDS:
            if (value := getattr(wish, name)) is not None:
                replace_text(run.control_folder / name, f"{value!r}\n")
    except OSError as error:
        raise UserError(f"cannot be asked: {error.strerror}", Place(run.path), "Check its permissions.") from None


def take_requests(run: Run) -> tuple[Request, ...]:
    """The requests that wait, the oldest first, each taken once."""
    return asked(run).requests


def asked(run: Run) -> Asked:
    """What waits: requests are taken, settings stay until `forget`; cheap enough to ask after every batch."""
    try:
        waiting = {entry.name: entry for entry in os.scandir(run.control_folder)}
        found = sorted((r for r in REQUESTS if r in waiting), key=lambda request: waiting[request].stat().st_mtime_ns)
        for request in found:
            (run.control_folder / request).unlink(missing_ok=True)
    except OSError:
        return Asked()
    wished = {name: value for name in FIELDS if name in waiting and (value := _setting(run, name)) is not None}
    return Asked(tuple(found), msgspec.convert(wished, Wish))


def forget(run: Run) -> None:
    """Takes the settings away that were wished for."""
    for name in FIELDS:
        with suppress(OSError):
            (run.control_folder / name).unlink(missing_ok=True)


def _setting(run: Run, name: str) -> float | int | None:
    """The value in a setting's file, within its limits; a file that holds no such value is taken away."""
    path = run.control_folder / name
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1)
        value: float | int = parse(FIELDS[name], text.decode("ascii") if len(text) <= MOST_BYTES else "")
    except (OSError, ValueError, UserError):
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return None
    return value
