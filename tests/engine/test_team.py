"""A team's arithmetic: shares that are whole together, sums that are added, batches that are too small to share."""

import threading

import pytest
import torch

from cnn_tui.engine.attention import Follower, Interrupted
from cnn_tui.engine.team import ALONE, Team, _looking, added
from cnn_tui.engine.team_attention import LOOKS_BETWEEN, turns_for
from cnn_tui.engine.team_job import in_team
from cnn_tui.engine.totals import Sums
from cnn_tui.errors import UserError
from cnn_tui.runs.launch import command, trainer_environment
from cnn_tui.runs.run import Run, create_run
from cnn_tui.spec.experiment import Experiment
from cnn_tui.spec.layers import BatchNormalization
from tests.engine.test_loop import NETWORK, job


@pytest.fixture
def run(tmp_path, experiment: Experiment) -> Run:
    return create_run(tmp_path, experiment)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("rows", [1, 5, 21, 64])
def test_shares_are_the_whole_batch_and_differ_by_one(size: int, rows: int):
    batch = torch.randperm(rows)
    shares = [Team(rank, size).share(batch) for rank in range(size)]
    assert sorted(torch.cat(shares).tolist()) == list(range(rows))
    lengths = [len(share) for share in shares]
    assert max(lengths) - min(lengths) <= 1
    assert lengths[0] > 0


def test_sums_of_all_are_those_of_one():
    parts = [
        Sums(1.5, 3, 10, {"auc": [1.0, 2.0], "mse": [0.5]}),
        Sums(),  # it had no row
        Sums(0.25, 4, 9, {"auc": [0.5, 0.0], "mse": [None]}),
    ]
    assert added(parts) == Sums(1.75, 7, 19, {"auc": [1.5, 2.0], "mse": [None]})
    assert added([Sums(1.0, None, 4), Sums(2.0, None, 4), Sums()]) == Sums(3.0, None, 8)
    assert added([Sums(), Sums()]) == Sums()
    assert ALONE.total(parts[0]) is parts[0]


def test_alone_nothing_is_shared_or_drawn_otherwise(run: Run):
    made = job(run, epochs=1)
    assert in_team(made, ALONE) is made
    assert ALONE.words() == Team(0, 4).words() == ()
    assert len({Team(rank, 4).words() for rank in range(4)}) == 4
    assert ALONE.dealt_back([torch.tensor([3, 1]), torch.tensor([2])]).tolist() == [3, 1, 2]


def test_who_waits_for_others_hears_a_signal(run: Run):
    attention, others = Follower(run), threading.Event()
    threading.Timer(0.1, lambda: attention._on_signal(15, None)).start()
    with pytest.raises(Interrupted):
        _looking(others.wait, attention.look)
    others.set()
    with pytest.raises(ZeroDivisionError):
        _looking(lambda: 1 / 0, lambda: None)


def test_a_signal_ends_at_once_what_nobody_looks_up_from(run: Run):
    attention = Follower(run)
    attention.ends_at_once = True
    with pytest.raises(Interrupted):
        attention._on_signal(15, None)


def test_slow_batches_are_looked_up_from_more_often():
    turns = [turns_for(seconds, LOOKS_BETWEEN) for seconds in (0.0, 0.01, 0.2, 0.4, 3.0)]
    assert turns == [LOOKS_BETWEEN, LOOKS_BETWEEN, 2, 1, 1]


def test_a_last_batch_that_batch_normalization_cannot_share_is_refused(run: Run):
    layers = (*NETWORK[:3], BatchNormalization(), NETWORK[3])
    with pytest.raises(UserError) as refused:
        in_team(job(run, epochs=1, layers=layers, batch_size=31), Team(0, 4))
    assert refused.value.sentence == (
        "--processes: the last batch of an epoch has 2 of the 64 images, fewer than 4 processes. "
        "BatchNormalization needs one for each. Use another batch size, or fewer processes."
    )
    assert in_team(job(run, epochs=1, layers=layers, batch_size=30), Team(0, 4)).team.size == 4
    assert in_team(job(run, epochs=1, batch_size=31), Team(3, 4)).team.rank == 3


def test_several_are_started_by_torchrun_and_share_the_cores(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert "torch.distributed.run" not in command(run, 1)
    words = command(run, 4)
    assert words[words.index("-m") + 1] == "torch.distributed.run"
    assert "--nproc-per-node=4" in words
    assert words[-1] == str(run.path)
    assert "OMP_NUM_THREADS" not in trainer_environment()
    assert int(trainer_environment(4)["OMP_NUM_THREADS"]) >= 1
