"""Checkpoints: damage is always noticed, and the one before is used instead."""

import errno
import json
import os
import random
from pathlib import Path

import pytest
import torch

from cnn_tui.engine.build import Network
from cnn_tui.engine.checkpoints import KEPT, State, clear_stale, load_newest, load_weights, save_checkpoint
from cnn_tui.engine.optimizers import KerasAdam, make_optimizer
from cnn_tui.engine.totals import Sums
from cnn_tui.engine.weights import arrays, initialize
from cnn_tui.errors import UserError
from cnn_tui.spec.layers import Conv2D, Dense, Flatten
from cnn_tui.spec.model import Model
from cnn_tui.spec.optimizers import Adam

MODEL = Model((6, 6, 2), (Conv2D(filters=4, kernel_size=(3, 3), activation="relu"), Flatten(), Dense(units=3)))
FIRST = State(epoch=1, best_epoch=1, best_loss=0.25, elapsed=1.5)
FLIPS, TRUNCATIONS = 1000, 200
SECOND = State(epoch=1, step=7, sums=Sums(0.1 + 0.2, 3, 9), best_epoch=1, best_loss=0.25, elapsed=2.5)


def started(seed: int = 0) -> tuple[Network, KerasAdam]:
    network = Network(MODEL)
    initialize(network, seed)
    return network, make_optimizer(network.parameters(), Adam())


def step(network: Network, optimizer: KerasAdam, times: int = 1) -> None:
    for number in range(times):
        images = torch.rand(5, 6, 6, 2, generator=torch.Generator().manual_seed(number))
        network(images).square().sum().backward()
        optimizer.step()
        optimizer.zero_grad()


def two_checkpoints(folder: Path) -> list[Path]:
    network, optimizer = started()
    paths = []
    for state in (FIRST, SECOND):
        step(network, optimizer)
        paths.append(save_checkpoint(folder, network, optimizer, state))
    return paths


def test_training_goes_on_from_a_checkpoint_to_the_bit(tmp_path: Path):
    network, optimizer = started()
    step(network, optimizer, 3)
    save_checkpoint(tmp_path, network, optimizer, SECOND)
    step(network, optimizer, 3)

    again, its_optimizer = started(seed=99)
    assert load_newest(tmp_path, again, its_optimizer, print) == SECOND
    step(again, its_optimizer, 3)
    ours, theirs = arrays(network), arrays(again)
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_without_a_checkpoint_there_is_nothing_to_load(tmp_path: Path):
    assert load_newest(tmp_path, *started(), print) is None


def test_every_flipped_bit_is_noticed_and_the_one_before_is_used_and_named(tmp_path: Path):
    before, newest = two_checkpoints(tmp_path)
    files = sorted(newest.iterdir())
    whole = {file: file.read_bytes() for file in files}
    dice = random.Random(0)
    noticed = 0
    for number in range(FLIPS):
        file = files[number % len(files)]
        place = dice.randrange(len(whole[file]))
        flipped = bytes([whole[file][place] ^ 1 << dice.randrange(8)])
        file.write_bytes(whole[file][:place] + flipped + whole[file][place + 1 :])
        said: list[str] = []
        assert load_newest(tmp_path, *started(), said.append) == FIRST
        assert f"{newest.name} is damaged" in said[0]
        assert f"{before.name} is used instead" in said[0]
        noticed += 1
        file.write_bytes(whole[file])
    assert noticed == FLIPS == 1000
    assert load_newest(tmp_path, *started(), print) == SECOND


def test_every_length_that_is_too_short_is_noticed(tmp_path: Path):
    _, newest = two_checkpoints(tmp_path)
    dice = random.Random(1)
    for number in range(TRUNCATIONS):
        file = sorted(newest.iterdir())[number % 4]
        whole = file.read_bytes()
        file.write_bytes(whole[: dice.randrange(len(whole))])
        assert load_newest(tmp_path, *started(), lambda text: None) == FIRST
        file.write_bytes(whole)


@pytest.mark.parametrize("name", ["model.safetensors", "optimizer.safetensors", "state.json", "MANIFEST.json"])
def test_a_cut_or_missing_file_is_noticed(name: str, tmp_path: Path):
    _, newest = two_checkpoints(tmp_path)
    whole = (newest / name).read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        (newest / name).write_bytes(whole[:length])
        assert load_newest(tmp_path, *started(), lambda text: None) == FIRST
    (newest / name).unlink()
    assert load_newest(tmp_path, *started(), lambda text: None) == FIRST


def test_the_newest_ones_are_kept(tmp_path: Path):
    network, optimizer = started()
    step(network, optimizer)
    for epoch in range(1, 6):
        save_checkpoint(tmp_path, network, optimizer, State(epoch=epoch))
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"epoch-{n:04d}-step-000000" for n in (4, 5)]
    assert KEPT == 2


def test_a_full_disk_leaves_the_old_checkpoint_and_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    network, optimizer = started()
    step(network, optimizer)
    save_checkpoint(tmp_path, network, optimizer, FIRST)

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(UserError, match="the disk is full: a checkpoint needs"):
            save_checkpoint(tmp_path, network, optimizer, SECOND)
    assert load_newest(tmp_path, *started(), print) == FIRST
    assert len(list(tmp_path.iterdir())) == 1


def test_the_best_is_kept_beside_the_newest(tmp_path: Path):
    network, optimizer = started()
    step(network, optimizer)
    for epoch in range(1, 8):
        save_checkpoint(tmp_path, network, optimizer, State(epoch=epoch, best_epoch=min(epoch, 3)))
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"epoch-{n:04d}-step-000000" for n in (3, 6, 7)]
    assert load_weights(tmp_path, 3, network)
    assert not load_weights(tmp_path, 2, network)


def test_a_checkpoint_of_the_first_version_is_read(tmp_path: Path):
    _, newest = two_checkpoints(tmp_path)
    manifest = json.loads((newest / "MANIFEST.json").read_text())
    del manifest["format"]
    (newest / "MANIFEST.json").write_text(json.dumps(manifest, indent=1))
    assert load_newest(tmp_path, *started(), print) == SECOND


def test_a_newer_format_is_refused_by_its_number(tmp_path: Path):
    _, newest = two_checkpoints(tmp_path)
    manifest = json.loads((newest / "MANIFEST.json").read_text()) | {"format": 2}
    (newest / "MANIFEST.json").write_text(json.dumps(manifest, indent=1))
    said: list[str] = []
    assert load_newest(tmp_path, *started(), said.append) == FIRST
    assert "it has the format 2, and this program reads format 1" in said[0]


def test_half_written_ones_are_cleared(tmp_path: Path):
    two_checkpoints(tmp_path)
    (tmp_path / ".epoch-0002-step-000000.abc").mkdir()
    clear_stale(tmp_path)
    assert all(path.name.startswith("epoch") for path in tmp_path.iterdir())


def test_epoch_10000_is_newer_than_epoch_9999(tmp_path: Path):
    network, optimizer = started()
    step(network, optimizer)
    for epoch in (9_998, 9_999, 10_000, 10_001):
        save_checkpoint(tmp_path, network, optimizer, State(epoch=epoch))
    assert load_newest(tmp_path, *started(), print) == State(epoch=10_001)


def test_when_all_are_damaged_nothing_is_trained_over(tmp_path: Path):
    for path in two_checkpoints(tmp_path):
        (path / "state.json").write_bytes(b"{}")
    with pytest.raises(UserError, match="every checkpoint is damaged"):
        load_newest(tmp_path, *started(), print)


def test_a_checkpoint_made_twice_is_the_newer_one(tmp_path: Path):
    network, optimizer = started()
    step(network, optimizer)
    save_checkpoint(tmp_path, network, optimizer, FIRST)
    step(network, optimizer)
    save_checkpoint(tmp_path, network, optimizer, FIRST)
    again, its_optimizer = started(seed=5)
    load_newest(tmp_path, again, its_optimizer, print)
    assert all(torch.equal(arrays(network)[name], array) for name, array in arrays(again).items())
    assert len(list(tmp_path.iterdir())) == 1


def test_one_that_lost_only_its_name_gets_it_back(tmp_path: Path):
    _, newest = two_checkpoints(tmp_path)
    newest.rename(tmp_path / f".{newest.name}.older")
    clear_stale(tmp_path)
    assert load_newest(tmp_path, *started(), print) == SECOND
