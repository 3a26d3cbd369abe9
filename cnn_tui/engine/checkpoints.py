"""Checkpoints: weights, optimizer and place, from which training goes on to the bit.

A reader verifies one and falls back to the one before. Randomness is a function of seed, epoch and step, so there is
no state of a generator to save.
"""

from collections.abc import Callable
from pathlib import Path

import msgspec
import torch
from msgspec import Struct
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from cnn_tui.engine.build import Network
from cnn_tui.engine.totals import Sums
from cnn_tui.engine.weights import arrays, load_arrays
from cnn_tui.errors import Place, UserError
from cnn_tui.runs.checkpoint_files import (
    Corrupt,
    found_checkpoints,
    name_of,
    read_checkpoint,
    remove_surplus,
    write_checkpoint,
)
from cnn_tui.runs.checkpoint_files import clear_stale as clear_stale
from cnn_tui.runs.space import FULL, disk_full, room_for
from cnn_tui.spec.watching import Waiting

Arrays = dict[str, Tensor]
Files = dict[str, bytes]
KEPT = 2
"""How many of the newest are kept: one to go on from, one to fall back to."""


class State(Struct, frozen=True, kw_only=True):
    """Where a training is: everything beside weights and optimizer that its continuation depends on."""

    epoch: int = 0
    """Epochs that are over."""
    step: int = 0
    """Batches done in the epoch after them."""
    sums: Sums = Sums()
    """What those batches add up to."""
    best_epoch: int = 0
    best_accuracy: float = -1.0
    best_loss: float | None = None
    plateau: Waiting = Waiting()
    """What a schedule that waits remembers of the epochs that are over."""
    stopping: Waiting = Waiting()
    """What early stopping remembers of them."""
    elapsed: float = 0.0


def save_checkpoint(folder: Path, network: Network, optimizer: torch.optim.Optimizer, state: State) -> Path:
    """Writes a checkpoint, then removes those that are too old. Raises UserError when the disk is full."""
    return put_checkpoint(folder, packed(network, optimizer, state), state)


def packed(network: Network, optimizer: torch.optim.Optimizer, state: State) -> Files:
    """The files of a checkpoint, by name."""
    return {
        "model.safetensors": save(arrays(network)),
        "optimizer.safetensors": save(_optimizer_arrays(network, optimizer)),
        "state.json": msgspec.json.format(msgspec.json.encode(state)),
    }


def put_checkpoint(folder: Path, files: Files, state: State) -> Path:
    """Writes the files, then removes what is too old: never the newest, nor the best.

    Raises UserError when the disk is full, and OSError; what was there before is untouched then.
    """
    try:
        path = write_checkpoint(folder, name_of(state.epoch, state.step), files)
        remove_surplus(folder, KEPT, never=[name_of(state.best_epoch, 0)])
    except OSError as error:
        if error.errno in FULL:
            raise disk_full("a checkpoint", folder, room_for(map(len, files.values()))) from None
        raise
    return path


def load_newest(
    folder: Path, network: Network, optimizer: torch.optim.Optimizer, say: Callable[[str], None]
) -> State | None:
    """Puts the newest whole checkpoint into network and optimizer; None when there is none at all.

    `say` hears of each that is damaged, and which is used instead. Raises UserError when all are: to begin anew would
    lose what was trained.
    """
    paths, damages = found_checkpoints(folder), list[str]()
    for path in paths:
        try:
            weights, moments, state = _verified(path)
        except Corrupt as damage:
            damages.append(f"The checkpoint {path.name} is damaged: {damage}.")
            continue
        load_arrays(network, weights, path.name)
        _load_optimizer(network, optimizer, moments)
        for words in damages:
            say(f"{words} {path.name} is used instead.")
        return state
    if paths:
        raise UserError("every checkpoint is damaged", Place(folder), "Start a new run.")
    return None


def load_weights(folder: Path, epoch: int, network: Network) -> bool:
    """Puts the weights after an epoch (from 1) into a network; whether there is a whole checkpoint of them."""
    path = folder / name_of(epoch, 0)
    try:
        weights, _, _ = _verified(path)
    except Corrupt:
        return False
    load_arrays(network, weights, path.name)
    return True


def _verified(path: Path) -> tuple[Arrays, Arrays, State]:
    """Weights, optimizer and state of a checkpoint. Raises Corrupt when a file is not what the manifest says."""
    files = read_checkpoint(path)
    try:
        state = msgspec.json.decode(files["state.json"], type=State)
        return load(files["model.safetensors"]), load(files["optimizer.safetensors"]), state
    except KeyError as error:
        raise Corrupt(f"{error.args[0]} is missing") from None
    except (ValueError, SafetensorError):
        raise Corrupt("a file cannot be read") from None


def _optimizer_arrays(network: Network, optimizer: torch.optim.Optimizer) -> Arrays:
    return {
        f"{name}.{key}": value.detach().cpu().contiguous()
        for name, parameter in network.named_parameters()
        for key, value in optimizer.state[parameter].items()
    }


def _load_optimizer(network: Network, optimizer: torch.optim.Optimizer, held: Arrays) -> None:
    for name, parameter in network.named_parameters():
        keys = [key for key in held if key.rpartition(".")[0] == name]
        optimizer.state[parameter] = {key.rpartition(".")[2]: _like(parameter, held[key]) for key in keys}


def _like(parameter: Tensor, value: Tensor) -> Tensor:
    """The value in the memory layout of its parameter, which the fused step walks through side by side."""
    return torch.empty_like(parameter).copy_(value) if value.shape == parameter.shape else value.to(parameter.device)
