"""Errors that are no one's input: what there is is saved first, and a sentence says what can be done."""

import errno
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from msgspec.structs import replace as with_fields

from cnn_tui.engine.checkpoints import State, load_newest, save_checkpoint
from cnn_tui.engine.course import Diverged
from cnn_tui.engine.loop import train
from cnn_tui.engine.troubles import sentence_of
from cnn_tui.engine.weights import arrays
from cnn_tui.runs.events import Event, Sample
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.layers import Activation, Conv2D, Dense, GlobalAveragePooling2D, Reshape, UpSampling2D
from cnn_tui.spec.model import Model
from tests import ROOT
from tests.conftest import with_training
from tests.engine.test_loop import job

GIBIBYTES = 3
"""What the process may have: torch takes the most of two before it has done anything."""


@pytest.fixture
def run(tmp_path, experiment: Experiment) -> Run:
    return create_run(tmp_path, experiment)


def ending_in(error: Exception, run: Run, at: int, **settings: object) -> State | None:
    """What is saved of a training in which this is raised at its so-manieth event."""
    said: list[Event] = []

    def say(event: Event) -> None:
        said.append(event)
        if len(said) == at:
            raise error

    one = job(run, epochs=4, say=say, **settings)
    saved: list[State] = []

    def save(state: State) -> None:
        saved.append(state)
        save_checkpoint(run.checkpoints_folder, one.network, one.optimizer, state)

    with pytest.raises(type(error)):
        train(replace(one, save=save), State())
    return saved[-1] if saved else None


def test_an_error_between_batches_is_saved_first_and_the_training_ends_as_if_there_were_none(run: Run):
    state = ending_in(OSError(errno.EIO, "Input/output error"), run, at=5, held_out=16)
    assert state
    again = job(run, epochs=4, held_out=16)
    assert load_newest(run.checkpoints_folder, again.network, again.optimizer, print) == state
    train(again, state)
    whole = job(run, epochs=4, held_out=16)
    train(whole, State())
    assert all(torch.equal(array, arrays(whole.network)[name]) for name, array in arrays(again.network).items())


def test_an_error_within_a_batch_leaves_the_newest_checkpoint_as_it_is(run: Run):
    saved: list[State] = []
    one = job(run, epochs=4)

    def change(images: torch.Tensor) -> torch.Tensor:
        if saved:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")
        return images

    with pytest.raises(RuntimeError):
        train(replace(one, save=saved.append, augment=change), State())
    assert [(state.epoch, state.step) for state in saved] == [(1, 0)]


def test_weights_that_are_no_numbers_are_never_saved(run: Run):
    saved: list[State] = []
    said: list[Event] = []
    one = job(run, epochs=4, say=said.append)

    def is_due() -> bool:
        with torch.no_grad():
            next(one.network.parameters()).view(-1)[0] = float("nan")
        return True

    with pytest.raises(Diverged, match=r"a weight is not a number in epoch 1, by step 1"):
        train(replace(one, save=saved.append, is_save_due=is_due), State())
    assert not saved
    assert not [event for event in said if isinstance(event, Sample)]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "x"), r"the disk is full: the run needs .* MB.*resume the run\."),
        (OSError(errno.EROFS, "x"), r"its disk has become read-only\. Mend that and resume the run\."),
        (OSError(errno.EIO, "x", "/runs/one/events.jsonl"), r"events.jsonl: Input/output error\. Mend that and resume"),
        (ZeroDivisionError("x"), r"The program failed \(ZeroDivisionError\); trainer.log in the run has more\."),
    ],
)
def test_every_error_has_a_sentence_with_a_way_on(error: Exception, words: str, run: Run):
    assert re.search(words, sentence_of(error, run))


def test_a_gpu_that_is_full_is_told_with_a_batch_that_fits(tmp_path: Path, experiment: Experiment):
    run = create_run(tmp_path, with_training(experiment, batch_size=5000))
    error = RuntimeError(
        "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.19 GiB of which 64.00 MiB is free."
    )
    words = sentence_of(error, run)
    assert words.startswith("The memory is full: batches of 5,000 need about")
    assert "54 MB are free" in words
    batch = int(words.rpartition("--batch-size ")[2].rstrip("."))
    assert 100 < batch < 2500


@pytest.mark.skipif(not shutil.which("prlimit"), reason="prlimit is not installed")
def test_a_batch_that_does_not_fit_into_memory_ends_with_one_that_does(tmp_path: Path, experiment: Experiment):
    layers = (
        Reshape(target_shape=(28, 28, 1)),
        Conv2D(filters=1, kernel_size=(1, 1)),
        UpSampling2D(size=(16, 16)),
        *(Activation(activation="tanh") for _ in range(20)),
        GlobalAveragePooling2D(),
        Dense(units=10, activation="softmax"),
    )
    large = with_fields(
        with_training(experiment, batch_size=400, epochs=1, precision="fp32"), model=Model((784,), layers, "large")
    )
    run = create_run(tmp_path, large)
    trainer = [sys.executable, "-m", "cnn_tui.engine.trainer", run.path]
    limit = f"--as={GIBIBYTES * 2**30}"
    ended = subprocess.run(
        ["prlimit", limit, *trainer],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        check=False,
        capture_output=True,
    )
    history = run.history()
    assert (ended.returncode, history.state) == (1, "failed"), ended.stderr
    assert history.text.startswith("The memory is full: batches of 400 need about")
    assert "Train again with --batch-size" in history.text
