"""Checkpoints: directories that are whole or not there, proven by hashes, from which training goes on to the bit.

A checkpoint is written into a folder of its own, every file made durable, the MANIFEST with their sizes and SHA-256
last; then the folder is renamed. A reader verifies it and falls back to the one before. Randomness is a function of
seed, epoch and step, so there is no state of a generator to save.
"""

import errno
import hashlib
import json
import os
import shutil
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
from cnn_tui.files import make_durable, write_durably
from cnn_tui.spec.watching import Waiting

Arrays = dict[str, Tensor]
KEPT = 2
"""How many of the newest are kept: one to go on from, one to fall back to."""
MANIFEST = "MANIFEST.json"


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


class Corrupt(Exception):
    """A checkpoint whose files are not what its manifest says."""


def save_checkpoint(folder: Path, network: Network, optimizer: torch.optim.Optimizer, state: State) -> Path:
    """Writes a checkpoint, then removes those that are too old. Raises UserError when the disk is full."""
    files = {
        "model.safetensors": save(arrays(network)),
        "optimizer.safetensors": save(_optimizer_arrays(network, optimizer)),
        "state.json": msgspec.json.format(msgspec.json.encode(state)),
    }
    manifest = {name: {"bytes": len(data), "sha256": _sha256(data)} for name, data in files.items()}
    name = f"epoch-{state.epoch:04d}-step-{state.step:06d}"
    beside = folder / f".{name}.{os.getpid()}"
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(mode=0o700)
        for file, data in {**files, MANIFEST: json.dumps(manifest, indent=1).encode()}.items():
            write_durably(beside / file, data)
        make_durable(beside)
        _put_in_place(beside, folder / name)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        need, have = sum(map(len, files.values())), shutil.disk_usage(folder).free
        raise UserError(
            f"the disk is full: a checkpoint needs {need:,} bytes and {have:,} are free",
            Place(folder),
            "Free some space and resume the run.",
        ) from None
    _remove_surplus(folder)
    return folder / name


def load_newest(
    folder: Path, network: Network, optimizer: torch.optim.Optimizer, say: Callable[[str], None]
) -> State | None:
    """Puts the newest whole checkpoint into network and optimizer; None when there is none at all.

    `say` hears of each that is damaged. Raises UserError when all are: to begin anew would lose what was trained.
    """
    paths = _checkpoints(folder)
    for path in paths:
        try:
            weights, moments, state = _verified(path)
        except Corrupt as damage:
            say(f"The checkpoint {path.name} is damaged: {damage}.")
            continue
        load_arrays(network, weights, path.name)
        _load_optimizer(network, optimizer, moments)
        return state
    if paths:
        raise UserError("every checkpoint is damaged", Place(folder), "Start a new run.")
    return None


def clear_stale(folder: Path) -> None:
    """Removes what trainers that were killed left half done; a checkpoint that lost only its name gets it back."""
    for older in folder.glob(".epoch-*.older"):
        path = folder / older.name.removeprefix(".").removesuffix(".older")
        if not path.exists():
            older.rename(path)
    for path in folder.glob(".epoch-*"):
        shutil.rmtree(path, ignore_errors=True)


def _checkpoints(folder: Path) -> list[Path]:
    """The newest first, by their numbers: epoch 10000 comes after epoch 9999."""
    return sorted(folder.glob("epoch-*-step-*"), key=lambda path: [*map(int, path.name.split("-")[1::2])], reverse=True)


def _put_in_place(beside: Path, path: Path) -> None:
    """Gives the new checkpoint its name. One that has it already, from before a resume, goes only after that."""
    older = path.with_name(f".{path.name}.older")
    if path.exists():
        shutil.rmtree(older, ignore_errors=True)
        path.rename(older)
    beside.rename(path)
    make_durable(path.parent)
    shutil.rmtree(older, ignore_errors=True)


def _remove_surplus(folder: Path) -> None:
    for path in _checkpoints(folder)[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)


def _verified(path: Path) -> tuple[Arrays, Arrays, State]:
    """Weights, optimizer and state of a checkpoint. Raises Corrupt when a file is not what the manifest says."""
    try:
        manifest = json.loads((path / MANIFEST).read_bytes())
        files = {name: (path / name).read_bytes() for name in manifest}
        for name, data in files.items():
            if len(data) != manifest[name]["bytes"] or _sha256(data) != manifest[name]["sha256"]:
                raise Corrupt(f"{name} was changed")
        state = msgspec.json.decode(files["state.json"], type=State)
        return load(files["model.safetensors"]), load(files["optimizer.safetensors"]), state
    except OSError:
        raise Corrupt("a file is missing") from None
    except (ValueError, KeyError, TypeError, AttributeError, SafetensorError):
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


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
