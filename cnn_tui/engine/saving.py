"""When checkpoints are made: after every epoch, every minute, when asked; and again when one could not be made."""

import errno
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from cnn_tui.engine.build import Network
from cnn_tui.engine.checkpoints import Files, State, packed, put_checkpoint
from cnn_tui.errors import Place, UserError
from cnn_tui.runs.events import Event, Saved, Unsaved

SECONDS_BETWEEN_CHECKPOINTS = 60.0
SECONDS_BEFORE_NEXT_TRY = (1.0, 4.0, 16.0)
"""How long the training goes on after a checkpoint that failed, before the next try; after the last one it ends."""
SECONDS_AT_THE_END = (0.1, 0.5, 2.0)
"""The same when there is nothing more to train, and someone waits."""
LASTING = (errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG, errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)
"""Errors that trying again does not mend."""


@dataclass(frozen=True)
class _Waiting:
    """A checkpoint that could not be made."""

    files: Files
    state: State
    tries: int = 0
    error: OSError | None = None


class Saver:
    """Makes the checkpoints of a training."""

    def __init__(
        self,
        folder: Path,
        network: Network,
        optimizer: torch.optim.Optimizer,
        say: Callable[[Event], None],
        begun: State,
    ) -> None:
        self._folder, self._network, self._optimizer, self._say = folder, network, optimizer, say
        self._safe = begun
        self._waiting: _Waiting | None = None
        self._due = time.monotonic() + SECONDS_BETWEEN_CHECKPOINTS

    def is_due(self) -> bool:
        """Whether it is time for a checkpoint."""
        return time.monotonic() >= self._due

    def save(self, state: State) -> None:
        """Makes a checkpoint of this place; one that fails for now is said and made a little later.

        Raises UserError when there is no room for it, or none could be made for too long.
        """
        tries = self._waiting.tries if self._waiting else 0
        self._write(_Waiting(packed(self._network, self._optimizer, state), state, tries))

    def settle(self) -> None:
        """Makes the checkpoint that waits, if one does. Raises UserError when that cannot be."""
        for seconds in SECONDS_AT_THE_END:
            if self._waiting is None:
                return
            time.sleep(seconds)
            self._write(replace(self._waiting, tries=0))
        if self._waiting and self._waiting.error:
            raise self._given_up(self._waiting.error)

    def _write(self, one: _Waiting) -> None:
        state = one.state
        try:
            put_checkpoint(self._folder, one.files, state)
        except OSError as error:
            if error.errno in LASTING or one.tries == len(SECONDS_BEFORE_NEXT_TRY):
                raise self._given_up(error) from None
            self._put_off(one, error)
            return
        is_new_best = not state.step or self._safe.best_epoch != state.best_epoch
        best = state.best_epoch == state.epoch and is_new_best
        self._safe, self._waiting = state, None
        self._due = time.monotonic() + SECONDS_BETWEEN_CHECKPOINTS
        self._say(Saved(epoch=state.epoch, step=state.step, best=best, elapsed=state.elapsed))

    def _put_off(self, one: _Waiting, error: OSError) -> None:
        seconds = SECONDS_BEFORE_NEXT_TRY[one.tries]
        self._waiting = replace(one, tries=one.tries + 1, error=error)
        self._due = time.monotonic() + seconds
        text = f"Unsaved since {_place(self._safe)}: {_reason(error)}. It is tried again in {seconds:g} s."
        self._say(Unsaved(epoch=self._safe.epoch, step=self._safe.step, text=text, elapsed=one.state.elapsed))

    def _given_up(self, error: OSError) -> UserError:
        return UserError(
            f"a checkpoint cannot be written: {_reason(error)}; what came after {_place(self._safe)} is lost",
            Place(self._folder),
            "Mend that and resume the run.",
        )


def _place(state: State) -> str:
    """Where a state is, as people count: the beginning, epoch 2, epoch 3 step 17."""
    if state.step:
        return f"epoch {state.epoch + 1:,} step {state.step:,}"
    return f"epoch {state.epoch:,}" if state.epoch else "the beginning"


def _reason(error: OSError) -> str:
    if error.errno == errno.EFBIG:
        return "a file may not be so large (ulimit -f)"
    return os.strerror(error.errno) if error.errno else str(error)
