"""When checkpoints are made: on time, again when the disk did not let it, and never of weights that are no numbers."""

import errno
import os
from pathlib import Path

import pytest

from cnn_tui.engine import saving
from cnn_tui.engine.checkpoints import State, load_newest
from cnn_tui.engine.saving import SECONDS_BEFORE_NEXT_TRY, Saver
from cnn_tui.errors import UserError
from cnn_tui.runs.events import Event, Saved, Unsaved
from cnn_tui.runs.history import fold_all
from tests.engine.test_checkpoints import started, step


class Clock:
    """Time that only passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(saving, "time", clock)
    return clock


class Disk:
    """A disk whose next so many flushes fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fails, self.error = 0, errno.EIO
        self._flush = os.fsync
        monkeypatch.setattr(os, "fsync", self._fsync)

    def _fsync(self, handle: int) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError(self.error, os.strerror(self.error))
        self._flush(handle)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def saver(folder: Path, said: list[Event]) -> Saver:
    network, optimizer = started()
    step(network, optimizer)
    return Saver(folder, network, optimizer, said.append, State())


def test_one_is_due_a_minute_after_the_last(tmp_path: Path, clock: Clock):
    ours = saver(tmp_path, [])
    assert not ours.is_due()
    clock.now += 60
    assert ours.is_due()
    ours.save(State(epoch=1, step=3))
    assert not ours.is_due()


def test_a_disk_that_fails_for_a_while_costs_nothing_and_is_told(tmp_path: Path, clock: Clock, disk: Disk):
    said: list[Event] = []
    ours = saver(tmp_path, said)
    ours.save(State(epoch=1, best_epoch=1))
    for tries, seconds in enumerate(SECONDS_BEFORE_NEXT_TRY, start=1):
        disk.fails = 1
        ours.save(State(epoch=1, step=tries, best_epoch=1))
        assert isinstance(said[-1], Unsaved)
        assert said[-1].text == f"Unsaved since epoch 1: Input/output error. It is tried again in {seconds:g} s."
        assert fold_all(said).unsaved == said[-1].text
        assert not ours.is_due()
        clock.now += seconds
        assert ours.is_due()
    ours.save(State(epoch=1, step=9, best_epoch=1))
    assert isinstance(said[-1], Saved)
    assert not fold_all(said).unsaved
    assert load_newest(tmp_path, *started(), print) == State(epoch=1, step=9, best_epoch=1)


def test_one_that_fails_four_times_ends_the_training_with_what_is_lost(tmp_path: Path, clock: Clock, disk: Disk):
    ours = saver(tmp_path, [])
    ours.save(State(epoch=2))
    disk.fails = 100
    for tries in range(3):
        ours.save(State(epoch=2, step=tries + 1))
    with pytest.raises(UserError, match=r"Input/output error; what came after epoch 2 is lost\. Mend that and resume"):
        ours.save(State(epoch=2, step=9))
    assert load_newest(tmp_path, *started(), print) == State(epoch=2)


def test_what_waits_at_the_end_is_saved_or_told(tmp_path: Path, clock: Clock, disk: Disk):
    said: list[Event] = []
    ours = saver(tmp_path, said)
    disk.fails = 2
    ours.save(State(epoch=3, best_epoch=3))
    ours.settle()
    assert said[-1] == Saved(epoch=3, step=0, best=True)
    disk.fails = 100
    ours.save(State(epoch=4))
    with pytest.raises(UserError, match="Input/output error"):
        ours.settle()


@pytest.mark.parametrize("error", [errno.EROFS, errno.EACCES, errno.EFBIG])
def test_what_trying_again_does_not_mend_is_told_at_once(error: int, tmp_path: Path, clock: Clock, disk: Disk):
    ours = saver(tmp_path, [])
    disk.fails, disk.error = 1, error
    with pytest.raises(UserError, match="a checkpoint cannot be written"):
        ours.save(State(epoch=1))


def test_a_full_disk_is_told_with_what_is_missing(tmp_path: Path, clock: Clock, disk: Disk):
    ours = saver(tmp_path, [])
    disk.fails, disk.error = 1, errno.ENOSPC
    with pytest.raises(UserError, match=r"the disk is full: a checkpoint needs 0\.0\d MB"):
        ours.save(State(epoch=1))


def test_the_best_epoch_is_known_even_when_its_checkpoint_came_late(tmp_path: Path, clock: Clock, disk: Disk):
    said: list[Event] = []
    ours = saver(tmp_path, said)
    disk.fails = 1
    ours.save(State(epoch=2, best_epoch=2))
    ours.save(State(epoch=2, step=5, best_epoch=2))
    assert fold_all(said).best_epoch == 2
