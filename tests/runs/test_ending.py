"""A trainer that is asked to end, in whatever it is doing, saves, says so and leaves within five seconds."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from cnn_tui.runs.events import Phase, Saved, read_events
from cnn_tui.runs.run import Run, create_run
from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Data, Source
from cnn_tui.spec.experiment import Experiment
from tests.conftest import with_training
from tests.runs.crash import CRASH, Trainers, outcome

TIMES = 20 if CRASH else 1
PATIENCE_SECONDS = 5.0


@pytest.fixture(scope="module")
def long_phases(experiment: Experiment) -> Experiment:
    """Few images to learn from, thousands to validate and to test on."""
    digits = [
        Source(
            images=str(shipped(f"sample_data/digits/X_{part}.tsv.gz")),
            labels=str(shipped(f"sample_data/digits/y_{part}.tsv.gz")),
        )
        for part in ("train", "test")
    ]
    data = Data(train=digits[0], validate=digits[1], test=digits[1], first_per_class=20, scale="unit")
    return replace(with_training(experiment, epochs=2, batch_size=4), data=data)


@pytest.fixture(scope="module")
def trainers(long_phases: Experiment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trainers]:
    with Trainers(create_run(tmp_path_factory.mktemp("warm"), long_phases)) as server:
        yield server


def says(run: Run, phase: str) -> bool:
    events = read_events(run.events_file)[0]
    return any(isinstance(event, Phase) and event.name == phase for event in events)


def has_saved(run: Run) -> bool:
    return any(isinstance(event, Saved) for event in read_events(run.events_file)[0])


PHASES: dict[str, Callable[[Run], bool]] = {
    "reading data": lambda run: says(run, "reading data"),
    "training": lambda run: says(run, "training"),
    "validating": lambda run: says(run, "validating"),
    "saving": lambda run: any(run.checkpoints_folder.glob(".epoch-*")),
    "after a checkpoint": has_saved,
    "testing": lambda run: says(run, "testing"),
}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1], ids=["SIGTERM", "SIGUSR1"])
@pytest.mark.parametrize("phase", PHASES)
def test_it_saves_and_leaves_in_every_phase(
    phase: str, number: int, trainers: Trainers, long_phases: Experiment, tmp_path
):
    if number == signal.SIGUSR1 and phase != "training" and not CRASH:
        pytest.skip("make crash has it in every phase")
    done, longest = 0, 0.0
    for _ in range(3 * TIMES):
        run = create_run(tmp_path, long_phases)
        code, seconds = trainers.signal_when(run, number, lambda run=run: PHASES[phase](run))
        if (history := run.history()).state == "done":
            continue  # it came after the last batch
        assert (code, history.state) == (143, "interrupted"), history.text
        assert seconds < PATIENCE_SECONDS
        assert run.was_saved_by_signal
        if phase != "reading data":
            assert any(run.checkpoints_folder.glob("epoch-*"))
        assert not run.heartbeat_file.exists()
        done, longest = done + 1, max(longest, seconds)
        if done == TIMES:
            break
    assert done == TIMES
    print(f"{phase}: {done} times saved and interrupted, after {longest:.2f} s at most")
    assert trainers.finish(run) == 0
    assert run.history().state == "done"


def test_one_that_was_asked_again_and_again_ends_as_if_undisturbed(
    trainers: Trainers, long_phases: Experiment, tmp_path: Path
):
    whole, run = create_run(tmp_path, long_phases, "whole"), create_run(tmp_path, long_phases, "asked")
    trainers.finish(whole)
    for phase in ("training", "validating", "after a checkpoint"):
        trainers.signal_when(run, signal.SIGTERM, lambda phase=phase: PHASES[phase](run))
    assert trainers.finish(run) == 0
    assert outcome(run) == outcome(whole)


def test_two_signals_at_once_are_one_wish_and_a_later_one_ends_it_at_once(
    tmp_path: Path, experiment: Experiment, monkeypatch
):
    from cnn_tui.engine import attention

    run = create_run(tmp_path, experiment)
    ours = attention.Attention(run)
    ours._on_signal(signal.SIGUSR1, None)
    ours._on_signal(signal.SIGTERM, None)
    with pytest.raises(attention.Interrupted):
        ours.look()
    ended: list[int] = []
    monkeypatch.setattr(attention, "ONE_WISH_SECONDS", 0.0)
    monkeypatch.setattr(signal, "raise_signal", ended.append)
    before = signal.getsignal(signal.SIGTERM)
    ours._on_signal(signal.SIGTERM, None)
    signal.signal(signal.SIGTERM, before)
    assert ended == [signal.SIGTERM]
