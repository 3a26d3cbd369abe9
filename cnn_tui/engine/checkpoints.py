"""Checkpoints: directories that are whole or not there, proven by hashes, from which training goes on to the bit.

A checkpoint is written into a folder of its own, every file made durable, the MANIFEST with their sizes and SHA-256
last; then the folder is renamed. A reader verifies it and falls back to the one before. Randomness is a function of
seed, epoch and step, so there is no state of a generator to save.
"""

import errno
import hashlib
import json
import shutil
import tempfile
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
    beside = Path(tempfile.mkdtemp(dir=folder, prefix=f".{name}."))
    try:
        for file, data in {**files, MANIFEST: json.dumps(manifest, indent=1).encode()}.items():
            write_durably(beside / file, data)
        make_durable(beside)
        if (folder / name).exists():  # the same place was reached before a resume; its files are equal or damaged
            shutil.rmtree(folder / name)
        beside.rename(folder / name)
        make_durable(folder)
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
    """Puts the newest whole checkpoint into network and optimizer; None when there is none. `say` hears of damage."""
    for path in _checkpoints(folder):
        try:
            files = _verified(path)
            load_arrays(network, load(files["model.safetensors"]), path.name)
            _load_optimizer(network, optimizer, load(files["optimizer.safetensors"]))
            return msgspec.json.decode(files["state.json"], type=State)
        except (Corrupt, OSError, SafetensorError, msgspec.DecodeError, KeyError) as damage:
            say(f"The checkpoint {path.name} is damaged ({damage}), so the one before it is used.")
    return None


def clear_stale(folder: Path) -> None:
    """Removes the half-written checkpoints of trainers that were killed."""
    for path in folder.glob(".epoch-*"):
        shutil.rmtree(path, ignore_errors=True)


def _checkpoints(folder: Path) -> list[Path]:
    return sorted(folder.glob("epoch-*-step-*"), reverse=True)


def _remove_surplus(folder: Path) -> None:
    for path in _checkpoints(folder)[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)


def _verified(path: Path) -> dict[str, bytes]:
    """The files of a checkpoint by name. Raises Corrupt when one is not what the manifest says."""
    try:
        manifest = json.loads((path / MANIFEST).read_bytes())
        files = {name: (path / name).read_bytes() for name in manifest}
    except (OSError, ValueError):
        raise Corrupt("a file is missing") from None
    for name, data in files.items():
        if len(data) != manifest[name]["bytes"] or _sha256(data) != manifest[name]["sha256"]:
            raise Corrupt(f"{name} was changed")
    return files


def _optimizer_arrays(network: Network, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    return {
        f"{name}.{key}": value.detach().cpu().contiguous()
        for name, parameter in network.named_parameters()
        for key, value in optimizer.state[parameter].items()
    }


def _load_optimizer(network: Network, optimizer: torch.optim.Optimizer, held: dict[str, Tensor]) -> None:
    for name, parameter in network.named_parameters():
        keys = [key for key in held if key.rpartition(".")[0] == name]
        optimizer.state[parameter] = {key.rpartition(".")[2]: _like(parameter, held[key]) for key in keys}


def _like(parameter: Tensor, value: Tensor) -> Tensor:
    """The value in the memory layout of its parameter, which the fused step walks through side by side."""
    return torch.empty_like(parameter).copy_(value) if value.shape == parameter.shape else value.clone()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
